import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from skyhold.links import freespace, noise, ratios

ranges, bands, powers = st.floats(1e5, 1e8), st.floats(1e8, 1e11), st.floats(-60, 100)


@given(ranges, bands, powers)
def test_power_through_areas_is_power_through_loss(range_m, f_hz, eirp):
    by_area = freespace.pfd_dbw_m2(eirp, range_m) + freespace.isotropic_area_dbm2(f_hz)
    assert by_area == pytest.approx(eirp - freespace.loss_db(range_m, f_hz), abs=1e-9)


@given(ranges, powers)
def test_flux_and_power_are_inverses(range_m, eirp):
    assert freespace.eirp_for_pfd(freespace.pfd_dbw_m2(eirp, range_m), range_m) == pytest.approx(
        eirp, abs=1e-9
    )


def test_range_over_a_round_earth():
    ranges_km = freespace.range_at_m(np.radians([25.0, 40.0, 90.0]), 550.0) / 1e3
    np.testing.assert_allclose(ranges_km, [1123.4177, 812.1071, 550.0], atol=1e-3)


def test_noise_of_a_kelvin_and_a_hertz():
    assert noise.noise_dbw(1.0, 1.0) == pytest.approx(-228.5992, abs=1e-4)
    assert noise.noise_dbw(200.0, 240e6) == pytest.approx(-121.7868, abs=1e-4)


def test_rain_warms_up_to_its_own_temperature():
    assert noise.rain_kelvin(0.0) == 0.0
    assert noise.rain_kelvin(100.0) == pytest.approx(275.0)
    assert noise.rain_kelvin(3.0) == pytest.approx(137.1735, abs=1e-4)
    assert noise.noise_rise_db(3.0, 200.0) == pytest.approx(2.26823, abs=1e-5)


def test_ratios_together():
    assert ratios.combine_db(20.0, 20.0) == pytest.approx(20 - 10 * np.log10(2))
    assert ratios.combine_db(20.0, np.inf) == pytest.approx(20.0)
    assert ratios.combine_db([10.0, 20.0], 15.0).shape == (2,)
    assert ratios.decibel(0.0) == -np.inf
    assert np.isnan(ratios.decibel(-1.0))


@given(st.lists(st.floats(-50, 80), min_size=1, max_size=6))
def test_together_is_below_each(parts):
    assert ratios.combine_db(*parts) <= min(parts) + 1e-9
