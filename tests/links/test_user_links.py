import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from skyhold.links import freespace, gateway_links, noise, user_links
from skyhold.nouns.radio import RadioSpec, Waveform
from skyhold.units import DEG

RADIO = RadioSpec()
ELEVATIONS = np.array([25.0, 40.0, 60.0, 90.0]) * DEG


def changed(**parts):
    return RadioSpec.model_validate({**RADIO.model_dump(), **parts})


def plain_down(elevation, wet, scan, jam, gas):
    """The worked example's sum in plain numpy."""
    spec = RADIO.user_down
    f_hz = spec.frequency_ghz * 1e9
    carrier = spec.pfd_dbw_m2_mhz.value + 10 * np.log10(spec.channel_mhz)
    carrier = carrier + freespace.isotropic_area_dbm2(f_hz) + user_links.terminal_gain_dbi(spec) - wet - gas
    carrier = carrier + 13.0 * np.log10(np.cos(scan))
    floor = noise.noise_dbw(spec.noise_k.value, spec.channel_mhz * 1e6)
    power = 10 ** (noise.noise_rise_db(wet, spec.noise_k.value) / 10) + jam
    return carrier - floor - 10 * np.log10(power) + 0 * elevation


def test_kernel_is_the_plain_sum():
    rng = np.random.default_rng(3)
    elevation, wet, scan = rng.uniform(0.4, 1.5, 50), rng.exponential(2, 50), rng.uniform(0, 1.2, 50)
    jam, gas = rng.exponential(1, 50), rng.uniform(0, 0.5, 50)
    ours = user_links.c_n_down_db(RADIO, elevation, wet, scan, jam, gas)
    np.testing.assert_allclose(ours, plain_down(elevation, wet, scan, jam, gas), atol=1e-9)


def test_clear_downlink_is_the_worked_example():
    ratio = user_links.c_n_down_db(RADIO, 40 * DEG, gas_db=0.3)
    assert ratio == pytest.approx(12.290620, abs=1e-4)  # its k T is rounded at 1e-4 dB


def test_shapes_and_kinds():
    elevation = np.full((3, 4, 5), 0.8, np.float32)
    wet = np.full((4, 1), 1.0, np.float32)
    bits = user_links.efficiency_down(RADIO, elevation, wet)
    assert bits.shape == (3, 4, 5)
    assert bits.dtype == np.float32
    assert user_links.efficiency_down(RADIO, 0.8).shape == ()
    assert user_links.efficiency_down(RADIO, np.zeros((0, 3))).shape == (0, 3)


def test_float32_is_float64_within_a_hair():
    elevation = np.linspace(0.4, 1.5, 100)
    wet = np.linspace(0, 10, 100)
    wide = user_links.efficiency_down(RADIO, elevation, wet)
    narrow = user_links.efficiency_down(RADIO, elevation.astype(np.float32), wet.astype(np.float32))
    np.testing.assert_allclose(narrow, wide, rtol=3e-6)


def test_table_over_elevation_is_within_its_error():
    radio = changed(user_up={"power_control": False})
    elevation = np.linspace(0.001, np.pi / 2, 5_003)
    spec = radio.user_up
    exact = (
        spec.eirp_dbw.value
        + spec.satellite_g_t_db_k.value
        - freespace.loss_db(freespace.range_at_m(elevation, 550.0), spec.frequency_ghz * 1e9)
        - noise.noise_dbw(1.0, 62.5e6)
    )
    assert np.abs(user_links.c_n_up_db(radio, elevation) - exact).max() < 1e-3


def test_terminal_holds_power_back_and_gives_it_back_in_rain():
    clear = user_links.c_n_up_db(RADIO, ELEVATIONS)
    np.testing.assert_allclose(clear, clear[0], atol=1e-9)
    spare_db = freespace.loss_db(freespace.range_at_m(ELEVATIONS, 550.0), 14.25e9)
    spare_db = spare_db[0] - spare_db[3]
    assert user_links.c_n_up_db(RADIO, ELEVATIONS[3], spare_db - 0.1) == pytest.approx(clear[0])
    assert user_links.c_n_up_db(RADIO, ELEVATIONS[3], spare_db + 1.0) == pytest.approx(clear[0] - 1.0)


def test_nothing_behind_a_flat_array():
    assert user_links.efficiency_down(RADIO, 0.8, scan_rad=100 * DEG) == 0.0


def test_missing_elevation_stays_missing_and_carries_nothing_in_a_stepped_waveform():
    assert np.isnan(user_links.c_n_down_db(RADIO, np.nan))
    radio = changed(waveform=Waveform(kind="dvb-s2x").model_dump())
    assert user_links.efficiency_down(radio, np.nan) == 0.0


def test_wet_terminal_loses_more_in_rain_only():
    wet = changed(user_down={"wet_loss_db": 2.0})
    assert user_links.c_n_down_db(wet, 0.8) == user_links.c_n_down_db(RADIO, 0.8)
    lost = user_links.c_n_down_db(RADIO, 0.8, 3.0) - user_links.c_n_down_db(wet, 0.8, 3.0)
    assert lost == pytest.approx(2.0)


def test_power_of_a_gateway_holds_out_against_rain():
    clear = gateway_links.up(RADIO).c_n_db(25 * DEG)
    assert gateway_links.up(RADIO).c_n_db(25 * DEG, 6.0) == pytest.approx(float(clear))
    assert gateway_links.up(RADIO).c_n_db(25 * DEG, 9.0) == pytest.approx(float(clear) - 3.0)


def test_capacity_of_a_gateway_link():
    spec = RADIO.gateway_up
    best = 4.5 * spec.bandwidth_mhz * 1e6 * 2 * RADIO.waveform.framing
    assert gateway_links.capacity_bit_s(RADIO, 0.8) == pytest.approx(best)
    assert gateway_links.capacity_bit_s(RADIO, 25 * DEG, 45.0) < 0.5 * best


levels = st.floats(0, 40)


@given(levels, levels, st.floats(0, 1e3), st.floats(0, 1e3), st.floats(0.1, 1.5))
def test_more_rain_and_more_jamming_never_help(a, b, c, d, elevation):
    (low, high), (calm, loud) = sorted((a, b)), sorted((c, d))
    best = user_links.efficiency_down(RADIO, elevation, low, j_over_n=calm)
    assert user_links.efficiency_down(RADIO, elevation, high, j_over_n=loud) <= best + 1e-12
    assert gateway_links.capacity_bit_s(RADIO, elevation, high, loud) <= (
        gateway_links.capacity_bit_s(RADIO, elevation, low, calm) * (1 + 1e-12)
    )


def test_radio_can_be_told_apart_by_any_number():
    other = changed(user_down={"noise_k": 250.0})
    assert json.loads(other.model_dump_json()) != json.loads(RADIO.model_dump_json())
    assert user_links.c_n_down_db(other, 0.8) < user_links.c_n_down_db(RADIO, 0.8)
