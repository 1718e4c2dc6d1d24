import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.mobility.sky import moving, point, seconds, still

from skyhold.mobility.attitude import (
    Mount,
    antenna_axis,
    horizon_dip_rad,
    horizon_m,
    lowest_elevation_rad,
    pointing_loss_db,
    scanned_beamwidth_rad,
)
from skyhold.mobility.tracks import positions
from skyhold.nouns.mobility import Obstruction

ANGLE = st.floats(-np.pi, np.pi)


def axis(heading=0.0, pitch=0.0, bank=0.0, tilt=0.0):
    one = (np.radians([angle]) for angle in (heading, pitch, bank))
    return antenna_axis(*one, np.radians(tilt))[0]


@pytest.mark.parametrize(
    ("attitude", "east_north_up"),
    [
        ({}, [0, 0, 1]),
        ({"heading": 77}, [0, 0, 1]),
        ({"bank": 30}, [0.5, 0, 0.75**0.5]),  # northbound, right side down: leans east
        ({"heading": 90, "bank": 30}, [0, -0.5, 0.75**0.5]),
        ({"pitch": 30}, [0, -0.5, 0.75**0.5]),  # bow up: leans back
        ({"tilt": 30}, [0, -0.5, 0.75**0.5]),
        ({"heading": 180, "tilt": 30}, [0, 0.5, 0.75**0.5]),
    ],
)
def test_axis_of_the_antenna(attitude, east_north_up):
    np.testing.assert_allclose(axis(**attitude), east_north_up, atol=1e-12)


@given(ANGLE, st.floats(-1.2, 1.2), ANGLE, st.floats(0, 1.5))
def test_the_axis_is_a_unit_vector(heading, pitch, bank, tilt):
    found = antenna_axis(np.array([heading]), np.array([pitch]), np.array([bank]), tilt)
    assert np.linalg.norm(found) == pytest.approx(1.0)


@given(ANGLE, st.floats(-1, 1))
def test_a_turn_flown_the_other_way_leans_the_same_way_in_space(heading, bank):
    """Who flies a turn back has the opposite heading and the opposite bank."""
    there = antenna_axis(np.array([heading]), np.zeros(1), np.array([bank]), 0.0)
    back = antenna_axis(np.array([heading + np.pi]), np.zeros(1), np.array([-bank]), 0.0)
    np.testing.assert_allclose(there, back, atol=1e-12)


def test_roll_leans_to_both_sides_and_the_level_axis_knows_nothing_of_it():
    ship = moving(point(0, 44, 31), point(2, 45, 31), kind="ship", roll_deg=20.0)
    axes = Mount.of(ship).axes(positions(ship, seconds(60)))[0]
    np.testing.assert_allclose(axes[0], [-np.sin(np.radians(20)), 0, np.cos(np.radians(20))], atol=1e-6)
    np.testing.assert_allclose(axes[1], [np.sin(np.radians(20)), 0, np.cos(np.radians(20))], atol=1e-6)
    np.testing.assert_allclose(axes[2], [0, 0, 1], atol=1e-12)


def test_a_climb_leans_the_antenna_back():
    drone = moving(point(0, 46, 32, 0), point(1, 46.5, 32, 20_000), kind="drone")
    track = positions(drone, seconds(1800))
    slope = np.arctan2(track.climb_m_s, track.speed_m_s)[0]
    np.testing.assert_allclose(
        Mount.of(drone).axes(track)[0, 0], [0, -np.sin(slope), np.cos(slope)], atol=1e-9
    )
    assert np.degrees(slope) == pytest.approx(19.8, abs=0.1)


def test_the_horizon_sinks_with_height():
    assert horizon_dip_rad(0.0) == 0.0
    assert np.degrees(horizon_dip_rad(10_700.0)) == pytest.approx(3.3183, abs=1e-4)
    assert horizon_m(100.0, 4 / 3 * 6_371_000.0) == pytest.approx(4_122 * 10, rel=1e-3)
    dips = horizon_dip_rad(np.linspace(0, 20_000, 50))
    assert (np.diff(dips) > 0).all()


def test_nobody_looks_below_the_horizon():
    track = positions(still(46, 32, 10_700.0), seconds(0))
    assert lowest_elevation_rad(track, np.radians(25.0))[0] == np.radians(25.0)
    assert np.degrees(lowest_elevation_rad(track, np.radians(-10.0))[0]) == pytest.approx(-3.3183, abs=1e-4)
    assert lowest_elevation_rad(positions(still(46, 32), seconds(0)), np.radians(-10.0))[0] == 0.0


def test_loss_of_a_beam_that_points_beside():
    width = scanned_beamwidth_rad(0.48, 11.7e9, 0.0)
    assert np.degrees(width) == pytest.approx(3.74, abs=0.01)
    assert pointing_loss_db(width / 2, width) == pytest.approx(3.0)
    wide = scanned_beamwidth_rad(0.48, 11.7e9, np.radians([0, 30, 50]))
    assert (np.diff(pointing_loss_db(0.01, wide)) < 0).all()


def test_obstructions_go_clockwise_from_the_first_direction():
    parts = (
        Obstruction(from_deg=-20, to_deg=10, up_to_deg=30),
        Obstruction(from_deg=170, to_deg=190, up_to_deg=60),
        Obstruction(from_deg=180, to_deg=185, up_to_deg=20),
    )
    ring = np.degrees(Mount.of(still(46, 32, obstructions=parts)).hidden_rad)
    np.testing.assert_allclose(ring[[340, 359, 0, 9]], 30, atol=1e-5)
    np.testing.assert_allclose(ring[[170, 182, 189]], 60, atol=1e-5)
    np.testing.assert_allclose(ring[[10, 100, 190, 339]], -90, atol=1e-5)
    assert Mount.of(still(46, 32)).hidden_rad is None
