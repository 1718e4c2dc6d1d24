"""The ballistic number that element sets show, arc by arc between burns, with its uncertainty."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from skyhold.constants import WGS84_A_M
from skyhold.data.space_weather import DailySpaceWeather
from skyhold.decay.history import OrbitHistory
from skyhold.decay.kernels import axis_loss
from skyhold.decay.reboost_detect import Reboost
from skyhold.earth.atmosphere import Atmosphere
from skyhold.earth.density_field import node_local_time_rad
from skyhold.earth.orbit_density import DensityPath, OrbitGrid, OrbitShape
from skyhold.errors import DataError
from skyhold.times import Epoch, Instants
from skyhold.units import DAY_S, HOUR_S

Floats = NDArray[np.float64]

HUBER = 1.5  # residuals beyond this many deviations pull no harder (Huber 1964)
GUARD_S = 18.0 * HOUR_S  # sets so near a burn may hold part of it
FEWEST_SETS = 6
SHORTEST_S = 5.0 * DAY_S


@dataclass(frozen=True)
class Arc:
    """One stretch without burns: ballistic number (kg/m2) under the atmosphere used, one deviation of its logarithm.

    `density` is the mean of the atmosphere's averaged density along the arc; `scatter_m` that of the sets about the
    fitted fall.
    """

    first: Epoch
    last: Epoch
    sets: int
    altitude_m: float
    rate_m_day: float
    density: float
    ballistic_kg_m2: float
    log_sigma: float
    scatter_m: float

    @property
    def days(self) -> float:
        """Length in days."""
        return self.first.seconds_until(self.last) / DAY_S


def observed_path(
    atmosphere: Atmosphere,
    history: OrbitHistory,
    weather: DailySpaceWeather,
    *,
    until: Epoch | None = None,
    grid: OrbitGrid | None = None,
) -> DensityPath:
    """Averaged density, day by day, along the orbit that a history tells, under the weather of each day.

    From a day before the first set to a day after the last, or to `until` with the node carried on. F10.7 is that of
    the day before, observed, with its centred 81-day mean; Ap of the day. Raises DataError for a day not observed.
    """
    start = Epoch(history.epoch.day - 1.0, 0.0)
    end = (until or history.records[-1].epoch).plus(DAY_S)
    days = Instants.every(start, DAY_S, math.ceil(start.seconds_until(end) / DAY_S) + 1)
    node = history.node_at(days.offset_s + history.epoch.seconds_until(start))
    shape = OrbitShape(float(np.median(history.inclination_rad)), float(np.median(history.eccentricity)))
    sun = weather.at(days)
    clock = node_local_time_rad(node, days)
    return DensityPath.build(atmosphere, shape, days, clock, sun.f107, sun.f107_mean81, sun.ap, grid)


def fit_arc(history: OrbitHistory, path: DensityPath) -> Arc:
    """The ballistic number of a history without burns.

    Altitude falls as h0 - S(t)/B, S the fall at 1 kg/m2 under the path's density along the flown altitude; 1/B and h0
    by least squares, reweighted after Huber. The deviation grows with the autocorrelation of the residuals, which
    holds what the atmosphere misses from day to day; it does not hold the atmosphere's bias over the arc. Raises
    DataError for fewer than six sets, less than five days, or a station that rises.
    """
    span = float(history.offset_s[-1])
    if len(history) < FEWEST_SETS or span < SHORTEST_S:
        raise DataError(
            "the arc is too short to fit a ballistic number",
            expected=f"{FEWEST_SETS} sets over {SHORTEST_S / DAY_S:g} days",
            came=f"{len(history)} over {span / DAY_S:.1f}",
            remedy="take more sets",
        )
    rate = unit_rate(history, path)
    fall = np.concatenate([[0.0], np.cumsum(0.5 * (rate[1:] + rate[:-1]) * np.diff(history.offset_s))])
    lean, sigma, scatter = _robust_slope(fall, history.altitude_m)
    if not lean < 0.0:
        raise DataError(
            "the orbit does not fall in this arc",
            expected="a falling altitude",
            came=f"{-lean * fall[-1] / (span / DAY_S):+.1f} m/day",
            remedy="a burn lies inside: detect the reboosts first, or shorten the arc",
        )
    loss = axis_loss(WGS84_A_M + history.altitude_m.mean(), math.cos(history.inclination_rad.mean()))
    return Arc(
        history.epoch,
        history.records[-1].epoch,
        len(history),
        float(history.altitude_m.mean()),
        float(lean * fall[-1] / (span / DAY_S)),
        float(fall[-1] / span / loss),
        -1.0 / lean,
        sigma / -lean,
        scatter,
    )


def unit_rate(history: OrbitHistory, path: DensityPath) -> Floats:
    """(T,) m/s at which an orbit of 1 kg/m2 would sink at the sets of a history."""
    density = path.density(history.altitude_m, history.instants)
    cosine = float(np.cos(history.inclination_rad).mean())
    loss = np.array([axis_loss(WGS84_A_M + h, cosine) for h in history.altitude_m])
    return np.asarray(density * loss)


def _robust_slope(x: Floats, y: Floats) -> tuple[float, float, float]:
    """Slope of y over x, its deviation, and the scatter (1.48 times the median absolute residual)."""
    weight = np.ones_like(x)
    design = np.column_stack([np.ones_like(x), x / x[-1]])
    for _ in range(20):
        normal = design.T @ (weight[:, None] * design)
        solution = np.linalg.solve(normal, design.T @ (weight * y))
        residual = y - design @ solution
        scatter = max(1.4826 * float(np.median(np.abs(residual - np.median(residual)))), 1e-3)
        weight = np.minimum(1.0, HUBER * scatter / np.maximum(np.abs(residual), 1e-9))
    lag = float(np.corrcoef(residual[1:], residual[:-1])[0, 1]) if len(x) > 3 else 0.0
    lag = min(max(lag, 0.0), 0.95)
    freedom = max(len(x) - 2, 1)
    variance = float((weight * residual**2).sum()) / freedom * (1.0 + lag) / (1.0 - lag)
    sigma = math.sqrt(variance * float(np.linalg.inv(normal)[1, 1]))
    return float(solution[1] / x[-1]), sigma / float(x[-1]), scatter


def quiet_arcs(
    history: OrbitHistory, burns: Sequence[Reboost], longest_s: float = math.inf
) -> list[OrbitHistory]:
    """The stretches between burns, a guard left out at each, cut to equal parts no longer than `longest_s`."""
    t = history.offset_s
    low = [t[0], *(history.epoch.seconds_until(burn.before) + GUARD_S for burn in burns)]
    high = [*(history.epoch.seconds_until(burn.after) - GUARD_S for burn in burns), t[-1] + 1.0]
    arcs: list[OrbitHistory] = []
    for first, last in zip(low, high, strict=True):
        parts = max(1, math.ceil((last - first) / longest_s))
        edges = np.linspace(first, max(last, first), parts + 1)
        for a, b in pairwise(edges):
            rows = np.searchsorted(t, [a, b])
            if rows[1] - rows[0] >= FEWEST_SETS and t[rows[1] - 1] - t[rows[0]] >= SHORTEST_S:
                arcs.append(history.rows(int(rows[0]), int(rows[1])))
    return arcs


def fit_arcs(
    history: OrbitHistory, burns: Sequence[Reboost], path: DensityPath, longest_s: float = math.inf
) -> list[Arc]:
    """The ballistic number of each quiet arc that falls."""
    fitted = []
    for arc in quiet_arcs(history, burns, longest_s):
        try:
            fitted.append(fit_arc(arc, path))
        except DataError:  # an arc in which nothing falls has no ballistic number
            continue
    return fitted


@dataclass(frozen=True)
class Ballistic:
    """Median ballistic number of some arcs, the spread of single arcs (deviation of ln), and of the median."""

    median_kg_m2: float
    log_spread: float
    log_sigma: float
    arcs: int


def typical(arcs: Sequence[Arc]) -> Ballistic:
    """Weighted by days: the median, the spread from the quartiles of ln B, and that over the root of the count."""
    if not arcs:
        raise DataError("no arcs to take a ballistic number from", remedy="take a longer history")
    logs = np.log([arc.ballistic_kg_m2 for arc in arcs])
    days = np.array([arc.days for arc in arcs])
    low, middle, high = _weighted_quantiles(logs, days, (0.25, 0.5, 0.75))
    spread = (high - low) / 1.349
    return Ballistic(math.exp(middle), spread, 1.2533 * spread / math.sqrt(len(arcs)), len(arcs))


def _weighted_quantiles(values: Floats, weights: Floats, shares: Sequence[float]) -> list[float]:
    order = np.argsort(values)
    place = (np.cumsum(weights[order]) - 0.5 * weights[order]) / weights.sum()
    return [float(np.interp(share, place, values[order])) for share in shares]


def epoch_of(day: date) -> Epoch:
    """Midnight of a day."""
    return Epoch.from_datetime(datetime(day.year, day.month, day.day))
