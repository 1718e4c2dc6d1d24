from __future__ import annotations

import numpy as np
import pytest

from skyhold.decay.ensemble import Ensemble, Jumps, MemberWeather, propagate_mean
from skyhold.decay.mean_orbit import MeanOrbit
from skyhold.earth.atmosphere import Exponential
from skyhold.earth.density_table import Axes, DensityTable
from skyhold.earth.orbit_density import DensityPath, OrbitDensity, OrbitShape
from skyhold.holding.sinking import EnsembleSinking, later
from skyhold.times import Epoch, Instants
from skyhold.units import DAY_S

EPOCH = Epoch(2_459_634.5, 0.0)
AIR = Exponential(3.7e-12, 400e3, 55e3)
FEW = Axes(altitudes=24, latitudes=5, local_times=3, days=3, fluxes=3, activities=3)
BALLISTIC = np.array([100.0, 150.0, 220.0])


@pytest.fixture(scope="module", params=["table", "path"])
def sinking(request) -> EnsembleSinking:
    orbit = MeanOrbit.at_altitude(EPOCH, 417e3, 0.0)
    shape = OrbitShape(0.0)
    if request.param == "table":
        table = OrbitDensity.build(DensityTable.build(AIR, FEW, cache=False), shape)
        return EnsembleSinking(orbit, BALLISTIC, Ensemble(table, MemberWeather.constant(120.0)))
    days = Instants.every(EPOCH, 5 * DAY_S, 60)
    path = DensityPath.build(AIR, shape, days, np.zeros(60), 120.0, 120.0, 10.0)
    return EnsembleSinking(orbit, BALLISTIC, path)


def test_spans_add_up_to_the_whole_fall(sinking):
    whole = sinking.fly(417e3, (), (), (90.0,))[:, 0]
    parts = sinking.fly(417e3, (), (), (10.0, 41.5, 90.0))[:, 2]
    assert parts == pytest.approx(whole, abs=1.0)
    assert sinking.loss_m(417e3, 0.0, 90.0) == pytest.approx(417e3 - whole, abs=1e-6)
    assert (np.diff(whole) > 0.0).all()


def test_pushes_against_jumps_of_the_decay_model(sinking):
    flown = sinking.fly(417e3, (20.0, 50.0), (2000.0, 1500.0), (90.0,))[:, 0]
    known = propagate_mean(
        sinking.orbit,
        BALLISTIC,
        sinking.air,
        horizon_s=90 * DAY_S,
        altitude_m=417e3,
        jumps=Jumps((20 * DAY_S, 50 * DAY_S), (2000.0, 1500.0)),
    )
    assert flown == pytest.approx(known.altitude_m[:, -1], abs=1.5)


def test_a_push_on_the_day_counts_before_the_look(sinking):
    assert sinking.fly(417e3, (0.0,), (500.0,), (0.0,))[:, 0] == pytest.approx(np.full(3, 417.5e3))


def test_what_is_down_stays_down(sinking):
    flown = sinking.fly(190e3, (100.0,), (5000.0,), (1.0, 100.0, 120.0))
    assert np.isfinite(flown[:, 0]).any()
    assert np.isnan(flown[:, 1:]).all()


def test_the_start_lies_after_the_epoch(sinking):
    late = EnsembleSinking(sinking.orbit, BALLISTIC, sinking.air, 30 * DAY_S)
    height = sinking.orbit.mean_altitude_m
    known = height - sinking.loss_m(height, 0.0, 30.0)
    assert late.altitude_m == pytest.approx(float(np.median(known)), abs=1.0)
    assert sinking.altitude_m == height


def test_weather_is_counted_from_the_later_instant():
    weather = MemberWeather(np.array([[100.0, 110.0, 120.0, 130.0]]), np.full((1, 4), 10.0), 10 * DAY_S)
    air = later(Ensemble(None, weather), 15 * DAY_S, 12 * DAY_S)  # type: ignore[arg-type]
    assert air.weather.f107[0, :2] == pytest.approx([115.0, 125.0])
    assert air.weather.f107[0, -1] == 130.0  # held after the last
