import numpy as np
import pytest
from tests.jamming.setting import HERE, RADIO, jammer, moments

from skyhold.geometry.masks import SkyMask
from skyhold.jamming import denied
from skyhold.jamming.denied import Loss
from skyhold.jamming.effects import LEGS, rate_under
from skyhold.jamming.field import Field
from skyhold.jamming.ranking import MEASURES, by_class, doubts, rank, sensitivity
from skyhold.nouns.constellation import FleetSpec
from skyhold.nouns.jammers import Countermeasures
from skyhold.nouns.radio import UserDown
from skyhold.orbits.propagate import build_fleet


@pytest.fixture(scope="module")
def ground():
    return denied.rings(*HERE, 500.0, 60e3, 20)


@pytest.fixture(scope="module")
def over(ground):
    fleet = build_fleet(FleetSpec(library="starlink-2022-02-28"), moments().epoch)
    return denied.sky_over(fleet, ground.sites, SkyMask(), moments())


def evaluate_with(ground, over, against):
    return lambda field: Loss(ground, rate_under(field, over, LEGS[against]))


def test_each_alone_the_best_first_and_all_together(ground, over):
    field = Field(RADIO, (jammer(preset="C"),), Countermeasures(), ground.sites)
    none, *alone, everything = rank(field, evaluate_with(ground, over, "user-down"))
    assert (none.name, none.recovered) == ("none", 0.0)
    assert [one.recovered for one in alone] == sorted((one.recovered for one in alone), reverse=True)
    assert everything.recovered >= alone[0].recovered
    assert {one.name for one in alone} == {m.name for m in MEASURES if "user-down" in m.helps}


def test_only_what_can_help_is_tried(ground, over):
    field = Field(RADIO, (jammer(preset="D"),), Countermeasures(), ground.sites)
    names = {one.name for one in rank(field, evaluate_with(ground, over, "user-up"))}
    assert "satellite-null" in names
    assert "null" not in names


def test_the_estimate_of_the_power_counts_most(ground, over):
    field = Field(RADIO, (jammer(preset="C"),), Countermeasures(), ground.sites)
    found = sensitivity(field, evaluate_with(ground, over, "user-down"))
    by_name = {one.parameter: one for one in found}
    power = by_name["EIRP of the jammer"]
    assert (power.low, power.high) == (40.0, 50.0)
    assert power.denied_low_km2 < power.denied_high_km2
    widths = [abs(one.lost_high_km2 - one.lost_low_km2) for one in found]
    assert widths == sorted(widths, reverse=True)
    assert by_name["clutter round it"].denied_high_km2 < by_name["clutter round it"].denied_low_km2


def test_classes_grow_with_their_power(ground, over):
    field = Field(RADIO, (jammer(preset="C"),), Countermeasures(), ground.sites)
    found = by_class(field, evaluate_with(ground, over, "user-down"))
    assert [letter for letter, _, _ in found] == ["A", "B", "C", "E"]
    lost = [left.lost_km2() for _, _, left in found[:3]]
    assert np.all(np.diff(lost) > 0)


def test_a_radio_told_by_its_power_is_doubted_by_its_power(ground):
    down = UserDown.model_validate({"eirp_dbw": {"value": 30.0, "low": 27.0, "high": 33.0}})
    loud = RADIO.model_copy(update={"user_down": down})
    field = Field(loud, (jammer(preset="C"),), Countermeasures(), ground.sites)
    found = {one.parameter: one for one in doubts(field)}
    assert "flux of the satellite" not in found
    level = found["EIRP of the satellite"]
    assert level.put(field, level.high).radio.user_down.eirp_dbw.value == 33.0
