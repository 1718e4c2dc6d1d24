import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from skyhold.constants import GEO_RADIUS_M
from skyhold.geometry import kernels, masks
from skyhold.geometry.look import look_angles
from skyhold.geometry.masks import SkyMask
from skyhold.geometry.sites import Sites
from skyhold.nouns.ground import SkyMaskSpec

DEG = np.pi / 180


def arc_from(latitude_deg, count=40_001):
    """Directions (N, 3) east, north, up of the visible arc, by look angles to points of the ring."""
    longitude = np.linspace(-np.pi, np.pi, count)
    ring = GEO_RADIUS_M * np.stack([np.cos(longitude), np.sin(longitude), np.zeros(count)], -1)
    look = look_angles(Sites.from_degrees([latitude_deg], [0.0]), ring[None])
    azimuth, elevation = look.azimuth_rad[0, 0], look.elevation_rad[0, 0]
    unit = np.stack(
        [np.sin(azimuth) * np.cos(elevation), np.cos(azimuth) * np.cos(elevation), np.sin(elevation)], -1
    )
    return unit[elevation >= 0.0]


def test_gso_angle_against_the_whole_arc_point_by_point():
    rng = np.random.default_rng(2)
    for latitude in (-70.0, -20.0, 0.0, 5.0, 50.45, 80.0):
        arc = arc_from(latitude)
        azimuth, elevation = rng.uniform(0, 2 * np.pi, 200), rng.uniform(0, np.pi / 2, 200)
        unit = np.stack(
            [np.sin(azimuth) * np.cos(elevation), np.cos(azimuth) * np.cos(elevation), np.sin(elevation)], -1
        )
        exact = np.arccos(np.clip((unit @ arc.T).max(axis=1), -1, 1))
        assert masks.gso_angle(latitude * DEG, azimuth, elevation) == pytest.approx(exact, abs=3e-4)


def test_the_arc_is_due_south_in_kyiv_and_never_rises_at_the_pole():
    assert masks.gso_angle(50.45 * DEG, np.pi, 32.0 * DEG) < 0.5 * DEG
    assert np.isinf(masks.gso_angle(85.0 * DEG, 0.3, 0.2))
    assert masks.allowed(SkyMask(0.0, 22.0 * DEG), 85.0 * DEG, np.linspace(0, 6, 9), 0.1).all()


@pytest.mark.parametrize(
    ("alpha_deg", "south", "north"), [(4, -81, 81), (18, -81, 81), (22, -81, 81), (60, 40, 60)]
)
@pytest.mark.parametrize("least_deg", [0.0, 25.0])
def test_the_bands_agree_with_the_exact_test_to_a_twentieth_of_a_degree(alpha_deg, south, north, least_deg):
    rng = np.random.default_rng(7)
    mask = SkyMask(least_deg * DEG, alpha_deg * DEG)
    latitude = rng.uniform(south, north, 20_000) * DEG
    azimuth = rng.uniform(0, 2 * np.pi, latitude.size)
    elevation = np.arcsin(rng.uniform(np.sin(least_deg * DEG), 1.0, latitude.size))
    bands = masks.arc_bands(mask, latitude)
    n, e, up = np.cos(elevation) * np.cos(azimuth), np.cos(elevation) * np.sin(azimuth), np.sin(elevation)
    x = np.cos(latitude) * up - np.sin(latitude) * n
    z = np.sin(latitude) * up + np.cos(latitude) * n
    place = (x / np.hypot(x, e) + 1.0) * (masks.BAND_POINTS - 1) / 2
    k = np.minimum(place.astype(int), masks.BAND_POINTS - 2)
    row, w = bands.row_of(latitude), place - k
    low = bands.low[row, k] * (1 - w) + bands.low[row, k + 1] * w
    high = bands.high[row, k] * (1 - w) + bands.high[row, k + 1] * w
    angle = masks.gso_angle(latitude, azimuth, elevation)
    wrong = ((z <= low) | (z >= high)) != (angle >= alpha_deg * DEG)
    assert wrong.mean() < 1e-3
    assert np.abs(angle[wrong] / DEG - alpha_deg).max(initial=0.0) < 0.05


def test_the_field_of_view_leans_with_the_boresight():
    mask = SkyMask(0.0, 0.0, 100 * DEG, 20 * DEG, 0.0)
    north_low, south_low = masks.allowed(mask, 0.9, np.array([0.0, np.pi]), np.array([25 * DEG, 25 * DEG]))
    assert north_low
    assert not south_low
    assert masks.boresight_angle(mask, 0.0, 70 * DEG) == pytest.approx(0.0, abs=1e-7)
    assert np.linalg.norm(masks.boresight(mask, np.array([0.1, 1.2])), axis=1) == pytest.approx([1, 1])


@given(st.floats(0, 89), st.floats(0, 60), st.floats(1, 180), st.floats(0, 89))
def test_a_spec_becomes_radians(least, alpha, cone, tilt):
    mask = masks.from_spec(
        SkyMaskSpec(min_elevation_deg=least, gso_exclusion_deg=alpha, field_of_view_deg=cone, tilt_deg=tilt)
    )
    got = np.degrees([mask.min_elevation_rad, mask.gso_exclusion_rad, mask.field_of_view_rad, mask.tilt_rad])
    assert got == pytest.approx([least, alpha, cone, tilt])


def test_the_arc_sets_beyond_81_degrees():
    assert kernels.arc_half_length(81.0 * DEG) > 0 > kernels.arc_half_length(81.6 * DEG)
