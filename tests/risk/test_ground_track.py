"""Latitudes of a track in closed form, against points of an orbit; time over countries."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from skyhold.errors import SkyholdError
from skyhold.risk import ground_track
from skyhold.risk.ground_track import CircularTrack, TabulatedTrack, shares, time_along, time_over
from skyhold.units import DEG

EDGES = np.linspace(-90.0, 90.0, 181)


@given(st.floats(0.0, math.pi), st.booleans())
def test_shares_of_latitude_are_whole_and_even_about_the_equator(inclination, oblate):
    share = shares(CircularTrack(inclination, oblate), EDGES)
    assert share.sum() == pytest.approx(1.0)
    assert np.all(share >= 0.0)
    assert share == pytest.approx(share[::-1], abs=1e-7)


@pytest.mark.parametrize("oblate", [True, False])
def test_shares_of_latitude_are_those_of_points_of_the_orbit(oblate):
    u = (np.arange(400_000) + 0.5) / 400_000 * 2.0 * math.pi
    latitude = np.arcsin(math.sin(51.64 * DEG) * np.sin(u))
    if oblate:
        latitude = np.arctan(np.tan(latitude) / (1.0 - 0.00669437999014))
    counted = np.histogram(latitude / DEG, EDGES)[0] / u.size
    assert shares(CircularTrack(51.64 * DEG, oblate), EDGES) == pytest.approx(counted, abs=2e-5)


def test_a_retrograde_orbit_sees_the_same_latitudes():
    assert shares(CircularTrack(97.6 * DEG), EDGES) == pytest.approx(shares(CircularTrack(82.4 * DEG), EDGES))


@pytest.mark.parametrize("inclination", [-0.1, 3.2, math.nan, 51.64])
def test_inclinations_that_no_orbit_has(inclination):
    with pytest.raises(SkyholdError, match="radians"):
        CircularTrack(inclination)


def test_a_table_of_latitudes():
    track = TabulatedTrack(np.array([-90.0, 0.0, 10.0, 90.0]), np.array([0.0, 3.0, 1.0]))
    assert shares(track, np.array([-90.0, 0.0, 5.0, 90.0])) == pytest.approx([0.0, 0.375, 0.625])


@pytest.mark.parametrize(
    ("edges", "weight"),
    [([0, 1], [-1.0]), ([0, 1], [0.0]), ([0, 1], [1.0, 2.0]), ([1, 0], [1.0]), ([0, 1], [math.nan])],
)
def test_tables_that_cannot_be_used(edges, weight):
    with pytest.raises(SkyholdError, match="weights"):
        TabulatedTrack(np.array(edges, float), np.array(weight))


def test_time_over_countries_and_water_is_all_time():
    found = time_over(CircularTrack(51.64 * DEG))
    assert found.water + found.share.sum() == pytest.approx(1.0)
    assert found.over("RUS") == pytest.approx(0.0192, rel=0.05)
    assert found.over("NOR") == pytest.approx(found.over("ISL")) == 0.0
    assert found.over(frozenset({"DEU", "FRA"})) == pytest.approx(found.over("DEU") + found.over("FRA"))
    assert "visionscarto" in found.boundary_source


def test_an_equatorial_track_crosses_only_countries_of_the_equator():
    found = time_over(CircularTrack(0.2 * DEG))
    crossed = {code for code, share in zip(found.codes, found.share, strict=True) if share > 0.0}
    assert {"ECU", "COL", "BRA", "GAB", "COG", "COD", "UGA", "KEN", "SOM", "IDN"} <= crossed
    assert not {"DEU", "USA", "IND", "RUS"} & crossed


def test_time_along_points_is_that_of_the_closed_form():
    rng = np.random.default_rng(3)
    u = rng.uniform(0.0, 2.0 * math.pi, 40_000)
    latitude = np.arcsin(math.sin(51.64 * DEG) * np.sin(u)) / DEG
    found = time_along(latitude, rng.uniform(-180.0, 180.0, u.size))
    assert found.water == pytest.approx(0.7282, abs=0.01)
    assert found.over("CHN") == pytest.approx(0.0256, abs=0.0035)


def test_weights_of_points():
    found = time_along([50.0, 0.0], [10.0, -150.0], [3.0, 1.0])
    assert (found.over("DEU"), found.water) == (0.75, 0.25)


def test_geocentric_latitude():
    assert ground_track.geocentric_rad([0.0, 90.0, 45.0]) / DEG == pytest.approx([0.0, 90.0, 44.80757678])
