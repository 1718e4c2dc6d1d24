"""How low the attitude can be held, beside the same equations in plain lines, and as laws."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from skyhold.errors import ScenarioError
from skyhold.scenario.load import load, with_variant
from skyhold.scenario.scenario import StationScenario
from skyhold.station import attitude
from skyhold.station.configuration import resolve

WHOLE = load("iss-2022", kind=StationScenario)
ISS = resolve(WHOLE)
ALONE = resolve(with_variant(WHOLE, "russia-withdraws"))


def air(scale: float = 1.0, height_km: float = 33.0):
    return lambda altitude_m: scale * 1.6e-10 * math.exp(-(altitude_m / 1000 - 220) / height_km)


def test_torque_by_hand():
    # 0.5 * 1e-10 * v^2 * (m/B) * 2 m at 220 km
    speed = math.sqrt(3.986004418e14 / 6_598_137)
    by_hand = 0.5e-10 * speed**2 * ISS.mass_kg / ISS.ballistic_kg_m2 * 2
    assert attitude.aerodynamic_torque_nm(ISS, 1e-10, 220e3, 2.0) == pytest.approx(by_hand, rel=1e-12)


def test_half_a_swing_is_the_integral_of_half_a_sine():
    period = attitude.period_s(300e3)
    time = np.linspace(0, period / 2, 20_001)
    momentum = np.trapezoid(0.3 * 40 * np.sin(2 * np.pi * time / period), time)
    assert attitude.swing_momentum_nms(40, 0.3, 300e3) == pytest.approx(momentum, rel=1e-6)


def test_at_the_limit_the_gyros_are_just_full():
    limit = attitude.minimum_controllable_altitude(ISS, air()).gyros_km
    assert limit is not None
    height = 1000 * limit.mid
    torque = attitude.aerodynamic_torque_nm(ISS, air()(height), height, 2.0)
    assert attitude.swing_momentum_nms(torque, 0.3, height) == pytest.approx(0.8 * 4 * 4745, rel=1e-3)
    assert limit.low < limit.mid < limit.high


def test_thrusters_reach_lower_and_are_gone_with_russia():
    limits = attitude.minimum_controllable_altitude(ISS, air())
    assert limits.thrusters_km is not None
    assert limits.thrusters_km.mid < limits.gyros_km.mid
    assert attitude.minimum_controllable_altitude(ALONE, air()).thrusters_km is None


def test_without_nasa_there_are_no_gyros():
    from skyhold.scenario.load import with_values

    leavers = [{"partner": "nasa", "from_utc": "2022-02-25"}]
    found = resolve(with_values(WHOLE, {"variants": [], "withdrawals": leavers}))
    limits = attitude.minimum_controllable_altitude(found, air())
    assert limits.gyros_km is None
    assert limits.thrusters_km is not None


def test_desaturation_costs_nothing_above_the_limit_and_grows_below():
    limit = 1000 * attitude.minimum_controllable_altitude(ISS, air()).gyros_km.mid
    assert attitude.desaturation_kg_day(ISS, air()(limit + 5e3), limit + 5e3) == 0
    higher = attitude.desaturation_kg_day(ISS, air()(limit - 5e3), limit - 5e3)
    lower = attitude.desaturation_kg_day(ISS, air()(limit - 20e3), limit - 20e3)
    assert 0 < higher < lower
    assert math.isnan(attitude.desaturation_kg_day(ALONE, air()(limit - 20e3), limit - 20e3))


def test_holding_all_of_the_torque_by_hand():
    torque = attitude.aerodynamic_torque_nm(ISS, 1e-10, 220e3, 2.0)
    assert attitude.holding_kg_day(ISS, 1e-10, 220e3) == pytest.approx(torque * 86_400 / (20 * 9.80665 * 285))
    assert math.isnan(attitude.holding_kg_day(ALONE, 1e-10, 220e3))


@given(st.floats(0.2, 5), st.floats(1.05, 3))
def test_thicker_air_raises_the_limit(scale, factor):
    thin = attitude.minimum_controllable_altitude(ISS, air(scale)).gyros_km
    thick = attitude.minimum_controllable_altitude(ISS, air(scale * factor)).gyros_km
    assert thick.mid > thin.mid
    assert thick.mid - thin.mid == pytest.approx(33 * math.log(factor), rel=0.05)


def test_the_ends_of_the_range_are_answers_too():
    assert attitude.minimum_controllable_altitude(ISS, lambda _: 1e-30).gyros_km.mid == attitude.LOWEST_KM
    assert attitude.minimum_controllable_altitude(ISS, lambda _: 1.0).gyros_km.mid == attitude.HIGHEST_KM


@pytest.mark.parametrize("density", [0.0, -1.0, math.nan, math.inf])
def test_air_without_density_is_refused(density):
    with pytest.raises(ScenarioError, match="the air has no density"):
        attitude.minimum_controllable_altitude(ISS, lambda _: density)
