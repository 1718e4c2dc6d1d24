from __future__ import annotations

import math

import numpy as np
import pytest

from skyhold.constants import MU_M3_S2, WGS84_A_M
from skyhold.decay.cowell_kernels import geodetic
from skyhold.decay.king_hele import propagate_elements
from skyhold.decay.mean_orbit import MeanOrbit, secular_rates
from skyhold.decay.numerical import circular_state, moving_mean, propagate_numerically
from skyhold.decay.tracks import entry_points, ground_line, members_over
from skyhold.earth.atmosphere import Exponential
from skyhold.earth.density_field import DensityField, FieldGrid
from skyhold.earth.ellipsoid import ecef_to_geodetic
from skyhold.earth.gravity import zonal_potential
from skyhold.earth.tesseral_kernels import DEGREE, C, S, tesseral
from skyhold.errors import ScenarioError
from skyhold.times import Epoch, Instants
from skyhold.units import DAY_S, DEG

EPOCH = Epoch(2_459_635.5, 0.0)
AIR = Exponential(3.7e-12, 400e3, 55e3)
TILT = 51.64 * DEG
ORBIT = MeanOrbit.at_altitude(EPOCH, 420e3, TILT, 1.0)
DAYS = np.arange(0.0, 3 * DAY_S + 1.0, 120.0)


@pytest.fixture(scope="module")
def field() -> DensityField:
    fine = FieldGrid(
        altitude_m=(90e3, 1000e3), latitudes=3, local_times=3, latitude_steps=4, local_time_steps=4
    )
    return DensityField.build(AIR, Instants(EPOCH, np.zeros(1)), 120.0, 120.0, 10.0, fine)


def test_geodetic_is_that_of_the_ellipsoid():
    places = np.array([[6.8e6, 1e5, 2e5], [4e6, -3e6, 4.6e6], [1e3, 2e3, -6.6e6]])
    latitude, _, altitude = ecef_to_geodetic(places)
    ours = np.array([geodetic(*place) for place in places])
    assert ours[:, 0] == pytest.approx(latitude, abs=1e-9)
    assert ours[:, 1] == pytest.approx(altitude, abs=1e-3)


def potential(x: float, y: float, z: float) -> float:
    """The tesseral potential by Legendre functions from their definition."""
    r, east = math.sqrt(x * x + y * y + z * z), math.atan2(y, x)
    sine = z / r
    total = 0.0
    for n in range(2, DEGREE + 1):
        legendre = np.polynomial.Legendre.basis(n)
        for m in range(1, n + 1):
            p = (1 - sine**2) ** (m / 2) * legendre.deriv(m)(sine)
            total += (WGS84_A_M / r) ** n * p * (C[n, m] * math.cos(m * east) + S[n, m] * math.sin(m * east))
    return MU_M3_S2 / r * total


def test_the_tesseral_pull_is_the_gradient_of_its_potential():
    place, work = np.array([4.1e6, -3.9e6, 3.3e6]), np.zeros((10, 10))
    steps = 20.0 * np.eye(3)
    slope = [(potential(*(place + step)) - potential(*(place - step))) / 40.0 for step in steps]
    assert tesseral(*place, work, work.copy()) == pytest.approx(slope, rel=1e-7)


def test_energy_is_kept_without_drag():
    path = propagate_numerically(EPOCH, circular_state(ORBIT), DAYS)
    energy = 0.5 * (path.state[:, 3:] ** 2).sum(axis=1) - zonal_potential(path.state[:, :3])
    assert np.ptp(energy) / abs(energy[0]) < 1e-11


def test_a_day_errs_by_less_than_a_centimetre(field):
    runs = [
        propagate_numerically(
            EPOCH, circular_state(ORBIT), [DAY_S], ballistic_kg_m2=134.0, field=field, **more
        ).state[0, :3]
        for more in ({}, {"tolerance": 1e-14, "longest_step_s": 10.0})
    ]
    assert np.linalg.norm(runs[0] - runs[1]) < 0.01


@pytest.mark.parametrize("u", [0.0, 0.8, 2.0, 4.4])
def test_a_circle_in_the_mean_keeps_its_mean_altitude(u):
    path = propagate_numerically(EPOCH, circular_state(ORBIT, u), DAYS)
    mean = path.mean_altitude_m()
    assert np.nanmean(mean) == pytest.approx(420e3, abs=60.0)
    radius = np.linalg.norm(path.state[:, :3], axis=1)
    assert np.ptp(radius) < 5e3  # J2's 1 km each way, and the eccentricity that J3 builds up


def test_the_node_drifts_as_j2_makes_it():
    path = propagate_numerically(EPOCH, circular_state(ORBIT), [3 * DAY_S])
    h = np.cross(path.state[0, :3], path.state[0, 3:])
    drift = (math.atan2(h[0], -h[1]) - ORBIT.node_rad) % (2 * math.pi) - 2 * math.pi
    rate = float(secular_rates(ORBIT.axis_m, 0.0, TILT).node_rad_s)
    assert drift == pytest.approx(rate * 3 * DAY_S, rel=5e-3)


def test_sun_and_moon_move_it_by_tens_of_metres():
    near, far = (
        propagate_numerically(EPOCH, circular_state(ORBIT), [DAY_S], third_bodies=both).state[0, :3]
        for both in (True, False)
    )
    assert 5.0 < np.linalg.norm(near - far) < 1_000.0


def test_drag_sinks_as_the_averaged_equations_say(field):
    days = np.arange(0.0, 8 * DAY_S + 1.0, 120.0)
    path = propagate_numerically(EPOCH, circular_state(ORBIT), days, ballistic_kg_m2=60.0, field=field)
    mean = path.mean_altitude_m()
    numerical = np.interp([1 * DAY_S, 7 * DAY_S], days, mean)
    averaged = propagate_elements(ORBIT, 60.0, AIR, lambda _: (120.0, 120.0, 10.0), horizon_s=8 * DAY_S)
    fallen = np.interp([1 * DAY_S, 7 * DAY_S], averaged.instants.offset_s, averaged.mean_altitude_m)
    assert np.diff(numerical)[0] == pytest.approx(np.diff(fallen)[0], rel=0.02)


def test_an_eccentric_orbit_loses_axis_and_eccentricity_as_cowell_says(field):
    axis, e = WGS84_A_M + 620e3, 0.03
    radius = axis * (1 - e)
    speed = math.sqrt(MU_M3_S2 * (2 / radius - 1 / axis))
    cosine, sine = math.cos(TILT), math.sin(TILT)
    state = [radius, 0.0, 0.0, 0.0, speed * cosine, speed * sine]
    outputs = np.arange(0.0, 6 * DAY_S, 60.0)
    dragged, free = (
        propagate_numerically(EPOCH, state, outputs, ballistic_kg_m2=b, field=field).state
        for b in (20.0, 1e15)
    )
    last = slice(-1440, None)

    def shape(states):
        r, v2 = np.linalg.norm(states[:, :3], axis=1), (states[:, 3:] ** 2).sum(axis=1)
        h = np.cross(states[:, :3], states[:, 3:])
        vector = np.cross(states[:, 3:], h) / MU_M3_S2 - states[:, :3] / r[:, None]
        return (1 / (2 / r - v2 / MU_M3_S2)).mean(), np.linalg.norm(vector, axis=1).mean()

    (a1, e1), (a0, e0) = shape(dragged[last]), shape(free[last])
    mean = MeanOrbit(EPOCH, shape(free)[0], shape(free)[1], TILT, 0.0, 0.0)
    history = propagate_elements(mean, 20.0, AIR, lambda _: (120.0, 120.0, 10.0), horizon_s=6 * DAY_S)
    at = outputs[last].mean()
    assert np.interp(at, history.instants.offset_s, history.axis_m) - mean.axis_m == pytest.approx(
        a1 - a0, rel=0.05
    )
    lost = np.interp(at, history.instants.offset_s, history.eccentricity) - mean.eccentricity
    assert lost == pytest.approx(e1 - e0, rel=0.05)


def test_it_ends_at_the_lowest_altitude(field):
    low = MeanOrbit.at_altitude(EPOCH, 130e3, TILT)
    path = propagate_numerically(EPOCH, circular_state(low), DAYS, ballistic_kg_m2=100.0, field=field)
    assert 0.0 < path.entered_s < 2 * DAY_S
    line = ground_line(path)
    assert len(line.altitude_m) == int(np.isfinite(path.state[:, 0]).sum())
    assert line.altitude_m[-1] > 100e3
    assert np.abs(line.latitude_deg).max() < 52.0


def test_entry_points_follow_the_track_and_heavier_members_come_later(field):
    low = MeanOrbit.at_altitude(EPOCH, 130e3, TILT)
    ballistic = members_over(100.0, 0.1, 12)
    points = entry_points(EPOCH, circular_state(low), ballistic, field)
    assert (np.diff(points.instant_s) > 0.0).all()
    assert np.abs(points.latitude_deg).max() < 51.9
    assert sum(points.shares().values()) == pytest.approx(1.0)
    with pytest.raises(ScenarioError, match="no member"):
        entry_points(EPOCH, circular_state(ORBIT), [100.0], field, horizon_s=3600.0)


def test_members_cover_a_lognormal():
    members = members_over(100.0, 0.2, 1_000)
    assert np.median(members) == pytest.approx(100.0, rel=1e-3)
    assert np.log(members).std() == pytest.approx(0.2, rel=0.01)


def test_a_moving_mean_of_a_line_is_the_line():
    t = np.linspace(0.0, 10.0, 101)
    mean = moving_mean(t, 3.0 * t, 2.0)
    assert np.isnan(mean[[0, 9, 91, 100]]).all()
    assert mean[11:90] == pytest.approx(3.0 * t[11:90])


@pytest.mark.parametrize(
    ("state", "offsets", "more", "says"),
    [
        ([7e6, 0, 0, 0, 12e3, 0], [1.0], {}, "an escape"),
        ([6.8e6, 0, 0, 0, 7.6e3, 0], [2.0, 1.0], {}, "do not ascend"),
        ([6.8e6, 0, 0, 0, 7.6e3, 0], [1.0], {"ballistic_kg_m2": -3.0}, "not positive"),
    ],
)
def test_what_cannot_be_flown_is_refused(state, offsets, more, says):
    with pytest.raises(ScenarioError, match=says):
        propagate_numerically(EPOCH, state, offsets, **more)
