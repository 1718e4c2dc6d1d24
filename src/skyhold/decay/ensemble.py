"""The decay of an ensemble: altitudes over time, days of crossing given altitudes, day of re-entry."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from skyhold.constants import WGS84_A_M
from skyhold.decay.kernels import axis_loss, lives, sink
from skyhold.decay.mean_orbit import ENTRY_ALTITUDE_M, SUN_RATE_RAD_S, MeanOrbit
from skyhold.earth.density_field import days_of_year, node_local_time_rad
from skyhold.earth.density_table import AP_BEND
from skyhold.earth.density_table import activity as ap_activity
from skyhold.earth.orbit_density import DensityPath, OrbitDensity
from skyhold.errors import DataError, ScenarioError
from skyhold.times import Epoch, Instants
from skyhold.units import DAY_S, KM

Floats = NDArray[np.float64]

LONGEST_STEP_S = DAY_S
DEEPEST_STEP_M = 800.0  # below some 220 km a step is this deep; the midpoint rule then errs by 2e-4 of a life
QUIET_AP = 10.0


@dataclass(frozen=True)
class MemberWeather:
    """81-day mean F10.7 and Ap of the members: (N, M), or (1, M) for all, on columns `period_s` apart from the start.

    Linear between columns, held after the last.
    """

    f107: Floats
    ap: Floats
    period_s: float

    @staticmethod
    def constant(f107: float, ap: float = QUIET_AP) -> MemberWeather:
        """One activity for all members and all times."""
        return MemberWeather(np.full((1, 2), float(f107)), np.full((1, 2), float(ap)), DAY_S)

    @staticmethod
    def sampled(
        instant_s: ArrayLike, f107: ArrayLike, ap: ArrayLike, horizon_s: float, period_s: float = DAY_S
    ) -> MemberWeather:
        """From values (M,) or (N, M) at ascending (M,) seconds from the start, carried linearly to even columns.

        Raises DataError where the values end before the horizon or begin after the start.
        """
        when = np.asarray(instant_s, float)
        if when[0] > 0.0 or when[-1] < horizon_s:
            raise DataError(
                "the space weather does not cover the run",
                expected=f"0 to {horizon_s / DAY_S:.1f} days from the start",
                came=f"{when[0] / DAY_S:.1f} to {when[-1] / DAY_S:.1f} days",
                remedy="shorten the horizon, or use a driver that reaches further",
            )
        columns = np.arange(0.0, horizon_s + period_s, period_s)

        def even(values: ArrayLike) -> Floats:
            rows = np.atleast_2d(np.asarray(values, float))
            return np.stack([np.interp(columns, when, row) for row in rows])

        return MemberWeather(even(f107), even(ap), period_s)


@dataclass(frozen=True)
class Ensemble:
    """Averaged density for members that each have a Sun of their own: a table and their weather."""

    density: OrbitDensity
    weather: MemberWeather


@dataclass(frozen=True)
class Jumps:
    """Raises of the mean altitude (m, negative lowers) at instants (s from the start), for all members."""

    instant_s: tuple[float, ...] = ()
    raise_m: tuple[float, ...] = ()


@dataclass(frozen=True)
class Decay:
    """What became of N members: mean altitudes (over 6,378.137 km) and times from the epoch.

    `altitude_m` is (N, T), NaN after re-entry; `crossing_s` is (N, K), the first time below each level, NaN where
    not within the horizon; `reentry_s` (N,) is the crossing of 120 km.
    """

    epoch: Epoch
    instant_s: Floats
    altitude_m: NDArray[np.float32]
    level_m: Floats
    crossing_s: Floats
    reentry_s: Floats

    def fan(self, percentiles: Sequence[float] = (5.0, 25.0, 50.0, 75.0, 95.0)) -> Floats:
        """(P, T) percentiles of altitude in m, members that have come down counted at 120 km."""
        down = np.nan_to_num(self.altitude_m, nan=ENTRY_ALTITUDE_M)
        return np.asarray(np.percentile(down, percentiles, axis=0))

    def share_down(self) -> float:
        """Share of members that come down within the horizon."""
        return float(np.isfinite(self.reentry_s).mean())

    def reentry_quantiles(self, shares: Sequence[float] = (0.05, 0.5, 0.95)) -> Floats:
        """Times (s) by which these shares of all members are down; inf where the horizon ends before."""
        return quantiles(self.reentry_s, shares)

    def crossing_quantiles(self, level_m: float, shares: Sequence[float] = (0.05, 0.5, 0.95)) -> Floats:
        """Times (s) by which these shares of all members are below a level that was asked for."""
        column = np.flatnonzero(np.isclose(self.level_m, level_m))
        if not len(column):
            raise ScenarioError(
                "no crossings were computed of this altitude",
                expected=", ".join(f"{level / KM:g}" for level in self.level_m) + " km",
                came=f"{level_m / KM:g} km",
                remedy="give it among the levels of the propagation",
            )
        return quantiles(self.crossing_s[:, column[0]], shares)


def quantiles(times_s: Floats, shares: Sequence[float]) -> Floats:
    """Times by which shares of the members have come, NaN meaning never; inf where too few have."""
    ordered = np.sort(np.where(np.isnan(times_s), np.inf, times_s))
    index = np.minimum(np.ceil(np.asarray(shares) * len(ordered)).astype(int), len(ordered)) - 1
    return np.asarray(ordered[np.maximum(index, 0)])


def propagate_mean(
    orbit: MeanOrbit,
    ballistic_kg_m2: ArrayLike,
    air: Ensemble | DensityPath,
    *,
    horizon_s: float,
    every_s: float = DAY_S,
    levels_m: Sequence[float] = (),
    jumps: Jumps | None = None,
    altitude_m: ArrayLike | None = None,
    threads: int = 1,
) -> Decay:
    """Sink N members of one near-circular orbit to 120 km or to the horizon.

    `ballistic_kg_m2` (N,) is mass over drag coefficient and area, divided by the member's density bias if it has
    one; `altitude_m` (N,) replaces the orbit's mean altitude. `air` is a table with the members' own weather, or the
    path of one history of the Sun. da/dt = -a^2/mu <rho> |v - w x r| (v - w x r).v / B (King-Hele 1987), steps of a
    day above some 220 km and 800 m deep below; for eccentricities below 0.005, down to 120 km.

    Raises ScenarioError for a ballistic number that is not positive, a horizon in the past, another inclination
    than the air's, an orbit above it, or weather that it does not cover.
    """
    ballistic = np.atleast_1d(np.asarray(ballistic_kg_m2, float))
    start = np.broadcast_to(orbit.mean_altitude_m if altitude_m is None else altitude_m, ballistic.shape)
    start = np.ascontiguousarray(start, float)
    times, raises = _jump_arrays(jumps or Jumps())
    _require_positive(ballistic)
    _require_ahead(horizon_s)
    _require_inside(orbit, float(start.max() + np.maximum(raises, 0.0).sum()), air, horizon_s)
    outputs = np.append(np.arange(0.0, horizon_s, every_s), horizon_s)
    levels = np.array(sorted({*levels_m, ENTRY_ALTITUDE_M}, reverse=True), float)
    history = np.empty((len(ballistic), len(outputs)), np.float32)
    crossing = np.empty((len(ballistic), len(levels)))
    density, weather = _air_arguments(orbit, air)

    def run(rows: slice) -> None:
        own = [series if len(series) == 1 else series[rows] for series in weather[:2]]
        sink(*density, *own, weather[2], math.cos(orbit.inclination_rad), ballistic[rows], start[rows], times,
             raises, outputs, levels, LONGEST_STEP_S, DEEPEST_STEP_M, history[rows], crossing[rows])  # fmt: skip

    _in_parts(run, len(ballistic), threads)
    return Decay(orbit.epoch, outputs, history, levels, crossing, crossing[:, -1])


@dataclass(frozen=True)
class LifeTable:
    """Logarithm of the sinking rate times ballistic number, ln(m/s kg/m2), of one inclination: (flux, altitude).

    Mean over seasons, at one Ap: for sweeps over many lives.
    """

    inclination_rad: float
    f107: Floats
    altitude_m: Floats
    log_rate: NDArray[np.float32]

    @staticmethod
    def of(density: OrbitDensity, ap: float = QUIET_AP) -> LifeTable:
        """Drawn from an orbit's table."""
        g = density.grid
        flux, height = (g[k] + np.arange(int(g[k + 2])) / g[k + 1] for k in (9, 12))
        days = (np.arange(24) + 0.5) * 365.25 / 24
        place = np.meshgrid(flux, height, days, indexing="ij")
        rho = density.density(place[1], place[0], ap, place[2] + 1.0).reshape(place[0].shape).mean(axis=2)
        cosine = math.cos(density.shape.inclination_rad)
        loss = np.array([axis_loss(WGS84_A_M + h, cosine) for h in height])
        table = np.ascontiguousarray(np.log(rho * loss), np.float32)
        return LifeTable(density.shape.inclination_rad, flux, height, table)


def lifetimes_s(
    altitude_m: ArrayLike,
    ballistic_kg_m2: ArrayLike,
    f107: Floats,
    period_s: float,
    table: LifeTable,
    *,
    horizon_s: float = 36_525.0 * DAY_S,
    deepest_m: float = 8_000.0,
) -> Floats:
    """(N,) seconds to 120 km, NaN beyond the horizon; `f107` is (N, M) or (1, M) on even columns from the start.

    Runge-Kutta 4, steps at most 15 days and 8 km (0.15 % of a life). Seasons and geomagnetic activity are averaged
    out: some percent for a life of months, less for years.
    """
    altitude, ballistic = np.broadcast_arrays(
        np.atleast_1d(np.asarray(altitude_m, float)), np.atleast_1d(np.asarray(ballistic_kg_m2, float))
    )
    _require_positive(ballistic)
    step = table.f107[1] - table.f107[0]
    place = (np.atleast_2d(f107) - table.f107[0]) / step
    if place.min() < 0.0 or place.max() > len(table.f107) - 1:
        raise _not_covered(
            "F10.7", f"{table.f107[0]:g} to {table.f107[-1]:g}", f"{np.min(f107):g} to {np.max(f107):g}"
        )
    life = np.empty(altitude.shape)
    heights = table.altitude_m
    lives(table.log_rate.ravel(), len(heights), heights[0], heights[1] - heights[0], np.ascontiguousarray(place),
          period_s, np.ascontiguousarray(ballistic), np.ascontiguousarray(altitude), ENTRY_ALTITUDE_M, 15.0 * DAY_S,
          deepest_m, horizon_s, life)  # fmt: skip
    return life


def _air_arguments(orbit: MeanOrbit, air: Ensemble | DensityPath) -> tuple[tuple[Any, ...], tuple[Any, ...]]:
    """Arguments of the kernel that say the air, and (flux, activity, period)."""
    now = Instants(orbit.epoch, np.zeros(1))
    day, node = days_of_year(now)[0] - 1.0, float(node_local_time_rad(orbit.node_rad, now)[0])
    if isinstance(air, DensityPath):
        ahead = air.epoch.seconds_until(orbit.epoch)
        unused = np.zeros((1, 2))
        return (True, air.values, air.grid, ahead, day, node, SUN_RATE_RAD_S), (unused, unused, DAY_S)
    density, weather = air.density, air.weather
    f107, activity = np.ascontiguousarray(weather.f107), np.ascontiguousarray(ap_activity(weather.ap))
    return (False, density.values, density.grid, 0.0, day, node, SUN_RATE_RAD_S), (
        f107,
        activity,
        weather.period_s,
    )


def _jump_arrays(jumps: Jumps) -> tuple[Floats, Floats]:
    order = np.argsort(jumps.instant_s, kind="stable")
    times = np.append(np.asarray(jumps.instant_s, float)[order], np.inf)
    return times, np.append(np.asarray(jumps.raise_m, float)[order], 0.0)


def _in_parts(run: Callable[[slice], None], count: int, threads: int) -> None:
    if threads <= 1 or count < 2 * threads:
        run(slice(0, count))
        return
    edges = np.linspace(0, count, 4 * threads + 1).astype(int)
    with ThreadPoolExecutor(threads) as pool:
        list(pool.map(run, [slice(low, high) for low, high in pairwise(edges)]))


def _require_positive(ballistic: Floats) -> None:
    if not (np.isfinite(ballistic).all() and (ballistic > 0.0).all()):
        raise ScenarioError(
            "a ballistic number is not positive",
            expected="mass over drag coefficient and area, above 0 kg/m2",
            came=f"{np.min(ballistic):g}",
            remedy="check mass, drag coefficient and area",
        )


def _require_ahead(horizon_s: float) -> None:
    if not horizon_s > 0.0:
        raise ScenarioError(
            "the horizon does not lie after the start",
            expected="a positive number of days",
            came=f"{horizon_s / DAY_S:g} days",
            remedy="exchange the dates",
        )


def _require_inside(
    orbit: MeanOrbit, highest_m: float, air: Ensemble | DensityPath, horizon_s: float
) -> None:
    """The inclination, the heights, and the weather or the times of the air."""
    density = air.density if isinstance(air, Ensemble) else air
    if abs(orbit.inclination_rad - density.shape.inclination_rad) > math.radians(0.5):
        raise ScenarioError(
            "the averaged density is of another inclination",
            expected=f"{math.degrees(density.shape.inclination_rad):.2f} degrees",
            came=f"{math.degrees(orbit.inclination_rad):.2f} degrees",
            remedy="build it for this orbit",
        )
    heights = density.grid[-3:]
    top = heights[0] + (heights[2] - 1.0) / heights[1]
    if highest_m > top:
        raise _not_covered("altitude", f"at most {top / KM:g} km", f"{highest_m / KM:.1f} km")
    if isinstance(air, Ensemble):
        _require_weather(air)
        return
    first = air.grid[0] - air.epoch.seconds_until(orbit.epoch)
    last = first + (air.grid[2] - 1.0) / air.grid[1]
    if first > 0.0 or last < horizon_s:
        came = f"{first / DAY_S:.1f} to {last / DAY_S:.1f} days from the start"
        raise _not_covered("time", f"0 to {horizon_s / DAY_S:.1f} days from the start", came)


def _require_weather(air: Ensemble) -> None:
    grid = air.density.grid
    for name, values, at in (("F10.7", air.weather.f107, 9), ("Ap", air.weather.ap, 6)):
        low, high = grid[at], grid[at] + (grid[at + 2] - 1.0) / grid[at + 1]
        if name == "Ap":
            low, high = AP_BEND * math.expm1(low), AP_BEND * math.expm1(high)
        if not (np.min(values) >= low - 1e-6 and np.max(values) <= high + 1e-6):
            raise _not_covered(name, f"{low:g} to {high:g}", f"{np.min(values):g} to {np.max(values):g}")


def _not_covered(what: str, expected: str, came: str) -> ScenarioError:
    return ScenarioError(
        f"the averaged density does not cover this {what}",
        expected=expected,
        came=came,
        remedy="build it wider, or mend the drivers",
    )
