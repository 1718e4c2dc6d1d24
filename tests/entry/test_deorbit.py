from __future__ import annotations

import math
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skyhold.constants import WGS84_A_M
from skyhold.entry.deorbit import (
    LONGEST_ARC,
    LONGEST_LAST_ARC,
    Ellipse,
    arc_efficiency,
    exhaust_m_s,
    perigee_drop_m,
    plan,
    propellant_kg,
    steps,
)
from skyhold.errors import ScenarioError
from skyhold.nouns.fate import DeorbitSpec
from skyhold.scenario.library import vehicles

TUG, PROGRESS = vehicles()["usdv"], vehicles()["progress-ms"]


def spec(**values):
    return DeorbitSpec(**{"vehicle": "usdv", "count": 1, **values})


def test_small_burns_lower_the_perigee_as_the_first_order_says():
    circle = Ellipse(200e3, 200e3)
    for drop in (1e3, 10e3):
        exact = circle.delta_v_to(Ellipse(200e3 - drop, 200e3))
        assert perigee_drop_m(exact, WGS84_A_M + 200e3) == pytest.approx(drop, rel=3e-3)


@given(st.floats(100e3, 900e3), st.floats(100e3, 900e3))
def test_both_ways_cost_the_same(a, b):
    low, high = Ellipse(min(a, b), 1000e3), Ellipse(max(a, b), 1000e3)
    assert low.delta_v_to(high) == pytest.approx(high.delta_v_to(low), abs=1e-9)


def test_energy_and_momentum_of_an_ellipse():
    orbit = Ellipse(150e3, 400e3)
    low, high = orbit.speed_m_s(150e3), orbit.speed_m_s(400e3)
    assert low * (WGS84_A_M + 150e3) == pytest.approx(high * (WGS84_A_M + 400e3))
    assert orbit.period_s == pytest.approx(2 * math.pi * math.sqrt(orbit.axis_m**3 / 3.986004418e14))


def test_long_burns_lose():
    assert arc_efficiency(0.0) == 1.0
    assert arc_efficiency(0.25) == pytest.approx(0.5 * (1 + math.sin(math.pi / 4) / (math.pi / 4)))
    assert arc_efficiency(0.5) > arc_efficiency(0.6) > arc_efficiency(1.0) == pytest.approx(0.5)


def test_steps_from_the_hold_orbit():
    found = steps(spec(hold_altitude_km=220.0))
    assert [step.kind for step in found] == ["perigee", "perigee", "apogee", "last"]
    assert [step.after.perigee_m / 1e3 for step in found] == [180.0, 145.0, 145.0, 50.0]
    assert found[-1].before.apogee_m == 200e3
    for before, after in pairwise(found):
        assert before.after == after.before


def test_an_apogee_above_the_hold_orbit_stays_at_it():
    found = steps(spec(hold_altitude_km=190.0, perigee_steps_km=(150.0,)))
    assert [step.kind for step in found] == ["perigee", "last"]
    assert found[-1].after == Ellipse(50e3, 190e3)


def test_the_tug_can():
    budget = plan(spec(), TUG, 480e3)
    assert budget.feasible
    assert budget.problems == ()
    assert budget.shortfall_kg == 0.0
    assert budget.craft_needed == 1
    assert budget.thrust_needed_n == TUG.thrust_n
    assert budget.propellant_kg == pytest.approx(
        480e3 * -math.expm1(-budget.delta_v_m_s / exhaust_m_s(300.0))
    )


def test_three_progress_cannot_and_it_says_why():
    budget = plan(DeorbitSpec(), PROGRESS, 467e3)
    assert not budget.feasible
    assert "3 x Progress MS bring 2,790 kg" in budget.problems[0]
    assert f"{budget.shortfall_kg:,.0f} kg are missing" in budget.problems[0]
    assert "half of one" in budget.problems[1]
    assert budget.craft_needed == math.ceil(budget.propellant_kg / 930.0)
    assert budget.burns[-1].arc > LONGEST_LAST_ARC
    assert budget.thrust_needed_n > 5000.0


@given(
    mass=st.floats(50e3, 900e3),
    count=st.integers(1, 20),
    hold=st.floats(210.0, 420.0),
    final=st.floats(-50.0, 90.0),
    name=st.sampled_from(["usdv", "progress-ms", "atv", "cygnus"]),
)
def test_propellant_is_used_once_and_in_order(mass, count, hold, final, name):
    vehicle = vehicles()[name]
    budget = plan(
        spec(vehicle=name, count=count, hold_altitude_km=hold, final_perigee_km=final), vehicle, mass
    )
    used: dict[str, float] = {}
    for burn in budget.burns:
        assert burn.delta_v_m_s >= burn.impulsive_m_s > 0.0
        assert sum(kg for _, kg in burn.share) + burn.short_kg == pytest.approx(burn.propellant_kg)
        assert burn.duration_s == pytest.approx(
            burn.propellant_kg * exhaust_m_s(vehicle.isp_s) / vehicle.thrust_n
        )
        if burn.step.kind != "last":
            assert burn.arc <= LONGEST_ARC + 1e-9
        for craft, kg in burn.share:
            used[craft] = used.get(craft, 0.0) + kg
    assert all(kg <= vehicle.usable_propellant_kg * (1 + 1e-12) for kg in used.values())
    assert len(used) <= count
    assert list(used) == [f"{name} {n + 1}" for n in range(len(used))]
    assert (budget.shortfall_kg > 0.5) == any("missing" in problem for problem in budget.problems)
    assert budget.propellant_kg == pytest.approx(propellant_kg(mass, budget.delta_v_m_s, vehicle.isp_s))


def test_lower_ends_cost_more():
    costs = [plan(spec(final_perigee_km=low), TUG, 480e3).delta_v_m_s for low in (80.0, 50.0, 20.0)]
    assert costs == sorted(costs)


def test_what_cannot_push_is_refused():
    with pytest.raises(ScenarioError, match="HTV cannot push"):
        plan(spec(vehicle="htv"), vehicles()["htv"], 480e3)


@pytest.mark.parametrize("mass", [0.0, -1.0, math.nan, math.inf])
def test_no_mass_is_refused(mass):
    with pytest.raises(ScenarioError, match="no such mass"):
        plan(spec(), TUG, mass)
