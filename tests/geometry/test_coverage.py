import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from skyhold.errors import SkyholdError
from skyhold.geometry.coverage import Coverage, figures

COUNTS = arrays(np.int16, array_shapes(min_dims=2, max_dims=2, max_side=40), elements=st.integers(0, 2))


def runs(column):
    """(value, length) of the runs of one column, plainly."""
    cuts = np.flatnonzero(np.diff(column)) + 1
    return [(bool(part[0]), len(part)) for part in np.split(column, cuts)]


@given(COUNTS, st.floats(0.5, 100))
def test_figures_as_runs_counted_plainly(counts, step):
    found = figures(counts, step)
    for c in range(counts.shape[1]):
        access = [n * step for seen, n in runs(counts[:, c] > 0) if seen]
        gaps = [n * step for seen, n in runs(counts[:, c] > 0) if not seen]
        assert found.accesses[c] == len(access)
        assert found.gaps[c] == len(gaps)
        assert found.access_min_s[c] == pytest.approx(min(access, default=0))
        assert found.access_mean_s[c] == pytest.approx(np.mean(access) if access else 0)
        assert found.access_max_s[c] == pytest.approx(max(access, default=0))
        assert found.gap_min_s[c] == pytest.approx(min(gaps, default=0))
        assert found.revisit_mean_s[c] == pytest.approx(np.mean(gaps) if gaps else 0)
        assert found.revisit_max_s[c] == pytest.approx(max(gaps, default=0))
        assert found.time_average_gap_s[c] == pytest.approx(sum(g * g for g in gaps) / found.interval_s)


@given(COUNTS)
def test_laws(counts):
    found = figures(counts, 15.0)
    gap_total = found.revisit_mean_s * found.gaps
    assert found.covered_s + gap_total == pytest.approx(np.full(counts.shape[1], found.interval_s))
    assert (np.abs(found.accesses - found.gaps) <= 1).all()
    assert (found.simple == (found.accesses > 0)).all()
    assert (found.assets_min <= found.assets_mean).all()
    assert (found.assets_mean <= found.assets_max).all()
    assert found.response_mean_s == pytest.approx(found.time_average_gap_s / 2)
    assert (found.time_average_gap_s <= found.revisit_max_s + 1e-9).all()
    assert found.covered_percent == pytest.approx(100 * found.covered_s / found.interval_s)
    more = figures(np.maximum(counts, np.roll(counts, 1, axis=0)), 15.0)
    assert (more.covered_s >= found.covered_s).all()


@given(COUNTS, st.lists(st.integers(0, 40), max_size=4))
def test_blocks_give_what_the_whole_gives(counts, cuts):
    whole, coverage = figures(counts, 15.0), Coverage(counts.shape[1], 15.0)
    for block in np.split(counts, sorted(min(cut, len(counts)) for cut in cuts)):
        coverage.add(block)
        if coverage.steps:
            coverage.figures()
    parts = coverage.figures()
    for name, value in vars(whole).items():
        assert np.array_equal(value, getattr(parts, name)), name


def test_edges_are_clipped_and_no_access_means_the_interval():
    seen = np.array([[0, 0, 1, 1, 0, 0, 0, 1, 0, 0]], bool).T
    found = figures(np.hstack([seen, seen & False, seen | True]), 60.0)
    assert found.revisit_max_s.tolist() == [180.0, 600.0, 0.0]
    assert found.revisit_mean_s.tolist() == [140.0, 600.0, 0.0]
    assert found.gaps.tolist() == [3, 1, 0]
    assert found.accesses.tolist() == [2, 0, 1]
    assert found.response_mean_s.tolist() == [pytest.approx((4 + 9 + 4) * 6 / 2), 300.0, 0.0]
    assert found.simple.tolist() == [True, False, True]


def test_blocks_that_do_not_fit_are_refused():
    with pytest.raises(SkyholdError):
        Coverage(3, 0.0)
    with pytest.raises(SkyholdError):
        Coverage(3, 15.0).add(np.zeros((2, 4), bool))
    with pytest.raises(SkyholdError):
        Coverage(3, 15.0).figures()
