import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from validation.capacity import best_assignment, has_ortools, pairs_of, ukraine

from skyhold.errors import SkyholdError
from skyhold.service.beams import assign_beams


def small(seed, cells, satellites):
    rng = np.random.default_rng(seed)
    may = rng.random((cells, satellites)) < 0.5
    cell, at = np.nonzero(may)
    return rng.random(len(cell)), cell, at, rng.integers(0, 3, satellites)


def brute_force(value, cell, at, slots, cells, unserved):
    """The greatest worth, over all assignments."""
    by_cell = [np.flatnonzero(cell == c) for c in range(cells)]

    def best(c, left):
        if c == cells:
            return 0.0
        worth = best(c + 1, left) - unserved
        for p in by_cell[c]:
            if left[at[p]] > 0:
                less = left.copy()
                less[at[p]] -= 1
                worth = max(worth, value[p] + best(c + 1, less))
        return worth

    return best(0, slots.copy())


@given(st.integers(0, 10_000), st.integers(1, 6), st.integers(1, 4), st.floats(0.001, 0.3))
@settings(max_examples=60)
def test_worth_is_within_eps_a_cell_of_the_best(seed, cells, satellites, eps):
    value, cell, at, slots = small(seed, cells, satellites)
    plan = assign_beams(value, cell, at, slots, cells, eps=eps, unserved=2.0)
    worth = plan.worth - 2.0 * (cells - plan.served)
    best = brute_force(value, cell, at, slots, cells, 2.0)
    assert best - cells * eps - 1e-5 <= worth <= best + 1e-5
    assert (np.bincount(plan.satellite[plan.satellite >= 0], minlength=satellites) <= slots).all()
    got = plan.pair >= 0
    assert (cell[plan.pair[got]] == np.flatnonzero(got)).all()
    assert (at[plan.pair[got]] == plan.satellite[got]).all()


@pytest.mark.skipif(not has_ortools(), reason="needs ortools, of the test group")
@pytest.mark.parametrize("beams", [80, 40])
def test_contended_cells_of_ukraine_against_min_cost_flow(beams, report_figure):
    offer, _ = ukraine()
    value, cell, at = pairs_of(offer.satellite[0], offer.bit_s_hz[0])
    ids, at = np.unique(at, return_inverse=True)
    slots, cells = np.full(len(ids), beams), offer.satellite.shape[1]
    plan = assign_beams(value, cell, at, slots, cells, eps=0.05, unserved=5.0)
    served, worth, _ = best_assignment(value, cell, at, slots, cells, 5.0)
    report_figure(
        f"auction: {plan.served} of {served} cells, {plan.worth / worth:.3%} of the optimum of min-cost flow"
    )
    assert plan.served == served
    assert 0.995 * worth <= plan.worth <= worth * (1.0 + 1e-6)


def test_a_cell_without_a_link_stays_dark():
    plan = assign_beams(np.array([1.0]), np.array([1]), np.array([0]), np.array([1]), 3)
    assert plan.satellite.tolist() == [-1, 0, -1]


def test_pairs_out_of_order_are_refused():
    with pytest.raises(SkyholdError, match="rising order"):
        assign_beams(np.ones(2), np.array([1, 0]), np.array([0, 0]), np.array([1]), 2)
