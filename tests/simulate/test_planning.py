"""From a scenario to a problem and its plan."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from skyhold.errors import ScenarioError
from skyhold.planning.activation import Verdict
from skyhold.scenario.load import dumps, load, loads, with_values
from skyhold.simulate.activation import activation, fleet_of
from skyhold.simulate.capacity import capacity
from skyhold.simulate.plan_tables import as_scenario, plan_tables
from skyhold.simulate.planning import build, fly, plan_scenario

SMALL = {
    "clock.duration_h": 1.0,
    "area.h3_resolution": 3,
    "sites": [
        {"name": "hospital", "latitude_deg": 50.45, "longitude_deg": 30.52, "need_mbit_s": 20.0},
        {"name": "far away", "latitude_deg": 10.0, "longitude_deg": 30.0},
    ],
}
JAMMER = {
    "name": "airborne",
    "latitude_deg": 48.0,
    "longitude_deg": 37.8,
    "height_m": 20_000.0,
    "eirp_dbw": 60.0,
}


def ukraine(**plan):
    return with_values(load("ukraine-2022"), {**SMALL, "plan": {"terminals": 2_000, **plan}})


@cache
def planned():
    return plan_scenario(ukraine(gateways=1), slots=4)


def test_the_plan_stays_under_its_bound_and_above_the_rules():
    found = planned()
    assert 0.0 < found.placement.served <= found.placement.bound * (1.0 + 1e-9)
    assert found.placement.served >= found.by_population.served
    assert found.placement.served >= found.uniform.served
    assert found.placement.sites_met == 1
    assert found.placement.placed + found.placement.left == 2_000


def test_the_scheduler_serves_most_of_what_is_planned_and_never_more():
    found = planned()
    assert (found.flown <= found.placement.served + 1e-6).all()
    assert found.flown.mean() >= 0.8 * found.placement.served


def test_the_plan_carried_out_is_a_scenario_that_serves_what_was_planned():
    found = as_scenario(planned())
    assert loads(dumps(found)) == found
    assert {site.name for site in found.gateways.sites} == set(planned().opened)
    placed = sum(one.terminals for one in found.placed)
    assert placed == planned().placement.placed
    there = capacity(with_values(found, {"clock.duration_h": 0.05})).tables()["capacity_cells"]
    assert there["terminals"].sum() == pytest.approx(placed)
    assert there["users"].sum() == pytest.approx(placed * 15.0, rel=0.02)


def test_tables_add_up():
    tables = plan_tables(planned())
    assert tables["plan"]["people_served"][0] == pytest.approx(planned().placement.served)
    assert tables["plan_places"]["terminals"].sum() == planned().placement.placed
    assert tables["plan_cells"]["terminals"].sum() == planned().placement.terminals.sum()
    assert tables["plan_sites"]["met"].tolist() == [True, False]
    assert tables["plan_sites"]["note"].tolist() == ["", "outside the region"]
    assert (tables["plan_worth"]["people"] >= 0.0).all()


def test_gateways_may_open_in_the_largest_cities_where_none_is_named():
    names = [gateway.name for gateway in planned().region.problem.gateways if gateway.optional]
    assert names[0] == "Kyiv (may open)"
    assert len(planned().opened) <= 1


def test_a_jammer_lowers_what_beams_give_near_it_and_nowhere_raises_it():
    clear = build(ukraine(), slots=2)
    jammed = build(with_values(ukraine(), {"jammers": [JAMMER]}), slots=2)
    loss = clear.problem.beam_bit_s - jammed.problem.beam_bit_s
    assert loss.min() >= -1.0
    near = np.hypot(clear.cells.latitude_deg - 48.0, clear.cells.longitude_deg - 37.8) < 1.0
    assert loss[near].mean() > 2.0 * loss[~near].mean()


def test_slots_of_the_plan_carry_a_flown_plan_that_asks_for_nothing():
    region = build(ukraine(), slots=2)
    assert len(region.problem.slots) == 2
    nothing = plan_scenario(ukraine(terminals=0), slots=2, worth=False)
    assert fly(region, nothing.placement).tolist() == [0.0, 0.0]


def test_what_is_no_plan_is_told():
    with pytest.raises(ScenarioError, match="nothing to place"):
        build(with_values(load("ukraine-2022"), {**SMALL, "plan": None}))
    places = """
schema_version = 1
name = "no-cells"
clock = {start_utc = 2022-02-28T00:00:00Z, duration_h = 0.1}
fleet = {library = "walker-demo"}
plan = {terminals = 5}
[[places]]
name = "Kyiv"
latitude_deg = 50.45
longitude_deg = 30.52
"""
    with pytest.raises(ScenarioError, match="needs cells"):
        build(loads(places))


def test_ukraine_of_february_2022_has_satellites_and_gateways_and_no_terminals():
    values = {**SMALL, "deliveries": [], "clock.start_utc": "2022-02-24T00:00:00Z", "gateways": {}}
    found = {need.what: need for need in activation(with_values(load("ukraine-2022"), values))}
    assert found["satellites"].verdict is Verdict.YES
    assert found["gateway in reach"].verdict is Verdict.YES
    assert "Wola Krobowska (POL) 100 %" in found["gateway in reach"].says
    assert "Kaunas (LTU) 100 %" in found["gateway in reach"].says
    assert found["terminals"].verdict is Verdict.NO


def test_terminals_are_there_when_the_trucks_have_come():
    trucks = [{"name": "first", "terminals": 500, "arrives": "2022-02-20", "crossing": "Medyka"}]
    need = activation(with_values(load("ukraine-2022"), {**SMALL, "deliveries": trucks}))[-1]
    assert need.verdict is Verdict.YES
    assert 0.0 < need.figure <= 500.0


def test_the_fleet_of_a_day_is_the_nearest_dated_one():
    from datetime import date

    assert fleet_of(date(2022, 2, 24)) == "starlink-2022-02-28"


@pytest.mark.parametrize(
    ("plan", "told"),
    [
        (
            {"gateways": 0, "gateway_sites": [{"name": "a", "latitude_deg": 1.0, "longitude_deg": 1.0}]},
            "none may be opened",
        ),
        (
            {"gateways": 1, "gateway_sites": [{"name": "a", "latitude_deg": 1.0, "longitude_deg": 1.0}] * 2},
            "more than once",
        ),
        ({"slots": 0}, "plan.slots"),
    ],
)
def test_plans_that_contradict_themselves_are_refused(plan, told):
    with pytest.raises(ScenarioError, match=told):
        ukraine(**plan)
