"""Moving terminals in scenario files."""

from __future__ import annotations

import pytest

from skyhold.errors import ScenarioError
from skyhold.scenario.check import check
from skyhold.scenario.load import load, loads
from skyhold.scenario.scenario import BroadbandScenario

HEAD = """
schema_version = 1
name = "on-the-move"
clock = { start_utc = 2022-02-28T00:00:00Z, duration_h = 6 }
fleet = { codes = ["D:550:53:96/12/1"] }
places = [{ name = "Kyiv", latitude_deg = 50.45, longitude_deg = 30.52 }]
"""
TRUCK = """
[[moving]]
name = "truck"
track = [
  { utc = 2022-02-28T01:00:00Z, latitude_deg = 49.8, longitude_deg = 23.0 },
  { utc = 2022-02-28T02:00:00Z, latitude_deg = 49.8, longitude_deg = 24.0 },
]
"""


def test_a_track_is_read():
    scenario = loads(HEAD + TRUCK, kind=BroadbandScenario)
    [truck] = scenario.moving
    assert truck.kind == "vehicle"
    assert [point.longitude_deg for point in truck.track] == [23.0, 24.0]
    assert not check(scenario)


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("T02:00", "T00:30", "track goes back in time"),
        ("T02:00", "T01:00", "track goes back in time"),
        ("T02:00:00Z", "T01:00:00.5Z", "faster than anything that flies"),
        ("24.0", "nan", "longitude_deg"),
        ("24.0", "240.0", "longitude_deg"),
        ('name = "truck"', 'name = "truck"\nkind = "sledge"', "kind"),
        ('name = "truck"', 'name = "truck"\nfile = "truck.gpx"', "a track and a file"),
        ('name = "truck"', 'name = "truck"\nroll_deg = 90', "roll_deg"),
        ('name = "truck"', 'name = "truck"\nspeed_limit_km_h = 0', "speed_limit_km_h"),
    ],
)
def test_what_cannot_be_is_refused_in_one_error(old, new, told):
    with pytest.raises(ScenarioError, match=told):
        loads(HEAD + TRUCK.replace(old, new), kind=BroadbandScenario)


def test_neither_track_nor_file_and_one_point_alone():
    with pytest.raises(ScenarioError, match="neither a track nor a file"):
        loads(HEAD + '[[moving]]\nname = "truck"\n', kind=BroadbandScenario)
    lines = TRUCK.splitlines()
    with pytest.raises(ScenarioError, match="one point"):
        loads(HEAD + "\n".join([*lines[:4], lines[4], lines[6]]), kind=BroadbandScenario)


def test_two_of_one_name_are_refused():
    with pytest.raises(ScenarioError, match="'truck' stands more than once"):
        loads(HEAD + TRUCK + TRUCK, kind=BroadbandScenario)


def test_a_track_of_another_day_is_noted():
    found = check(loads(HEAD + TRUCK.replace("02-28", "03-02"), kind=BroadbandScenario))
    assert [(one.level, one.path) for one in found] == [("note", "moving[0].track")]


def test_a_relative_file_starts_at_the_scenario_and_must_be_there(tmp_path):
    path = tmp_path / "moving.toml"
    path.write_text(HEAD + '[[moving]]\nname = "truck"\nfile = "truck.gpx"\n')
    scenario = load(path, kind=BroadbandScenario)
    assert scenario.moving[0].file == tmp_path / "truck.gpx"
    assert [(one.level, one.path) for one in check(scenario)] == [("error", "moving[0].file")]
    (tmp_path / "truck.gpx").write_text("")
    assert not check(scenario)
