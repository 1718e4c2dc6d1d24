"""`skyhold track`."""

from __future__ import annotations

import csv
import json

import pytest

from skyhold.cli.main import run_verb

SHORT = ("--via", "Lviv", "--via", "49.9,24.4", "--every-min", "5")
SCENARIO = """
schema_version = 1
name = "on-the-move"
clock = { start_utc = 2022-02-28T00:00:00Z, duration_h = 0.5 }
fleet = { library = "starlink-2022-02-28" }
places = [{ name = "Kyiv", latitude_deg = 50.45, longitude_deg = 30.52 }]
[[moving]]
name = "truck"
track = [
  { utc = 2022-02-28T00:05:00Z, latitude_deg = 49.84, longitude_deg = 24.03 },
  { utc = 2022-02-28T00:15:00Z, latitude_deg = 49.85, longitude_deg = 24.20 },
]
[[moving]]
name = "drone"
kind = "drone"
speed_limit_km_h = 90
track = [
  { utc = 2022-02-28T00:05:00Z, latitude_deg = 46.9, longitude_deg = 32.0, altitude_m = 900 },
  { utc = 2022-02-28T00:15:00Z, latitude_deg = 46.9, longitude_deg = 32.4, altitude_m = 900 },
]
"""


def test_a_truck_by_names_and_coordinates(capsys):
    assert run_verb(["track", *SHORT]) == 0
    text = capsys.readouterr().out
    assert "Lviv" in text
    assert "served" in text
    assert "=" * 20 in text


def test_json_holds_every_slot_and_csv_the_same(capsys, tmp_path):
    out = tmp_path / "slots.csv"
    assert run_verb(["track", *SHORT, "--json", "--csv", str(out)]) == 0
    found = json.loads(capsys.readouterr().out)
    [summary] = found["moving"]
    assert summary["kind"] == "vehicle"
    assert summary["distance_km"] == pytest.approx(27, abs=2)
    rows = list(csv.DictReader(out.read_text().splitlines()))
    assert len(rows) == len(found["track"]) > 100
    assert [row["satellite"] for row in rows] == [row["satellite"] for row in found["track"]]
    assert all(abs(row["shift_down_khz"]) < 280 for row in found["track"] if row["satellite"])
    assert {row["stop"] for row in found["track"]} <= {"served", "no gateway", "too near the GSO arc"}


def test_a_scenario_and_outages_with_their_reason(capsys, tmp_path):
    path = tmp_path / "moving.toml"
    path.write_text(SCENARIO)
    assert run_verb(["track", str(path)]) == 0
    text = capsys.readouterr().out
    assert "truck" in text
    assert "without service: once" in text
    assert "too fast" in text
    path.write_text(SCENARIO.split("[[moving]]")[0])
    assert run_verb(["track", str(path)]) == 2
    assert "nothing moves" in capsys.readouterr().err


def test_a_leg_too_fast_is_doubted(capsys):
    assert run_verb(["track", *SHORT, "--speed-km-h", "500"]) == 0
    assert "warning: Lviv to 49.9,24.4: leg 1 takes 500 km/h" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["track"], "no track"),
        (["track", "none.gpx"], "cannot be read"),
        (["track", "none.gpx", *SHORT], "two tracks"),
        (["track", "--via", "Lviv"], "one point"),
        (["track", "--via", "Lvow", "--via", "Kyiv"], "no city 'Lvow'"),
        (["track", "--via", "Lviv", "--via", "nan,3"], "no city"),
        (["track", "--via", "Lviv", "--via", "95,3"], "latitude_deg"),
        (["track", *SHORT, "--speed-km-h", "0"], "--speed-km-h. Must be > 0"),
        (["track", *SHORT, "--speed-km-h", "nan"], "--speed-km-h"),
        (["track", *SHORT, "--every-min", "nan"], "--every-min"),
        (["track", "--via", "-95,3", "--via", "0,0"], "latitude_deg"),
        (["track", *SHORT, "--date", "soon"], "--date"),
        (["track", *SHORT, "--roll-deg", "90"], "roll_deg"),
        (["track", *SHORT, "--pointing-deg", "nan"], "pointing_deg"),
    ],
)
def test_slips_are_told(words, told, capsys):
    assert run_verb(words) == 2
    written = capsys.readouterr().err
    assert told in written
    assert written.count("\n") == 1
