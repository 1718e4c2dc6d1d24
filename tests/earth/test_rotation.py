from datetime import datetime

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sgp4.propagation import gstime

from skyhold.constants import EARTH_RATE_RAD_S
from skyhold.earth.rotation import (
    ecef_to_teme,
    gmst_rad,
    polar_motion_matrix,
    teme_to_ecef,
    teme_to_ecef_velocity,
)
from skyhold.times import Epoch, Instants

START = Epoch.from_datetime(datetime(2004, 4, 6, 7, 51, 28, 386009))
UT1_MINUS_UTC_S = -0.4399619
ARC_SECOND = np.pi / 648_000
POLE = (-0.140682 * ARC_SECOND, 0.333309 * ARC_SECOND)
# Vallado et al., AIAA 2006-6753, appendix C, and Vallado 2013, example 3-15: one instant in TEME, PEF and ITRF
TEME_KM = np.array([5094.18016210, 6127.64465950, 6380.34453270])
PEF_KM = np.array([-1033.47503130, 7901.30558560, 6380.34453270])
ITRF_KM = np.array([-1033.4793830, 7901.2952754, 6380.3565958])
TEME_KM_S = np.array([-4.746131487, 0.785818041, 5.531931288])
ITRF_KM_S = np.array([-3.225636520, -2.872451450, 5.531924446])


def test_vallados_example_of_the_frames():
    theta = gmst_rad(Instants.every(START, 1.0, 1), UT1_MINUS_UTC_S)
    np.testing.assert_allclose(teme_to_ecef(TEME_KM[None], theta)[0], PEF_KM, atol=2e-6)
    fixed = teme_to_ecef(TEME_KM[None], theta, POLE)
    np.testing.assert_allclose(fixed[0], ITRF_KM, atol=2e-5)
    velocity = teme_to_ecef_velocity(TEME_KM[None], TEME_KM_S[None], theta, POLE)
    np.testing.assert_allclose(velocity[0], ITRF_KM_S, atol=2e-7)
    np.testing.assert_allclose(ecef_to_teme(fixed, theta, POLE)[0], TEME_KM, atol=1e-9)


@pytest.mark.parametrize("year", [1975, 2000, 2022, 2040])
def test_sidereal_time_is_that_of_sgp4(year):
    instants = Instants.every(Epoch.from_datetime(datetime(year, 2, 28, 17, 3, 7)), 8_640.3, 30)
    day, fraction = instants.julian_days()
    ours = gmst_rad(instants)
    theirs = np.array([gstime(jd) for jd in day + fraction])  # one double of days: good to 2e-9 rad
    assert np.abs(np.angle(np.exp(1j * (ours - theirs)))).max() < 3e-9
    assert (ours >= 0).all()
    assert (ours < 2 * np.pi).all()


def test_sidereal_time_against_skyfield():
    theta_gmst1982 = pytest.importorskip("skyfield.sgp4lib").theta_GMST1982
    instants = Instants.every(START, 7_777.0, 20)
    day, fraction = instants.julian_days()
    theirs = np.array([theta_gmst1982(d, f)[0] for d, f in zip(day, fraction, strict=True)])
    assert np.abs(np.angle(np.exp(1j * (gmst_rad(instants) - theirs)))).max() < 1e-11


def test_ut1_turns_the_earth_by_its_rate():
    instants = Instants.every(START, 1.0, 1)
    ahead = (gmst_rad(instants, 0.9) - gmst_rad(instants)) % (2 * np.pi)
    assert ahead[0] == pytest.approx(0.9 * EARTH_RATE_RAD_S, rel=1e-5)


@given(st.integers(0, 2**31), st.floats(-3e-6, 3e-6), st.floats(-3e-6, 3e-6))
def test_turning_keeps_lengths_and_comes_back(seed, x, y):
    rng = np.random.default_rng(seed)
    xyz, theta = rng.normal(size=(4, 5, 3)), rng.uniform(0, 6.28, 4)
    fixed = teme_to_ecef(xyz, theta, (x, y))
    np.testing.assert_allclose(np.linalg.norm(fixed, axis=-1), np.linalg.norm(xyz, axis=-1), rtol=1e-12)
    np.testing.assert_allclose(ecef_to_teme(fixed, theta, (x, y)), xyz, atol=1e-12)
    matrix = polar_motion_matrix(x, y)
    np.testing.assert_allclose(matrix @ matrix.T, np.eye(3), atol=1e-14)


def test_velocity_is_the_rate_of_the_position():
    step = 0.5
    instants = Instants.every(START, step, 3)
    velocity = np.array([7e3, 1e3, 2e3])
    xyz = np.array([1e6, 6e6, 3e6]) + instants.offset_s[:, None] * velocity
    theta = gmst_rad(instants)
    fixed = teme_to_ecef(xyz, theta)
    ours = teme_to_ecef_velocity(xyz, np.tile(velocity, (3, 1)), theta)
    np.testing.assert_allclose(ours[1], (fixed[2] - fixed[0]) / (2 * step), atol=2e-4)
