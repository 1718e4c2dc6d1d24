"""What `check` finds in scenarios that load."""

import pytest

from skyhold.errors import ScenarioError
from skyhold.scenario import library
from skyhold.scenario.check import check, mirrored, require
from skyhold.scenario.codes import parse_code
from skyhold.scenario.load import load, with_values


def said(*sets: str, name: str = "ukraine-2022") -> list[str]:
    scenario = with_values(load(name), {"variants": []})
    return [str(found) for found in check(load_over(scenario, sets))]


def load_over(scenario, sets):
    from skyhold.scenario.setting import parse_set

    return with_values(scenario, {".".join(map(str, path)): value for path, value in map(parse_set, sets)})


@pytest.mark.parametrize("name", library.scenario_names())
def test_library_scenarios_have_no_errors_and_no_warnings(name):
    assert [str(found) for found in check(load(name)) if found.level != "note"] == []
    require(load(name))


def test_the_turkish_gateway_is_noted_as_unverified():
    notes = [str(found) for found in check(load("ukraine-2022"))]
    assert any("variant turkish-gateway" in note and "Muallim" in note for note in notes)


def test_an_outage_after_the_run_matters_to_deliveries_that_go_on():
    event = 'events=[{kind="terrestrial-outage", network="fibre", from_utc=2022-03-09T00:00:00Z}]'
    come = 'deliveries=[{name="a", terminals=5, arrives=2022-03-01, crossing="Medyka"}]'
    assert any("outside the run" in found for found in said(event, "deliveries=[]"))
    assert not any("outside the run" in found for found in said(event, come))


@pytest.mark.parametrize(
    ("item", "level", "words"),
    [
        ("area.country=UKX", "error", "UKR"),
        ("cities.country=XXQ", "error", "XXQ"),
        ("cities.count=1999", "note", "not 1999"),
        ('gateways.names=["Kaunass"]', "error", "Did you mean Kaunas"),
        ('gateways.names=["Morn Hill"]', "warning", "not open on 2022-02-28"),
        ('gateways.names=["Foggia"]', "warning", "planned"),
        ("internet.pop=Frankfort", "error", "Did you mean Frankfurt"),
        ("internet.pop=Warsaw", "warning", "not open on 2022-02-28"),
        ("gateways.file=nowhere.csv", "error", "there is no file nowhere.csv"),
        ("fleet.catalogue.path=nowhere.tle", "error", "there is no file nowhere.tle"),
        ("area.boundaries=nowhere.geojson", "error", "there is no file nowhere.geojson"),
        ('events=[{gateway="Kaunas", from_utc=2022-03-01T00:00:00Z}]', "warning", "outside the run"),
        ('fleet.codes=["D:550:53.0:1584/22/17"]', "warning", "mirror Shell 1"),
        (
            'deliveries=[{name="a", terminals=5, arrives=2022-03-01, crossing="Medika"}]',
            "error",
            "Did you mean 'Medyka'",
        ),
        ("deliveries=[]", "warning", "none are delivered"),
    ],
)
def test_slips_are_found(item, level, words):
    found = [line for line in said(item) if words in line]
    assert len(found) == 1
    assert found[0].startswith(level)


def test_events_are_checked_against_the_whole_library_where_none_is_named():
    lines = said("gateways.names=[]", 'events=[{gateway="Kaunass", from_utc=2022-02-28}]')
    assert any("Did you mean Kaunas" in line for line in lines)


def test_nobody_served_and_nothing_flying():
    assert any("nobody is to be served" in line for line in said("area=", "cities="))
    missing = ["fleet.library=", 'fleet.shells=[{name="a", altitude_km=550, inclination_deg=53, planes=1, '
               "satellites_per_plane=2, missing=2}]"]  # fmt: skip
    assert any("no satellite of the fleet serves" in line for line in said(*missing[::-1]))


def test_mirrors_of_filed_shells():
    assert mirrored(parse_code("D:550:53.0:1584/72/17")) is None
    assert mirrored(parse_code("D:560:97.6:348/58/1"))[1].name == "Shell 4"
    assert mirrored(parse_code("D:900:53.0:1584/22/17")) is None


def test_require_lists_every_error():
    scenario = with_values(
        load("ukraine-2022"), {"variants": [], "area.country": "UKX", "internet.pop": "Frankfort"}
    )
    with pytest.raises(ScenarioError, match="2 things are wrong") as caught:
        require(scenario)
    assert [part.where for part in caught.value.parts] == ["area.country", "internet.pop"]


def test_an_elevation_model_that_is_not_there_is_found_before_the_run():
    jammer = 'jammers=[{name="j", latitude_deg=48.0, longitude_deg=37.0, elevation_model="/nowhere/dem.tif"}]'
    assert any(
        found.startswith("error: jammers[0].elevation_model: there is no file") for found in said(jammer)
    )


def test_parts_that_change_nothing_are_named():
    event = 'events=[{kind="terrestrial-outage", network="fibre", from_utc=2022-02-28T06:00:00Z}]'
    assert any("no network 'fibre'" in found for found in said(event, "terrestrial=[]"))
    assert not any("no network" in found for found in said(event))
    assert any("nothing comes of plan" in found for found in said("demand="))
