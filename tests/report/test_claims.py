"""Sentences judged: each verdict from its number, turned by its number, and silent where there is none."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from tests.report import fakes, fakes_station
from tests.service_chapter import fakes as service_fakes

from skyhold.nouns.ground import Area
from skyhold.report.claims import NOT_COMPUTED, RULES, claims, judge
from skyhold.results.tables import Table


@pytest.fixture(scope="module")
def station():
    return fakes_station.station()


@pytest.fixture(scope="module")
def ukraine():
    return fakes.ukraine()


def verdicts(station, broadband):
    """Verdict by the id of the claim."""
    names = {claim.sentence: claim.id for claim in claims()}
    return {names[row["claim"]]: row for row in judge(station, broadband).rows()}


def with_table(station, table):
    return replace(station, tables={**station.tables, table.name: table})


def with_column(station, name, column, values):
    table = station.tables[name]
    return with_table(station, Table(name, {**table.columns, column: np.asarray(values)}))


def test_each_rule_is_asked_for_and_each_claim_says_where_it_is_from():
    assert {claim.rule for claim in claims()} - {""} == set(RULES)
    assert len({claim.id for claim in claims()}) == len(claims())
    for claim in claims():
        assert claim.speaker
        assert claim.source
        assert claim.quantity
        assert claim.sentence.endswith((".", "?"))


def test_nothing_is_judged_without_a_run():
    table = judge(None, None)
    assert set(table["verdict"]) == {NOT_COMPUTED}
    assert np.isnan(table["value"]).all()


def test_all_columns_that_the_contract_names(station):
    wanted = {"claim", "speaker", "date", "computed", "value", "unit", "verdict", "sensitivity", "source"}
    assert wanted <= set(judge(station, None).columns)


def test_verdicts_of_the_made_up_station(station, ukraine):
    found = {key: row["verdict"] for key, row in verdicts(station, ukraine).items()}
    assert found == {
        "falls-on-us-or-europe": "depends",
        "india-and-china": "depends",
        "not-over-russia": "false",
        "five-hundred-tons": "false",
        "nobody-else-can-save-it": "true",
        "spacex-can": "depends",
        "only-russia-reboosts": "depends",
        "any-craft-with-fuel": "depends",
        "american-left-behind": "depends",
        "seventeen-thousand-five-hundred-mph": "true",
        "starlink-in-ten-hours": "true",
        "satellites-active": "true",
        "satellite-internet-is-slow": "true",
        "starlink-is-not": "true",
        "jamming-deterred": NOT_COMPUTED,
        "drones-stay-connected": NOT_COMPUTED,
        "five-thousand-terminals": NOT_COMPUTED,
        "daily-users": NOT_COMPUTED,
        "twelve-thousand": NOT_COMPUTED,
    }


def test_broadband_sentences_wait_for_a_broadband_run(station):
    found = verdicts(station, None)
    assert found["starlink-in-ten-hours"]["verdict"] == NOT_COMPUTED
    assert found["five-hundred-tons"]["verdict"] == "false"


def test_mass_of_the_day_and_the_stated_one_stand_side_by_side(station):
    row = verdicts(station, None)["five-hundred-tons"]
    assert row["value"] == pytest.approx(460.166)
    assert "9\u00a0% more" in row["computed"]
    assert "445.4\u00a0t were stated (12\u00a0% more)" in row["computed"]
    assert "507" in row["sensitivity"]


def test_mass_comes_from_the_station_file_where_the_run_has_no_table(station):
    bare = replace(station, tables={})
    assert verdicts(bare, None)["five-hundred-tons"]["value"] == pytest.approx(445.386)


def test_a_heavier_station_turns_the_verdict(station):
    heavy = with_column(station, "masses", "kg", np.full(6, 490_000.0))
    assert verdicts(heavy, None)["five-hundred-tons"]["verdict"] == "true"


def test_speed_is_that_of_the_orbit(station):
    row = verdicts(station, None)["seventeen-thousand-five-hundred-mph"]
    assert row["value"] == pytest.approx(7.66e3 * 3600 / 1609.344, rel=0.002)


def test_a_track_that_misses_russia_turns_the_verdict(station):
    codes = station.tables["risk_countries"]["country"]
    share = np.where(codes == "RUS", 0.0, station.tables["risk_countries"]["time_share_percent"])
    missed = with_column(station, "risk_countries", "time_share_percent", share)
    assert verdicts(missed, None)["not-over-russia"]["verdict"] == "true"


def test_europe_is_no_part_of_russia_or_america(station):
    row = verdicts(station, None)["falls-on-us-or-europe"]
    table = station.tables["risk_countries"]
    wanted = {"USA", "DEU", "GBR", "FRA", "UKR", "POL"}
    share = sum(
        t for code, t in zip(table["country"], table["time_share_percent"], strict=True) if code in wanted
    )
    assert row["value"] == pytest.approx(share)


def test_partners_who_can_hold_it_turn_the_verdict(station):
    able = with_column(station, "holders", "feasible", [True] * 5)
    found = verdicts(able, None)
    assert found["nobody-else-can-save-it"]["verdict"] == "false"
    assert found["only-russia-reboosts"]["verdict"] == "false"


def test_a_dragon_that_had_done_it_often_enough_turns_the_verdict(station):
    proven = ["Dragon" in name for name in station.tables["vehicles"]["name"]]
    done = with_column(station, "vehicles", "proven", proven)
    assert verdicts(done, None)["spacex-can"]["verdict"] == "depends"
    often = with_column(done, "vehicles", "flights_per_year", np.full(6, 20.0))
    assert verdicts(often, None)["spacex-can"]["verdict"] == "true"
    nothing = with_column(station, "vehicles", "can_push", [False] * 6)
    assert verdicts(nothing, None)["spacex-can"]["verdict"] == "false"


def test_seats_decide_who_is_left_behind(station):
    run = station.variants["russia-withdraws"]
    few = with_column(run, "seats", "emergency_seats", [4])
    many = with_column(run, "seats", "seats", [7])
    for changed, verdict in ((few, "true"), (many, "false")):
        varied = replace(station, variants={"russia-withdraws": changed})
        assert verdicts(varied, None)["american-left-behind"]["verdict"] == verdict


@pytest.fixture(scope="module")
def served():
    return service_fakes.ukraine()


def test_jamming_depends_on_countermeasures_that_nobody_published(served):
    row = verdicts(None, served)["jamming-deterred"]
    assert row["verdict"] == "depends"
    assert row["value"] == 100.0
    assert "estimate" in row["sensitivity"]


def test_jamming_that_takes_nothing_was_fended_off(served):
    table = served.tables["jamming_cells"]
    whole = {name: np.full(len(table), 100.0) for name in table.columns if name != "h3"}
    harmless = with_table(served, Table("jamming_cells", {"h3": table["h3"], **whole}))
    assert verdicts(None, harmless)["jamming-deterred"]["verdict"] == "true"


@pytest.mark.parametrize(("percent", "verdict"), [(99.9, "true"), (95.0, "depends"), (20.0, "false")])
def test_drones_are_judged_by_the_worst_flight(served, percent, verdict):
    one = with_column(served, "moving", "served_percent", [percent])
    assert verdicts(None, one)["drones-stay-connected"]["verdict"] == verdict


def test_terminals_and_users_are_those_of_the_day(served):
    rows = verdicts(None, served)
    assert rows["five-thousand-terminals"]["value"] == 500.0
    assert rows["five-thousand-terminals"]["verdict"] == "false"
    assert rows["daily-users"]["value"] == pytest.approx(135_000.0)
    assert rows["daily-users"]["verdict"] == "depends"


def test_twelve_thousand_satellites_need_a_run_of_the_globe(served):
    assert verdicts(None, served)["twelve-thousand"]["verdict"] == NOT_COMPUTED
    fleet = Table("satellites", {"name": np.arange(11_908)})
    globe = served.scenario.model_copy(update={"area": Area(globe=True, h3_resolution=1)})
    run = replace(served, scenario=globe, tables={**served.tables, "satellites": fleet}, variants={})
    row = verdicts(None, run)["twelve-thousand"]
    assert row["verdict"] == "false"
    assert "11,908 satellites" in row["computed"]
