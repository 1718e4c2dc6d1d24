import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.mobility.sky import START, moving, point, seconds, still

from skyhold.earth.ellipsoid import great_circle_m
from skyhold.errors import ScenarioError
from skyhold.mobility.carriers import CARRIERS, coordinated_bank_rad, turn_radius_m
from skyhold.mobility.tracks import course, doubts, positions, under_way
from skyhold.times import Epoch, Instants

LATITUDE, LONGITUDE = st.floats(-80, 80), st.floats(-179, 179)
WAYS = st.sampled_from(["great-circle", "rhumb"])


def test_a_leg_due_north_keeps_its_longitude_and_speed():
    track = positions(moving(point(0, 46, 32), point(2, 48, 32)), seconds(0, 1800, 3600, 7200))
    np.testing.assert_allclose(track.latitude_deg, [46, 46.5, 47, 48], atol=1e-9)
    np.testing.assert_allclose(track.longitude_deg, 32, atol=1e-9)
    np.testing.assert_allclose(track.heading_rad % (2 * np.pi), 0, atol=1e-9)
    km_h = great_circle_m(*np.radians([46, 32, 48, 32])) / 7200
    np.testing.assert_allclose(track.speed_m_s, km_h, rtol=5e-4)


def test_the_shortest_way_bends_north_and_the_rhumb_line_does_not():
    ends = point(0, 50, 0), point(10, 50, 90)
    middle = seconds(18_000)
    assert positions(moving(*ends), middle).latitude_deg[0] == pytest.approx(59.32, abs=0.01)
    steady = positions(moving(*ends, between="rhumb"), middle)
    assert steady.latitude_deg[0] == pytest.approx(50)
    assert np.degrees(steady.heading_rad[0]) == pytest.approx(90)


@settings(max_examples=60)
@given(LATITUDE, LONGITUDE, LATITUDE, LONGITUDE, WAYS, st.floats(0.02, 0.98))
def test_velocity_is_the_derivative_of_position(lat1, lon1, lat2, lon2, between, share):
    it = course(moving(point(0, lat1, lon1), point(5, lat2, lon2, 9000), between=between, kind="aircraft"))
    when = it.time_s[0] + share * 18_000
    before, now, after = (it.at(np.array([when + dt])) for dt in (-1.0, 0.0, 1.0))
    slope = (after.sites.ecef - before.sites.ecef) / 2.0
    np.testing.assert_allclose(now.velocity_m_s, slope, atol=1e-3 * (1 + np.abs(slope).max()))
    speed = np.linalg.norm(now.velocity_m_s)
    assert np.hypot(now.speed_m_s, now.climb_m_s)[0] == pytest.approx(speed, rel=1e-9, abs=1e-9)


@settings(max_examples=60)
@given(LATITUDE, LONGITUDE, LATITUDE, LONGITUDE, WAYS)
def test_a_leg_begins_and_ends_at_its_waypoints(lat1, lon1, lat2, lon2, between):
    track = positions(moving(point(0, lat1, lon1), point(5, lat2, lon2), between=between), seconds(0, 18_000))
    np.testing.assert_allclose(track.latitude_deg, [lat1, lat2], atol=1e-7)
    off = (track.longitude_deg - [lon1, lon2] + 180) % 360 - 180
    np.testing.assert_allclose(off, 0, atol=1e-6)


def test_the_antimeridian_is_crossed_the_short_way():
    for between in ("great-circle", "rhumb"):
        track = positions(moving(point(0, 0, 179), point(1, 0, -179), between=between), seconds(1800))
        assert abs(track.longitude_deg[0]) == pytest.approx(180)
        assert track.speed_m_s[0] == pytest.approx(222_639 / 3600, rel=1e-3)


def test_it_stands_before_and_after_its_track():
    track = positions(moving(point(1, 46, 32), point(2, 46, 33)), seconds(0, 3600, 9000))
    np.testing.assert_allclose(track.longitude_deg, [32, 32, 33], atol=1e-9)
    assert track.speed_m_s[0] == track.speed_m_s[2] == 0 < track.speed_m_s[1]
    np.testing.assert_array_equal(track.velocity_m_s[[0, 2]], 0)


def test_a_stop_keeps_the_heading_it_was_reached_with():
    there = [point(0, 46, 32), point(1, 46.5, 32), point(2, 46.5, 32), point(3, 46.5, 33)]
    track = positions(moving(*there), seconds(1800, 5400, 9000))
    np.testing.assert_allclose(np.degrees(track.heading_rad) % 360, [0, 0, 90], atol=0.5)
    assert track.speed_m_s[1] == 0


def right_turn(kind="aircraft", **more):
    return moving(
        point(0, 46, 32, 10e3), point(0.25, 47.5, 32, 10e3), point(0.5, 47.5, 34.2, 10e3), kind=kind, **more
    )


def test_a_turn_banks_into_itself_as_long_as_it_lasts():
    it = right_turn()
    instants = seconds(*np.arange(0, 1800, 1.0))
    track = positions(it, instants)
    turning = track.turn_rad_s > 0
    assert np.degrees(track.bank_rad.max()) == pytest.approx(25.0, abs=1.5)
    assert np.radians(88) < (track.turn_rad_s * 1.0).sum() < np.radians(92)
    assert instants.offset_s[turning].mean() == pytest.approx(900.0, abs=1.0)
    np.testing.assert_array_equal(track.bank_rad[~turning], 0)
    assert (np.abs(np.diff(np.unwrap(track.heading_rad))) < np.radians(3.01)).all()


def test_a_given_bank_turns_at_its_rate_and_a_ship_stands_upright():
    track = positions(right_turn(bank_deg=40.0), seconds(900))
    assert np.degrees(track.bank_rad[0]) == pytest.approx(40.0, abs=1.5)
    assert positions(right_turn("ship"), seconds(900)).bank_rad[0] == 0
    assert np.degrees(positions(right_turn("vehicle", bank_deg=4.0), seconds(900)).bank_rad[0]) == 4.0


def test_a_turn_back_reverses_heading_and_bank():
    ahead = [point(0, 46, 32), point(0.5, 46.3, 32), point(1, 46.3, 32.4)]
    back = [point(0, 46.3, 32.4), point(0.5, 46.3, 32), point(1, 46, 32)]
    dt = np.array([-5.0, -2.0, 2.0, 5.0])
    there = positions(moving(*ahead, kind="drone"), seconds(*(1800 + dt)))
    again = positions(moving(*back, kind="drone"), seconds(*(1800 - dt)))
    np.testing.assert_allclose(there.latitude_deg, again.latitude_deg, atol=1e-9)
    np.testing.assert_allclose(np.cos(there.heading_rad - again.heading_rad), -1, atol=1e-6)
    np.testing.assert_allclose(there.bank_rad, -again.bank_rad, atol=1e-4)
    assert (there.bank_rad > 0).all()


def test_dense_tracks_turn_from_the_middle_of_a_leg_to_the_middle_of_the_next():
    angle = np.radians(np.arange(0, 360, 10))
    ring = [
        point(i / 360, 46 + 0.05 * np.cos(a), 32 + 0.05 * np.sin(a) / np.cos(np.radians(46)))
        for i, a in enumerate(angle)
    ]
    track = positions(moving(*ring, kind="drone"), seconds(*np.arange(30, 330, 1.0)))
    np.testing.assert_allclose(track.turn_rad_s, np.radians(1.0), rtol=0.02)
    bank = coordinated_bank_rad(track.speed_m_s, track.turn_rad_s)
    np.testing.assert_allclose(track.bank_rad, bank, rtol=1e-9)


def test_bank_and_radius_of_a_coordinated_turn_agree():
    speed, bank = 60.0, np.radians(30.0)
    rate = speed / turn_radius_m(speed, bank)
    assert coordinated_bank_rad(np.array(speed), np.array(rate)) == pytest.approx(bank)
    assert turn_radius_m(60.0, 0.0) == np.inf


def test_slots_outside_the_track_are_left_out_and_none_at_all_is_an_error():
    hour = Instants.every(Epoch.from_datetime(START), 60.0, 60)
    where = course(moving(point(0.25, 46, 32), point(0.5, 46, 33)))
    inside = under_way(where, hour, "it")
    assert (inside.offset_s[0], inside.offset_s[-1]) == (900.0, 1800.0)
    late = course(moving(point(5, 46, 32), point(6, 46, 33)))
    with pytest.raises(ScenarioError, match="does not move while the run lasts"):
        under_way(late, hour, "it")


def test_legs_no_carrier_can_do_are_doubted():
    assert doubts(course(still(46, 32)), "it") == ()
    fast = moving(point(0, 46, 32), point(0.5, 48, 32), point(1, 46, 32))
    told = doubts(course(fast), "it")
    assert len(told) == 2
    assert "too fast for a vehicle (200 km/h)" in told[0]
    many = moving(*(point(i / 4, 46 + i % 2, 32) for i in range(9)), kind="ship")
    assert doubts(course(many), "it")[-1] == "it: 5 more legs as fast"


def test_height_over_ground_is_the_altitude_of_what_flies_only():
    altitude = np.array([300.0])
    assert CARRIERS["drone"].over_ground_m(altitude) == 300.0
    assert CARRIERS["vehicle"].over_ground_m(altitude) == 2.5
