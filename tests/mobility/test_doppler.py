import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.mobility.sky import moving, point, seconds, surroundings

from skyhold.constants import EARTH_RATE_RAD_S, MU_M3_S2, SPEED_OF_LIGHT_M_S
from skyhold.mobility.doppler import RangeRate, fixed_acceleration, most_shift_hz, range_rate
from skyhold.mobility.tracks import positions

STEP_S = 0.1


def aircraft(speed_share=1.0):
    return moving(point(0, 46, 32, 10e3), point(1, 46 + 7 * speed_share, 32, 10e3), kind="aircraft")


def measured(it, at_s):
    """Range rate and its change of every satellite, and the ranges 0.1 s before and after."""
    instants = seconds(at_s - STEP_S, at_s, at_s + STEP_S)
    xyz, velocity = surroundings().fleet.positions_velocities(instants, np.float64)
    track = positions(it, instants)
    reach = np.linalg.norm(xyz - track.sites.ecef[:, None], axis=2)
    here = np.broadcast_to(track.sites.ecef[1], xyz[1].shape)
    moves = np.broadcast_to(track.velocity_m_s[1], xyz[1].shape)
    return range_rate(xyz[1], velocity[1], here, moves), reach


def test_range_rate_and_its_change_against_differences():
    found, reach = measured(aircraft(), 1800.0)
    np.testing.assert_allclose(found.rate_m_s, (reach[2] - reach[0]) / (2 * STEP_S), atol=0.002)
    bent = (reach[2] - 2 * reach[1] + reach[0]) / STEP_S**2
    np.testing.assert_allclose(found.acceleration_m_s2, bent, atol=0.06)  # oblateness is left out


def test_approach_raises_the_frequency_and_distance_lowers_it():
    rates = RangeRate(np.array([-7000.0, 0.0, 7000.0]), np.zeros(3))
    shift = rates.shift_hz(11.7e9)
    assert shift[0] == pytest.approx(273_188, abs=1)
    assert shift[1] == 0
    assert shift[2] == -shift[0]


@settings(max_examples=30)
@given(st.floats(0, 3000))
def test_flying_the_other_way_mirrors_the_part_of_the_terminal(at_s):
    instants = seconds(at_s)
    xyz, velocity = (part[0] for part in surroundings().fleet.positions_velocities(instants, np.float64))
    track = positions(aircraft(), instants)
    here = np.broadcast_to(track.sites.ecef, xyz.shape)
    moves = np.broadcast_to(track.velocity_m_s, xyz.shape)
    rate = [range_rate(xyz, velocity, here, sign * moves).rate_m_s for sign in (-1.0, 0.0, 1.0)]
    np.testing.assert_allclose(rate[0] + rate[2], 2 * rate[1], atol=1e-6)
    assert np.abs(rate[2] - rate[0]).max() <= 2 * np.linalg.norm(track.velocity_m_s) + 1e-6


def test_the_shift_is_zero_where_a_satellite_stands_over_a_frame_that_follows_it():
    geo = np.array([[42_164_170.0, 0.0, 0.0]])
    pull = fixed_acceleration(geo, np.zeros((1, 3)))
    np.testing.assert_allclose(pull, 0.0, atol=1e-6)


def test_least_known_figure_of_low_orbits():
    """550 km at 11.7 GHz: 273 kHz at the horizon, 247 kHz at 25 degrees."""
    horizon = most_shift_hz(11.7e9, 550e3, 0.0, 6_371e3)
    speed = np.sqrt(MU_M3_S2 / 6_921e3)
    assert horizon == pytest.approx(11.7e9 * speed / SPEED_OF_LIGHT_M_S * 6_371 / 6_921)
    assert most_shift_hz(11.7e9, 550e3, np.radians(25), 6_371e3) == pytest.approx(
        horizon * np.cos(np.radians(25))
    )
    assert EARTH_RATE_RAD_S > 0


def test_a_satellite_in_view_never_shifts_more_than_the_bound():
    found, reach = measured(aircraft(0.0), 900.0)
    bound = (
        most_shift_hz(11.7e9, 550e3, 0.0, 6_378e3) + 11.7e9 / SPEED_OF_LIGHT_M_S * 500.0
    )  # the Earth turns
    assert np.abs(found.shift_hz(11.7e9)[reach[1] < 2_700e3]).max() < bound
