"""Station scenarios: what loads, what the library says and whence, what is refused and how."""

import math
import re
from datetime import UTC, datetime, timedelta

import pytest
from sgp4.api import Satrec
from validation.case import DATA

from skyhold.errors import ScenarioError
from skyhold.scenario import library
from skyhold.scenario.check import check
from skyhold.scenario.load import dumps, load, loads, with_values, with_variant
from skyhold.scenario.scenario import BroadbandScenario, CombinedScenario, StationScenario

ISS = load("iss-2022", kind=StationScenario)
BARE = with_values(ISS, {"variants": []})


TUG = {"name": "a", "title": "A", "partner": "nasa", "role": "tug", "trust": "R", "source": "made up"}


def refused(values) -> ScenarioError:
    with pytest.raises(ScenarioError) as caught:
        with_values(BARE, values)
    return caught.value


def test_kinds_of_the_library():
    assert isinstance(load("iss-2022"), StationScenario)
    assert isinstance(load("february-2022"), CombinedScenario)
    assert isinstance(load("ukraine-2022"), BroadbandScenario)
    both = load("february-2022", kind=CombinedScenario)
    assert isinstance(load(both.broadband.source), BroadbandScenario)
    assert isinstance(load(both.station.source), StationScenario)


@pytest.mark.parametrize("name", ["iss-2022", "february-2022"])
def test_written_and_read_back(name):
    assert loads(dumps(load(name))) == load(name)


def test_another_kind_than_asked_for_is_refused():
    with pytest.raises(ScenarioError, match='kind is "broadband"'):
        load("iss-2022", kind=BroadbandScenario)
    with pytest.raises(ScenarioError, match='Did you mean "station"'):
        loads('schema_version = 1\nkind = "statoin"\n')


def test_the_orbit_is_that_of_the_public_element_set():
    path = DATA / "iss" / "iss_2022-02-24.tle"
    if not path.exists():
        pytest.skip(f"{path.name} is not here")
    lines = path.read_text().splitlines()[-2:]
    read = Satrec.twoline2rv(*lines)
    orbit = ISS.orbit
    assert orbit.mean_motion_rev_day == pytest.approx(read.no_kozai * 1440 / (2 * math.pi), rel=1e-12)
    assert (orbit.eccentricity, orbit.bstar) == pytest.approx((read.ecco, read.bstar), rel=1e-12)
    angles = [orbit.inclination_deg, orbit.raan_deg, orbit.argument_of_perigee_deg, orbit.mean_anomaly_deg]
    assert angles == pytest.approx([math.degrees(x) for x in (read.inclo, read.nodeo, read.argpo, read.mo)])
    epoch = (orbit.epoch_utc - datetime(2021, 12, 31, tzinfo=UTC)) / timedelta(days=1)
    assert epoch == pytest.approx(read.epochdays, abs=1e-8)
    assert orbit.catalogue_number == read.satnum
    assert "18th" in orbit.source


def test_the_variants_are_those_of_the_question():
    names = {variant.name for variant in ISS.variants}
    assert names >= {"russia-withdraws", "russian-segment-detached", "partners-hold-it", "deorbit-progress"}
    assert names >= {"deorbit-vehicle", "nobody-acts"}
    assert with_variant(ISS, "russia-withdraws").withdrawals[0].partner == "roscosmos"
    assert with_variant(ISS, "russian-segment-detached").detachments[0].segment == "russian"
    assert set(with_variant(ISS, "partners-hold-it").reboost.vehicles) >= {"cygnus", "crew-dragon"}
    assert with_variant(ISS, "nobody-acts").reboost.policy == "none"
    assert with_variant(ISS, "deorbit-vehicle").deorbit.vehicle == "usdv"
    assert ISS.deorbit is None


@pytest.mark.parametrize("name", library.station_names())
def test_every_number_of_a_station_has_a_source_and_a_mark(name):
    spec = library.library_station(name)
    assert spec.name == name
    assert all(source.startswith("[") for source in spec.sources)
    assert all(re.match(r"\[[ABCR]\]", module.source) for module in spec.modules)
    assert all(visit.source.startswith("[") for visit in spec.docked)
    assert all(member.source.startswith("[") for member in spec.crew)
    kinds = library.vehicles(*spec.vehicles)
    assert all(visit.vehicle in kinds for visit in spec.docked)


def test_every_vehicle_has_a_source_and_a_mark():
    for vehicle in library.vehicles().values():
        assert re.match(r"\[[ABCR]\]", vehicle.source)
        assert vehicle.role == "engine" or vehicle.mass_kg > 0


def test_vehicles_asked_for_are_there():
    asked = {"progress-ms", "soyuz-ms", "zvezda", "cygnus", "cargo-dragon", "dragon-boost-kit", "crew-dragon"}
    asked |= {"starliner", "atv", "htv", "usdv"}
    assert asked <= set(library.vehicles())


def test_a_typed_vehicle_takes_the_place_of_its_namesake():
    own = library.vehicles()["cygnus"].model_copy(update={"thrust_n": 500.0})
    assert library.vehicles(own)["cygnus"].thrust_n == 500
    assert library.vehicles()["cygnus"].thrust_n != 500


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"orbit.eccentricity": 1.2}, "escape"),
        ({"orbit.mean_motion_rev_day": 16.6}, "inside the atmosphere"),
        ({"orbit.eccentricity": 0.2}, "inside the atmosphere"),
        ({"thresholds.crew_departure_km": 200.0}, "point of no return"),
        ({"reboost.low_km": 500.0}, "no width"),
        ({"reboost.target_km": 430.0}, "a target needs"),
        ({"space_weather.kind": "forecast"}, "a forecast needs its file"),
        ({"space_weather.file": "f.txt"}, 'kind = "forecast"'),
        ({"risk.survival_low": 0.9}, "survival_low"),
        ({"deorbit": {"perigee_steps_km": [145.0, 180.0]}}, "do not fall"),
        ({"station": {"library": "mir", "file": "x.toml"}}, "two stations"),
        ({"station.library": "iss-2022-02-25"}, "Did you mean iss-2022-02-24"),
        ({"station": {}, "station.library": None}, "no station is chosen"),
        ({"withdrawals": 2 * [{"partner": "nasa", "from_utc": "2022-02-25"}]}, "more than once"),
        ({"horizon_days": -1.0}, "more than 0"),
        ({"ensemble.members": 0}, "at least 1"),
        ({"atmosphere": "jb2008"}, "nrlmsise-00"),
        ({"vehicles": 2 * [TUG]}, "more than once"),
        ({"vehicles": [{**TUG, "thrust_n": 5.0}]}, "without a specific impulse"),
        ({"vehicles": [{**TUG, "usable_high_kg": -1.0}]}, "usable_high_kg"),
        ({"vehicles": [{**TUG, "mass_kg": -1.0}]}, "mass_kg"),
        ({"vehicles": [{**TUG, "available_from": "2022-02-02", "available_to": "2022-02-01"}]}, "ends before"),
    ],
)  # fmt: skip
def test_bad_values_are_refused_with_a_remedy(values, said):
    error = refused(values)
    assert said in str(error)
    assert error.where
    assert error.remedy


VISIT = '{ name = "A", vehicle = "cygnus", docked_utc = 2022-02-02, undocked_utc = %s }'
PERSON = '{ name = "P", partner = "us", aboard_utc = 2022-02-02, seat = "B" }'
STATION = """schema_version = 1
name = "small"
title = "Small"
day = 2022-02-24
sources = ["[R] made up"]
partners = [{ name = "us", title = "Us" }]
masses = [{ day = 2022-02-24, mass_kg = 10000.0, trust = "R", source = "[R]" }]
ballistic = { median_kg_m2 = 100.0, trust = "R", source = "[R]" }
[[modules]]
name = "One"
owner = "us"
segment = "all"
mass_kg = 9000.0
length_m = 5.0
diameter_m = 3.0
trust = "R"
source = "[R]"
"""


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("mass_kg = 9000.0", "mass_kg = -9000.0", "modules[0].mass_kg"),
        ('owner = "us"', 'owner = "them"', "who is no partner"),
        ("ballistic =", f"docked = [{VISIT % '2022-02-01'}]\nballistic =", "leaves before it comes"),
        ("ballistic =", f"docked = [{VISIT % '2022-02-03'}, {VISIT % '2022-02-03'}]\nballistic =", "more than once"),
        ("ballistic =", f"crew = [{PERSON}]\nballistic =", "never docks"),
        ("length_m", "since = 2022-02-02\nuntil = 2022-02-01\nlength_m", "gone before it comes"),
    ],
)  # fmt: skip
def test_a_station_of_the_user_is_a_file_and_its_faults_are_named(tmp_path, before, after, said):
    (tmp_path / "small.toml").write_text(STATION)
    scenario = with_values(BARE, {"station.file": str(tmp_path / "small.toml")})
    assert library.station(scenario.station).modules[0].mass_kg == 9000
    (tmp_path / "small.toml").write_text(STATION.replace(before, after, 1))
    with pytest.raises(ScenarioError, match=re.escape(said)) as caught:
        library.station(scenario.station)
    assert "small.toml" in caught.value.where
    found = check(scenario)
    assert any(item.level == "error" and said in item.problem for item in found)


def test_relative_station_files_start_at_the_scenario(tmp_path):
    text = dumps(BARE).replace('library = "iss-2022-02-24"', 'file = "small.toml"')
    (tmp_path / "mine.toml").write_text(text)
    assert load(tmp_path / "mine.toml", kind=StationScenario).station.file == tmp_path / "small.toml"


@pytest.mark.parametrize(
    ("values", "level", "said"),
    [
        (
            {"withdrawals": [{"partner": "roskosmos", "from_utc": "2022-02-25"}]},
            "error",
            "Did you mean roscosmos",
        ),
        (
            {"withdrawals": [{"partner": "nasa", "from_utc": "2042-02-25"}]},
            "warning",
            "after the run has ended",
        ),
        ({"detachments": [{"segment": "russia", "from_utc": "2022-02-25"}]}, "error", "Did you mean russian"),
        (
            {"detachments": [{"segment": "russian", "from_utc": "2022-02-25", "keeps": ["Zaria"]}]},
            "error",
            "Zarya",
        ),
        ({"reboost.vehicles": ["cygnas"]}, "error", "Did you mean cygnus"),
        ({"reboost.vehicles": ["htv"]}, "error", "cannot push"),
        ({"reboost.vehicles": ["cygnus"], "reboost.excluded": ["cygnus"]}, "error", "must not push"),
        ({"deorbit": {"vehicle": "progres-ms"}}, "error", "Did you mean progress-ms"),
        ({"start_utc": "2022-06-01"}, "warning", "97 days older"),
        ({"space_weather": {"kind": "forecast", "file": "nowhere.txt"}}, "error", "no file nowhere.txt"),
    ],
)
def test_slips_are_found(values, level, said):
    found = [item for item in check(with_values(BARE, values)) if said in str(item)]
    assert [item.level for item in found] == [level]


def test_a_combined_scenario_finds_what_its_parts_find():
    scenario = with_values(load("february-2022"), {"station.library": "iss-2023"})
    assert any("Did you mean iss-2022" in str(item) for item in check(scenario))
    swapped = with_values(load("february-2022"), {"station.library": "ukraine-2022"})
    assert any("is a broadband scenario" in str(item) for item in check(swapped))


def test_the_run_ends_at_its_horizon():
    assert BARE.start_utc == datetime(2022, 2, 25, tzinfo=UTC)
    assert (BARE.end_utc - BARE.start_utc).days == BARE.horizon_days
