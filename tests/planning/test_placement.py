"""The plan: against every plan there is, its bound, the rules of thumb, and what must always hold."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.planning.regions import brute, jammed, region

from skyhold.errors import SkyholdError
from skyhold.planning.flow import networks
from skyhold.planning.marginal import values, with_satellite
from skyhold.planning.placement import Planner, fair, plan
from skyhold.planning.problem import Payload
from skyhold.planning.rounding import asked
from skyhold.planning.rules import by_population, by_weight, uniform

SEEDS = st.integers(0, 10_000)
FEW = settings(max_examples=25, deadline=None)


@pytest.mark.parametrize("seed", range(24))
def test_small_plans_are_the_best_of_all_plans(seed):
    rng = np.random.default_rng(seed)
    problem = region(
        rng, optional=seed % 3, sites=seed // 3 % 3, sites_first=bool(seed % 2), terminals=2 + seed % 4
    )
    found = plan(problem)
    sites, people = brute(problem)
    assert found.sites_met == sites
    assert found.served == pytest.approx(people)
    assert found.served <= found.bound + 1e-6


@given(SEEDS)
@FEW
def test_a_terminal_a_gateway_or_a_satellite_more_never_serves_fewer(seed):
    problem = region(np.random.default_rng(seed), cells=5, optional=1, terminals=4)
    more = (problem.with_terminals(5), replace(problem, more_gateways=1), with_satellite(problem))
    less = (problem, replace(problem, more_gateways=0), problem)
    for many, few in zip(more, less, strict=True):
        assert plan(many).served >= plan(few).served - 1e-6
        assert Planner(many).bound().bound >= Planner(few).bound().bound - 1e-6


@given(SEEDS, st.integers(0, 4), st.floats(0.0, 1.0))
@FEW
def test_a_jammer_never_raises_what_is_served(seed, cell, factor):
    problem = region(np.random.default_rng(seed), cells=5)
    assert plan(jammed(problem, cell, factor)).served <= plan(problem).served + 1e-6


@given(SEEDS, st.integers(0, 4), st.floats(0.0, 50.0))
@FEW
def test_more_people_in_need_never_lower_the_bound(seed, cell, more):
    problem = region(np.random.default_rng(seed), cells=5)
    people = problem.people.copy()
    people[cell] += more
    needed = replace(problem, people=people)
    assert plan(needed).served >= plan(problem).served - 1e-6


@given(SEEDS)
@FEW
def test_every_slot_carries_the_plan_and_the_bound_holds(seed):
    problem = region(np.random.default_rng(seed), cells=90, satellites=8, terminals=60, sites=3, optional=1)
    found = plan(problem)
    for network in networks(problem):
        beams = asked(problem, network.number, found.terminals, found.site_terminals)
        assert network.carry(beams, found.opened.astype(float)).cut is None
    assert found.served <= found.bound * (1.0 + 1e-9) + 1e-6
    assert found.placed + found.left == problem.terminals
    assert found.sites_met <= found.sites_bound


def large(terminals=300, **more):
    """A region too large for branch and bound."""
    rng = np.random.default_rng(3)
    payload = Payload(beams=8.0, link_beams=8.0, links=2, cell_beams=8.0, least_share=0.2)
    return region(rng, cells=400, satellites=12, slots=5, terminals=terminals, payload=payload, **more)


def test_large_plans_come_near_their_bound_and_beat_the_rules():
    problem = large()
    found = plan(problem)
    assert 0.0 <= found.gap < 0.01
    spread = by_population(problem, np.ones(problem.cells) + 10.0 * (problem.people == 0.0))
    assert found.served > 1.05 * spread.served
    assert found.served > uniform(problem).served
    assert spread.served <= spread.bound + 1e-6


def test_terminals_that_fit_nowhere_are_counted_and_not_an_error():
    found = plan(large(terminals=100_000))
    assert found.left > 0
    assert found.placed + found.left == 100_000
    missed = sum(refusal.people for refusal in found.refused)
    assert missed == pytest.approx(large().people.sum() - found.served)
    assert {refusal.reason for refusal in found.refused} >= {"satellites or antennas full"}


def test_a_limit_of_the_cell_is_kept_and_told():
    found = plan(large(terminals=1_000, most_per_cell=1))
    assert found.terminals.max() == 1
    assert "most per cell" in {refusal.reason for refusal in found.refused}


def test_an_even_plan_keeps_its_promise_for_a_thousandth():
    problem = large()
    loose, spread = plan(problem, even=False), plan(problem)
    assert spread.served >= (1.0 - 2e-3) * loose.served
    assert spread.terminals.max() <= loose.terminals.max()
    assert (fair(problem, 1.0) <= fair(problem, 2.0)).all()


def test_values_are_those_of_asking_again():
    problem = region(np.random.default_rng(11), cells=6, optional=1, terminals=2)
    found = plan(problem)
    worth = {value.what: value.people for value in values(problem, found)}
    assert all(people >= 0.0 for people in worth.values())
    assert worth["100 terminals"] >= worth["terminal"]
    assert worth["terminal"] <= problem.users + 1e-9
    assert {"terminal", "satellite", "antenna: g0"} <= set(worth)


def test_shares_of_a_rule_are_whole_and_complete():
    assert by_weight(np.array([1.0, 1.0, 1.0]), 10).tolist() == [4, 3, 3]
    assert by_weight(np.zeros(3), 10).sum() == 0


@pytest.mark.parametrize(
    ("more", "told"),
    [
        ({"terminals": -1}, "terminals of 0 or more"),
        ({"users": 0.0}, "users of a terminal"),
        ({"terminal_bit_s": 0.0}, "a rate above 0"),
        ({"people": np.array([1.0, np.nan])}, "people of 0 or more"),
        ({"slots": ()}, "at least one slot"),
    ],
)
def test_what_is_no_problem_is_refused(more, told):
    with pytest.raises(SkyholdError, match=told):
        replace(region(np.random.default_rng(1)), **more)


def test_nobody_in_need_and_no_terminal_are_plans_too():
    problem = region(np.random.default_rng(1), sites=1)
    assert plan(replace(problem, people=np.zeros(4))).terminals.sum() == 0
    assert plan(problem.with_terminals(0)).served == 0.0
