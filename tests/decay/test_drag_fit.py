from __future__ import annotations

import math
from itertools import pairwise

import numpy as np
import pytest

from skyhold.catalogues.element_set import ElementSet
from skyhold.data.space_weather import observed
from skyhold.decay.drag_fit import Arc, fit_arc, fit_arcs, observed_path, quiet_arcs, typical
from skyhold.decay.ensemble import propagate_mean
from skyhold.decay.history import OrbitHistory
from skyhold.decay.mean_orbit import MeanOrbit, secular_rates
from skyhold.decay.reboost_detect import detect_reboosts
from skyhold.decay.windows import (
    STATION_LOG_SIGMA,
    Forecast,
    ensemble_window,
    forecast_station,
    forecast_uncontrolled,
    reentry_window,
    window_of,
)
from skyhold.earth.atmosphere import Exponential
from skyhold.errors import DataError, ScenarioError
from skyhold.orbits.elements import kozai_rev_day
from skyhold.times import Epoch
from skyhold.units import DAY_S, DEG

START = Epoch(2_459_000.5, 0.0)
TILT = 51.64 * DEG
AIR = Exponential(3.7e-12, 400e3, 55e3)


def sets_of(altitudes: np.ndarray, scatter_m: float = 10.0) -> list[ElementSet]:
    """One set a quarter of a day at altitudes given, with scatter."""
    draw = np.random.default_rng(5)
    drift = float(secular_rates(6_795e3, 0.0, TILT).node_rad_s) / DEG
    return [
        ElementSet("X", 1, "1998-067A", START.plus(0.25 * n * DAY_S),
                   float(kozai_rev_day(altitude + scatter_m * draw.normal(), TILT)), 1e-5, TILT / DEG,
                   (100.0 + drift * 0.25 * n * DAY_S) % 360.0, 0.0, 0.0, 0.0)
        for n, altitude in enumerate(altitudes)
    ]  # fmt: skip


@pytest.fixture(scope="module")
def falling():
    """A station of 150 kg/m2 from 417 km for 40 days, its path of density, and the truth."""
    seed = OrbitHistory.of(sets_of(np.linspace(417e3, 413e3, 160), 0.0))
    path = observed_path(AIR, seed, observed(), until=START.plus(400 * DAY_S))
    orbit = MeanOrbit.at_altitude(START, 417e3, TILT, 100.0 * DEG)
    flown = propagate_mean(orbit, [150.0], path, horizon_s=40 * DAY_S, every_s=0.25 * DAY_S).altitude_m[0]
    return path, flown.astype(float)


def test_the_fit_finds_the_ballistic_number_within_its_deviation(falling):
    path, flown = falling
    arc = fit_arc(OrbitHistory.of(sets_of(flown)), path)
    assert arc.ballistic_kg_m2 == pytest.approx(150.0, rel=4 * arc.log_sigma)
    assert 1e-4 < arc.log_sigma < 0.01
    assert arc.scatter_m == pytest.approx(10.0, rel=0.3)
    assert arc.rate_m_day < 0.0


def test_wild_sets_pull_no_harder(falling):
    path, flown = falling
    spoiled = flown.copy()
    spoiled[[20, 77, 120]] += 3_000.0
    arc = fit_arc(OrbitHistory.of(sets_of(spoiled)), path)
    assert arc.ballistic_kg_m2 == pytest.approx(150.0, rel=0.01)


def test_arcs_end_at_burns_and_each_is_fitted(falling):
    path, flown = falling
    pushed = flown + np.where(np.arange(len(flown)) > 80, 1_500.0, 0.0)
    history = OrbitHistory.of(sets_of(pushed))
    burns = detect_reboosts(history)
    assert len(burns) == 1
    arcs = fit_arcs(history, burns, path)
    assert [round(arc.days) for arc in arcs] == pytest.approx([19, 19], abs=1)
    assert [arc.ballistic_kg_m2 for arc in arcs] == pytest.approx(
        [150.0, 150.0 * math.exp(-1.5 / 55)], rel=0.01
    )
    assert all(day.offset_s[-1] <= 6 * DAY_S for day in quiet_arcs(history, burns, 6 * DAY_S))


def test_what_cannot_be_fitted_is_refused(falling):
    path, flown = falling
    with pytest.raises(DataError, match="too short"):
        fit_arc(OrbitHistory.of(sets_of(flown[:10])), path)
    with pytest.raises(DataError, match="does not fall"):
        fit_arc(OrbitHistory.of(sets_of(flown[::-1])), path)


def test_a_path_beyond_the_observed_days_is_refused():
    seed = OrbitHistory.of(sets_of(np.linspace(417e3, 413e3, 60)))
    with pytest.raises(DataError):
        observed_path(AIR, seed, observed(), until=START.plus(20_000 * DAY_S))


def arc_of(ballistic: float, days: float = 20.0) -> Arc:
    return Arc(START, START.plus(days * DAY_S), 50, 417e3, -30.0, 5e-13, ballistic, 0.05, 10.0)


def test_the_typical_number_is_the_weighted_median():
    some = typical([arc_of(100.0), arc_of(150.0, 40.0), arc_of(200.0)])
    assert some.median_kg_m2 == pytest.approx(150.0)
    assert some.log_spread > 0.0
    with pytest.raises(DataError, match="no arcs"):
        typical([])


def test_forecasts_lie_between_the_arc_and_the_long_run():
    assert forecast_uncontrolled(arc_of(100.0)).log_sigma == pytest.approx(math.hypot(0.122, 0.05))
    year = [arc_of(200.0)] * 5
    assert 100.0 < forecast_station(arc_of(100.0), year).ballistic_kg_m2 < 200.0
    assert forecast_station(arc_of(100.0), year).log_sigma == STATION_LOG_SIGMA
    assert forecast_station(arc_of(100.0), []).ballistic_kg_m2 == 100.0


def test_the_window_of_quantiles_is_that_of_an_ensemble(falling):
    path, _ = falling
    orbit = MeanOrbit.at_altitude(START.plus(10 * DAY_S), 300e3, TILT, 100.0 * DEG)
    forecast = Forecast(100.0, 0.15)
    window = reentry_window(orbit, forecast, path, horizon_s=200 * DAY_S)
    members = forecast.draw(4_000, np.random.default_rng(1))
    drawn = ensemble_window(propagate_mean(orbit, members, path, horizon_s=200 * DAY_S))
    assert drawn.width_days == pytest.approx(window.width_days, rel=0.05)
    assert window.holds(window.median)
    assert window.holds(drawn.median)
    assert not window.holds(window.latest.plus(1.0))


def test_windows_narrow_as_the_end_comes(falling):
    path, _ = falling
    widths = [
        reentry_window(
            MeanOrbit.at_altitude(START, h, TILT), Forecast(100.0, 0.12), path, horizon_s=300 * DAY_S
        )
        for h in (330e3, 280e3, 220e3, 160e3)
    ]
    assert all(a.width_days > 1.5 * b.width_days for a, b in pairwise(widths))


def test_a_window_beyond_the_horizon_is_refused():
    with pytest.raises(ScenarioError, match="beyond the horizon"):
        window_of(START, np.array([1.0, 2.0, np.inf]), 0.9)
