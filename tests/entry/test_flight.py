from __future__ import annotations

import math
from datetime import datetime

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from skyhold.constants import EARTH_RATE_RAD_S, WGS84_A_M
from skyhold.earth.atmosphere import Exponential
from skyhold.earth.force_kernels import fill_field
from skyhold.earth.gravity import air_velocity, zonal_acceleration, zonal_potential
from skyhold.entry import kernels
from skyhold.entry.descent import radial
from skyhold.entry.flight import Bodies, End, Sky, flight_path_rad, fly, height_m, states_of, trace
from skyhold.errors import SkyholdError
from skyhold.times import Epoch, Instants

EPOCH = Epoch.from_datetime(datetime(2022, 2, 25))
SCALE_HEIGHT_M = 7_000.0


@pytest.fixture(scope="module")
def sky() -> Sky:
    return Sky.build(EPOCH, 120.0, 120.0, 10.0)


@pytest.fixture(scope="module")
def thin() -> Sky:
    return Sky.build(EPOCH, 120.0, 120.0, 10.0, Exponential(1.225, 0.0, SCALE_HEIGHT_M))


def start(altitude_km=120.0, angle_deg=-1.0, speed=7700.0, inclination=0.9, argument=0.3, mass=100.0):
    up, ahead = radial(inclination, 0.5, argument), radial(inclination, 0.5, argument + math.pi / 2)
    angle = math.radians(angle_deg)
    velocity = speed * (math.cos(angle) * ahead + math.sin(angle) * up)
    return states_of(up * (WGS84_A_M + altitude_km * 1e3), velocity, mass)


def test_places_and_their_inverse(sky):
    latitude, longitude, altitude = (
        np.array([-0.8, 0.0, 1.2]),
        np.array([-3.0, 0.1, 2.0]),
        np.array([0.0, 1e5, 4e5]),
    )
    time = np.array([0.0, 5000.0, -200.0])
    xyz = sky.inertial(latitude, longitude, altitude, time)
    np.testing.assert_allclose(sky.ground(xyz, time), (latitude, longitude, altitude), atol=1e-6)


def test_altitude_along_the_radius_is_nearly_geodetic(sky):
    for latitude in np.linspace(-1.5, 1.5, 13):
        x, y, z = sky.inertial(latitude, 0.3, 120e3, 0.0)
        assert kernels.altitude(x, y, z) == pytest.approx(120e3, abs=120e3 * 1e-5)


def test_density_is_that_of_the_field_at_its_place_and_hour(sky):
    for latitude, longitude, altitude, time in ((0.3, 1.0, 150e3, 0.0), (-0.9, -2.0, 78e3, 7000.0)):
        x, y, z = sky.inertial(latitude, longitude, altitude, time)
        here = kernels.density(sky.field.values, sky.field.grid, sky.clock, time, x, y, z)
        # a field of one instant holds for all times, local hours go on
        values = np.empty(1)
        hour = longitude + 2 * math.pi * time / 86_400.0
        fill_field(
            sky.field.values,
            sky.field.grid,
            *(np.array([v]) for v in (0.0, altitude, latitude, hour)),
            values,
        )
        assert here == pytest.approx(math.exp(values[0]), rel=2e-3)
        model = sky.field.density(altitude, latitude, longitude, Instants(EPOCH, np.array([0.0])))
        assert here == pytest.approx(float(model[0]), rel=0.25)


def test_kernel_against_plain_steps(thin):
    """Runge and Kutta's four stages in plain numpy, 0.1 s, from 90 km until 20 s later."""
    body = Bodies.ballistic(1)
    row = start(90.0, -3.0)

    def rate(s):
        _, _, h = thin.ground(s, 0.0)
        rho = 1.225 * math.exp(-float(h) / SCALE_HEIGHT_M)
        air = s[3:6] - air_velocity(s[:3])
        push = 0.5 * rho * np.linalg.norm(air) / 100.0
        return np.concatenate([s[3:6], zonal_acceleration(s[:3]) - push * air])

    s = row[0, :6].copy()
    for _ in range(200):
        k1 = rate(s)
        k2 = rate(s + 0.05 * k1)
        k3 = rate(s + 0.05 * k2)
        k4 = rate(s + 0.1 * k3)
        s = s + 0.1 / 6 * (k1 + 2 * k2 + 2 * k3 + k4)
    ends = fly(thin, body, row, 0.0, stop_s=20.0, tolerance_m=1e-3)
    assert ends.code[0] == End.TIMED_OUT
    np.testing.assert_allclose(
        ends.states[0, :3], s[:3], atol=5.0
    )  # density is linear between layers of 2 km
    np.testing.assert_allclose(ends.states[0, 3:6], s[3:], atol=1.0)


def test_steep_entry_has_the_peak_of_allen_and_eggers(thin):
    """NACA Report 1381: greatest deceleration V^2 sin(angle) / (2 e H), for any ballistic number.

    It is without gravity: so with the speed and angle that gravity has given by the time drag outweighs it.
    """
    row = start(110.0, -40.0, speed=7000.0, inclination=math.pi / 2, argument=math.pi / 2 - 0.02)
    for mass in (200.0, 2000.0):
        row[:, 6] = mass
        path = trace(thin, Bodies.ballistic(1), row, longest_s=0.2, tolerance_m=1e-3)
        speed = np.linalg.norm(path[:, 4:7] - air_velocity(path[:, 1:4]), axis=1)
        peak = np.max(-np.diff(speed) / np.diff(path[:, 0]))
        fastest = path[np.argmax(speed), 1:]
        sine = -math.sin(flight_path_rad(fastest))
        assert peak == pytest.approx(speed.max() ** 2 * sine / (2 * math.e * SCALE_HEIGHT_M), rel=0.03)


@given(
    height=st.floats(150.0, 400.0), speed=st.floats(7_000.0, 9_000.0), inclination=st.floats(0.0, math.pi),
    argument=st.floats(0.0, 6.0), angle=st.floats(-3.0, 3.0),
)  # fmt: skip
@settings(max_examples=20)
def test_without_air_energy_and_spin_are_kept(sky, height, speed, inclination, argument, angle):
    row = start(height, angle, speed, inclination, argument)
    path = trace(sky.vacuum, Bodies.ballistic(1), row, stop_s=4000.0, floor_m=-6e6)
    r, v = path[:, 1:4], path[:, 4:7]
    energy = 0.5 * np.sum(v * v, axis=1) - zonal_potential(r)
    spin = r[:, 0] * v[:, 1] - r[:, 1] * v[:, 0]
    np.testing.assert_allclose(energy, energy[0], rtol=1e-8)
    np.testing.assert_allclose(spin, spin[0], atol=1e-8 * 6.6e6 * 8e3)


@given(ballistic=st.floats(5.0, 5_000.0), angle=st.floats(-10.0, -0.5), argument=st.floats(0.0, 6.0))
@settings(max_examples=20)
def test_drag_takes_energy_at_each_step(sky, ballistic, angle, argument):
    row = start(120.0, angle, 7700.0, 0.9, argument, ballistic)
    path = trace(sky, Bodies.ballistic(1), row)
    air = path[:, 4:7] - air_velocity(path[:, 1:4])
    # in turning axes: kinetic energy against the air, less pull and centrifugal potential, only falls
    potential = zonal_potential(path[:, 1:4]) + 0.5 * EARTH_RATE_RAD_S**2 * np.sum(path[:, 1:3] ** 2, axis=1)
    energy = 0.5 * np.sum(air * air, axis=1) - potential
    assert np.all(np.diff(energy) <= 2e-7 * abs(energy[0]))


def test_heavier_falls_farther_and_sooner(sky):
    ballistic = np.geomspace(5.0, 5000.0, 30)
    rows = np.repeat(start(78.0, -1.5, 7300.0), 30, axis=0)
    rows[:, 6] = ballistic
    ends = fly(sky, Bodies.ballistic(30), rows, 0.0)
    assert np.all(ends.code == End.LANDED)
    origin = rows[0, :3] / np.linalg.norm(rows[0, :3])
    latitude, longitude, altitude = sky.ground(ends.states, ends.time_s)
    fixed = sky.inertial(latitude, longitude, 0.0, 0.0)
    reach = np.arccos(fixed @ origin / np.linalg.norm(fixed, axis=1))
    assert np.all(np.diff(reach) > 0.0)
    assert np.all(np.diff(ends.time_s) < 0.0)
    assert np.all(np.abs(altitude) < 10.0)


def test_north_and_south_mirror(thin):
    """Odd zonals and the bulge of J2 aside (none of it is odd but J3 and J5), z may be turned round."""
    north, south = start(120.0, -1.2, argument=0.4), start(120.0, -1.2, argument=0.4)
    south[:, [2, 5]] *= -1.0
    ends = fly(thin, Bodies.ballistic(2), np.concatenate([north, south]), 0.0, tolerance_m=1e-2)
    mirrored = ends.states[1] * np.array([1, 1, -1, 1, 1, -1, 1, 1])
    np.testing.assert_allclose(ends.states[0, :3], mirrored[:3], atol=500.0)


def test_turning_the_sky_turns_the_flight(thin):
    """Exponential air knows no longitude: the same flight a third of a turn on."""
    row, turn = start(120.0, -1.0), 2.0
    c, s = math.cos(turn), math.sin(turn)
    other = row.copy()
    for x, y in ((0, 1), (3, 4)):
        other[:, x], other[:, y] = c * row[:, x] - s * row[:, y], s * row[:, x] + c * row[:, y]
    ends = fly(thin, Bodies.ballistic(2), np.concatenate([row, other]), 0.0)
    latitude, longitude, _ = thin.ground(ends.states, ends.time_s)
    assert latitude[0] == pytest.approx(latitude[1], abs=1e-5)
    assert (longitude[1] - longitude[0]) % (2 * math.pi) == pytest.approx(turn, abs=1e-5)


def test_tighter_tolerance_lands_at_the_same_place(sky):
    rows = start(120.0, -1.0)
    loose, tight = (fly(sky, Bodies.ballistic(1), rows, 0.0, tolerance_m=t) for t in (0.3, 1e-4))
    places = [np.array(sky.ground(ends.states, ends.time_s))[:2, 0] for ends in (loose, tight)]
    assert np.abs(places[0] - places[1]).max() * WGS84_A_M < 100.0


def test_lift_up_carries_farther_and_to_the_side(sky):
    rows = np.repeat(start(120.0, -1.5), 4, axis=0)
    lift, bank = (0.0, 0.1, 0.1, 0.1), (0.0, 0.0, math.pi / 2, -math.pi / 2)
    bodies = Bodies.of(4, area_m2=1.0, cd_free=1.0, lift_to_drag=lift, bank_rad=bank)
    ends = fly(sky, bodies, rows, 0.0)
    assert ends.time_s[1] > ends.time_s[0]
    normal = np.cross(rows[0, :3], rows[0, 3:6])
    normal /= np.linalg.norm(normal)
    across = ends.states[:, :3] @ normal
    left, right = across[2:] - across[0]
    assert left * right < 0.0
    assert abs(left + right) < 0.1 * abs(left)


def test_thrust_gives_what_tsiolkovsky_says(sky):
    row = start(300.0, 0.0, 7730.0, mass=400e3)
    bodies = Bodies.of(1, area_m2=1.0).pushed(10e3, 2942.0)
    ends = fly(sky.vacuum, bodies, row, 0.0, stop_s=100.0, tolerance_m=1e-3)
    free = fly(sky.vacuum, Bodies.of(1, area_m2=1.0), row, 0.0, stop_s=100.0, tolerance_m=1e-3)
    burnt = 100.0 * 10e3 / 2942.0
    assert ends.mass_kg[0] == pytest.approx(400e3 - burnt)
    lost = np.linalg.norm(free.states[0, 3:6]) - np.linalg.norm(ends.states[0, 3:6])
    assert lost == pytest.approx(2942.0 * math.log(400e3 / (400e3 - burnt)), rel=0.01)


def test_drag_bridges_from_free_molecules_to_continuum():
    body = Bodies.of(1, area_m2=1.0, cd_free=2.2, cd_continuum=1.0, length_m=1.0).properties[0]
    densities = np.geomspace(1e-13, 1.0, 60)
    drag = [kernels.drag_coefficient(body, rho) for rho in densities]
    assert drag[0] == pytest.approx(2.2)
    assert drag[-1] == pytest.approx(1.0)
    assert np.all(np.diff(drag) <= 1e-12)
    assert kernels.drag_coefficient(body, kernels.MEAN_FREE_PATH_KG_M2 / 10**-1) == pytest.approx(
        1.0 + 1.2 * math.sin(math.pi * 2 / 8) ** 2
    )


def test_mean_free_path_at_sea_level():
    assert pytest.approx(66.4e-9, rel=0.01) == kernels.MEAN_FREE_PATH_KG_M2 / 1.225


def hot(capacity=900.0, melting=900.0, latent=4e5, shrink=0.0, gone=0.01, mass=50.0):
    body = Bodies.of(1, area_m2=0.25, length_m=0.5).melting(
        heat_capacity_j_kg_k=capacity, melting_k=melting, latent_j_kg=latent, emissivity=0.8, wetted_m2=1.0,
        nose_m=0.25, heat_share=0.275, shrink=shrink, gone_at=gone,
    )  # fmt: skip
    return body, mass


def test_warming_ends_where_radiation_balances():
    body, mass = hot(melting=5000.0)
    temperature = 300.0
    for _ in range(4000):
        left, temperature = kernels.warm(body.properties[0], 2e-6, 7500.0, 5.0, mass, temperature, mass)
    flux = kernels.heat_flux(2e-6, 7500.0, temperature, 0.25, 0.275)
    assert left == mass
    assert flux == pytest.approx(0.8 * kernels.STEFAN_BOLTZMANN * (temperature**4 - 250.0**4), rel=1e-3)


def test_melting_spends_the_heat_of_melting():
    body, mass = hot()
    left, temperature = kernels.warm(body.properties[0], 1e-4, 7000.0, 2.0, mass, 900.0, mass)
    flux = kernels.heat_flux(1e-4, 7000.0, 900.0, 0.25, 0.275)
    net = flux - 0.8 * kernels.STEFAN_BOLTZMANN * (900.0**4 - 250.0**4)
    assert temperature == 900.0
    assert mass - left == pytest.approx(2.0 * net / 4e5)


def test_flux_is_sutton_and_graves_and_never_above_free_molecules():
    cold = kernels.heat_flux(1e-4, 7000.0, 300.0, 0.25, 1.0)
    assert cold == pytest.approx(1.7415e-4 * math.sqrt(1e-4 / 0.25) * 7000.0**3)
    assert kernels.heat_flux(1e-9, 7000.0, 300.0, 0.25, 1.0) == pytest.approx(0.125e-9 * 7000.0**3)
    assert kernels.heat_flux(1e-4, 500.0, 900.0, 0.25, 1.0) == 0.0  # the wall is hotter than the air


def test_detra_kemp_and_riddell_say_nearly_the_same():
    """q = 1.103e8 / sqrt(Rn) sqrt(rho / rho_sl) (v / 7925)^3.15 W/m2."""
    for rho, speed in ((1e-4, 7000.0), (1e-5, 7500.0)):
        theirs = 1.103e8 / math.sqrt(0.25) * math.sqrt(rho / 1.225) * (speed / 7925.0) ** 3.15
        assert kernels.heat_flux(rho, speed, 300.0, 0.25, 1.0) == pytest.approx(theirs, rel=0.15)


def test_better_materials_land_and_worse_ones_melt(sky):
    rows = np.repeat(start(78.0, -1.0, 7500.0, mass=20.0), 3, axis=0)
    bodies = Bodies.of(3, area_m2=0.25, length_m=0.5).melting(
        heat_capacity_j_kg_k=900.0, melting_k=(870.0, 870.0, 4000.0), latent_j_kg=(1e5, 1e7, 4e5), emissivity=0.5,
        wetted_m2=1.0, nose_m=0.25, heat_share=0.275, shrink=0.0, gone_at=0.01,
    )  # fmt: skip
    ends = fly(sky, bodies, rows, 0.0, tolerance_m=1.0, longest_s=20.0)
    assert ends.code.tolist() == [End.GONE, End.LANDED, End.LANDED]
    assert ends.mass_kg[0] == 0.0
    assert ends.mass_kg[0] < ends.mass_kg[1] < ends.mass_kg[2] == 20.0
    assert np.all(ends.peak_w_m2 > 1e4)


def test_a_light_body_lands_at_its_terminal_speed(sky):
    ends = fly(sky, Bodies.ballistic(1), start(60.0, -2.0, 5000.0, mass=20.0), 0.0)
    speed = np.linalg.norm(ends.states[0, 3:6] - air_velocity(ends.states[0, :3]))
    ground = sky.field.values.reshape(int(sky.field.grid[5]), int(sky.field.grid[8]), -1)[:, :, 0]
    rho = math.exp(ground.mean())
    assert speed == pytest.approx(math.sqrt(2 * 9.8 * 20.0 / rho), rel=0.05)


def test_sinking_is_what_flying_would_have_been(sky):
    """A body just too fast to be taken as sinking is flown; both reach 1 km at the same time."""
    row = start(12.0, -89.9, 60.0, mass=20.0)
    row[0, 3:6] += air_velocity(row[0, :3])
    path = trace(sky, Bodies.ballistic(1), row, floor_m=1000.0, longest_s=0.5)
    heights = np.array([kernels.altitude(*r) for r in path[:, 1:4]])
    before = heights[:-1].min()
    assert before > 1000.0
    layers = np.linspace(before, 1000.0, 400)
    position = path[-1, 1:4] / np.linalg.norm(path[-1, 1:4])
    floor = np.linalg.norm(path[-1, 1:4])
    density = [
        kernels.density(sky.field.values, sky.field.grid, sky.clock, 0.0, *(position * (floor + h - 1000.0)))
        for h in layers
    ]
    speed = np.sqrt(2 * 9.8 * 20.0 / np.array(density))
    expected = np.trapezoid(1.0 / speed, -layers)
    assert path[-1, 0] - path[np.argmin(heights[:-1]), 0] == pytest.approx(expected, rel=0.02, abs=0.5)


def test_stops_at_the_floor_it_is_given(sky):
    floors = np.array([110e3, 78e3, 20e3])
    rows = np.repeat(start(120.0, -1.0), 3, axis=0)
    ends = fly(sky, Bodies.ballistic(3), rows, 0.0, floor_m=floors)
    np.testing.assert_allclose([kernels.altitude(*s[:3]) for s in ends.states], floors, atol=1.0)
    assert np.all(np.diff(ends.time_s) > 0.0)


def test_small_things(sky):
    row = start(200.0, 0.0)
    assert flight_path_rad(row)[0] == pytest.approx(0.0, abs=1e-12)
    assert height_m(row)[0] == pytest.approx(200e3)


@pytest.mark.parametrize("spoil", ["mass", "nan", "area"])
def test_impossible_bodies_are_refused(sky, spoil):
    row, area = start(), 1.0
    if spoil == "mass":
        row[0, 6] = -1.0
    elif spoil == "nan":
        row[0, 0] = math.nan
    else:
        area = 0.0
    with pytest.raises(SkyholdError, match="cannot be flown"):
        fly(sky, Bodies.of(1, area_m2=area), row, 0.0)


def test_a_flight_of_too_many_steps_is_refused(sky):
    with pytest.raises(SkyholdError, match="more steps"):
        trace(sky, Bodies.ballistic(1), start(), most=5)
