import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sgp4.api import SatrecArray
from tests.orbits.catalogues import record_of, ring, shared, verification

from skyhold.catalogues.catalog import read_catalog
from skyhold.catalogues.element_set import ElementSet
from skyhold.constants import EARTH_RATE_RAD_S
from skyhold.earth.rotation import gmst_rad, polar_motion_matrix, teme_to_ecef, teme_to_ecef_velocity
from skyhold.errors import CatalogError
from skyhold.orbits.sgp4 import Sgp4Fleet, deep_space, library_satellite, mean_elements
from skyhold.times import Epoch, Instants

NEAR = 225.0
TENTH_MM = 1e-4
VERIFICATION = verification()


def _near_earth(sat):
    return 2 * np.pi / sat.no_kozai < NEAR


def _against_library(fleet: Sgp4Fleet, instants: Instants):
    """Greatest difference of position (m) and velocity (m/s) in TEME, and whether the gaps are the same."""
    codes, position, velocity = SatrecArray([library_satellite(r) for r in fleet.records]).sgp4(
        *instants.julian_days()
    )
    ours, speed = fleet.teme(instants)
    bad = (codes != 0).T
    assert (np.isnan(ours).all(axis=2) == bad).all()
    gap = np.linalg.norm(ours - position.transpose(1, 0, 2) * 1e3, axis=2)
    speed_gap = np.linalg.norm(speed - velocity.transpose(1, 0, 2) * 1e3, axis=2)
    return np.where(bad, 0.0, gap), np.where(bad, 0.0, speed_gap)


@pytest.mark.parametrize("case", VERIFICATION, ids=lambda case: case[0].satnum_str)
def test_verification_cases(case):
    sat, minutes = case
    record = record_of(sat)
    fleet = Sgp4Fleet([record])
    instants = Instants(record.epoch, minutes * 60.0)
    gap, speed_gap = _against_library(fleet, instants)
    assert gap.max() <= TENTH_MM
    assert speed_gap.max() <= 1e-7


def test_verification_covers_both_kinds_and_eccentric_near_earth():
    near = [sat for sat, _ in VERIFICATION if _near_earth(sat)]
    assert len(near) >= 8
    assert len(near) < len(VERIFICATION)
    assert max(sat.ecco for sat in near) > 0.1


def test_published_vectors_of_the_verification():
    # AIAA 2006-6753, tcppver.out, satellite 00005 at 0 and 4320 minutes, km and km/s
    sat, _ = VERIFICATION[0]
    record = record_of(sat)
    position, velocity = Sgp4Fleet([record]).teme(Instants(record.epoch, np.array([0.0, 4320.0 * 60])))
    expected = [[7022.46529266, -1400.08296755, 0.03995155], [-9060.47373569, 4658.70952502, 813.68673153]]
    np.testing.assert_allclose(position[:, 0] / 1e3, expected, atol=2e-7)
    np.testing.assert_allclose(velocity[0, 0] / 1e3, [1.893841015, 6.405893759, 4.534807250], atol=1e-9)


def test_every_satellite_of_the_starlink_catalogue_for_a_day_and_a_half():
    catalogue = read_catalog(shared("starlink/starlink_2022-01-22.tle"))
    fleet = Sgp4Fleet(catalogue.records)
    assert len(fleet) == 1846
    gap, speed_gap = _against_library(fleet, Instants.every(Epoch(2_459_601.5, 0.0), 541.0, 240))
    assert gap.max() <= TENTH_MM
    assert speed_gap.max() <= 1e-7


orbits = st.tuples(
    st.floats(11.5, 16.2),
    st.one_of(st.floats(0.0, 0.001), st.floats(0.0, 0.03), st.floats(0.0, 0.15)),
    st.floats(0.0, 180.0),
    st.floats(0.0, 360.0),
    st.floats(-1e-3, 5e-3),
)


@given(orbits, st.floats(-3.0, 3.0), st.integers(1, 40))
def test_random_orbits_by_whichever_path_agree_with_the_library(orbit, days, count):
    motion, eccentricity, inclination, perigee, bstar = orbit
    records = ring(
        count,
        motion,
        eccentricity=eccentricity,
        inclination_deg=inclination,
        argument_of_perigee_deg=perigee,
        bstar=bstar,
    )
    axis = (398600.8 * (86400 / (2 * np.pi * motion)) ** 2) ** (1 / 3)
    if axis * (1 - eccentricity) < 6378.135 + 150.0:
        return
    instants = Instants.every(records[0].epoch.plus(days * 86400.0), 97.0, 30)
    gap, speed_gap = _against_library(Sgp4Fleet(records), instants)
    assert gap.max() <= TENTH_MM
    assert speed_gap.max() <= 1e-6


@pytest.mark.parametrize("step_s", [15.0, 3_600.0, 100_000.0])
def test_chunks_of_any_spacing_agree(step_s):
    fleet = Sgp4Fleet(ring(30))
    instants = Instants.every(Epoch(2_459_601.5, 0.1), step_s, 300 if step_s < 1e5 else 60)
    gap, _ = _against_library(fleet, instants)
    assert gap.max() <= TENTH_MM


def test_a_block_is_the_same_as_the_whole_whatever_its_start():
    fleet = Sgp4Fleet(ring(700))
    instants = Instants.every(Epoch(2_459_601.5, 0.1), 15.0, 200)
    whole = fleet.positions(instants, np.float64)
    part = fleet.positions(instants.block(37, 90), np.float64)
    assert np.abs(part - whole[37:90]).max() < 2e-5


def test_satellites_that_fall_are_nan_and_named_and_spare_their_neighbours():
    falling = [record_of(sat) for sat, _ in VERIFICATION if sat.satnum == 22312]
    good = ring(5)
    fleet = Sgp4Fleet([*good[:2], *falling, *good[2:]])
    instants = Instants.every(falling[0].epoch.plus(3600.0 * 7), 600.0, 20)
    xyz = fleet.positions(instants)
    assert np.isfinite(xyz[:, [0, 1, 3, 4, 5]]).all()
    (fault,) = fleet.faults(instants)
    lost = np.isnan(xyz[:, 2]).all(axis=1)
    assert (fault.name, fault.index, fault.code) == ("22312", 2, 1)
    assert fault.instants == lost.sum() > 0
    assert fault.first == np.argmax(lost)
    assert "eccentricity" in fault.reason


def test_decayed_is_told_with_the_librarys_code():
    sinking = ring(3, 16.4, bstar=0.02)
    fleet = Sgp4Fleet(sinking)
    instants = Instants.every(sinking[0].epoch, 3600.0, 200)
    codes = SatrecArray([library_satellite(r) for r in sinking]).sgp4(*instants.julian_days())[0]
    faults = fleet.faults(instants)
    assert len(faults) == (codes != 0).any(axis=1).sum() == 3
    for fault in faults:
        assert fault.instants == (codes[fault.index] != 0).sum()
        assert fault.code == codes[fault.index][codes[fault.index] != 0][0]


def test_deep_space_goes_to_the_library_and_keeps_its_place():
    deep = [record_of(sat) for sat, _ in VERIFICATION if sat.satnum in (8195, 20413)]
    records = [deep[0], *ring(3, epoch=deep[0].epoch), deep[1]]
    assert deep_space(mean_elements(records)).tolist() == [True, False, False, False, True]
    fleet = Sgp4Fleet(records)
    instants = Instants.every(records[0].epoch, 7200.0, 12)
    gap, _ = _against_library(fleet, instants)
    assert gap.max() <= TENTH_MM
    fixed, speed = fleet.positions_velocities(instants, np.float64)
    teme, teme_speed = fleet.teme(instants)
    theta = gmst_rad(instants)
    np.testing.assert_allclose(fixed, teme_to_ecef(teme, theta), atol=1e-6)
    np.testing.assert_allclose(speed, teme_to_ecef_velocity(teme, teme_speed, theta), atol=1e-6)


def test_single_precision_and_layout():
    fleet = Sgp4Fleet(ring(9))
    instants = Instants.every(Epoch(2_459_601.5, 0.1), 15.0, 7)
    xyz, wide = fleet.positions(instants), fleet.positions(instants, np.float64)
    assert (xyz.shape, xyz.dtype, wide.dtype) == ((7, 9, 3), np.float32, np.float64)
    assert xyz.transpose(0, 2, 1).flags.c_contiguous
    assert np.abs(xyz - wide).max() < 0.5
    both, _ = fleet.positions_velocities(instants)
    np.testing.assert_allclose(both, xyz, atol=0.5)


def test_earth_orientation_is_applied():
    records = ring(4)
    pole = (5e-7, 1.5e-6)
    instants = Instants.every(Epoch(2_459_601.5, 0.1), 15.0, 7)
    plain = Sgp4Fleet(records).positions(instants, np.float64)
    turned = Sgp4Fleet(records, ut1_minus_utc_s=-0.2, polar_motion=pole).positions(instants, np.float64)
    angle = 0.2 * EARTH_RATE_RAD_S
    back = np.array([[np.cos(angle), -np.sin(angle), 0], [np.sin(angle), np.cos(angle), 0], [0, 0, 1]])
    np.testing.assert_allclose(turned, plain @ (polar_motion_matrix(*pole) @ back).T, atol=2e-3)


def test_no_instants_and_no_records():
    fleet = Sgp4Fleet(ring(3))
    assert fleet.positions(Instants.every(Epoch(2_459_601.5, 0.1), 15.0, 0)).shape == (0, 3, 3)
    with pytest.raises(CatalogError, match="no satellite to propagate"):
        Sgp4Fleet([])


def test_names_and_summary():
    records: list[ElementSet] = ring(2)
    fleet = Sgp4Fleet(records, shell="mine")
    assert fleet.names == ("ring 0", "ring 1")
    assert fleet.summary() == [{"shell": "mine", "filed": 2, "operational": 2, "missing": 0, "raising": 0}]


@given(
    st.sampled_from([1e-6, 0.5, 6.4, 10.0, 15.0, 17.2]),
    st.sampled_from([0.0, 1e-7, 0.3, 0.9, 0.999999]),
    st.sampled_from([0.0, 1e-9, 63.4349, 90.0, 180.0]),
    st.sampled_from([0.0, -1.0, 1.0, 1e300, -1e10]),
)
def test_elements_of_no_possible_orbit_are_faults_and_nothing_worse(motion, eccentricity, inclination, bstar):
    good = ring(2)
    bad = ring(2, motion, eccentricity=eccentricity, inclination_deg=inclination, bstar=bstar)
    fleet = Sgp4Fleet([good[0], *bad, good[1]])
    instants = Instants.every(good[0].epoch, 3600.0, 5)
    xyz = fleet.positions(instants)
    assert np.isfinite(xyz[:, [0, 3]]).all()
    lost = {k for k in (1, 2) if np.isnan(xyz[:, k]).any()}
    assert {fault.index for fault in fleet.faults(instants)} == lost
