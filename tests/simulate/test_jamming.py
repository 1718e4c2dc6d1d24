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


def test_the_margin_falls_to_nothing_where_the_rate_does():
    rows = jamming.by_distance(place := around("C"), place.left(place.field)).rows()
    dark = [row["margin_db"] for row in rows if row["rate_left_percent"] == 0.0]
    bright = [row["margin_db"] for row in rows if row["rate_left_percent"] > 50.0]
    assert max(dark) < 0.0 < 5.0 < min(bright)


def test_burn_through_is_that_of_the_worked_example():
    place = around("C")
    spot = place.field.jammers[0].model_copy(update={"strategy": "spot"})
    strong = spot.model_copy(update={"eirp_dbw": spot.eirp_dbw.model_copy(update={"value": 50.0})})
    # W17: 79.16 km behind 0.3 dB of air; QPSK 2/9 is the lowest mode
    assert jamming.free_space_burn_through_m(place.field, strong) == pytest.approx(
        79.16e3 / 10**0.015, rel=0.005
    )
