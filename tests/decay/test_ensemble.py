from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from skyhold.constants import EARTH_RATE_RAD_S, MU_M3_S2, WGS84_A_M
from skyhold.decay.ensemble import (
    Decay,
    Ensemble,
    Jumps,
    LifeTable,
    MemberWeather,
    lifetimes_s,
    propagate_mean,
    quantiles,
)
from skyhold.decay.kernels import axis_loss
from skyhold.decay.mean_orbit import MeanOrbit
from skyhold.earth.atmosphere import Exponential
from skyhold.earth.density_table import Axes, DensityTable
from skyhold.earth.orbit_density import DensityPath, OrbitDensity, OrbitShape
from skyhold.errors import DataError, ScenarioError
from skyhold.times import Epoch, Instants
from skyhold.units import DAY_S

EPOCH = Epoch(2_459_634.5, 0.0)
AIR = Exponential(3.7e-12, 400e3, 55e3)
FEW = Axes(altitudes=24, latitudes=5, local_times=3, days=3, fluxes=3, activities=3)
EQUATOR = OrbitShape(0.0)
DAYS_100 = Instants.every(EPOCH, 5 * DAY_S, 401)


@pytest.fixture(scope="module")
def table() -> OrbitDensity:
    return OrbitDensity.build(DensityTable.build(AIR, FEW, cache=False), EQUATOR)


@pytest.fixture(scope="module")
def path() -> DensityPath:
    return DensityPath.build(AIR, EQUATOR, DAYS_100, np.zeros(401), 120.0, 120.0, 10.0)


@pytest.fixture(scope="module")
def ensemble(table: OrbitDensity) -> Ensemble:
    return Ensemble(table, MemberWeather.constant(120.0))


def equatorial(altitude_m: float) -> MeanOrbit:
    return MeanOrbit.at_altitude(EPOCH, altitude_m, 0.0)


def closed_life_s(altitude_m: float, ballistic: float) -> float:
    """Integral of dh over the rate of an equatorial circle in the exponential air that turns with the Earth."""
    h = np.linspace(120e3, altitude_m, 20_001)
    r = WGS84_A_M + h
    v = np.sqrt(MU_M3_S2 / r)
    against = v - EARTH_RATE_RAD_S * r
    rate = r**2 / MU_M3_S2 * against**2 * v * AIR.density_kg_m3 * np.exp(-(h - 400e3) / 55e3) / ballistic
    return float(np.trapezoid(1.0 / rate, h))


def test_loss_is_that_of_the_turning_air():
    r = WGS84_A_M + 400e3
    v = math.sqrt(MU_M3_S2 / r)
    assert axis_loss(r, 1.0) == pytest.approx(
        r * r / MU_M3_S2 * (v - EARTH_RATE_RAD_S * r) ** 2 * v, rel=1e-12
    )
    tilt = math.cos(math.radians(51.64))
    king_hele = (1.0 - r * EARTH_RATE_RAD_S / v * tilt) ** 2 * r * v  # without the air's speed squared
    assert axis_loss(r, tilt) == pytest.approx(king_hele, rel=1e-3)


@pytest.mark.parametrize("altitude_m", [180e3, 300e3, 417e3])
def test_a_life_in_exponential_air_is_the_integral(path, ensemble, altitude_m):
    for air in (path, ensemble):
        decay = propagate_mean(
            equatorial(altitude_m), [134.0], air, horizon_s=2000 * DAY_S, every_s=10 * DAY_S
        )
        assert decay.reentry_s[0] == pytest.approx(closed_life_s(altitude_m, 134.0), rel=1e-3)


def test_lives_and_the_ensemble_agree(table):
    weather = MemberWeather.constant(120.0)
    life = lifetimes_s([350e3, 250e3], 134.0, weather.f107, weather.period_s, LifeTable.of(table))
    assert life == pytest.approx([closed_life_s(350e3, 134.0), closed_life_s(250e3, 134.0)], rel=2e-3)


@given(altitude_km=st.floats(150, 420), ballistic=st.floats(20, 400))
def test_life_is_in_proportion_to_the_ballistic_number(table, altitude_km, ballistic):
    flux = np.full((1, 2), 120.0)
    one, two = lifetimes_s(altitude_km * 1e3, [ballistic, 2 * ballistic], flux, DAY_S, LifeTable.of(table))
    assert two == pytest.approx(2 * one, rel=2e-2)  # steps of at most 15 days fall elsewhere


def test_members_do_not_touch_each_other_whatever_the_threads(ensemble):
    ballistic = np.linspace(60, 240, 40)
    runs = [
        propagate_mean(equatorial(300e3), ballistic, ensemble, horizon_s=100 * DAY_S, threads=n)
        for n in (1, 3)
    ]
    alone = propagate_mean(equatorial(300e3), ballistic[7:8], ensemble, horizon_s=100 * DAY_S)
    assert np.array_equal(runs[0].altitude_m, runs[1].altitude_m, equal_nan=True)
    assert np.array_equal(runs[0].altitude_m[7], alone.altitude_m[0], equal_nan=True)


def test_altitude_falls_faster_and_faster_and_ends(ensemble):
    decay = propagate_mean(
        equatorial(280e3), [100.0], ensemble, horizon_s=200 * DAY_S, levels_m=(250e3, 200e3)
    )
    flown = decay.altitude_m[0][np.isfinite(decay.altitude_m[0])]
    drops = -np.diff(flown)
    assert (drops > 0).all()
    assert (np.diff(drops) > 0).all()
    assert np.isnan(decay.altitude_m[0, -1])
    assert list(decay.level_m) == [250e3, 200e3, 120e3]
    assert (np.diff(decay.crossing_s[0]) > 0).all()
    at = np.interp(decay.crossing_s[0, 0], decay.instant_s[: len(flown)], flown)
    assert at == pytest.approx(250e3, abs=60.0)


def test_a_raise_puts_the_orbit_up_at_its_instant(ensemble):
    jumps = Jumps((10.5 * DAY_S,), (2_000.0,))
    plain, raised = (
        propagate_mean(equatorial(400e3), [134.0], ensemble, horizon_s=20 * DAY_S, jumps=j)
        for j in (None, jumps)
    )
    gain = raised.altitude_m[0] - plain.altitude_m[0]
    assert gain[:11] == pytest.approx(0.0, abs=0.1)
    assert gain[11] == pytest.approx(2_000.0, abs=5.0)
    assert gain[20] > gain[11]  # thinner air above


def test_quantiles_count_those_that_stay_up():
    assert quantiles(np.array([1.0, np.nan, 3.0, 2.0]), (0.05, 0.5, 0.75, 0.95)) == pytest.approx(
        [1, 2, 3, np.inf]
    )


def test_the_fan_counts_those_that_are_down(ensemble):
    decay = propagate_mean(equatorial(200e3), [20.0, 20.0, 4000.0], ensemble, horizon_s=60 * DAY_S)
    assert decay.share_down() == pytest.approx(2 / 3)
    assert decay.fan((50.0,))[0, -1] == pytest.approx(120e3)
    with pytest.raises(ScenarioError, match="Give it among the levels"):
        decay.crossing_quantiles(150e3)


def test_a_member_that_starts_below_a_level_crossed_it_at_the_start(ensemble):
    decay = propagate_mean(equatorial(300e3), [134.0], ensemble, horizon_s=DAY_S, levels_m=(330e3,))
    assert decay.crossing_s[0, 0] == 0.0
    assert isinstance(decay, Decay)


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"ballistic_kg_m2": [-1.0]}, "not positive"),
        ({"ballistic_kg_m2": [np.nan]}, "not positive"),
        ({"horizon_s": -DAY_S}, "does not lie after"),
        ({"orbit": MeanOrbit.at_altitude(EPOCH, 400e3, 1.0)}, "another inclination"),
        ({"altitude_m": 800e3}, "does not cover this altitude"),
        ({"jumps": Jumps((DAY_S,), (400e3,))}, "does not cover this altitude"),
    ],
)
def test_what_cannot_be_is_refused(ensemble, changes, says):
    given_values = {
        "orbit": equatorial(400e3),
        "ballistic_kg_m2": [134.0],
        "air": ensemble,
        "horizon_s": DAY_S,
    }
    with pytest.raises(ScenarioError, match=says):
        propagate_mean(**(given_values | changes))


def test_weather_outside_the_table_and_times_outside_the_path_are_refused(table, path):
    with pytest.raises(ScenarioError, match=r"F10\.7"):
        propagate_mean(
            equatorial(400e3), [1.0], Ensemble(table, MemberWeather.constant(20.0)), horizon_s=DAY_S
        )
    with pytest.raises(ScenarioError, match="this time"):
        propagate_mean(equatorial(400e3), [1.0], path, horizon_s=3000 * DAY_S)
    with pytest.raises(DataError, match="does not cover the run"):
        MemberWeather.sampled([0.0, DAY_S], [100, 100], [10, 10], 2 * DAY_S)


def test_an_orbit_must_be_one():
    with pytest.raises(ScenarioError, match="already below entry"):
        MeanOrbit.at_altitude(EPOCH, 110e3, 0.9)
    with pytest.raises(ScenarioError, match="an escape"):
        MeanOrbit(EPOCH, 7e6, 1.2, 0.9, 0.0)
