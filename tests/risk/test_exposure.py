"""People under tracks: the closed form against points, countries, cities, windows."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from skyhold.data import population
from skyhold.errors import SkyholdError
from skyhold.risk.exposure import EU27, cities_under, most_exposed, risk_along, under_track
from skyhold.risk.ground_track import CircularTrack
from skyhold.units import DEG

ISS = CircularTrack(51.64 * DEG)


def even_grid(density_km2: float) -> population.PopulationGrid:
    """People evenly over the Earth, water too."""
    area = population.grid().row_area_km2 / 720
    return population.from_cells(np.repeat(area[:, None], 720, axis=1) * density_km2, 2020, "even")


@settings(max_examples=20)
@given(st.floats(0.0, math.pi))
def test_an_even_earth_has_the_same_density_under_every_track(inclination):
    assert under_track(CircularTrack(inclination), even_grid(7.0)).density_km2 == pytest.approx(7.0)


def test_an_even_earth_under_a_window():
    found = risk_along([10.0, 20.0, -33.0], [5.0, 500.0, -100.0], [1.0, 2.0, 0.5], even_grid(7.0))
    assert found.density_km2 == pytest.approx(7.0)


def test_countries_add_up_and_are_ranked():
    found = under_track(ISS)
    ranked = found.ranked()
    assert sum(share for _, share in ranked) == pytest.approx(1.0)
    assert [code for code, _ in ranked[:3]] == ["CHN", "IND", "USA"]
    assert found.share(EU27) == pytest.approx(sum(found.share(code) for code in EU27))
    assert 0.10 < found.share(EU27) < 0.14
    assert len(EU27) == 27
    assert found.share("ISL") == 0.0


def test_points_of_the_orbit_see_what_the_closed_form_says():
    u, n = np.meshgrid((np.arange(7200) + 0.5) * 2.0 * math.pi / 7200, np.arange(720))
    latitude = np.arcsin(math.sin(51.64 * DEG) * np.sin(u)) / DEG
    along = risk_along(latitude, n * 0.5 - 179.75)
    closed = under_track(CircularTrack(51.64 * DEG, oblate=False))
    assert along.density_km2 == pytest.approx(closed.density_km2, rel=0.005)
    assert along.share("CHN") == pytest.approx(closed.share("CHN"), rel=0.01)


def test_a_window_over_one_place():
    found = risk_along([50.45], [30.52])
    assert found.ranked()[0] == ("UKR", pytest.approx(1.0))
    assert found.density_km2 > 500.0


@pytest.mark.parametrize(
    ("latitude", "longitude", "weight"),
    [
        ([91.0], [0.0], None),
        ([1.0, 2.0], [0.0], None),
        ([], [], None),
        ([math.nan], [1.0], None),
        ([1.0], [math.nan], None),
        ([1.0], [1.0], [-1.0]),
        ([1.0], [1.0], [0.0]),
        ([1.0], [1.0], [math.inf]),
    ],
)
def test_windows_that_cannot_be_used(latitude, longitude, weight):
    with pytest.raises(SkyholdError, match="track"):
        risk_along(latitude, longitude, weight)


def test_cities_under_the_station():
    found = cities_under(ISS)
    names = [city.name for city in found]
    assert {"London", "Beijing", "Kyiv", "Mumbai"} <= set(names)
    assert not {"Moscow", "Saint Petersburg", "Stockholm"} & set(names)
    assert [c.weight_km2 for c in found] == sorted((c.weight_km2 for c in found), reverse=True)
    assert sum(c.weight_km2 for c in found) < under_track(ISS).density_km2


def test_cities_grow_with_their_country():
    now, then = ({c.name: c for c in cities_under(ISS, year)} for year in (None, 2050))
    assert then["Lagos"].population > 1.3 * now["Lagos"].population
    assert then["Tokyo"].population < now["Tokyo"].population


def test_a_city_outside_the_band_is_not_under_it():
    found = {city.name for city in cities_under(CircularTrack(3.0 * DEG))}
    assert {"Nairobi", "Singapore", "Quito"} <= found
    assert not {"Jakarta", "Lagos", "London", "Kinshasa"} & found


def test_the_most_exposed_live_at_the_turning_point():
    even = 1.0 / 510_065_622
    assert 1.5 * even < most_exposed(ISS) < 15.0 * even
