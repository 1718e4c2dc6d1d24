from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from skyhold.constants import WGS84_A_M
from skyhold.entry.footprint import Footprint, footprint
from skyhold.errors import SkyholdError


def cloud(latitude, longitude, heading, length=400e3, width=20e3, count=4000):
    """Places spread normally along a heading; time of landing grows backwards."""
    rng = np.random.default_rng(1)
    along, across = length * rng.standard_normal(count), width * rng.standard_normal(count)
    true = Footprint(latitude, longitude, heading, (), (), 0.0)
    places = true.places(along, across)
    return places[:, 0], places[:, 1], -along, np.ones(count)


@given(st.floats(-1.2, 1.2), st.floats(-3.1, 3.1), st.floats(0.0, 6.28))
def test_middle_heading_and_widths_come_back(latitude, longitude, heading):
    found = footprint(*cloud(latitude, longitude, heading))
    ahead = found.coordinates(latitude, longitude)
    assert math.hypot(*ahead) < 30e3
    # the heading is that at the middle found, on the same great circle
    true = Footprint(latitude, longitude, heading, (), (), 0.0)
    here = np.array([float(x) for x in found.coordinates(*true.places(100e3, 0.0))])
    there = np.array([float(x) for x in found.coordinates(*true.places(-100e3, 0.0))])
    assert (here - there)[0] == pytest.approx(200e3, rel=1e-2)
    assert abs((here - there)[1]) < 2e3
    assert found.length_m == pytest.approx(2 * 2.576 * 400e3, rel=0.1)
    assert found.width_m == pytest.approx(2 * 2.576 * 20e3, rel=0.1)
    assert 0.9 < found.inside < 0.99


@given(
    st.floats(-1.2, 1.2),
    st.floats(-3.1, 3.1),
    st.floats(0.0, 6.28),
    st.floats(-2e6, 2e6),
    st.floats(-1e5, 1e5),
)
def test_places_and_coordinates_are_inverse(latitude, longitude, heading, along, across):
    one = Footprint(latitude, longitude, heading, (), (), 0.0)
    back = one.coordinates(*one.places(along, across))
    np.testing.assert_allclose([float(x) for x in back], (along, across), atol=1e-3)


def test_heading_is_from_north_by_east():
    east = Footprint(0.0, 0.5, math.pi / 2, (), (), 0.0)
    np.testing.assert_allclose(east.places(WGS84_A_M * 0.1, 0.0), (0.0, 0.6), atol=1e-12)
    np.testing.assert_allclose(
        east.places(0.0, WGS84_A_M * 0.1), (0.1, 0.5), atol=1e-12
    )  # left of east is north


def test_weights_count():
    places = cloud(0.0, 0.0, math.pi / 2)
    light = np.where(places[2] > 0.0, 1e-9, 1.0)  # only what lies ahead
    found = footprint(*places[:3], light)
    assert found.longitude_rad > 0.03
    assert found.length_m < 0.7 * footprint(*places).length_m


def test_the_ellipse_has_the_outer_percentiles_as_axes():
    found = footprint(*cloud(-0.8, 2.0, 1.9))
    along, across = found.coordinates(*found.ellipse(361).T)
    assert along.max() == pytest.approx(found.along_m[-1], rel=1e-3)
    assert along.min() == pytest.approx(found.along_m[0], rel=1e-3)
    assert across.max() == pytest.approx(found.across_m[-1], rel=1e-3)


def test_too_little_debris_is_refused():
    with pytest.raises(SkyholdError, match="too little debris"):
        footprint(*(np.zeros(2) for _ in range(3)), np.ones(2))
