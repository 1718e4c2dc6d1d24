from __future__ import annotations

from datetime import UTC, datetime

import pytest
from tests.station.simple_air import SimpleAir

from skyhold.holding import holders
from skyhold.holding.planner import Impossible, Plan, scenario_plan
from skyhold.scenario import load

AIR = SimpleAir(tuple(40.0 + 2.0 * n for n in range(25)))


@pytest.fixture(scope="module")
def table():
    return {row.name: row for row in holders.holders(load.load("iss-2022"), AIR, 417e3)}


def test_every_set_is_asked_once(table):
    assert list(table) == [
        "all",
        "nasa",
        "roscosmos",
        "all without nasa",
        "all without roscosmos",
        "nasa, esa, jaxa",
    ]


def test_on_that_day_russia_could_and_the_others_could_not(table):
    assert table["all"].holds
    assert table["roscosmos"].holds
    for name in ("nasa", "all without roscosmos", "nasa, esa, jaxa"):
        row = table[name]
        assert not row.holds
        assert not row.attitude_held
        assert row.first_push_day is None
        assert any("turn the station" in limit for limit in row.limits)
        assert isinstance(row.if_turned, Impossible)
        assert holders.missing_m_s(row.if_turned) < holders.missing_m_s(row.plan)
    assert table["roscosmos"].if_turned is None
    assert any("gyroscopes" in limit for limit in table["roscosmos"].limits)


def test_what_a_year_takes(table):
    median, p90 = table["all"].need_m_s_year
    assert 13.0 < median - 1.0 < 13.8  # 64 m a day, 1,774 m for 1 m/s
    assert p90 > median
    assert table["all"].need_kg_year > 153.0 * p90


def test_craft_of_those_who_stay_lose_what_they_need_from_others(table):
    cygnus = {row: next(c for c in table[row].craft if c.vehicle == "cygnus") for row in ("all", "nasa")}
    assert cygnus["all"].flights_year == 2.0
    assert (cygnus["nasa"].flights_year, cygnus["nasa"].flights) == (0.0, 2.0)
    assert any("RD-181" in flag for flag in cygnus["nasa"].flags)


def test_the_unproven_and_the_unborn_are_flagged(table):
    craft = {item.vehicle: item for item in table["all"].craft}
    assert "dragon-boost-kit" not in craft
    assert not craft["cargo-dragon"].proven
    assert any("2024-11-08" in flag for flag in craft["cargo-dragon"].flags)
    assert craft["progress-ms"].proven
    assert craft["progress-ms"].trust == "C"


def test_one_progress_is_worth_months(table):
    progress = next(item for item in table["all"].craft if item.vehicle == "progress-ms")
    low, middle, high = progress.delta_v_m_s
    assert 3.0 < low < 5.4 < middle < 6.2 < high
    assert progress.months == pytest.approx(12.0 * middle / table["all"].need_m_s_year[1])
    assert progress.needed * middle == pytest.approx(table["all"].need_m_s_year[1])


def test_one_more_flight_of_the_boost_kit_helps():
    scenario = holders.only(
        load.load("iss-2022", ["reboost.attitude_kg_year=0.0", 'reboost.excluded=["zvezda"]']), ["nasa"]
    )
    bare = scenario.model_copy(update={"withdrawals": ()})
    less = scenario_plan(
        load.with_values(
            bare, {"reboost.vehicles": ["cygnus", "dragon-boost-kit"], "reboost.allow_unproven": True}
        ),
        AIR,
        417e3,
    )
    flight = holders.with_flight(bare, "dragon-boost-kit", datetime(2022, 7, 1, tzinfo=UTC))
    more = scenario_plan(
        load.with_values(
            flight, {"reboost.vehicles": ["cygnus", "dragon-boost-kit"], "reboost.allow_unproven": True}
        ),
        AIR,
        417e3,
    )
    assert isinstance(less.schedule, Impossible)
    gained = holders.missing_m_s(less.schedule) - holders.missing_m_s(more.schedule)
    assert 5.0 < gained < 9.5


def test_a_set_of_the_users_own():
    rows = holders.holders(load.load("iss-2022"), AIR, 417e3, {"space agencies": ("roscosmos", "nasa")})
    assert [row.name for row in rows] == ["space agencies"]
    assert isinstance(rows[0].plan, Plan)
    assert holders.missing_m_s(rows[0].plan) == 0.0


def test_usual_flights_carry_a_plan_beyond_the_list():
    long = load.load("iss-2022", ["reboost.horizon_days=1461.0", "reboost.step_days=60.0"])
    light = SimpleAir((40.0,))
    assert isinstance(scenario_plan(long, light, 417e3).schedule, Impossible)
    usual = holders.with_usual_flights(long)
    assert isinstance(scenario_plan(usual, light, 417e3).schedule, Plan)
    names = [visit.name for visit in usual.station.spec.docked]
    assert sum("Progress MS, supposed" in name for name in names) == 9  # three a year after February 2023


def test_usual_flights_end_with_the_stock():
    left = load.with_variant(load.load("iss-2022", ["reboost.horizon_days=1461.0"]), "russia-withdraws")
    visits = holders.with_usual_flights(left).station.spec.docked
    assert not any(visit.vehicle == "progress-ms" and "supposed" in visit.name for visit in visits)
    assert (
        sum(visit.vehicle == "cygnus" and "supposed" in visit.name for visit in visits) == 1
    )  # two in stock, one listed
