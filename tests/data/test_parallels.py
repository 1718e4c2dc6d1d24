"""Stretches of parallels and shares of cells, against the point-in-polygon test and areas."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from skyhold.data import countries, parallels
from skyhold.data.countries import Country


def square(west: float, south: float, east: float, north: float) -> Country:
    ring = np.array([[west, south], [east, south], [east, north], [west, north], [west, south]], dtype=float)
    return Country("SQR", "Square", ((ring, ()),))


def test_stretches_of_a_square():
    found = parallels.stretches(square(10.0, -5.0, 30.0, 5.0), np.array([-6.0, -1.0, 4.0, 5.0]))
    assert found.parallel.tolist() == [1, 2]
    assert found.west_deg.tolist() == [10.0, 10.0]
    assert found.east_deg.tolist() == [30.0, 30.0]


def test_cells_of_a_square_that_covers_parts():
    cell, share = parallels.country_cells(square(0.5, 0.0, 2.0, 1.0), 1.0)
    assert cell.tolist() == [90 * 360 + 180, 90 * 360 + 181]
    assert share == pytest.approx([0.5, 1.0])


@given(st.floats(-179.9, 150.0), st.floats(-89.0, 70.0), st.floats(0.3, 29.0), st.floats(0.6, 19.0))
def test_cells_of_any_square_add_up_to_it(west, south, width, height):
    one = square(west, south, west + width, south + height)
    _, share = parallels.country_cells(one, 0.5, 20)
    assert share.max() <= 1.0 + 1e-9
    assert share.sum() * 0.25 == pytest.approx(width * height, abs=width * 0.026)


def test_land_degrees_are_what_points_say():
    latitude = np.array([-33.3, 0.2, 51.1])
    codes, degrees = parallels.land_degrees(latitude)
    longitude = np.arange(-180.0, 180.0, 0.05) + 0.025
    for row, at in enumerate(latitude):
        points = countries.country_of(np.full(longitude.shape, at), longitude)
        for code in ("AUS", "BRA", "DEU", "RUS", "KEN"):
            counted = 0.05 * np.count_nonzero(points == code)
            assert degrees[codes.index(code), row] == pytest.approx(counted, abs=0.3)


def test_shares_of_cells_never_pass_the_cell():
    found = parallels.cell_shares(0.5)
    whole = np.bincount(found.cell, weights=found.share, minlength=360 * 720)
    assert whole.max() <= 1.0 + 1e-9
    assert np.all(np.diff(found.cell) >= 0)


def test_shares_of_cells_give_the_area_of_a_country():
    found = parallels.cell_shares(0.5)
    row = found.cell // 720
    area = 6371.0**2 * np.radians(0.5) * np.diff(np.sin(np.radians(np.linspace(-90, 90, 361))))[row]
    poland = found.country == found.codes.index("POL")
    assert (area * found.share)[poland].sum() == pytest.approx(countries.country("POL").area_km2, rel=0.005)
