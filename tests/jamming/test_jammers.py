from datetime import UTC, datetime

import pytest
from pydantic import ValidationError
from tests.jamming.setting import jammer

from skyhold.errors import ScenarioError
from skyhold.nouns.jammers import CLASSES, Countermeasures, Jammer
from skyhold.scenario import load

TEXT = """
schema_version = 1
name = "x"
fleet.library = "starlink-2022-02-28"
clock = {{ start_utc = 2022-02-28T00:00:00Z, duration_h = 1 }}
places = [{{ name = "a", latitude_deg = 48, longitude_deg = 37 }}]
{more}
"""
TRACK = (
    "{ utc = 2022-02-28T01:00:00Z, latitude_deg = 48, longitude_deg = 37 }, "
    "{ utc = 2022-02-28T00:00:00Z, latitude_deg = 48, longitude_deg = 38 }"
)


@pytest.mark.parametrize("letter", CLASSES)
def test_a_class_fills_in_what_is_not_typed(letter):
    one = jammer(preset=letter)
    assert one.eirp_dbw == CLASSES[letter]["eirp_dbw"]
    assert one.eirp_dbw.low < one.eirp_dbw.value < one.eirp_dbw.high
    assert "estimate" in one.eirp_dbw.source


def test_what_is_typed_beside_a_class_counts():
    one = jammer(preset="C", height_m=55.0, eirp_dbw=33.0)
    assert (one.height_m, one.eirp_dbw.value, one.preset) == (55.0, 33.0, "C")


def test_a_jammer_survives_being_written_and_read():
    for letter in CLASSES:
        one = jammer(preset=letter)
        assert Jammer.model_validate(one.model_dump(mode="json")) == one


@pytest.mark.parametrize(
    ("jammers", "told"),
    [
        ('{ name = "j", latitude_deg = 48, longitude_deg = 37, height_m = -3 }', "below the ground"),
        ('{ name = "j", latitude_deg = 48, longitude_deg = 37, eirp_dbw = nan }', "eirp_dbw"),
        ('{ name = "j" }', "not clear where the jammer"),
        ('{ name = "j", latitude_deg = 48 }', "one coordinate"),
        ('{ name = "j", track = [' + TRACK + "] }", "back in time"),
        ('{ name = "j", latitude_deg = 48, longitude_deg = 37, beamwidth_deg = 30 }', "azimuth_deg"),
        ('{ name = "j", latitude_deg = 48, longitude_deg = 37, dish_m = 1 }', "azimuth_deg"),
        ('{ name = "j", latitude_deg = 48, longitude_deg = 37, channels = 0 }', "channels"),
        ('{ name = "j", latitude_deg = 48, longitude_deg = 37, preset = "Z" }', "preset"),
        (
            '{ name = "j", latitude_deg = 48, longitude_deg = 37, '
            "on = [{ from_utc = 2022-03-01, to_utc = 2022-02-28 }] }",
            "silent before",
        ),
        (
            '{ name = "j", latitude_deg = 48, longitude_deg = 37, '
            "eirp_dbw = { value = 50, low = 60, high = 70 } }",
            "outside its own range",
        ),
        (
            '{ name = "j", latitude_deg = 48, longitude_deg = 37, channels = 9 }',
            "more channels than there are",
        ),
        (
            '{ name = "j", latitude_deg = 48, longitude_deg = 37 }, '
            '{ name = "j", latitude_deg = 49, longitude_deg = 37 }',
            "more than once",
        ),
    ],
)
def test_jammers_that_cannot_be_are_one_clear_error(jammers, told):
    with pytest.raises(ScenarioError, match=told) as caught:
        load.loads(TEXT.format(more=f"jammers = [{jammers}]"), "test.toml")
    assert caught.value.parts == ()
    assert "jammers" in str(caught.value)


@pytest.mark.parametrize(
    "measures",
    [
        "terminal_null_db = 41",
        "terminal_null_db = -1",
        "terminal_nulls = -1",
        "raise_power_db = 11",
        "narrow_uplink_mhz = 0",
        "narrow_uplink_mhz = 70",
        "dug_in_db = 90",
        "taper_sidelobe_db = 2",
        'taper = "yes"',
        "unknown = 1",
    ],
)
def test_countermeasures_out_of_range_are_one_clear_error(measures):
    key = measures.split(" ")[0]
    with pytest.raises(ScenarioError, match=key) as caught:
        load.loads(TEXT.format(more=f"countermeasures = {{ {measures} }}"), "test.toml")
    assert caught.value.parts == ()


def test_a_relative_elevation_model_lies_beside_the_scenario(tmp_path):
    path = tmp_path / "x.toml"
    one = '{ name = "j", latitude_deg = 48, longitude_deg = 37, elevation_model = "dem.asc" }'
    path.write_text(TEXT.format(more=f"jammers = [{one}]"))
    assert load.load(path).jammers[0].elevation_model == tmp_path / "dem.asc"


def test_all_countermeasures_are_off_by_default():
    off = Countermeasures()
    assert off.terminal_null_db == off.satellite_null_db == off.raise_power_db == off.dug_in_db == 0.0
    assert not any((off.taper, off.choose_satellite, off.hop_channels, off.fall_back, off.ignore_gnss))


def test_spans_are_utc():
    one = jammer(on=[{"from_utc": "2022-02-28T01:00:00"}])
    assert one.on[0].from_utc == datetime(2022, 2, 28, 1, tzinfo=UTC)
    with pytest.raises(ValidationError):
        jammer(on=[{}])
