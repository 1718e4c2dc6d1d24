import json

import pytest
from tests.mobility.sky import START

from skyhold.errors import ScenarioError
from skyhold.mobility.track_files import read_points, waypoints
from skyhold.nouns.mobility import MovingTerminal

GPX = """<?xml version="1.0"?>
<gpx xmlns="http://www.topografix.com/GPX/1/1" version="1.1"><trk><trkseg>
<trkpt lat="49.8" lon="22.95"><ele>210</ele><time>2022-02-28T00:00:00Z</time></trkpt>
<trkpt lat="49.84" lon="24.03"><ele>300</ele><time>2022-02-28T01:30:00Z</time></trkpt>
</trkseg></trk></gpx>"""
CSV = "time,lat,lon,ele\n2022-02-28T00:00:00Z,49.8,22.95,210\n2022-02-28T01:30:00Z,49.84,24.03,300\n"
LINE = {
    "type": "Feature",
    "properties": {"coordTimes": ["2022-02-28T00:00:00Z", "2022-02-28T01:30:00Z"]},
    "geometry": {"type": "LineString", "coordinates": [[22.95, 49.8, 210], [24.03, 49.84, 300]]},
}
POINTS = {
    "type": "FeatureCollection",
    "features": [
        {"type": "Feature", "properties": {"time": t}, "geometry": {"type": "Point", "coordinates": place}}
        for t, place in zip(LINE["properties"]["coordTimes"], LINE["geometry"]["coordinates"], strict=True)
    ],
}


def of_file(tmp_path, text, name="track.txt", **more):
    path = tmp_path / name
    path.write_text(text)
    return MovingTerminal(name="it", file=path, **more)


@pytest.mark.parametrize(
    "text", [GPX, CSV, json.dumps(LINE), json.dumps(POINTS)], ids=["gpx", "csv", "line", "points"]
)
def test_every_kind_of_file_says_the_same(tmp_path, text):
    first, last = waypoints(of_file(tmp_path, text))
    assert (first.latitude_deg, first.longitude_deg, first.altitude_m) == (49.8, 22.95, 210)
    assert (last.latitude_deg, last.longitude_deg, last.altitude_m) == (49.84, 24.03, 300)
    assert first.utc == START
    assert (last.utc - first.utc).total_seconds() == 5400


def test_a_file_without_times_takes_a_departure_and_a_speed(tmp_path):
    text = "lat,lon\n46,32\n47,32\n47,32\n48,32\n"
    track = waypoints(of_file(tmp_path, text, departs_utc=START, speed_km_h=111.0))
    assert [point.latitude_deg for point in track] == [46, 47, 48]
    assert (track[-1].utc - START).total_seconds() / 3600 == pytest.approx(2.0, rel=5e-3)
    with pytest.raises(ScenarioError, match=r"no times.*departs_utc and speed_km_h"):
        waypoints(of_file(tmp_path, text))


def test_a_point_that_comes_twice_is_taken_once(tmp_path):
    rows = CSV.splitlines()
    assert len(waypoints(of_file(tmp_path, "\n".join([rows[0], rows[1], rows[1], rows[2]])))) == 2


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("hello", "this is no track"),
        (CSV.replace("49.84", "nan"), "point 2"),
        (CSV.replace("49.84", "149"), "latitude_deg"),
        (CSV.replace("49.84", "north"), "north"),
        (CSV.replace("49.84", ""), "latitude_deg"),
        (CSV.replace("T01:30", "T00:00"), "goes back in time"),
        (CSV.replace("02-28T01", "02-27T01"), "goes back in time"),
        (CSV.replace("2022-02-28T01:30:00Z", "noon"), "not a time"),
        (CSV.replace("2022-02-28T01:30:00Z", ""), "not a time"),
        (CSV.splitlines()[0], "0 points"),
        (GPX.replace("</gpx>", ""), "XML is damaged"),
        (GPX.replace("<gpx", '<!DOCTYPE x [<!ENTITY a "b">]><gpx'), "document type"),
        (json.dumps(LINE)[:-2], "JSON is damaged"),
        (json.dumps(LINE).replace('"2022-02-28T00:00:00Z", ', ""), "1 times of 2 points"),
        ("{}", "0 points"),
        ("[1]", "no track"),
        ("lat,lon\n46,32\n47,nan\n", "point 2"),
    ],
)
def test_bad_files_are_told_in_one_error(tmp_path, text, told):
    with pytest.raises(ScenarioError, match=told):
        waypoints(of_file(tmp_path, text, departs_utc=START, speed_km_h=50.0))


def test_a_file_that_is_not_there(tmp_path):
    with pytest.raises(ScenarioError, match="cannot be read"):
        read_points(tmp_path / "none.gpx")
    (tmp_path / "binary").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(ScenarioError, match="cannot be read"):
        read_points(tmp_path / "binary")
