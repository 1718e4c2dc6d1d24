"""Quick questions: coverage, passes, latency."""

from __future__ import annotations

import json

import pytest

from skyhold.cli.main import run_verb

CODE = "D:550:53:96/12/1"


def answer(capsys, *words):
    assert run_verb([*words, "--json"]) == 0
    return json.loads(capsys.readouterr().out)


def test_coverage_tells_in_view_from_served(capsys):
    found = answer(
        capsys, "coverage", "--country", "UKR", "--fleet", CODE, "--hours", "0.5", "--resolution", "2"
    )
    assert found["interval_s"] == 1800.0
    assert found["satellites"] == 96
    assert len(found["h3"]) == len(found["in_view"]["covered_percent"]) > 1
    pairs = zip(found["in_view"]["assets_mean"], found["with_gateway"]["assets_mean"], strict=True)
    assert all(seen >= served for seen, served in pairs)
    assert 0.0 < max(found["in_view"]["covered_percent"]) <= 100.0


def test_coverage_reads_as_a_table(capsys):
    assert (
        run_verb(["coverage", "--fleet", CODE, "--hours", "0.1", "--resolution", "1", "--country", "UKR"])
        == 0
    )
    text = capsys.readouterr().out
    assert "coverage time" in text
    assert "with gateway" in text


def test_passes_rise_culminate_and_set_in_order(capsys):
    rows = answer(capsys, "passes", "--lat", "50.45", "--lon", "30.52", "--fleet", CODE, "--hours", "2")
    assert rows
    for row in rows:
        assert row["rise_utc"] <= row["culmination_utc"] <= row["set_utc"]
        assert row["culmination_elevation_deg"] >= 24.9
    assert [row["rise_utc"] for row in rows] == sorted(row["rise_utc"] for row in rows)


def test_latency_three_ways(capsys):
    rows = answer(capsys, "latency", "Kyiv", "--hours", "0.05")
    ways = {row["way"]: row["rtt_median_ms"] for row in rows}
    assert ways["fibre"] < ways["LEO"] < ways["GEO"]


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["latency"], "a city"),
        (["latency", "Kyyiv"], "Kyiv"),
        (["latency", "--lat", "50"], "both --lat and --lon"),
        (["latency", "Kyiv", "--date", "yesterday"], "UTC time"),
        (["coverage", "--country", "UKX"], "UKR"),
        (["coverage", "--fleet", "D:550:53:100/9/1"], "P = 9"),
        (["coverage", "--hours", "-1"], "duration_h"),
        (["passes", "--lat", "91", "--lon", "0"], "latitude_deg"),
        (["passes", "--lat", "50"], "--lon"),
        (["passes", "--lat", "50", "--lon", "30", "--catalogue", "no.tle"], "no.tle"),
    ],
)
def test_slips_are_told(words, told, capsys):
    assert run_verb(words) == 2
    written = capsys.readouterr().err
    assert told in written
    assert written.count("\n") == 1


def test_latency_knows_older_names_and_says_which_city_it_took(capsys):
    words = ["latency", "Odessa", "--hours", "0.05"]
    assert run_verb(words) == 0
    text = capsys.readouterr().out
    assert "Odesa, UKR (46.49, 30.74)" in text
    assert "Also of that name: Odessa (USA, 114,428 people)" in text
    [row, *_] = answer(capsys, *words, "--country", "USA")
    assert row["name"] == "Odessa, USA"


def test_passes_fly_every_class_of_a_catalogue_and_tell_its_age(capsys, tmp_path):
    iss = tmp_path / "iss.tle"
    iss.write_text(
        "1 25544U 98067A   22055.11106278  .00005118  00000-0  97877-4 0  9997\n"
        "2 25544  51.6415 176.5674 0005315 160.0639  14.4646 15.49914572327643\n"
    )
    words = [
        "--lat",
        "50.45",
        "--lon",
        "30.52",
        "--catalogue",
        str(iss),
        "--hours",
        "24",
        "--date",
        "2022-02-25",
    ]
    assert run_verb(["passes", *words]) == 0
    text = capsys.readouterr().out
    assert "1 element sets of 1 objects, 0 rejected" in text
    assert "elements of 0.9 days before the start" in text
    assert run_verb(["passes", *words, "--keep", "operational"]) == 2
    assert "--keep" in capsys.readouterr().err
