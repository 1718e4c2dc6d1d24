import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from skyhold.drawing.projections import EqualArea, EqualEarth, Orthographic, centre_of, fitted

LON, LAT = st.floats(-179, 179), st.floats(-85, 85)


def area(projection, lon, lat, size=0.02):
    """Area on paper of a small square of `size` degrees, per area on the sphere."""
    half = size / 2
    lons = lon + half * np.array([-1, 1, 1, -1])
    lats = lat + half * np.array([-1, -1, 1, 1])
    x, y = projection(lons, lats)
    flat = 0.5 * abs(np.dot(x, np.roll(y, -1)) - np.dot(y, np.roll(x, -1)))
    sphere = np.radians(size) * (np.sin(np.radians(lat + half)) - np.sin(np.radians(lat - half)))
    return flat / sphere


@given(LON, LAT)
def test_equal_earth_keeps_area(lon, lat):
    assert area(EqualEarth(), lon, lat) == pytest.approx(1.0, rel=2e-3)


@given(st.floats(-40, 40), st.floats(-40, 40))
def test_region_keeps_area(lon, lat):
    assert area(EqualArea(10.0, 20.0), 10 + lon, 20 + lat) == pytest.approx(1.0, rel=2e-3)


def test_equal_earth_at_its_edges():
    """Savric et al. 2019, table 1 and section 3: the width of the equator and the height of the pole line."""
    x, y = EqualEarth()(180.0, 0.0)
    assert (float(x), float(y)) == pytest.approx((2.7066, 0.0), abs=1e-4)
    _, pole = EqualEarth()(0.0, 90.0)
    assert float(pole) == pytest.approx(-1.3174, abs=1e-4)


@given(LON, LAT)
def test_far_side_lies_on_the_limb(lon, lat):
    globe = Orthographic(31.0, 48.0)
    x, y = globe(lon, lat)
    radius = float(np.hypot(x, y))
    if globe.cosine(lon, lat) < 0:
        assert radius == pytest.approx(1.0)
    else:
        assert radius <= 1.0 + 1e-12


@given(st.floats(0, 60), LON, st.floats(-80, 80))
def test_distances_from_the_centre_of_a_region_are_chords(away, lon, lat):
    """Snyder, eq. 24-1: the radius on paper is 2 sin(c / 2)."""
    x, y = EqualArea(lon, lat)(lon, lat - away if lat > 0 else lat + away)
    assert float(np.hypot(x, y)) == pytest.approx(2 * np.sin(np.radians(away) / 2), abs=1e-9)


def test_centre_is_right_over_the_antimeridian():
    lon, lat = centre_of([178.0, -178.0], [10.0, 10.0])
    assert abs(lon) == pytest.approx(180.0)
    assert lat == pytest.approx(10.0, abs=0.1)


@given(st.lists(st.tuples(st.floats(20, 40), st.floats(40, 55)), min_size=1, max_size=20))
def test_everything_fits_on_the_sheet(points):
    lon, lat = np.array(points).T
    sheet = fitted(EqualArea(30.0, 48.0), lon, lat, 560, (250, 500), 30)
    assert sheet.holds(sheet(lon, lat), 30 - 1e-6).all()
    assert 250 <= sheet.height <= 500
