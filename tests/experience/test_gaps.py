from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.experience.lines import line, slots

from skyhold.experience.gaps import GapModel, Gaps, draw_gaps


@given(st.integers(0, 2**32 - 1))
def test_every_gap_is_within_what_was_measured(seed):
    gaps = draw_gaps(slots(5.0), GapModel(), np.random.default_rng(seed))
    length = gaps.end_s - gaps.start_s
    assert len(length) == 20
    assert ((length >= 0.058 - 1e-12) & (length <= 0.134 + 1e-12)).all()
    assert (np.abs(gaps.start_s - (slots(5.0).start_s - 0.040)) <= 0.005 + 1e-12).all()


def test_quantiles_are_those_of_the_lognormal_cut_at_both_ends():
    model = GapModel()
    length = model.quantile_s(np.array([0.0, 1.0]))
    np.testing.assert_allclose(length, (0.058, 0.134), rtol=1e-9)
    wide = replace(model, least_s=1e-6, most_s=1e3)
    assert wide.quantile_s(np.array([0.5]))[0] == pytest.approx(0.0745)


def test_a_kept_satellite_may_have_a_milder_gap_or_none():
    kept = slots(5.0, changed=[True] + [False] * 19)
    gaps = draw_gaps(kept, replace(GapModel(), kept_scale=0.0), np.random.default_rng(1))
    assert (gaps.end_s - gaps.start_s > 0).tolist() == [True] + [False] * 19


def test_a_packet_waits_for_the_end_of_its_gap_and_no_longer():
    gaps = Gaps(np.array([-0.04, 14.96]), np.array([0.03, 15.06]))
    hold = gaps.hold_s(np.array([-0.05, -0.04, 0.0, 0.03, 7.0, 14.9599, 14.96, 15.0, 15.07]))
    np.testing.assert_allclose(hold, [0.0, 0.07, 0.03, 0.0, 0.0, 0.0, 0.10, 0.06, 0.0], atol=1e-12)


def test_shares_of_steps_add_up_to_the_gaps():
    felt = line(5.0)
    edges = np.append(felt.time_s, felt.slots.duration_s)
    inside = np.minimum(felt.gaps.end_s, felt.slots.duration_s) - np.maximum(felt.gaps.start_s, 0.0)
    assert (felt.gaps.share(edges) * 0.1).sum() == pytest.approx(inside.sum())
    phase = (felt.time_s + 0.1) % 15.0
    assert (felt.gaps.share(edges)[(phase > 0.35) & (phase < 14.5)] == 0.0).all()
