from __future__ import annotations

import math
from dataclasses import replace
from datetime import datetime

import numpy as np
import pytest

from skyhold.entry.archetypes import HostMass, hosts, inventory, nose_m, surface_m2
from skyhold.entry.breakup import Spread, come_apart, fall
from skyhold.entry.deorbit import Ellipse
from skyhold.entry.descent import Plane, Push, apogee_state
from skyhold.entry.flight import Sky
from skyhold.entry.targeted import core_ballistic_kg_m2, target
from skyhold.errors import SkyholdError
from skyhold.nouns.fate import DeorbitSpec, RiskSpec
from skyhold.risk.casualty import LEAST_ENERGY_J, piece_area_m2
from skyhold.scenario.fragments import fragment_library
from skyhold.scenario.library import vehicles
from skyhold.scenario.load import load
from skyhold.station.configuration import resolve
from skyhold.times import Epoch

NOTHING = Spread(*(0.0,) * 3, 100e3, 0.0, 8e3, *(0.0,) * 7)
PARTS = (HostMass("module", "pressurised", 15e3), HostMass("truss", "structure", 8e3, gyros=4))
RUNS = 12


@pytest.fixture(scope="module")
def sky() -> Sky:
    return Sky.build(Epoch.from_datetime(datetime(2022, 2, 25)), 120.0, 120.0, 10.0)


@pytest.fixture(scope="module")
def configuration():
    return resolve(load("iss-2022"))


def drop(sky, spread, seed=1, delta_v=30.0, runs=RUNS, risk=None):
    state = apogee_state(sky, 0.9, 1.0, 0.4, Ellipse(145e3, 200e3))
    rng = np.random.default_rng(seed)
    push = Push(23e3, 2e3, 300.0, 130.0)
    loose = come_apart(sky, push, state, 0.0, delta_v, 350.0, risk or RiskSpec(), runs, rng, spread)
    return loose, fall(sky, loose, inventory(PARTS), rng, spread)


def test_pieces_of_a_station_weigh_no_more_than_it(configuration):
    found = inventory(hosts(configuration))
    assert 0.5 < found.accounted_kg / found.whole_kg < 1.0
    propellant = sum(part.propellant_kg for part in configuration.parts)
    assert found.whole_kg == pytest.approx(configuration.mass_kg - propellant, rel=1e-6)
    wheels = next(n for one, n in zip(found.archetypes, found.count, strict=True) if one.name == "gyro-wheel")
    assert wheels == 4.0


def test_shares_are_of_the_host_they_are_for():
    one, two = inventory(PARTS), inventory((*PARTS, HostMass("more", "pressurised", 15e3)))
    for archetype, count, more in zip(one.archetypes, one.count, two.count, strict=True):
        assert more == pytest.approx(2 * count if archetype.host == "pressurised" else count)


def test_surfaces():
    kinds = {one.name: one for one in fragment_library().archetypes}
    assert surface_m2(kinds["titanium-tank"]) == pytest.approx(math.pi * 0.25)
    assert surface_m2(kinds["hull-panel"]) == pytest.approx(2 * 1.5 + 2 * 2.5 * 0.005)
    assert surface_m2(kinds["gyro-wheel"]) == pytest.approx(math.pi * 0.65 * 0.06 + 0.5 * math.pi * 0.65**2)
    assert nose_m(kinds["hull-panel"]) == 0.5


def test_pieces_are_as_heavy_as_their_size_allows():
    library = fragment_library()
    for one in library.archetypes:
        a, b, c = one.size_m
        volume = {"sphere": math.pi / 6 * a**3, "cylinder": math.pi / 4 * a * b * b, "box": a * b * c}[
            one.shape
        ]
        assert one.mass_kg <= 1.05 * volume * library.material(one.material).density_kg_m3, one.name


def test_nothing_to_break_is_refused():
    with pytest.raises(SkyholdError, match="nothing to break up"):
        inventory(())


def test_order_of_events(sky):
    loose, debris = drop(sky, Spread())
    assert np.all(loose.arrays_s < loose.main_s)
    _, _, arrays = sky.ground(loose.arrays, loose.arrays_s)
    _, _, main = sky.ground(loose.main, loose.main_s)
    assert np.all(arrays > main)
    assert np.std(main) > 1e3
    assert np.all(debris.time_s > loose.main_s[debris.run] * 0)
    assert np.all(debris.time_s[debris.landed] > loose.arrays_s[debris.run][debris.landed])


def test_what_lands_is_what_was(sky):
    _, debris = drop(sky, Spread())
    assert np.all(debris.mass_kg <= debris.inventory.mass_kg[debris.kind])
    assert np.all(debris.mass_kg[~debris.landed] == 0.0)
    assert np.all((debris.survivor_share >= 0.0) & (debris.survivor_share < 1.0))
    assert np.all(debris.energy_j[debris.survives] >= LEAST_ENERGY_J)
    rows = debris.by_archetype()
    area = sum(row["casualty_area_m2"] for row in rows)
    assert area == pytest.approx(debris.casualty_area_m2.mean())
    assert sum(row["survive"] for row in rows) == pytest.approx(debris.survivors.mean())
    kept = debris.survives
    by_hand = (debris.count * piece_area_m2(debris.face_m2))[kept].sum() / RUNS
    assert area == pytest.approx(by_hand)
    by_name = {row["archetype"]: row for row in rows}
    assert by_name["titanium-tank"]["survive"] == pytest.approx(by_name["titanium-tank"]["pieces"])


def test_the_same_seed_gives_the_same_debris(sky):
    one, two, other = (drop(sky, Spread(), seed)[1] for seed in (1, 1, 2))
    np.testing.assert_array_equal(one.latitude_rad, two.latitude_rad)
    assert not np.array_equal(one.latitude_rad, other.latitude_rad)


def test_without_spread_all_runs_are_one(sky):
    _, debris = drop(sky, NOTHING, risk=RiskSpec(breakup_sigma_km=0.0), runs=3)
    by_run = debris.latitude_rad.reshape(3, -1)
    hull_between = np.array([one.release == "parts" for one in debris.inventory.archetypes])
    np.testing.assert_allclose(by_run[0, ~hull_between], by_run[1, ~hull_between], atol=1e-12)


def test_hotter_air_leaves_less(sky):
    shares = []
    for heat in (0.5, 1.0, 2.0):
        loose, _ = drop(sky, NOTHING, runs=2)
        scaled = replace(loose, heat_scale=np.full(2, heat))
        debris = fall(sky, scaled, inventory(PARTS), np.random.default_rng(1), NOTHING)
        shares.append(debris.survivor_share.mean())
    assert shares[0] > shares[1] > shares[2]


def test_lower_break_up_leaves_more(sky):
    shares = [
        drop(sky, Spread(), risk=RiskSpec(breakup_altitude_km=h))[1].survivor_share.mean()
        for h in (90.0, 78.0, 60.0)
    ]
    assert shares[0] < shares[1] < shares[2]


def test_a_natural_entry_needs_no_burn(sky):
    loose, debris = drop(sky, Spread(), delta_v=0.0, runs=4)
    assert np.all(loose.main_s > 5400.0)
    assert debris.landed.any()


def test_a_whole_deorbit(sky, configuration):
    spec = DeorbitSpec(vehicle="usdv", count=1)
    plane = Plane(math.radians(51.64), 3.07, 0.3, 270e3)
    found = target(sky, plane, configuration, vehicles()["usdv"], spec, RiskSpec(), runs=20)
    assert found.as_if == ""
    assert found.budget.feasible
    assert found.keep_out.kept
    assert 500e3 < found.footprint.length_m < 5_000e3
    latitude, longitude = found.debris.middle
    assert math.degrees(latitude) == pytest.approx(-48.0, abs=4.0)
    assert math.degrees(longitude) == pytest.approx(-123.0, abs=8.0)
    assert len(found.failures) == 5
    assert core_ballistic_kg_m2(configuration) > configuration.ballistic_kg_m2


def test_what_the_craft_cannot_do_is_flown_as_if(sky, configuration):
    spec, plane = DeorbitSpec(), Plane(math.radians(51.64), 3.07, 0.3, 270e3)
    found = target(sky, plane, configuration, vehicles()["progress-ms"], spec, RiskSpec(), runs=4)
    assert "kg more propellant" in found.as_if
    assert "N instead of 770" in found.as_if
    assert not found.budget.feasible


def test_an_aim_that_the_orbit_never_passes_is_refused(sky, configuration):
    spec = DeorbitSpec(vehicle="usdv", count=1, aim_latitude_deg=-89.0)
    plane = Plane(math.radians(51.64), 3.07, 0.3, 270e3)
    with pytest.raises(SkyholdError, match="no pass comes near"):
        target(sky, plane, configuration, vehicles()["usdv"], spec, RiskSpec(), runs=2)
