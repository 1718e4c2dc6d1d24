from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from skyhold.constants import MU_M3_S2
from skyhold.errors import ScenarioError
from skyhold.holding import reboost

masses = st.floats(1e3, 1e6)
pushes = st.floats(1e-3, 50.0)
impulses = st.floats(200.0, 460.0)


def test_one_metre_a_second_at_417_km():
    assert reboost.rise_per_m_s(reboost.axis_m(417e3)) == pytest.approx(1774.0, rel=1e-3)


def test_one_metre_a_second_on_450_tonnes_costs_153_kg():
    assert reboost.propellant_kg(450e3, 1.0, 300.0) == pytest.approx(153.0, rel=1e-3)


@given(masses, masses, pushes, impulses)
def test_propellant_grows_with_mass_and_never_exceeds_the_small_burn_formula(one, other, dv, isp):
    low, high = sorted((one, other))
    assert reboost.propellant_kg(low, dv, isp) <= reboost.propellant_kg(high, dv, isp)
    assert reboost.propellant_kg(low, dv, isp) <= low * dv / (reboost.STANDARD_GRAVITY_M_S2 * isp)


@given(masses, pushes, impulses, st.floats(50.0, 1e4))
def test_seconds_and_propellant_lead_back_to_the_delta_v(mass, dv, isp, thrust):
    seconds = reboost.burn_seconds(mass, dv, thrust, isp)
    assert reboost.delta_v_in(mass, seconds, thrust, isp) == pytest.approx(dv, rel=1e-6)
    assert reboost.delta_v_of(mass, reboost.propellant_kg(mass, dv, isp), isp) == pytest.approx(dv, rel=1e-6)


def flown(radius: float, dv: float, seconds: float) -> tuple[float, float]:
    """Axis and eccentricity after a burn of constant acceleration along the velocity, by Runge-Kutta 4."""
    push = dv / seconds

    def slope(s):
        x, y, u, v = s
        r3, speed = math.hypot(x, y) ** 3, math.hypot(u, v)
        return np.array([u, v, -MU_M3_S2 * x / r3 + push * u / speed, -MU_M3_S2 * y / r3 + push * v / speed])

    state, steps = np.array([radius, 0.0, 0.0, math.sqrt(MU_M3_S2 / radius)]), 400
    h = seconds / steps
    for _ in range(steps):
        a = slope(state)
        b = slope(state + h / 2 * a)
        c = slope(state + h / 2 * b)
        d = slope(state + h * c)
        state = state + h / 6 * (a + 2 * b + 2 * c + d)
    x, y, u, v = state
    r = math.hypot(x, y)
    axis = 1 / (2 / r - (u * u + v * v) / MU_M3_S2)
    spin = x * v - y * u
    return axis, math.sqrt(max(0.0, 1 - spin**2 / (MU_M3_S2 * axis)))


@pytest.mark.parametrize("seconds", [30.0, 960.0, 2400.0, 4000.0])
def test_a_long_burn_against_integration(seconds):
    radius = reboost.axis_m(417e3)
    axis, eccentricity = flown(radius, 2.0, seconds)
    rise = reboost.rise(2.0, radius, seconds)
    assert rise.mean_m == pytest.approx(axis - radius, rel=2e-3)
    assert (rise.far_m - rise.near_m) / 2 == pytest.approx(axis * eccentricity, rel=5e-3, abs=5.0)


def test_an_instant_burn_lifts_the_far_side_only():
    rise = reboost.rise(1.0, reboost.axis_m(417e3))
    assert rise.near_m == 0.0
    assert rise.far_m == pytest.approx(2 * rise.mean_m)


def test_a_progress_burn_of_february_2023():
    """958.3 s at 865 N on 460.7 t: 1.8 m/s."""
    assert reboost.delta_v_in(460_724.0, 958.3, 865.0, 280.0) == pytest.approx(1.8, rel=1e-3)
    burn = reboost.burn(460_724.0, 416e3, 1.8, 865.0, 280.0)
    assert burn.seconds == pytest.approx(958.3, rel=2e-3)
    assert burn.rise.mean_m == pytest.approx(3190.0, rel=3e-3)


@pytest.mark.parametrize(
    ("mass", "dv", "isp"), [(0.0, 1.0, 300.0), (4e5, -1.0, 300.0), (4e5, 1.0, 0.0), (math.nan, 1.0, 300.0)]
)
def test_what_cannot_be_is_one_clear_error(mass, dv, isp):
    with pytest.raises(ScenarioError, match="cannot be"):
        reboost.propellant_kg(mass, dv, isp)


def test_nothing_pushes():
    with pytest.raises(ScenarioError, match="nothing pushes"):
        reboost.burn_seconds(4e5, 1.0, 0.0, 300.0)
    with pytest.raises(ScenarioError, match="more propellant than station"):
        reboost.delta_v_of(1e3, 1e3, 300.0)
