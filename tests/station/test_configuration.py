"""What is left of a station when partners leave and segments are cut off."""

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from skyhold.errors import ScenarioError
from skyhold.scenario.load import load, with_values
from skyhold.scenario.scenario import StationScenario
from skyhold.station.configuration import drag_spread, explain, resolve

WHOLE = load("iss-2022", kind=StationScenario)
ISS = with_values(WHOLE, {"variants": []})
SPEC = resolve(ISS).spec
PARTNERS = [partner.name for partner in SPEC.partners]
SEGMENTS = list(SPEC.segments)
FROM = "2022-02-25"


def without(*partners: str, cut: tuple[str, ...] = (), keeps: tuple[str, ...] = ()) -> StationScenario:
    leavers = [{"partner": name, "from_utc": FROM} for name in partners]
    cuts = [{"segment": name, "from_utc": FROM, "keeps": list(keeps)} for name in cut]
    return with_values(ISS, {"withdrawals": leavers, "detachments": cuts})


def names(items) -> set[str]:
    return {item.name for item in items}


def test_the_station_of_25_february_2022():
    found = resolve(ISS)
    assert names(found.visits) == {
        "Soyuz MS-19",
        "Progress MS-18",
        "Crew-3 Dragon Endurance",
        "Progress MS-19",
        "Cygnus NG-17",
    }
    assert found.gyro_momentum_nms == 4 * 4745
    assert (found.seats, found.emergency_seats) == (7, 10)
    assert {"Zarya nadir", "Prichal nadir", "Harmony zenith"} <= set(found.ports_free)
    assert not {"Zvezda aft", "Unity nadir", "Harmony forward"} & set(found.ports_free)
    assert found.mass_kg == pytest.approx(sum(part.mass_kg for part in found.parts))
    assert found.ballistic_kg_m2 == pytest.approx(150, rel=1e-12)
    assert any("spread over pressurised" in note for note in found.notes)


def test_the_prior_goes_with_the_atmosphere_and_the_scenario_spreads_it():
    assert resolve(with_values(ISS, {"atmosphere": "msis-2.1"})).ballistic_kg_m2 == pytest.approx(134)
    assert resolve(with_values(ISS, {"ensemble.ballistic_sigma": 0.3})).ballistic_sigma == pytest.approx(0.3)


def test_without_russia():
    found = resolve(without("roscosmos"))
    assert names(found.visits) == {"Crew-3 Dragon Endurance", "Cygnus NG-17"}
    assert names(found.thrusters) == {"Crew-3 Dragon Endurance", "Cygnus NG-17"}
    assert found.attitude_thrust_n == 0
    assert found.propellant_kg == pytest.approx(100 + 300)
    assert found.partners == ("nasa", "esa", "jaxa", "csa")
    assert "Zvezda" in names(found.modules)
    assert any("run by nobody: Zarya, Zvezda" in note for note in found.notes)
    proven = {thruster.name: thruster.proven for thruster in found.thrusters}
    assert proven == {"Crew-3 Dragon Endurance": False, "Cygnus NG-17": True}


def test_a_detached_segment_takes_its_modules_stores_tanks_and_visitors():
    before, after = resolve(ISS), resolve(without(cut=("russian",)))
    assert not {"Zarya", "Zvezda", "Nauka"} & names(after.modules)
    assert names(after.visits) == {"Crew-3 Dragon Endurance", "Cygnus NG-17"}
    assert any("Zarya" in note for note in after.notes if note.startswith("cut off though owned"))
    kept = resolve(without(cut=("russian",), keeps=("Zarya",)))
    assert "Zarya" in names(kept.modules)
    assert "Zarya nadir" in kept.ports_free
    assert before.mass_kg > kept.mass_kg > after.mass_kg
    assert after.ballistic_sigma > before.ballistic_sigma


def test_without_nasa_gyros_and_most_power_are_gone():
    found = resolve(without("nasa"))
    assert found.gyro_momentum_nms == 0
    assert found.power_kw < 0.2 * resolve(ISS).power_kw
    assert "Zvezda's main engines" in names(found.thrusters)


def test_visits_come_and_go_with_the_dates():
    late = resolve(ISS, ISS.start_utc.replace(month=7))
    crewed = {"Soyuz MS-21", "Crew-4 Dragon Freedom"}
    assert names(late.visits) == crewed | {"Progress MS-19", "Progress MS-20", "CRS-25 Dragon"}
    changes = {change.what: change.why for change in explain(resolve(ISS), late)}
    assert changes["Soyuz MS-21"] == "came"
    assert changes["Progress MS-18"] == "gone"


def test_withdrawals_count_from_their_instant_on():
    later = with_values(ISS, {"withdrawals": [{"partner": "roscosmos", "from_utc": "2022-05-01"}]})
    assert resolve(later).mass_kg == resolve(ISS).mass_kg
    assert "roscosmos" not in resolve(later, ISS.start_utc.replace(month=5, day=1)).partners


def test_nothing_left_is_refused():
    with pytest.raises(ScenarioError, match="nothing of the station is left"):
        resolve(without(cut=("russian", "us")))


def test_the_published_drag_spreads_by_half():
    low, high = drag_spread(SPEC)
    assert (low, high) == pytest.approx((91.0, 133.2), abs=0.1)


MODULES = st.lists(st.sampled_from([module.name for module in SPEC.modules]), max_size=5, unique=True)


@given(st.sampled_from(SEGMENTS), MODULES)
@settings(max_examples=40)
def test_what_is_cut_off_and_what_is_left_make_the_whole(segment, keeps):
    before, after = resolve(ISS), resolve(without(cut=(segment,), keeps=tuple(keeps)))
    changes = explain(before, after)
    assert after.mass_kg + sum(-change.mass_kg for change in changes) == pytest.approx(
        before.mass_kg, abs=1e-3
    )
    assert all(change.mass_kg < 0 for change in changes)


@given(st.lists(st.sampled_from(PARTNERS), unique=True), st.sampled_from(PARTNERS))
@settings(max_examples=40)
def test_whoever_else_leaves_takes_and_never_brings(leavers, another):
    few = resolve(without(*leavers))
    fewer = resolve(without(*{*leavers, another}))
    for key in (
        "mass_kg",
        "propellant_kg",
        "gyro_momentum_nms",
        "power_kw",
        "seats",
        "emergency_seats",
        "area_m2",
    ):
        assert getattr(fewer, key) <= getattr(few, key) + 1e-6
    assert names(fewer.thrusters) <= names(few.thrusters)
    assert set(fewer.ports_free) >= set(few.ports_free)


@given(st.lists(st.sampled_from(PARTNERS), unique=True))
@settings(max_examples=20)
def test_the_ballistic_number_is_mass_over_area_up_to_one_factor(leavers):
    whole, found = resolve(ISS), resolve(without(*leavers))
    ratio = (found.mass_kg / found.area_m2) / (whole.mass_kg / whole.area_m2)
    assert found.ballistic_kg_m2 / whole.ballistic_kg_m2 == pytest.approx(ratio, rel=1e-9)
    assert math.isfinite(found.ballistic_sigma)
