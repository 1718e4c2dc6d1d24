import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from validation.capacity import random_sky

from skyhold.service.capacity import serve
from skyhold.service.reasons import QUIET, Reason
from skyhold.service.summary import NOTES, CellSummary, LoadSummary

SLOTS, CELLS = 40, 7


def block(seed, slots=SLOTS):
    """Hours, what is wanted, rates and reasons of cells."""
    rng = np.random.default_rng(seed)
    wanted = rng.lognormal(16.0, 1.0, (slots, CELLS)) * (rng.random((slots, CELLS)) < 0.8)
    limit = rng.choice([Reason.SERVED, Reason.NO_BEAM, Reason.RAIN], (slots, CELLS))
    rate = np.where(
        limit == Reason.SERVED, wanted, wanted * rng.random((slots, CELLS)) * (rng.random() < 0.9)
    )
    return np.linspace(3.0, 9.0, slots), wanted, rate, np.where(wanted > 0, limit, Reason.NOTHING_WANTED)


def summary(*parts, longitude=None):
    made = CellSummary(np.zeros(CELLS) if longitude is None else longitude)
    for part in parts:
        made.fold(*part)
    return made


def test_columns_are_plain_means_and_shares():
    hour, wanted, rate, limit = block(1)
    cells = summary((hour, wanted, rate, limit)).cells()
    asks = wanted > 0
    np.testing.assert_allclose(cells["wanted_mbit_s"], wanted.sum(axis=0) / asks.sum(axis=0) / 1e6)
    np.testing.assert_allclose(cells["rate_mean_mbit_s"], rate.sum(axis=0) / asks.sum(axis=0) / 1e6)
    np.testing.assert_allclose(cells["unserved_percent"], 100 * (1 - rate.sum(axis=0) / wanted.sum(axis=0)))
    full = ((limit == Reason.SERVED) & asks).sum(axis=0)
    np.testing.assert_allclose(cells["served_percent"], 100 * full / asks.sum(axis=0))
    for name, q in (("rate_p05_mbit_s", 0.05), ("rate_median_mbit_s", 0.5), ("rate_p95_mbit_s", 0.95)):
        exact = [np.quantile(rate[asks[:, c], c], q, method="inverted_cdf") / 1e6 for c in range(CELLS)]
        np.testing.assert_allclose(cells[name], exact, rtol=0.13)


def test_reasons_add_up_to_what_is_missing():
    hour, wanted, rate, limit = block(2)
    made = summary((hour, wanted, rate, limit))
    reasons = made.reasons()
    assert reasons["cell_slots_percent"].sum() == pytest.approx(100.0)
    assert reasons["unserved_percent"].sum() == pytest.approx(100 * (1 - rate.sum() / wanted.sum()))
    assert reasons["unserved_gbit_s"].sum() == pytest.approx((wanted - rate).sum() / SLOTS / 1e9)
    assert reasons["cells"].sum() == CELLS


def test_hours_are_local_and_add_cells_up():
    hour, wanted, rate, limit = block(3)
    there = summary((hour, wanted, rate, limit), longitude=np.full(CELLS, 30.0)).hours()
    inside = (hour + 2.0).astype(int) == 7
    assert there["wanted_gbit_s"][7] == pytest.approx(wanted[inside].mean(axis=0).sum() / 1e9)
    assert there["carried_gbit_s"][7] == pytest.approx(rate[inside].mean(axis=0).sum() / 1e9)
    assert np.isnan(there["wanted_gbit_s"][2])


def test_the_busy_hour_is_the_hour_of_most_demand():
    hour, wanted, _, limit = block(4)
    wanted[:] = 1e6
    wanted[(hour >= 5) & (hour < 6)] = 4e6
    cells = summary((hour, wanted, wanted / 2, np.full_like(limit, Reason.NO_BEAM))).cells()
    assert (cells["busy_hour_local"] == 5).all()
    np.testing.assert_allclose(cells["busy_hour_rate_mbit_s"], 2.0)


def test_a_cell_that_never_asks_says_why():
    hour, wanted, rate, limit = block(5)
    wanted[:, 0] = rate[:, 0] = 0.0
    limit[:, 0] = Reason.NO_TERMINAL
    made = summary((hour, wanted, rate, limit))
    assert made.main_reason()[0] is Reason.NO_TERMINAL
    cells = made.cells()
    assert np.isnan(cells["rate_median_mbit_s"][0])
    assert cells["busy_hour_local"][0] == -1


@given(st.integers(0, 10_000), st.integers(1, SLOTS - 1))
@settings(max_examples=25)
def test_the_cut_into_blocks_leaves_no_trace(seed, cut):
    whole = block(seed)
    parts = [tuple(v[:cut] for v in whole), tuple(v[cut:] for v in whole)]
    one, two = summary(whole).cells(), summary(*parts).cells()
    assert all(np.array_equal(one[name], two[name]) for name in one if name != "main_reason")
    assert one["main_reason"].tolist() == two["main_reason"].tolist()


def test_loads():
    made = LoadSummary(np.array([2, 8]))
    made.fold(np.array([[1e9, 0.0], [3e9, 0.0]]), np.array([[1, 0], [2, 0]]))
    made.fold(np.array([[0.0, 4e9]]), np.array([[0, 3]]))
    columns = made.columns()
    np.testing.assert_allclose(columns["carried_mean_gbit_s"], [4 / 3, 4 / 3])
    np.testing.assert_allclose(columns["carried_working_gbit_s"], [2.0, 4.0])
    np.testing.assert_allclose(columns["carried_max_gbit_s"], [3.0, 4.0])
    np.testing.assert_allclose(columns["antennas_mean"], [1.0, 1.0])
    np.testing.assert_allclose(columns["all_antennas_percent"], [100 / 3, 0.0])
    assert "beams_mean" in made.columns("beams")


def test_it_takes_what_serve_gives():
    offer, wanted, priority, held = random_sky(3, slots=5)
    served = serve(offer, wanted, priority, held)
    made = CellSummary(np.zeros(wanted.shape[1]))
    made.fold(np.zeros(5), wanted, served.rate_bit_s, served.limit)
    missing = 100 * (1 - served.rate_bit_s.sum() / wanted.sum())
    assert made.reasons()["unserved_percent"].sum() == pytest.approx(missing, rel=1e-4)


def test_every_reason_has_words():
    assert len({reason.words for reason in Reason}) == len(Reason)
    assert all(reason.meaning for reason in Reason)
    assert set(QUIET) < set(Reason)
    assert all(note for note in NOTES.values())
