import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from skyhold.constants import WGS84_A_M, WGS84_E2
from skyhold.data import rings


def box(west, south, east, north):
    return np.array([[west, south], [east, south], [east, north], [west, north], [west, south]], dtype=float)


def test_a_ring_off_the_antimeridian_is_kept_as_it_is():
    ring = box(20, 40, 30, 50)
    [(outer, holes)] = rings.cut_at_antimeridian(ring)
    assert np.array_equal(outer, ring)
    assert holes == ()


def test_a_box_over_the_antimeridian_becomes_two_with_the_same_area():
    whole = box(170, 10, 190, 20)
    wrapped = whole.copy()
    wrapped[wrapped[:, 0] > 180, 0] -= 360
    pieces = rings.cut_at_antimeridian(wrapped)
    spans = sorted((p[:, 0].min(), p[:, 0].max()) for p, _ in pieces)
    assert spans == [(-180, -170), (170, 180)]
    assert sum(map(rings.area_m2, pieces)) == pytest.approx(rings.area_m2((box(0, 10, 20, 20), ())))


def test_a_hole_over_the_antimeridian_is_cut_with_its_outer_ring():
    pieces = rings.cut_at_antimeridian(box(170, 10, 190, 30), [box(178, 15, 182, 20)])
    assert [len(holes) for _, holes in pieces] == [1, 1]
    expected = rings.area_m2((box(0, 10, 20, 30), (box(8, 15, 12, 20),)))
    assert sum(map(rings.area_m2, pieces)) == pytest.approx(expected)


def test_a_ring_round_the_south_pole_holds_the_pole_and_the_area_of_the_cap():
    longitude = np.arange(-180, 180, 5.0)
    ring = np.column_stack([longitude, np.full(len(longitude), -70.0)])
    pieces = rings.cut_at_antimeridian(np.concatenate([ring, ring[:1]]))
    edges = rings.edges(pieces)
    lon, lat = np.array([0.0, 175.0, 0.0]), np.array([-89.9, -71.0, -69.0])
    assert rings.inside(edges, lon, lat).tolist() == [True, True, False]
    phi = np.radians(np.linspace(70.0, 90.0, 20_001))
    strip = (1 - WGS84_E2) * np.cos(phi) / (1 - WGS84_E2 * np.sin(phi) ** 2) ** 2
    cap = 2 * np.pi * WGS84_A_M**2 * np.trapezoid(strip, phi)
    assert sum(map(rings.area_m2, pieces)) == pytest.approx(cap, rel=1e-6)


def test_the_whole_ellipsoid_has_its_area():
    # 510,065,622 km2: Moritz, Geodetic Reference System 1980 (WGS-84 differs by less than a part in 1e9)
    assert rings.area_m2((box(-180, -90, 180, 90), ())) == pytest.approx(510_065_622e6, rel=1e-6)


@given(
    st.lists(st.tuples(st.floats(-179, 179), st.floats(-89, 89)), min_size=3, max_size=12),
    st.lists(st.tuples(st.floats(-179, 179), st.floats(-89, 89)), min_size=1, max_size=20),
)
def test_inside_is_the_even_odd_rule_said_plainly(corners, points):
    ring = np.array([*corners, corners[0]])
    lon, lat = np.array(points).T
    found = rings.inside(rings.edges([(ring, ())]), lon, lat)
    for x, y, answer in zip(lon, lat, found, strict=True):
        count, close = 0, False
        for (x0, y0), (x1, y1) in itertools.pairwise(ring):
            if (y0 <= y) != (y1 <= y):
                at = x0 + (y - y0) * (x1 - x0) / (y1 - y0)
                close = close or abs(at - x) < 1e-6
                count += x < at
        assert close or answer == (count % 2 == 1)


@given(st.floats(-360, 360))
def test_turning_a_ring_round_the_earth_keeps_its_area(turn):
    ring = box(-40, -30, 45, 62) + np.array([turn, 0.0])
    pieces = rings.cut_at_antimeridian(ring)
    assert all(np.abs(p[:, 0]).max() <= 180 + 1e-9 for p, _ in pieces)
    assert sum(map(rings.area_m2, pieces)) == pytest.approx(
        rings.area_m2((box(-40, -30, 45, 62), ())), rel=1e-9
    )


def test_many_points_are_taken_in_blocks(monkeypatch):
    rng = np.random.default_rng(1)
    lon, lat = rng.uniform(-10, 10, 500), rng.uniform(-10, 10, 500)
    edges = rings.edges([(box(-5, -5, 5, 5), (box(-1, -1, 1, 1),))])
    whole = rings.inside(edges, lon, lat)
    monkeypatch.setattr(rings, "_PAIRS_AT_ONCE", 7)
    assert np.array_equal(rings.inside(edges, lon, lat), whole)
    assert 0 < whole.sum() < 500
