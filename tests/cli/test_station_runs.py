"""Runs of stations and of both branches from the command line: folder, summary, comparison."""

from __future__ import annotations

import json

import pytest

import skyhold
from skyhold.cli.main import run_verb
from skyhold.results.tables import Table
from skyhold.simulate import station

SHORT = ("clock.duration_h=0.1", "cities.count=2", "area=", "variants=[]")


def tables(scenario):
    """A re-entry that the horizon sets, and a number."""
    days = [scenario.horizon_days * share for share in (0.2, 0.3, 0.4, 0.5, 0.6)]
    start = scenario.start_utc.date()
    rows = [
        {"percentile": percent, "date": str(start.replace(year=start.year + 1 + i)), "days": day}
        for i, (percent, day) in enumerate(zip((5, 25, 50, 75, 95), days, strict=True))
    ]
    risk = {"quantity": "casualty_expectation", "value": 1e-5 * days[2], "low": 0.0, "high": 1.0}
    return {
        "reentry": Table.of_rows("reentry", rows),
        "risk": Table.of_rows("risk", [risk | {"unit": "people", "note": ""}]),
    }


@pytest.fixture
def quick(monkeypatch):
    """The station line answers at once."""
    monkeypatch.setattr(station, "simulate_station", lambda scenario, progress: (tables(scenario), {}))


@pytest.fixture
def both(tmp_path):
    """A combined scenario whose broadband branch takes seconds."""
    from skyhold.scenario.load import dumps, load

    (tmp_path / "service.toml").write_text(dumps(load("ukraine-2022", SHORT)), encoding="utf-8")
    text = (
        'schema_version = 1\nkind = "combined"\nname = "both"\n'
        '[broadband]\nfile = "service.toml"\n[station]\nlibrary = "iss-2022"\n'
    )
    (tmp_path / "both.toml").write_text(text, encoding="utf-8")
    return str(tmp_path / "both.toml")


def made(folder, *words):
    assert run_verb(["run", *words, "--out", str(folder), "--no-report", "--quiet"]) == 0
    return str(folder)


def test_a_station_run_leaves_a_folder(quick, tmp_path, capsys):
    folder = tmp_path / "run"
    assert run_verb(["run", "iss-2022", "--out", str(folder), "--no-report", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["folder"] == str(folder)
    assert found["summary"]["reentry_p50"] == "2025-02-25"
    opened = skyhold.open(folder)
    assert opened.scenario.name == "iss-2022"
    assert list(opened.variants) == [variant.name for variant in opened.scenario.variants]


def test_a_station_run_says_when_it_falls(quick, tmp_path, capsys):
    assert run_verb(["run", "iss-2022", "--out", str(tmp_path / "run"), "--no-report"]) == 0
    told = capsys.readouterr().out
    assert "February 2023" in told
    assert str(tmp_path / "run") in told


def test_a_run_of_both_says_both(quick, both, tmp_path, capsys):
    assert run_verb(["run", both, "--out", str(tmp_path / "run"), "--no-report"]) == 0
    told = capsys.readouterr().out
    assert "had a satellite with a gateway in view" in told
    assert "it comes down" in told


def test_two_station_runs_side_by_side(quick, tmp_path, capsys):
    first = made(tmp_path / "a", "iss-2022", "--set", "variants=[]")
    second = made(tmp_path / "b", "iss-2022", "--set", "variants=[]", "--set", "horizon_days=1000",
                  "--set", "start_utc=2022-02-26T00:00:00Z")  # fmt: skip
    capsys.readouterr()
    assert run_verb(["compare", first, second, "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["settings"]["horizon_days"] == [1826.0, 1000.0]
    assert found["figures"]["reentry_p50"] == ["2025-02-25", "2025-02-26", 1.0]
    assert found["figures"]["casualty_expectation"][2] == pytest.approx(-826 * 0.4e-5)
    assert run_verb(["compare", first, second]) == 0
    assert "horizon_days" in capsys.readouterr().out


def test_runs_of_different_kinds_are_not_compared(quick, both, tmp_path, capsys):
    joined = made(tmp_path / "both", both)
    alone = made(tmp_path / "fate", "iss-2022", "--set", "variants=[]")
    assert run_verb(["compare", joined, alone]) == 2
    told = capsys.readouterr().err
    assert "different kinds" in told
    assert "both, combined, and iss-2022, station" in told
    assert run_verb(["compare", joined, joined, "--json"]) == 0
    assert set(json.loads(capsys.readouterr().out)) == {"broadband", "station"}


def test_a_comparison_of_station_runs_has_no_page(quick, tmp_path, capsys):
    run = made(tmp_path / "a", "iss-2022", "--set", "variants=[]")
    assert run_verb(["compare", run, run, "--report", str(tmp_path / "page.html")]) == 2
    assert "has no page" in capsys.readouterr().err
    assert not (tmp_path / "page.html").exists()


@pytest.mark.parametrize("name", ["iss-2022", "february-2022"])
def test_check_tells_what_would_run(name, capsys):
    assert run_verb(["check", name, "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["sound"] is True
    assert found["title"]
