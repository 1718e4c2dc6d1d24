from __future__ import annotations

import math
from datetime import datetime

import numpy as np
import pytest

from skyhold.constants import WGS84_A_M
from skyhold.earth.ellipsoid import great_circle_m
from skyhold.entry.deorbit import Ellipse
from skyhold.entry.descent import (
    ENTRY_M,
    ON_TARGET_M,
    Plane,
    Push,
    aim,
    along_track_m,
    apogee_state,
    before,
    burn,
    delta_v_for,
    descend,
    failures,
    least_height_m,
    passes,
    radial,
    unit,
)
from skyhold.entry.flight import Bodies, Sky, fly, height_m, states_of
from skyhold.errors import SkyholdError
from skyhold.times import Epoch

POINT = (math.radians(-48.0), math.radians(-123.0))
ORBIT = Ellipse(145e3, 200e3)
PUSH = Push(465e3, 10e3, 300.0, 130.0)
PLANE = Plane(math.radians(51.64), 3.07, 0.3, 270e3)


@pytest.fixture(scope="module")
def sky() -> Sky:
    return Sky.build(Epoch.from_datetime(datetime(2022, 2, 25)), 120.0, 120.0, 10.0)


@pytest.fixture(scope="module")
def aimed(sky):
    nearest = passes(sky, PLANE, *POINT, 3.0)[0]
    return aim(sky, PLANE, PUSH, ORBIT, 50e3, POINT, nearest, 78e3)


def test_the_apogee_state_flies_down_to_its_perigee(sky):
    for argument in (0.0, 1.0, 2.5):
        state = apogee_state(sky, PLANE.inclination_rad, 1.0, argument, ORBIT)
        assert height_m(state) == pytest.approx(200e3)
        assert least_height_m(sky, state, 4500.0) == pytest.approx(145e3, abs=15.0)
        assert state[:3] @ state[3:] == pytest.approx(0.0, abs=1e-3)


def test_before_is_the_inverse_of_flying(sky):
    state = apogee_state(sky, PLANE.inclination_rad, 1.0, 0.4, ORBIT)
    earlier = before(sky, state, 700.0)
    row = states_of(earlier[:3], earlier[3:], 1.0)
    ends = fly(sky.vacuum, Bodies.ballistic(1), row, 0.0, stop_s=700.0, floor_m=-6e6, tolerance_m=0.01)
    np.testing.assert_allclose(ends.states[0, :3], state[:3], atol=1.0)
    np.testing.assert_allclose(ends.states[0, 3:6], state[3:], atol=1e-3)


def test_a_finite_burn_needs_more_than_an_impulse(sky):
    state = apogee_state(sky, PLANE.inclination_rad, 1.0, 0.4, ORBIT)
    impulse = ORBIT.delta_v_to(Ellipse(50e3, 200e3))
    strong, weak = (
        delta_v_for(sky, Push(465e3, thrust, 300.0, 130.0), state, 50e3, ORBIT) for thrust in (1e6, 1e4)
    )
    assert strong == pytest.approx(impulse, rel=0.02)
    assert strong < weak < 1.1 * impulse
    half = 0.5 * PUSH.duration_s(weak)
    after = burn(sky, PUSH, before(sky, state, half), 0.0, weak)
    assert least_height_m(sky, after.states[0], 4000.0) == pytest.approx(50e3, abs=300.0)


def test_passes_are_minima_of_distance(sky):
    found = passes(sky, PLANE, *POINT, 2.0)
    assert [one.miss_m for one in found] == sorted(one.miss_m for one in found)
    assert {one.northward for one in found} == {True, False}
    for one in found[:4]:
        near = one.time_s + np.array([-20.0, 0.0, 20.0])
        latitude, longitude, _ = sky.ground(PLANE.position(near), near)
        miss = great_circle_m(latitude, longitude, *POINT)
        assert miss[1] == pytest.approx(one.miss_m)
        assert miss[1] <= miss.min()


def test_a_polar_aim_has_no_passes(sky):
    assert passes(sky, Plane(0.2, 0.0, 0.0, 270e3), math.radians(-80.0), 0.0, 1.0) == ()


def test_the_node_drifts_westward():
    node, argument = PLANE.at(86_400.0)
    assert math.degrees(node - PLANE.node_rad) == pytest.approx(-5.3, abs=0.3)
    assert (argument - PLANE.argument_rad) / (2 * math.pi) == pytest.approx(16.0, abs=0.1)


def test_aimed_debris_falls_abreast_of_the_point(sky, aimed):
    descent = aimed.descent
    assert abs(aimed.along_m) <= ON_TARGET_M
    assert aimed.miss_m < 60e3  # the nearest pass is 35 km off at 270 km altitude
    assert descent.perigee_m == pytest.approx(50e3, abs=50.0)
    assert descent.start_s < descent.cut_off_s < descent.entry_s < descent.breakup_s < descent.impact_s
    assert descent.cut_off_s - descent.start_s == pytest.approx(PUSH.duration_s(descent.delta_v_m_s))
    assert -1.0 < math.degrees(descent.entry_angle_rad) < -0.3
    assert abs(descent.impact_s - aimed.passing.time_s) < 3600.0


def test_a_pass_the_other_way_is_aimed_at_too(sky):
    other = next(one for one in passes(sky, PLANE, *POINT, 3.0) if one.northward)
    found = aim(sky, PLANE, PUSH, ORBIT, 50e3, POINT, other, 78e3)
    assert abs(found.along_m) <= ON_TARGET_M


def test_along_track_is_positive_ahead(sky, aimed):
    descent = aimed.descent
    latitude, longitude, _ = sky.ground(descent.breakup, descent.breakup_s)
    assert along_track_m(sky, descent, (float(latitude), float(longitude))) < -100e3


def test_thicker_air_falls_short(sky, aimed):
    d = aimed.descent
    places = []
    for scale in (0.8, 1.25):
        found = descend(sky, PUSH, d.start, d.start_s, d.delta_v_m_s, 78e3, scale)
        places.append(along_track_m(sky, d, (found.impact_latitude_rad, found.impact_longitude_rad)))
    assert 50e3 < places[0] < 300e3
    assert -300e3 < places[1] < -50e3


def test_a_failed_burn_leaves_a_higher_perigee_and_another_place(sky, aimed):
    found = failures(sky, aimed, 78e3, (0.0, 0.3, 0.6, 0.9, 1.0))
    perigees = [one.perigee_m for one in found]
    assert perigees == sorted(perigees, reverse=True)
    assert perigees[0] == pytest.approx(145e3, abs=200.0)
    assert [one.days for one in found] == sorted((one.days for one in found), reverse=True)
    assert not found[0].same_revolution
    assert found[-1].same_revolution
    assert found[-1].miss_m < 5e3
    assert found[-1].country == ""
    assert found[-2].miss_m > 100e3


def test_too_small_a_burn_is_refused(sky):
    high = Ellipse(400e3, 400e3 + 1.0)
    state = apogee_state(sky, PLANE.inclination_rad, 1.0, 0.4, high)
    with pytest.raises(SkyholdError, match="does not bring the station down"):
        descend(sky, PUSH, state, 0.0, 1.0, 78e3)


@pytest.mark.parametrize(
    ("perigee_m", "says"), [(110e3, "cannot be aimed"), (-190e3, "no last burn reaches")]
)
def test_a_perigee_that_cannot_be_aimed_with_is_refused(sky, perigee_m, says):
    nearest = passes(sky, PLANE, *POINT, 3.0)[0]
    weak = Push(465e3, 6e3 if perigee_m < 0 else 10e3, 300.0, 130.0)
    with pytest.raises(SkyholdError, match=says):
        aim(sky, PLANE, weak, ORBIT, perigee_m, POINT, nearest, 78e3)


def test_unit_vectors():
    np.testing.assert_allclose(unit(0.0, math.pi / 2), [0.0, 1.0, 0.0], atol=1e-15)
    np.testing.assert_allclose(radial(math.pi / 2, 0.0, math.pi / 2), [0.0, 0.0, 1.0], atol=1e-15)
    assert ENTRY_M + WGS84_A_M > WGS84_A_M
