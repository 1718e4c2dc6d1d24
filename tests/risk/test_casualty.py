"""Casualty areas, expectations, probabilities, limits, intervals."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from skyhold.errors import SkyholdError
from skyhold.risk import casualty
from skyhold.risk.exposure import Exposure

SPARSE = Exposure(("AAA", "BBB"), np.array([12.0, 3.0]), 2020, "test")


def test_area_of_pieces():
    assert casualty.piece_area_m2([0.0, 1.0, 4.0]) == pytest.approx([0.36, 2.56, 6.76])
    assert casualty.casualty_area_m2([0.0, 1.0]) == pytest.approx(2.92)


def test_pieces_that_land_softly_do_not_count():
    assert casualty.casualty_area_m2([1.0, 1.0, 1.0], [14.9, 15.0, 1e6]) == pytest.approx(5.12)


@given(st.lists(st.floats(0.0, 100.0), min_size=2, max_size=30))
def test_one_piece_is_less_than_the_same_in_parts(areas):
    assert casualty.casualty_area_m2([sum(areas)]) <= casualty.casualty_area_m2(areas) * (1 + 1e-9)


def test_expectation_is_area_times_density():
    assert casualty.expectation(SPARSE, 20.0) == pytest.approx(3e-4)
    assert casualty.area_limit_m2(SPARSE) == pytest.approx(1e-4 / 15e-6)


@given(st.floats(0.0, 50.0), st.floats(1.0, 20.0))
def test_a_probability_is_less_than_its_expectation(expected, per_event):
    chance = casualty.probability(expected, per_event)
    assert 0.0 <= chance <= min(1.0, expected)
    assert chance <= casualty.probability(expected) + 1e-15


def test_a_small_probability_keeps_its_digits():
    assert casualty.probability(1e-12) == pytest.approx(1e-12, rel=1e-9)


@pytest.mark.parametrize(
    "call",
    [
        lambda: casualty.piece_area_m2([-1.0]),
        lambda: casualty.piece_area_m2([math.nan]),
        lambda: casualty.expectation(SPARSE, -1.0),
        lambda: casualty.expectation(SPARSE, math.inf),
        lambda: casualty.probability(-0.1),
        lambda: casualty.probability(0.1, 0.5),
        lambda: casualty.interval(15.0, [1.0, -1.0]),
        lambda: casualty.interval([], 1.0),
        lambda: casualty.interval(15.0, 1.0, area_sigma=-1.0),
        lambda: casualty.interval(15.0, 1.0, members=0),
    ],
)
def test_inputs_that_cannot_be(call):
    with pytest.raises(SkyholdError, match="expected"):
        call()


def test_limits_are_compared_with_their_own_quantity():
    found = casualty.verdicts(2e-4, 1e-9, per_event=4.0)
    by = {(v.limit.owner, v.limit.quantity, v.limit.value): v for v in found}
    assert not by["NASA", "expectation", 1e-4].kept
    assert by["the FAA", "individual", 1e-6].kept
    assert by["France", "probability", 1e-4].value == pytest.approx(5e-5, rel=1e-3)
    assert by["France", "probability", 1e-4].kept
    for verdict in found:
        assert verdict.limit.owner in verdict.sentence()
        assert ("within" if verdict.kept else "above") in verdict.sentence()


def test_an_interval_without_spread_is_a_value():
    found = casualty.interval(15.0, 20.0, population_sigma=0.0)
    assert (found.low, found.median, found.high, found.mean) == pytest.approx((3e-4,) * 4)
    assert found.one_in() == pytest.approx((1 / 3e-4,) * 3)


def test_an_interval_of_sigmas_keeps_the_mean_and_has_their_width():
    found = casualty.interval(15.0, 20.0, area_sigma=0.3, population_sigma=0.4, members=200_000)
    assert found.mean == pytest.approx(3e-4, rel=0.01)
    assert math.log(found.high / found.low) / (2 * 1.6449) == pytest.approx(0.5, rel=0.02)


def test_an_interval_of_draws():
    found = casualty.interval(np.full(10, 15.0), np.linspace(10.0, 30.0, 1001), population_sigma=0.0)
    assert (found.low, found.high) == pytest.approx((11e-6 * 15, 29e-6 * 15), rel=0.02)


def test_the_same_seed_gives_the_same_interval():
    assert casualty.interval(15.0, 20.0, seed=4) == casualty.interval(15.0, 20.0, seed=4)
    assert casualty.interval(15.0, 20.0, seed=4) != casualty.interval(15.0, 20.0, seed=5)
