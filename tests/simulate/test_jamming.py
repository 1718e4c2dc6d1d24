"""Jamming alone: the tables of one jammer agree with each other."""

import pytest

from skyhold.scenario.load import loads
from skyhold.scenario.scenario import BroadbandScenario
from skyhold.simulate import jamming

SCENARIO = """
schema_version = 1
name = "aloft"
fleet.library = "starlink-2022-02-28"
clock = { start_utc = 2022-02-28T00:00:00Z, duration_h = 0.25 }
jammers = [{ name = "one", preset = "PRESET", latitude_deg = 48.0, longitude_deg = 37.8 }]
"""


def around(preset):
    scenario = loads(SCENARIO.replace("PRESET", preset), "here", kind=BroadbandScenario)
    return jamming.surroundings(scenario, scenario.jammers[0])


@pytest.mark.parametrize("preset", ["A", "E"])
def test_a_jammer_loses_the_same_in_every_table(preset):
    place = around(preset)
    [middle] = [r for r in jamming.areas(place, place.left(place.field)).rows() if r["estimate"] == "middle"]
    nothing = jamming.countermeasures(place).rows()[0]
    [same] = [row for row in jamming.classes(place).rows() if row["class"] == preset]
    assert middle["lost_km2"] == nothing["lost_km2"] == same["lost_km2"] > 0.0
    assert middle["denied_km2"] == nothing["denied_km2"] == same["denied_km2"]


def test_a_class_is_looked_at_as_far_as_it_reaches():
    near, far = (
        {row["class"]: row["lost_km2"] for row in jamming.classes(around(preset)).rows()} for preset in "AE"
    )
    assert near == far
