import numpy as np
import pytest
from tests.jamming.setting import HERE, RADIO, around, field, jammer, moments, sky

from skyhold.geometry.look import look_angles
from skyhold.jamming import kernels
from skyhold.jamming.downlink import gateway_dish, received_dbw, user_terminal
from skyhold.links import freespace
from skyhold.nouns.jammers import Countermeasures

OFF = Countermeasures()


def j_over_n(sites, *jammers, over=None, **measures):
    over = over or sky(sites)
    places = np.arange(len(sites))
    found = field(sites, *jammers, **measures)
    return over, found.down_j_over_n(over.instants, places, over.xyz, over.candidates.satellite)


def test_received_power_is_the_sum_of_the_ledger():
    assert received_dbw(50.0, 10e3, 11.7e9, -5.0) == pytest.approx(-88.8115, abs=1e-4)  # worked example W2
    assert received_dbw(50.0, 10e3, 11.7e9, -5.0, 30.0) == pytest.approx(-118.8115, abs=1e-4)


def test_a_ground_jammer_through_the_whole_chain():
    sites = around(5.0)
    _, found = j_over_n(sites, jammer(eirp_dbw=30.0, strategy="spot", height_m=30.0))
    receiver = user_terminal(RADIO, OFF)
    expected = 30.0 - freespace.loss_db(5e3, 11.7e9) - 5.0 - receiver.noise_dbw
    np.testing.assert_allclose(
        10 * np.log10(np.unique(found.j_over_n[found.j_over_n > 0])), expected, atol=0.05
    )


def test_an_airborne_jammer_through_the_whole_chain_by_plain_angles():
    sites, one = around(4.0), jammer(eirp_dbw=26.0, strategy="spot", height_m=20_000.0)
    over, found = j_over_n(sites, one)
    here = field(sites, one).down.emitters.at(0, over.instants)
    away = here.ecef[0] - sites.ecef[0]
    east, north, up = sites.enu[0] @ away
    azimuth, elevation = np.arctan2(east, north), np.arctan2(up, np.hypot(east, north))
    receiver = user_terminal(RADIO, OFF)
    for t in range(len(over.instants)):
        for k, s in enumerate(over.candidates.satellite[t, 0]):
            if s < 0:
                continue
            look = look_angles(sites, over.xyz[t : t + 1, s : s + 1].astype(float))
            a, e = look.azimuth_rad[0, 0, 0], look.elevation_rad[0, 0, 0]
            cosine = np.sin(e) * np.sin(elevation) + np.cos(e) * np.cos(elevation) * np.cos(a - azimuth)
            gain = 10 * np.log10(receiver.table.at(np.arccos(cosine)))
            level = received_dbw(26.0, np.linalg.norm(away), 11.7e9, gain) - receiver.noise_dbw
            assert 10 * np.log10(found.j_over_n[0, t, 0, k]) == pytest.approx(level, abs=0.03)


def test_silent_jammers_and_pads_are_nothing():
    sites = around(5.0, 12.0)
    off = {"on": [{"from_utc": "2023-01-01T00:00:00Z"}]}
    over, found = j_over_n(sites, jammer(**off))
    assert (found.j_over_n == 0.0).all()
    _, found = j_over_n(sites, jammer(), over=over)
    pads = over.candidates.satellite < 0
    assert (found.j_over_n[0][pads] == 0.0).all()
    assert (found.j_over_n[0][~pads] > 0.0).all()


def test_only_the_places_asked_for():
    sites = around(5.0, 12.0, 15.0)
    over, whole = j_over_n(sites, jammer())
    two = np.array([2, 0])
    part = field(sites, jammer()).down_j_over_n(
        over.instants, two, over.xyz, over.candidates.satellite[:, two]
    )
    np.testing.assert_array_equal(part.j_over_n, whole.j_over_n[:, :, two])


def test_nulls_take_the_strongest_and_never_near_the_beam():
    sites = around(8.0)
    several = [jammer(eirp_dbw=30.0 + k, strategy="spot", height_m=30.0) for k in range(3)]
    over, open_sky = j_over_n(sites, *several)
    used = open_sky.j_over_n[0] > 0
    power = 10 ** (np.array([30.0, 31.0, 32.0]) / 10)
    for nulls in range(4):
        _, found = j_over_n(
            sites, *several, over=over, terminal_null_db=20.0, terminal_nulls=nulls, null_true_delay=True
        )
        expected = (power[: 3 - nulls].sum() + 0.01 * power[3 - nulls :].sum()) / power.sum()
        np.testing.assert_allclose(found.j_over_n[0][used], expected * open_sky.j_over_n[0][used], rtol=1e-4)


def test_a_jammer_in_the_main_beam_cannot_be_nulled():
    toward = np.array([[[[0.0, 0.0, 1.0]]]], np.float32)
    table = user_terminal(RADIO, OFF).table
    ones, out = np.ones((1, 1, 1), np.float32), np.zeros((1, 1, 2), np.float32)
    inside, outside = np.radians([3.0, 5.0])
    pos = 1e6 * np.array([[[np.sin(inside), np.sin(outside)], [0, 0], [np.cos(inside), np.cos(outside)]]])
    kernels.on_ground(
        pos.astype(np.float32), np.array([[[0, 1]]]), np.zeros((1, 3), np.float32), toward, ones, 0.01 * ones,
        np.ones((1, 1), bool), 4, table.gain, table.main_sine, out,
    )  # fmt: skip
    expected = table.at([inside, outside]) * [1.0, 0.01]
    np.testing.assert_allclose(out[0, 0], expected, rtol=1e-3)


def test_a_dish_and_a_sector_look_where_they_are_turned():
    north, south = around(6.0), around(6.0, azimuth_deg=180.0)
    for typed in ({"dish_m": 1.0, "azimuth_deg": 0.0}, {"azimuth_deg": 0.0, "beamwidth_deg": 60.0}):
        ahead, behind = (j_over_n(sites, jammer(**typed))[1].j_over_n.max() for sites in (north, south))
        assert 10 * np.log10(ahead / behind) >= 19.9


def test_a_moving_jammer_is_weaker_when_it_is_away():
    track = [
        {"utc": "2022-02-28T00:00:00Z", "latitude_deg": HERE[0], "longitude_deg": HERE[1]},
        {"utc": "2022-02-28T00:10:00Z", "latitude_deg": HERE[0] + 0.4, "longitude_deg": HERE[1]},
    ]
    one = jammer(track=track, latitude_deg=None, longitude_deg=None)
    over, found = j_over_n(around(-3.0), one)
    level = found.j_over_n[0, :, 0].max(axis=1)
    assert len(over.instants) == 3
    assert level[0] > level[1] > level[2]


def test_the_noise_of_a_gateway_follows_from_its_figure_of_merit():
    dish = gateway_dish(RADIO, 8)
    link = RADIO.gateway_down
    expected = -228.599 + 10 * np.log10(link.bandwidth_mhz * 1e6 / 8) - link.g_t_db_k.value
    assert dish.noise_dbw == pytest.approx(expected, abs=1e-3)


def test_blocks_of_instants_are_the_same_as_all_at_once():
    sites = around(5.0, 15.0)
    over, whole = j_over_n(sites, jammer(preset="E"))
    found = field(sites, jammer(preset="E"))
    for t in range(len(over.instants)):
        part = found.down_j_over_n(
            moments().block(t, t + 1), np.arange(2), over.xyz[t : t + 1], over.candidates.satellite[t : t + 1]
        )
        np.testing.assert_array_equal(part.j_over_n[:, 0], whole.j_over_n[:, t])
