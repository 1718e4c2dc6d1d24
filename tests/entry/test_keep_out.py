from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from skyhold.data.countries import Country, all_countries
from skyhold.entry.descent import unit
from skyhold.entry.keep_out import MEAN_RADIUS_M, Shores, distances
from skyhold.entry.shore_kernels import arc_angle
from skyhold.nouns.fate import DeorbitSpec

ANGLES = st.floats(-math.pi, math.pi)


def square(iso3, west, south, east, north):
    ring = np.array([[west, south], [west, north], [east, north], [east, south], [west, south]], float)
    return Country(iso3, iso3, ((ring, ()),), "typed")


@given(ANGLES, st.floats(-1.5, 1.5), st.floats(-0.3, 0.3), st.floats(-0.3, 0.3), ANGLES, st.floats(-1.5, 1.5))
def test_angle_to_an_arc_is_the_least_over_its_points(lon, lat, dlon, dlat, plon, plat):
    a, b, p = unit(lat, lon), unit(lat + dlat, lon + dlon), unit(plat, plon)
    share = np.linspace(0.0, 1.0, 2001)[:, None]
    between = (1 - share) * a + share * b
    between /= np.linalg.norm(between, axis=1, keepdims=True)
    sampled = 2 * np.arcsin(np.clip(np.linalg.norm(between - p, axis=1) / 2, 0, 1)).min()
    assert arc_angle(p, a, b) == pytest.approx(sampled, abs=2e-4)
    assert arc_angle(p, a, b) <= sampled + 1e-9


def test_distance_to_a_square():
    land = Shores.of([square("AAA", 0, -10, 10, 10)])
    distance, code = land.distance(np.radians([0.0, 0.0, 0.0]), np.radians([-5.0, 5.0, 20.0]))
    np.testing.assert_allclose(
        distance, [math.radians(5) * MEAN_RADIUS_M, 0.0, math.radians(10) * MEAN_RADIUS_M]
    )
    assert code.tolist() == ["AAA", "AAA", "AAA"]


def test_beyond_the_farthest_nothing_is_named():
    land = Shores.of([square("AAA", 0, -1, 1, 1)])
    distance, code = land.distance(0.0, math.radians(90.0), farthest_m=1e6)
    assert distance[0] == 1e6
    assert code[0] == ""


def test_the_real_coast_against_every_corner():
    """Not farther than any corner, nor nearer than the longest edge allows."""
    world = all_countries("110m")
    land = Shores.of(world)
    corners = np.concatenate([outer for one in world for outer, _ in one.polygons])
    corner = unit(np.radians(corners[:, 1]), np.radians(corners[:, 0]))
    rng = np.random.default_rng(3)
    latitude, longitude = np.arcsin(rng.uniform(-0.9, 0.9, 40)), rng.uniform(-math.pi, math.pi, 40)
    found, code = land.distance(latitude, longitude)
    nearest = np.arccos(np.clip(unit(latitude, longitude) @ corner.T, -1, 1)).min(axis=1) * MEAN_RADIUS_M
    sea = found > 0.0
    assert 10 < sea.sum() < 40
    assert np.all(found[sea] <= nearest[sea] + 1.0)
    assert np.all(code[sea] != "")


def test_limits_differ_for_own_land():
    spec = DeorbitSpec(vehicle="usdv")
    hawaii_west = np.radians([19.6, -157.8])  # 170 km off
    found = distances(*hawaii_west, spec)
    assert found.own == "USA"
    assert 100e3 < found.own_m < 300e3
    assert found.kept
    found = distances(*hawaii_west, DeorbitSpec(vehicle="usdv", own_land=("ATA",)))
    assert not found.kept
    assert found.worst[0][0] == "USA"
    assert found.share_too_near == 1.0


def test_on_land_is_no_distance():
    found = distances(math.radians(-25.0), math.radians(134.0), DeorbitSpec())
    assert (found.foreign, found.foreign_m, found.kept) == ("AUS", 0.0, False)
    found = distances(math.radians(-80.0), math.radians(0.0), DeorbitSpec())
    assert (found.own, found.own_m, found.kept) == ("ATA", 0.0, False)


def test_share_goes_by_weight():
    latitude, longitude = np.radians([-48.0, -25.0]), np.radians([-123.0, 134.0])
    assert distances(
        latitude, longitude, DeorbitSpec(), np.array([3.0, 1.0])
    ).share_too_near == pytest.approx(0.25)


def test_the_middle_of_the_south_pacific_keeps_off():
    found = distances(math.radians(-48.0), math.radians(-123.0), DeorbitSpec())
    assert found.kept
    assert found.worst == ()
    assert min(found.foreign_m, found.own_m) > 2e6
