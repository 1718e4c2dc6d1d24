import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from skyhold.errors import SkyholdError
from skyhold.geometry.look import central_angle_rad, look_angles, slant_range_m
from skyhold.geometry.sites import Sites


@given(
    st.floats(-89.9, 89.9), st.floats(-180, 180), st.floats(0, 360), st.floats(-89, 89), st.floats(1e3, 4e7)
)
def test_a_point_put_at_a_direction_is_found_there(latitude, longitude, azimuth, elevation, distance):
    sites = Sites.from_degrees([latitude], [longitude], [100.0])
    a, e = np.radians([azimuth, elevation])
    direction = np.array([np.sin(a) * np.cos(e), np.cos(a) * np.cos(e), np.sin(e)])
    look = look_angles(sites, (sites.ecef[0] + distance * direction @ sites.enu[0])[None, None])
    assert look.range_m[0, 0, 0] == pytest.approx(distance, abs=1e-6)
    assert look.elevation_rad[0, 0, 0] == pytest.approx(e, abs=1e-10)
    turned = look.azimuth_rad[0, 0, 0] - a
    assert abs((turned + np.pi) % (2 * np.pi) - np.pi) < 1e-10 / np.cos(e) + 1e-11


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_as_skyfield_has_it():
    api = pytest.importorskip("skyfield.api")
    from skyfield.toposlib import wgs84

    time = api.load.timescale(builtin=True).utc(2022, 2, 28)
    there, here = wgs84.latlon(48.0, 33.0, 550e3), wgs84.latlon(50.45, 30.52, 179.0)
    altitude, azimuth, distance = (there - here).at(time).altaz()
    target = Sites.from_degrees([48.0], [33.0], [550e3]).ecef[None]
    look = look_angles(Sites.from_degrees([50.45], [30.52], [179.0]), target)
    assert np.degrees(look.azimuth_rad.item()) == pytest.approx(azimuth.degrees, abs=1e-7)
    assert np.degrees(look.elevation_rad.item()) == pytest.approx(altitude.degrees, abs=1e-7)
    assert look.range_m.item() == pytest.approx(distance.m, abs=1e-3)


@given(st.floats(0, 90), st.floats(200e3, 36_000e3))
def test_slant_range_and_central_angle_close_the_triangle(elevation_deg, altitude):
    e, r = np.radians(elevation_deg), 6_378_137.0
    angle = central_angle_rad(e, altitude)
    sides = r**2 + (r + altitude) ** 2 - 2 * r * (r + altitude) * np.cos(angle)
    assert slant_range_m(e, altitude) == pytest.approx(np.sqrt(sides), rel=1e-7)


def test_the_flat_earth_is_not_ours():
    assert slant_range_m(np.radians(25.0), 550e3) == pytest.approx(1_123_400.0, abs=100.0)
    assert abs(slant_range_m(np.radians(25.0), 550e3) - 550e3 / np.sin(np.radians(25.0))) > 170e3


def test_positions_of_the_wrong_shape_are_refused():
    with pytest.raises(SkyholdError):
        look_angles(Sites.from_degrees([0.0], [0.0]), np.zeros((3, 4)))
