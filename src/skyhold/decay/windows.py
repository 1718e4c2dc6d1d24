"""The re-entry window: between which instants an orbit ends, with what chance, and how it narrows with time.

What spreads the window is how far the ballistic number (and the air's bias, which cannot be told from it) of the days
to come differs from that of the days fitted. Two measures of it, neither from what they are judged on:

* an object that nobody controls: 90 % of 316 predictions erred by less than 20 % of the remaining life (Pardini and
  Anselmo, 2017), that is 0.122 in the logarithm;
* a station that turns, docks and feathers its arrays: 0.28, the root mean square of what 15 stretches of 20 days and
  more showed in their second half against what was foretold from their first (ISS, 2015 to 2017).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from skyhold.decay.drag_fit import Arc, typical
from skyhold.decay.ensemble import Decay, propagate_mean
from skyhold.decay.mean_orbit import MeanOrbit
from skyhold.earth.orbit_density import DensityPath
from skyhold.errors import ScenarioError
from skyhold.times import Epoch
from skyhold.units import DAY_S

Floats = NDArray[np.float64]

UNCONTROLLED_LOG_SIGMA = 0.122
STATION_LOG_SIGMA = 0.28
ARC_LOG_SIGMA, TYPICAL_LOG_SIGMA = 0.2, 0.12  # of one arc about the long run, and of the long run's median
NORMAL_95 = 1.6449


@dataclass(frozen=True)
class Forecast:
    """A ballistic number for the days to come: median (kg/m2) and deviation of its logarithm."""

    ballistic_kg_m2: float
    log_sigma: float

    def quantile(self, normal: float) -> float:
        """The ballistic number so many deviations above the median."""
        return self.ballistic_kg_m2 * math.exp(normal * self.log_sigma)

    def draw(self, members: int, rng: np.random.Generator) -> Floats:
        """(N,) lognormal members."""
        return np.asarray(self.ballistic_kg_m2 * np.exp(self.log_sigma * rng.standard_normal(members)))


def forecast_uncontrolled(arc: Arc) -> Forecast:
    """The next days of an object left to itself are like those fitted, within the published spread and the fit's."""
    return Forecast(arc.ballistic_kg_m2, math.hypot(UNCONTROLLED_LOG_SIGMA, arc.log_sigma))


def forecast_station(arc: Arc, past: Sequence[Arc]) -> Forecast:
    """The next weeks of a station are like its year more than like its last days.

    Mean of ln B of the fitted arc and of the median of past arcs, weighted by the inverse squares of 0.2 (and the
    fit's own deviation) and 0.12: on stretches of the station of 2015 to 2017 the error fell from 0.30 to 0.28.
    """
    own, long = 1.0 / (ARC_LOG_SIGMA**2 + arc.log_sigma**2), 1.0 / TYPICAL_LOG_SIGMA**2
    if not past:
        return Forecast(arc.ballistic_kg_m2, math.hypot(STATION_LOG_SIGMA, arc.log_sigma))
    mean = own * math.log(arc.ballistic_kg_m2) + long * math.log(typical(past).median_kg_m2)
    return Forecast(math.exp(mean / (own + long)), STATION_LOG_SIGMA)


@dataclass(frozen=True)
class Window:
    """Re-entry (120 km) between `earliest` and `latest`, with probability `share`, seen from `made`."""

    made: Epoch
    earliest: Epoch
    median: Epoch
    latest: Epoch
    share: float

    def holds(self, instant: Epoch) -> bool:
        """Whether an instant lies inside."""
        return self.earliest.seconds_until(instant) >= 0.0 and instant.seconds_until(self.latest) >= 0.0

    @property
    def width_days(self) -> float:
        """Days from earliest to latest."""
        return self.earliest.seconds_until(self.latest) / DAY_S


def reentry_window(orbit: MeanOrbit, forecast: Forecast, air: DensityPath, *, horizon_s: float) -> Window:
    """The 90 % window of one orbit under one history of the Sun.

    A life grows with the ballistic number, so the quantiles of the one are those of the other: three propagations.
    Raises ScenarioError where the latest lies beyond the horizon.
    """
    normals = (-NORMAL_95, 0.0, NORMAL_95)
    ballistic = [forecast.quantile(normal) for normal in normals]
    decay = propagate_mean(orbit, ballistic, air, horizon_s=horizon_s, every_s=horizon_s)
    return window_of(orbit.epoch, decay.reentry_s, 0.9)


def ensemble_window(decay: Decay, share: float = 0.9) -> Window:
    """The window that holds a share of an ensemble's members, as many before it as after."""
    low, high = 0.5 - 0.5 * share, 0.5 + 0.5 * share
    return window_of(decay.epoch, decay.reentry_quantiles((low, 0.5, high)), share)


def window_of(made: Epoch, times_s: Floats, share: float) -> Window:
    """From (3,) earliest, median and latest times. Raises ScenarioError where one is beyond the horizon."""
    if not np.isfinite(times_s).all():
        raise ScenarioError(
            "the window reaches beyond the horizon",
            expected="a latest re-entry within the days propagated",
            came=f"{int(np.isfinite(times_s).sum())} of earliest, median, latest within",
            remedy="lengthen the horizon",
        )
    earliest, median, latest = (made.plus(float(t)) for t in times_s)
    return Window(made, earliest, median, latest, share)
