import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sgp4.api import WGS72, Satrec

from skyhold.constants import J2, MU_M3_S2, WGS84_A_M
from skyhold.orbits.elements import (
    circular_rates,
    kozai_rad_min,
    kozai_rev_day,
    mean_altitude_m,
    unkozai_rad_min,
)

altitudes = st.floats(300e3, 1500e3)
inclinations = st.floats(0.01, np.pi - 0.01)


def satellite(rev_day: float, inclination: float, eccentricity: float = 0.0, anomaly: float = 0.0) -> Satrec:
    sat = Satrec()
    motion = rev_day * 2 * np.pi / 1440
    sat.sgp4init(WGS72, "i", 1, 26_000.0, 0.0, 0.0, 0.0, eccentricity, 0.0, inclination, anomaly, motion, 0.3)
    return sat


@given(st.floats(0.04, 0.075), st.floats(0.0, 0.3), inclinations)
def test_unkozai_is_the_librarys_and_its_inverse(motion, eccentricity, inclination):
    sat = satellite(motion * 1440 / (2 * np.pi), inclination, eccentricity)
    ours = unkozai_rad_min(motion, eccentricity, inclination)
    assert ours == pytest.approx((sat.a / 1.0) ** -1.5 * sat.xke, rel=1e-13)
    assert kozai_rad_min(ours, eccentricity, inclination) == pytest.approx(motion, rel=1e-13)


@given(altitudes, inclinations)
def test_altitude_to_mean_motion_and_back(altitude, inclination):
    assert mean_altitude_m(kozai_rev_day(altitude, inclination), 0.0, inclination) == pytest.approx(
        altitude, abs=0.01
    )


@pytest.mark.parametrize("inclination_deg", [0.5, 33.0, 53.0, 70.0, 97.6])
def test_an_element_set_made_for_550_km_flies_there_by_the_library(inclination_deg):
    inclination = np.radians(inclination_deg)
    sat = satellite(float(kozai_rev_day(550e3, inclination)), inclination)
    minutes = np.linspace(0, 954, 4001)  # ten revolutions
    days = np.full(minutes.shape, sat.jdsatepoch)
    _, position, _ = sat.sgp4_array(days, sat.jdsatepochF + minutes / 1440)
    assert np.linalg.norm(position, axis=1).mean() - 6378.137 == pytest.approx(550.0, abs=0.3)


def test_the_error_of_others_that_fly_550_km_at_505():
    assert mean_altitude_m(15.19, 0.0, np.radians(53.0)) == pytest.approx(508e3, abs=5e3)
    assert kozai_rev_day(550e3, np.radians(53.0)) == pytest.approx(15.055, abs=0.003)


def _cowell(radius, inclination, steps, step_s):
    """Two-body and J2 by classical Runge-Kutta: (steps + 1, 6) states from a circular start on the equator."""
    speed = np.sqrt(MU_M3_S2 / radius)

    def rate(state):
        x, y, z = state[:3]
        q = 1.0 / (x * x + y * y + z * z)
        k = 1.5 * J2 * WGS84_A_M**2 * q
        pull = -MU_M3_S2 * q * np.sqrt(q)
        w = 5 * z * z * q
        return np.array(
            [
                *state[3:],
                pull * x * (1 - k * (w - 1)),
                pull * y * (1 - k * (w - 1)),
                pull * z * (1 - k * (w - 3)),
            ]
        )

    states = np.empty((steps + 1, 6))
    states[0] = [radius, 0, 0, 0, speed * np.cos(inclination), speed * np.sin(inclination)]
    for i in range(steps):
        s = states[i]
        a = rate(s)
        b = rate(s + 0.5 * step_s * a)
        c = rate(s + 0.5 * step_s * b)
        d = rate(s + step_s * c)
        states[i + 1] = s + step_s / 6 * (a + 2 * b + 2 * c + d)
    return states


@pytest.mark.parametrize("inclination_deg", [28.0, 53.0, 97.6])
def test_rates_against_a_numerically_integrated_orbit(inclination_deg):
    inclination = np.radians(inclination_deg)
    step, steps = 20.0, 4300
    states = _cowell(WGS84_A_M + 550e3, inclination, steps, step)
    z = states[:, 2]
    up = np.flatnonzero((z[:-1] < 0) & (z[1:] >= 0))
    part = z[up] / (z[up] - z[up + 1])
    crossing = (up + part) * step
    whole = slice(up[0], up[-1])
    altitude = np.linalg.norm(states[whole, :3], axis=1).mean() - WGS84_A_M
    h = np.cross(states[:, :3], states[:, 3:])
    node = np.unwrap(np.arctan2(h[:, 0], -h[:, 1]))[up]
    revolutions = len(up) - 1
    mean_inclination = np.arccos(h[whole, 2] / np.linalg.norm(h[whole], axis=1)).mean()
    ours = circular_rates(altitude, mean_inclination)
    assert ours.latitude_rad_s == pytest.approx(
        2 * np.pi * revolutions / (crossing[-1] - crossing[0]), rel=2e-5
    )
    assert ours.node_rad_s == pytest.approx((node[-1] - node[0]) / (crossing[-1] - crossing[0]), rel=4e-3)
