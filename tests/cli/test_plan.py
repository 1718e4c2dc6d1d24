"""`skyhold plan`: terminals placed, and what is missing before they can be switched on."""

from __future__ import annotations

import csv
import json

import pytest

from skyhold.cli.main import run_verb
from skyhold.scenario.load import load
from skyhold.scenario.scenario import BroadbandScenario

QUICK = ["--set", "clock.duration_h=0.5", "--set", "area.h3_resolution=3", "--slots", "2"]


def test_a_plan_of_a_scenario_is_json_with_all_its_tables(capsys, tmp_path):
    cells = tmp_path / "cells.csv"
    run = tmp_path / "planned.toml"
    words = ["plan", "ukraine-2022", "--terminals", "1000", *QUICK, "--csv", str(cells), "--json"]
    assert run_verb([*words, "--write", str(run)]) == 0
    found = json.loads(capsys.readouterr().out)
    ways = {row["way"]: row for row in found["plan"]}
    assert ways["plan"]["people_served"] >= ways["by population"]["people_served"]
    assert ways["plan"]["people_served"] <= ways["plan"]["bound_people"] + 1e-6
    assert found["flown"]["worst"] <= found["flown"]["mean"]
    with cells.open() as lines:
        placed = sum(int(row["terminals"]) for row in csv.DictReader(lines))
    assert placed + ways["plan"]["sites_met"] == ways["plan"]["terminals_placed"]
    carried_out = load(run, kind=BroadbandScenario)
    assert sum(one.terminals for one in carried_out.placed) == ways["plan"]["terminals_placed"]


def test_a_plan_reads_as_tables_and_says_its_bound(capsys):
    assert run_verb(["plan", "ukraine-2022", "--terminals", "1000", "--objective", "people", *QUICK]) == 0
    text = capsys.readouterr().out
    for told in (
        "Where the terminals go",
        "by population",
        "no plan serves more than",
        "Flown by the scheduler",
    ):
        assert told in text


def test_activation_of_ukraine_misses_terminals(capsys):
    words = [
        "plan",
        "--activation",
        "UKR",
        "--date",
        "2022-02-24",
        "--fleet",
        "starlink-2022-02-28",
        "--json",
    ]
    assert run_verb(words) == 0
    there = {row["need"]: row["there"] for row in json.loads(capsys.readouterr().out)}
    assert there == {
        "satellites": "yes",
        "gateway in reach": "yes",
        "spectrum": "not computed",
        "terminals": "no",
    }


def test_activation_far_south_misses_a_gateway(capsys):
    assert run_verb(["plan", "--activation", "ATF", "--date", "2022-02-24"]) == 0
    text = capsys.readouterr().out
    assert "Missing: gateway in reach, terminals." in text
    assert "none in reach" in text


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["plan"], "--country"),
        (["plan", "iss-2022"], "broadband"),
        (["plan", "--country", "UKX"], "UKR"),
        (["plan", "--activation", "UKR", "--date", "yesterday"], "date such as"),
        (["plan", "ukraine-2022", "--terminals", "-5", *QUICK], "plan.terminals"),
        (["plan", "ukraine-2022", "--terminals", "5", "--gateways", "99", *QUICK], "plan.gateways"),
    ],
)
def test_slips_are_told(words, told, capsys):
    assert run_verb(words) == 2
    written = capsys.readouterr().err
    assert told in written
    assert written.count("\n") == 1


@pytest.mark.parametrize("more", [["--date", "2090-01-01"], ["--fleet", "oneweb"], ["--country", "UKR"]])
def test_what_a_scenario_says_itself_is_not_typed_beside_it(more, capsys):
    assert run_verb(["plan", "ukraine-2022", *more]) == 2
    assert " ".join(more) in capsys.readouterr().err


def test_a_fleet_of_later_years_says_nothing_of_a_day(capsys):
    assert run_verb(["plan", "--activation", "MDA", "--date", "2019-01-01", "--json"]) == 0
    satellites = json.loads(capsys.readouterr().out)[0]
    assert satellites["there"] == "not computed"
    assert "--fleet" in satellites["what would help"]
