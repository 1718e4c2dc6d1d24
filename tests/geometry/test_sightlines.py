import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.geometry.fleets import fly, shell

from skyhold.constants import WGS84_A_M, WGS84_B_M
from skyhold.earth.ellipsoid import ecef_to_geodetic
from skyhold.geometry.sightlines import clearance_m, in_sight

R = WGS84_A_M + 550e3


def test_two_satellites_in_the_equatorial_plane():
    for half_angle in np.radians([5.0, 20.0, 22.0, 30.0]):
        a = R * np.array([np.cos(half_angle), np.sin(half_angle), 0.0])
        b = R * np.array([np.cos(half_angle), -np.sin(half_angle), 0.0])
        assert clearance_m(a, b) == pytest.approx(R * np.cos(half_angle) - WGS84_A_M, abs=1e-6)
        assert in_sight(a, b) == (R * np.cos(half_angle) - WGS84_A_M >= 80e3)
    assert not in_sight(a, -a)


def test_over_the_pole_the_earth_is_flatter():
    a, b = np.array([2e6, 0.0, WGS84_B_M + 80e3]), np.array([-2e6, 0.0, WGS84_B_M + 80e3])
    assert clearance_m(a, b) == pytest.approx(80e3, rel=1 / 290)


@given(st.integers(0, 2**32 - 1))
def test_clearance_is_the_lowest_of_many_points_of_the_line(seed):
    rng = np.random.default_rng(seed)
    a, b = fly(shell(rng.uniform(300, 2000), rng.uniform(0, 180), 5, 5), [0.0], np.float64)[
        0, rng.integers(0, 25, 2)
    ]
    line = a + np.linspace(0, 1, 4001)[:, None] * (b - a)
    altitude = ecef_to_geodetic(line[np.linalg.norm(line, axis=1) > 5.5e6])[2]
    if len(altitude) == 4001:
        assert clearance_m(a, b) == pytest.approx(altitude.min(), abs=max(abs(altitude.min()) / 250, 200))
    else:
        assert clearance_m(a, b) < 0
    assert clearance_m(a, b) == pytest.approx(clearance_m(b, a))


def test_a_satellite_sees_itself_and_pairs_broadcast():
    xyz = fly(shell(550, 53, 4, 4), [0.0], np.float64)[0]
    sight = in_sight(xyz[:, None], xyz[None])
    assert sight.shape == (16, 16)
    assert sight.diagonal().all()
    assert (sight == sight.T).all()
    assert (in_sight(xyz[:, None], xyz[None], 600e3) <= sight).all()
