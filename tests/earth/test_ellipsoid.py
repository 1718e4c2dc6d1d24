import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from skyhold.constants import WGS84_A_M, WGS84_B_M
from skyhold.earth.ellipsoid import east_north_up, ecef_to_geodetic, geodetic_to_ecef, great_circle_m

latitudes = st.floats(-math.pi / 2, math.pi / 2)
longitudes = st.floats(-math.pi, math.pi)


def test_axes_of_the_ellipsoid():
    np.testing.assert_allclose(geodetic_to_ecef(0.0, 0.0), [WGS84_A_M, 0, 0])
    np.testing.assert_allclose(geodetic_to_ecef(math.pi / 2, 0.3), [0, 0, WGS84_B_M], atol=1e-9)


def test_published_position():
    # PROJ 9, EPSG:4979 to EPSG:4978
    xyz = geodetic_to_ecef(math.radians(47.0), math.radians(15.0), 2000.0)
    np.testing.assert_allclose(xyz, [4210520.621, 1128205.600, 4643227.495], atol=1e-3)


@given(latitudes, longitudes, st.floats(-10e3, 4e7))
def test_there_and_back_within_a_millimetre(latitude, longitude, altitude):
    xyz = geodetic_to_ecef(latitude, longitude, altitude)
    again = geodetic_to_ecef(*ecef_to_geodetic(xyz))
    assert np.linalg.norm(again - xyz) < 1e-6
    assert abs(ecef_to_geodetic(xyz)[2] - altitude) < 1e-6


@given(latitudes, longitudes)
def test_local_axes_are_a_right_handed_frame_and_up_is_the_normal(latitude, longitude):
    axes = east_north_up(latitude, longitude)
    np.testing.assert_allclose(axes @ axes.T, np.eye(3), atol=1e-14)
    assert np.linalg.det(axes) == pytest.approx(1.0)
    climb = geodetic_to_ecef(latitude, longitude, 1000.0) - geodetic_to_ecef(latitude, longitude, 0.0)
    np.testing.assert_allclose(axes @ climb, [0, 0, 1000.0], atol=1e-6)


def test_arrays_broadcast():
    assert geodetic_to_ecef(np.zeros((4, 1)), np.zeros(5), 10.0).shape == (4, 5, 3)
    assert east_north_up(np.zeros(7), 0.0).shape == (7, 3, 3)


# GeographicLib (Karney 2013) on WGS-84: degrees and metres
LINES = [
    (50.45, 30.52, 52.23, 21.01, 691_055.6046),
    (50.45, 30.52, 47.6, -122.33, 8_832_766.6161),
    (0.0, 0.0, 0.0, 1.0, 111_319.4908),
    (0.0, 0.0, 1.0, 0.0, 110_574.3886),
]


@pytest.mark.parametrize(("lat1", "lon1", "lat2", "lon2", "metres"), LINES)
def test_known_lines(lat1, lon1, lat2, lon2, metres):
    ours = great_circle_m(*map(math.radians, (lat1, lon1, lat2, lon2)))
    assert ours == pytest.approx(metres, rel=2e-6)


def test_quarter_meridian_and_antipode():
    assert great_circle_m(0.0, 0.0, math.pi / 2, 0.0) == pytest.approx(10_001_965.729, rel=4e-6)
    assert great_circle_m(0.0, 0.0, 0.0, math.pi) == pytest.approx(20_003_931.46, rel=3e-3)


def test_distances_against_geographiclib():
    geod = pytest.importorskip("pyproj", reason="pyproj is not installed").Geod(ellps="WGS84")
    rng = np.random.default_rng(1)
    lat = np.arcsin(rng.uniform(-1, 1, (2, 500)))
    lon = rng.uniform(-np.pi, np.pi, (2, 500))
    theirs = geod.inv(*np.degrees([lon[0], lat[0], lon[1], lat[1]]))[2]
    ours = great_circle_m(lat[0], lon[0], lat[1], lon[1])
    near = theirs < 1e7
    np.testing.assert_allclose(ours[near], theirs[near], rtol=1.5e-6)
    np.testing.assert_allclose(ours[theirs < 1.8e7], theirs[theirs < 1.8e7], rtol=1.2e-5)


@given(latitudes, longitudes, latitudes, longitudes)
def test_distance_is_a_distance(lat1, lon1, lat2, lon2):
    there, back = great_circle_m(lat1, lon1, lat2, lon2), great_circle_m(lat2, lon2, lat1, lon1)
    assert 0.0 <= there <= math.pi * WGS84_A_M
    assert there == pytest.approx(back, rel=1e-9, abs=1e-6)
    assert great_circle_m(lat1, lon1, lat1, lon1) == 0.0
