from pathlib import Path

import numpy as np
import pytest
from tests.jamming.setting import HERE, RADIO, around, field, jammer, moments, sky

from skyhold.errors import ScenarioError
from skyhold.jamming.field import NOTHING, Field
from skyhold.nouns.jammers import Countermeasures
from skyhold.scenario import load

TEXT = """
schema_version = 1
name = "x"
fleet.library = "starlink-2022-02-28"
clock = { start_utc = 2022-02-28T00:00:00Z, duration_h = 1 }
places = [{ name = "a", latitude_deg = 48, longitude_deg = 37 }]
"""


def scenario(**changes):
    return load.with_values(load.loads(TEXT, "x.toml"), changes)


def test_of_a_scenario():
    one = {"name": "j", "preset": "C", "latitude_deg": 48.0, "longitude_deg": 37.8}
    found = Field.of(scenario(jammers=[one], **{"countermeasures.taper": True}), around(5.0))
    assert found.jammers[0].preset == "C"
    assert found.countermeasures.taper
    assert found.affected.tolist() == [True]


@pytest.mark.parametrize(
    ("found", "told"),
    [
        (field(around(5.0), jammer(channels=9)), "more channels"),
        (field(around(5.0), narrow_uplink_mhz=70.0), "not narrower"),
    ],
)
def test_what_does_not_fit_the_radio(found, told):
    with pytest.raises(ScenarioError, match=told):
        found.check()


def test_without_jammers_the_radio_stays_as_typed():
    assert field(around(5.0)).hardened == RADIO
    assert field(around(5.0), jammer()).hardened.waveform.robust_modes is False
    assert field(around(5.0), jammer(), fall_back=True).hardened.waveform.robust_modes is True


def test_who_is_out_of_reach_is_not_disturbed():
    sites = around(*np.linspace(1.0, 80.0, 40))
    found = field(sites, jammer(preset="C", height_m=30.0), jammer(preset="E", eirp_dbw=0.0))
    over = sky(sites)
    level = found.down_j_over_n(over.instants, np.arange(40), over.xyz, over.candidates.satellite).j_over_n
    disturbed = level.sum(axis=0).max(axis=(0, 2)) >= NOTHING
    assert not (disturbed & ~found.affected).any()
    assert 0 < found.affected.sum() < 40


def test_a_moving_jammer_reaches_along_its_whole_track():
    points = [
        {"utc": "2022-02-28T00:00:00Z", "latitude_deg": HERE[0], "longitude_deg": HERE[1]},
        {"utc": "2022-02-28T01:00:00Z", "latitude_deg": HERE[0] + 1.0, "longitude_deg": HERE[1]},
    ]
    one = jammer(track=points, latitude_deg=None, longitude_deg=None)
    found = field(around(0.0, 55.0, 111.0, 200.0), one)
    assert found.affected.tolist() == [True, True, True, False]


def test_an_uplink_jammer_reaches_far_and_not_everywhere():
    found = field(around(10.0, 500.0, -9_000.0), jammer(preset="D"))
    assert found.affected_up.tolist() == [True, True, False]
    assert not found.affected.any()


def test_gateways_have_their_own_jammers():
    gateways = around(8.0, 300.0)
    jammers = (jammer(against="gateway-down", height_m=30.0), jammer(against="gateway-up", eirp_dbw=60.0))
    found = Field(RADIO, jammers, Countermeasures(), around(5.0), gateways=gateways)
    over = sky(gateways)
    down = found.gateway_down.interference(over.instants, over.xyz, over.candidates.satellite).j_over_n
    up = found.gateway_up.interference(over.instants, over.xyz, over.candidates.satellite).j_over_n
    assert down[0, :, 0].max() > 1.0
    assert down[0, :, 1].max() < 1e-6
    assert up[0, :, 0].max() > up[0, :, 1].max() > 0.0
    assert not found.affected.any()


def test_without_gateways_or_jammers_nothing_breaks():
    found = Field(RADIO, (), Countermeasures(), around(5.0))
    assert not found.affected.any()
    assert not found.affected_up.any()
    over = sky(around(5.0))
    jam = found.down_j_over_n(over.instants, np.arange(1), over.xyz, over.candidates.satellite)
    assert jam.weight.shape == (0,)
    assert found.acquisition_s(moments()).shape == (3, 1)


def test_the_documents_say_what_it_does_not_do():
    root = Path(__file__).resolve().parents[2]
    assert "no search for places" in (root / "docs" / "why" / "jamming.md").read_text(encoding="utf-8")
