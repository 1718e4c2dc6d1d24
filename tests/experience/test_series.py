import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.experience.lines import START, line, slots

from skyhold.errors import ResultError
from skyhold.experience.packets import FRAME_S, PacketModel
from skyhold.experience.series import experience, probe
from skyhold.experience.slots import Slots
from skyhold.times import slot_instants


def same(a, b):
    return all(
        np.array_equal(getattr(a, n), getattr(b, n), equal_nan=True)
        for n in ("rtt_s", "down_bit_s", "loss_up")
    )


def test_the_same_seed_is_the_same_series_and_another_is_not():
    assert same(line(seed=4), line(seed=4))
    assert not same(line(seed=4), line(seed=5))


@given(st.sampled_from([0.1, 0.2, 0.5, 1.0]), st.integers(0, 1000))
def test_steps_fill_the_slots(step_s, seed):
    felt = line(2.0, seed=seed, step_s=step_s)
    assert len(felt) == round(120 / step_s)
    assert (felt.rtt_s > 0.02).all()
    assert ((felt.loss_down >= 1e-4 - 1e-12) & (felt.loss_down < 0.1)).all()
    np.testing.assert_allclose(felt.line_down().mean_rates(step_s), felt.down_bit_s, rtol=1e-9)
    np.testing.assert_allclose(felt.line_up().mean_rates(step_s), felt.up_bit_s, rtol=1e-9)


def test_rates_and_round_trips_follow_the_slots():
    rtt, down = np.array([0.03, 0.09, 0.05, 0.04]), np.array([1e7, 3e8, 5e7, 2e8])
    felt = experience(Slots.of(slot_instants(START, 60.0), rtt, down, 1e7), seed=2)
    of_slot = felt.rtt_s.reshape(4, -1)
    np.testing.assert_allclose(np.median(of_slot, axis=1), rtt, atol=0.003)
    assert np.argsort(felt.down_bit_s.reshape(4, -1).mean(axis=1)).tolist() == np.argsort(down).tolist()


def test_the_first_step_of_a_slot_is_slower_and_loses_more():
    felt = line(60.0)
    rows = {name: getattr(felt, name).reshape(-1, 150) for name in ("rtt_s", "loss_up", "down_bit_s")}
    assert rows["rtt_s"][:, 0].mean() > rows["rtt_s"][:, 5:140].mean() + 0.003
    assert rows["loss_up"][:, 0].mean() > 2 * rows["loss_up"][:, 5:140].mean()
    assert rows["down_bit_s"][1:, 0].mean() < 0.8 * rows["down_bit_s"][:, 5:140].mean()


def test_no_service_is_no_rate_and_all_loss():
    felt = experience(Slots.of(slot_instants(START, 60.0), [0.05, np.nan, 0.05, 0.05], 1e8, 1e7))
    dead = felt.slot_index == 1
    assert np.isnan(felt.rtt_s[dead][1:-1]).all()
    assert not np.isnan(felt.rtt_s[~dead][1:140]).any()
    assert (felt.down_bit_s[dead] == 0).all()
    assert (felt.loss_down[dead] == 1).all()
    assert (felt.loss_down[~dead] < 0.1).all()


def test_packets_arrive_at_ends_of_frames():
    felt = line(1.0)
    sent = np.linspace(1.0, 14.0, 50)
    rtt, _ = probe(felt, sent)
    phase = ((sent + rtt) / FRAME_S + 0.5) % 1.0
    assert (np.minimum(phase, 1 - phase) < 1e-6).all()


def test_a_probe_loses_what_the_model_says():
    felt = line(60.0, seed=3)
    sent = np.sort(np.random.default_rng(1).uniform(0.0, 3600.0, 400_000))
    _, lost = probe(felt, sent)
    caught = felt.gaps.hold_s(sent) > 0
    assert lost[~caught].mean() == pytest.approx(2.1e-3, rel=0.15)
    assert lost[caught].mean() == pytest.approx(0.049, rel=0.25)


@given(st.floats(0.002, 0.03))
def test_another_spread_of_grants_is_that_spread(spread):
    waits = PacketModel.with_spread(spread).wait_s(200_000, np.random.default_rng(1))
    assert waits.std() == pytest.approx(spread, rel=0.02)
    assert np.median(waits) == pytest.approx(0.0, abs=0.01 * spread)


@pytest.mark.parametrize("step_s", [0.0, -1.0, 0.001, 0.7, 16.0, float("nan")])
def test_a_step_that_does_not_fit_is_refused(step_s):
    with pytest.raises(ResultError, match="does not fit the slots"):
        experience(slots(), step_s=step_s)
