import numpy as np
import pytest

from skyhold.geometry.sites import Sites
from skyhold.network.comparators import (
    Geostationary,
    fibre_rtt_s,
    geostationary_rtt_s,
    three_ways,
    to_geostationary,
)

KYIV_AND_POLE = Sites.from_degrees([50.45, 89.0], [30.52, 0.0])
GEO = Geostationary(9.0, 45.07, 7.69, "Turin", processing_s=0.05)


@pytest.mark.parametrize(("elevation_deg", "rtt_ms"), [(90, 477.5), (50, 494.7), (30, 515.1), (10, 541.5)])
def test_four_hops_over_the_geostationary_orbit(elevation_deg, rtt_ms):
    assert geostationary_rtt_s(np.radians(elevation_deg)) * 1e3 == pytest.approx(rtt_ms, abs=0.1)


def test_a_site_under_the_satellite_sees_it_in_the_zenith():
    elevation, reach = to_geostationary(Sites.from_degrees([0.0], [30.0]), np.radians(30.0))
    assert np.degrees(elevation[0]) == pytest.approx(90.0, abs=1e-6)
    assert reach[0] == pytest.approx(35_786e3, rel=1e-5)


def test_fibre_is_light_in_glass():
    rtt = fibre_rtt_s(Sites.from_degrees([0.0], [0.0]), 0.0, np.radians(1.0), 1.5)
    assert rtt[0] == pytest.approx(2 * 111_195 * 1.5 * 1.468 / 299_792_458, rel=2e-3)


def test_the_same_user_three_ways():
    leo = np.array([[0.05, np.nan], [0.06, np.nan], [np.nan, np.nan], [0.07, np.nan]])
    rows = three_ways(KYIV_AND_POLE, leo, GEO, (50.12, 8.73), 1.5)
    kyiv, pole = rows
    assert [way.name for way in kyiv] == ["LEO", "GEO", "fibre"]
    assert kyiv[0].median_s == pytest.approx(0.06)
    assert "75.0 %" in kyiv[0].note
    assert 0.54 < kyiv[1].median_s < 0.60
    assert 0.015 < kyiv[2].median_s < 0.03
    assert np.isnan(pole[0].median_s)
    assert np.isnan(pole[1].median_s)  # below the horizon
    assert pole[2].median_s > kyiv[2].median_s
