import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.jamming.setting import RADIO, around, field, jammer, sky

from skyhold.geometry.look import look_angles
from skyhold.jamming import uplink
from skyhold.links import user_links
from skyhold.nouns.jammers import Countermeasures

OFF = Countermeasures()


def up(sites, *jammers, over=None, **measures):
    over = over or sky(sites)
    found = field(sites, *jammers, **measures)
    places = np.arange(len(sites))
    return over, found.up_j_over_n(over.instants, places, over.xyz, over.candidates.satellite).j_over_n


def against(**typed):
    return jammer(against="user-up", strategy="spot", **typed)


def test_jamming_over_signal_by_hand():
    assert uplink.j_over_s_db(60.0, 38.2) == pytest.approx(21.8)
    assert uplink.j_over_s_db(60.0, 38.2, -20.0, null_db=20.0) == pytest.approx(-18.2)
    assert uplink.j_over_s_db(60.0, 60.0, 0.0, 2e6, 1e6) == pytest.approx(6.02, abs=0.01)


@given(st.integers(1, 40), st.integers(0, 60))
def test_the_share_of_the_sky_that_is_followed(in_view, followed):
    share = uplink.satellites_jammed(in_view, followed)
    assert share == min(followed, in_view) / in_view


def test_nobody_in_view_is_nobody_jammed():
    assert uplink.satellites_jammed(0, 3) == 0.0


def test_in_the_beam_it_is_the_ratio_of_the_powers():
    sites = around(0.0)
    over, found = up(sites, against(eirp_dbw=60.0, height_m=0.0))
    k = 0
    elevation = over.candidates.elevation_rad[:, 0, k].astype(float)
    full = RADIO.model_copy(update={"user_up": RADIO.user_up.model_copy(update={"power_control": False})})
    clear_db = user_links.up(full).c_n_db(elevation)
    look = look_angles(sites, over.xyz[:, over.candidates.satellite[:, 0, k]].astype(float))
    shell_db = 20 * np.log10(over.candidates.range_m[:, 0, k] / (look.range_m[0, 0, 0]))
    assert np.isfinite(shell_db).all()
    got = 10 * np.log10(found[0, :, 0, k]) - clear_db
    np.testing.assert_allclose(
        got, 60.0 - RADIO.user_up.eirp_dbw.value, atol=0.3
    )  # a shell of another height


def test_cells_away_from_the_beam_suffer_less():
    sites = around(0.0, 12.0, 40.0, 120.0)
    over = sky(sites.take([0]))
    first = over.candidates.satellite[:, :1, :1]
    satellite = np.broadcast_to(first, (len(over.instants), len(sites), 1)).copy()
    found = field(sites, against(eirp_dbw=60.0))
    levels = found.up_j_over_n(over.instants, np.arange(4), over.xyz, satellite).j_over_n[0, 0, :, 0]
    assert (np.diff(levels) < 0).all()
    assert 10 * np.log10(levels[0] / levels[-1]) > 15.0


def test_a_dish_follows_the_highest_and_spills_little_on_the_rest():
    sites = around(0.0)
    over, wide = up(sites, against(eirp_dbw=60.0))
    for followed in (1, 3):
        _, dish = up(sites, against(eirp_dbw=60.0, dish_m=2.0, satellites_at_once=followed), over=over)
        used = over.candidates.satellite[0, 0] >= 0
        ratio = 10 * np.log10(dish[0, 0, 0, used] / wide[0, 0, 0, used])
        np.testing.assert_allclose(ratio[:followed], 0.0, atol=0.1)
        assert (ratio[followed:] < -20.0).all()


def test_a_null_and_quieter_sidelobes_act_beyond_the_beam_only():
    sites = around(0.0, 100.0)
    over, plain = up(sites, against(eirp_dbw=60.0))
    first = over.candidates.satellite[0, :, 0]
    for measures in ({"satellite_null_db": 20.0}, {"satellite_sidelobe_db": 20.0}):
        _, found = up(sites, against(eirp_dbw=60.0), over=over, **measures)
        assert found[0, 0, 0, 0] == pytest.approx(plain[0, 0, 0, 0])
        assert 10 * np.log10(plain[0, 0, 1, 0] / found[0, 0, 1, 0]) == pytest.approx(20.0, abs=0.1)
    assert (first >= 0).all()


def test_a_narrow_uplink_meets_less_of_a_barrage():
    sites = around(0.0)
    over, whole = up(sites, jammer(against="user-up", eirp_dbw=60.0))
    _, narrow = up(sites, jammer(against="user-up", eirp_dbw=60.0), over=over, narrow_uplink_mhz=15.625)
    np.testing.assert_allclose(narrow, whole, rtol=1e-4)  # its noise falls as much, its signal does not


def test_satellites_below_the_jammers_horizon_are_safe():
    sites = around(0.0)
    over = sky(sites)
    found = field(sites, against(eirp_dbw=60.0)).up
    reach = found.reaching(over.instants, over.xyz)
    look = look_angles(sites, over.xyz.astype(float))
    assert ((reach[:, 0] > 0) == (look.elevation_rad[:, 0] >= uplink.LOWEST_RAD)).mean() > 0.999


def test_gateways_are_jammed_in_their_own_band():
    beam = uplink.gateway_beam(RADIO, OFF, 8)
    assert beam.f_hz == RADIO.gateway_up.frequency_ghz * 1e9
    assert beam.bandwidth_hz == pytest.approx(RADIO.gateway_up.bandwidth_mhz * 1e6 / 8)
