"""Mutated scenario files load or are refused with place and remedy; nothing else ever comes out."""

import re

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from skyhold.errors import ScenarioError
from skyhold.scenario import library
from skyhold.scenario.load import load, loads
from skyhold.scenario.scenario import Scenario

RICH = """schema_version = 1
name = "rich"
[clock]
start_utc = 2022-02-28T00:00:00+02:00
duration_h = 1
[fleet]
library = "walker-demo"
codes = ["S:1200:87.9:720/18/1 (Star)"]
shells = [{ name = "a", altitude_km = 550.0, inclination_deg = 53.0, planes = 4, satellites_per_plane = 5 }]
catalogue = { path = "x.tle", keep = ["operational", "raising"] }
[area]
bbox_deg = [22.0, 44.0, 40.5, 52.5]
[gateways]
file = "sites.csv"
[gateways.mask]
field_of_view_deg = 100.0
[[events]]
gateway = "x"
from_utc = 2022-02-28T00:00:00
to_utc = 2022-02-28T01:00:00Z
[[variants]]
name = "v"
title = "t"
[variants.set]
terminal.min_elevation_deg = 40.0
"events[0].gateway" = "y"
"""
TEXTS = [RICH, *(library.scenario_text(name) for name in library.scenario_names())]
WEIRD = [
    "nan", "-inf", "1e308", "-1e-320", "0", "-1", "9" * 400, "1" * 5000, "0x" + "f" * 4000, "true", '""', '"a"', "[]",
    "[[]]", "{}", "[1, 'a', {}]", "{ a = { b = 1 } }", "2022-02-28", "07:32:00", "9999-12-31T23:59:59-23:59",
    "0001-01-01", '"\\u0000"', '"' + "x" * 3000 + '"', '"\U0001f6f0"', "''' '''", "3.5", '"3"', "[nan]", "",
    "[" * 200 + "]" * 200, "{ " + "a." * 300 + "a = 1 }",
]  # fmt: skip
SETTINGS = settings(
    deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture]
)


def loads_or_refuses(read) -> None:
    try:
        scenario = read()
    except ScenarioError as error:
        says = all(part.where and part.remedy for part in (error, *error.parts))
    else:
        says = isinstance(scenario, Scenario)
    assert says


def test_the_texts_load_unharmed():
    assert all(isinstance(loads(text), Scenario) for text in TEXTS)


@given(
    st.sampled_from(TEXTS),
    st.lists(st.tuples(st.integers(0, 10**4), st.integers(0, 255)), min_size=1, max_size=4),
)
@settings(SETTINGS, max_examples=250)
def test_flipped_bytes(tmp_path_factory, text, flips):
    content = bytearray(text.encode())
    for place, byte in flips:
        content[place % len(content)] = byte
    path = tmp_path_factory.getbasetemp() / "flipped.toml"
    path.write_bytes(content)
    loads_or_refuses(lambda: load(path))


def keys(text: str) -> list[re.Match[str]]:
    return list(re.finditer(r"(?m)^(\w+) = (.*)$", text))


@given(st.sampled_from(TEXTS), st.integers(0, 999), st.sampled_from(WEIRD))
@settings(SETTINGS, max_examples=350)
def test_values_of_another_kind(text, which, value):
    found = keys(text)[which % len(keys(text))]
    loads_or_refuses(lambda: loads(text[: found.start(2)] + value + text[found.end(2) :]))


@given(st.sampled_from(TEXTS), st.integers(0, 999), st.integers(0, 30), st.text(max_size=2))
@settings(SETTINGS, max_examples=200)
def test_misspelled_keys(text, which, place, letters):
    found = keys(text)[which % len(keys(text))]
    at = found.start(1) + place % len(found[1])
    loads_or_refuses(lambda: loads(text[:at] + letters + text[at + 1 :]))


@given(st.sampled_from(TEXTS), st.integers(0, 10**4), st.integers(1, 200))
@settings(SETTINGS, max_examples=150)
def test_deleted_spans(text, start, length):
    start %= len(text)
    loads_or_refuses(lambda: loads(text[:start] + text[start + length :]))


@given(st.sampled_from(TEXTS), st.integers(0, 999), st.integers(0, 999))
@settings(SETTINGS, max_examples=150)
def test_lines_doubled_and_moved(text, source, target):
    lines = text.splitlines()
    lines.insert(target % len(lines), lines[source % len(lines)])
    loads_or_refuses(lambda: loads("\n".join(lines)))


PATHS = st.one_of(
    st.sampled_from(
        ["terminal", "places.0", "events.+", "fleet.shells.0.planes", "variants[0].set", "area", "name"]
    ),
    st.text(max_size=12),
)


@given(PATHS, st.one_of(st.sampled_from(WEIRD), st.text(max_size=20)))
@settings(SETTINGS, max_examples=250)
def test_any_set(path, value):
    loads_or_refuses(lambda: load("ukraine-2022", [f"{path}={value}"]))


STATION_PATHS = st.sampled_from(
    [
        "station",
        "station.spec",
        "station.file",
        "orbit.epoch_utc",
        "withdrawals.+",
        "vehicles.+",
        "deorbit",
        "kind",
        "reboost.vehicles",
        "space_weather",
        "risk.population_year",
        "deorbit.perigee_steps_km",
        "horizon_days",
    ]
)


@given(STATION_PATHS, st.one_of(st.sampled_from(WEIRD), st.text(max_size=20)))
@settings(SETTINGS, max_examples=150)
def test_any_set_over_a_station(path, value):
    loads_or_refuses(lambda: load("iss-2022", [f"{path}={value}"]))


@given(st.binary(max_size=200))
@settings(SETTINGS, max_examples=100)
def test_any_bytes(tmp_path_factory, content):
    path = tmp_path_factory.getbasetemp() / "bytes.toml"
    path.write_bytes(content)
    with pytest.raises(ScenarioError) as caught:
        load(path)
    assert caught.value.where
    assert caught.value.remedy
