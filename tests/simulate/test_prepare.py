"""Names become arrays: places that can be told apart, clocks that can be run."""

from __future__ import annotations

import pytest

import skyhold
from skyhold.data.cities import City
from skyhold.errors import ScenarioError
from skyhold.simulate.prepare import named_places, prepare, unlike_names


def test_the_largest_city_of_a_name_keeps_it():
    found = [
        City("Springfield", "USA", 37.22, -93.30, 169_000),
        City("Springfield", "USA", 42.10, -72.59, 154_000),
        City("Springfield", "AUS", -27.65, 152.92, 20_000),
        City("Kyiv", "UKR", 50.45, 30.52, 2_900_000),
        City("Springfield", "USA", 39.80, -89.64, 116_000),
    ]
    names = unlike_names(found)
    assert names == [
        "Springfield",
        "Springfield (USA)",
        "Springfield (AUS)",
        "Kyiv",
        "Springfield (USA, 39.80 N 89.64 W)",
    ]
    assert unlike_names(found[:3]) == names[:3]


def test_no_two_places_of_a_world_run_share_a_name():
    scenario = skyhold.load("starlink-gen1-global", sets=["cities.count=2000", "area=", "variants=[]"])
    names = [place.name for place in named_places(scenario)]
    assert len(set(names)) == len(names) == 2000


def test_a_clock_of_too_many_slots_is_refused_at_once():
    scenario = skyhold.load("walker-demo", sets=["clock.slot_period_s=0.0001", "clock.duration_h=24"])
    with pytest.raises(ScenarioError, match=r"864,000,000 slots.*slot_period_s"):
        prepare(scenario)
