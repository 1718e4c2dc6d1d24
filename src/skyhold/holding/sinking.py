"""The decay model as the planner sees it: an ensemble that sinks from any altitude between any two days."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from skyhold.decay.ensemble import Ensemble, MemberWeather, propagate_mean
from skyhold.decay.mean_orbit import MeanOrbit, secular_rates
from skyhold.earth.orbit_density import DensityPath
from skyhold.units import DAY_S

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class EnsembleSinking:
    """N members by `decay.propagate_mean`; days count from `start_s` seconds after the orbit's epoch.

    `ballistic_kg_m2` (N,) stays as it is: craft that dock and leave change it by some percent, well inside its spread.
    """

    orbit: MeanOrbit
    ballistic_kg_m2: Floats
    air: Ensemble | DensityPath
    start_s: float = 0.0

    @property
    def altitude_m(self) -> float:
        """Median mean altitude at day 0, coasting from the orbit's epoch."""
        if self.start_s <= 0.0:
            return self.orbit.mean_altitude_m
        coasted = propagate_mean(self.orbit, self.ballistic_kg_m2, self.air, horizon_s=self.start_s)
        return float(np.median(coasted.altitude_m[:, -1]))

    def loss_m(self, altitude_m: float, from_day: float, to_day: float) -> Floats:
        """(N,) metres lost between two days by members that begin at one altitude; NaN where down."""
        return altitude_m - self._sunk(altitude_m, from_day, to_day)

    def fly(
        self,
        altitude_m: float,
        raise_day: Sequence[float],
        raise_m: Sequence[float],
        out_day: Sequence[float],
    ) -> Floats:
        """(N, D) mean altitudes on days, pushed up by given metres on given days; NaN once down."""
        events = sorted([(day, 0, metres) for day, metres in zip(raise_day, raise_m, strict=True)])
        events = sorted([*events, *((day, 1, 0.0) for day in out_day)])
        height = np.full(len(self.ballistic_kg_m2), float(altitude_m))
        now, seen = 0.0, []
        for day, is_out, metres in events:
            if day > now:
                height, now = self._sunk(height, now, day), day
            height = height + metres
            if is_out:
                seen.append(height)
        return np.stack(seen, axis=1)

    def _sunk(self, altitude_m: ArrayLike, from_day: float, to_day: float) -> Floats:
        """(N,) altitudes on `to_day` of members that are at `altitude_m` on `from_day`; what is down stays NaN."""
        height = np.broadcast_to(np.asarray(altitude_m, float), self.ballistic_kg_m2.shape)
        up = np.isfinite(height)
        ahead, span = self.start_s + from_day * DAY_S, (to_day - from_day) * DAY_S
        decay = propagate_mean(
            self._orbit_at(ahead, float(np.max(height[up], initial=self.orbit.mean_altitude_m))),
            self.ballistic_kg_m2,
            self.air if isinstance(self.air, DensityPath) else later(self.air, ahead, span),
            horizon_s=span,
            every_s=span,
            altitude_m=np.where(up, height, self.orbit.mean_altitude_m),
        )
        return np.where(up, decay.altitude_m[:, -1].astype(float), np.nan)

    def _orbit_at(self, ahead_s: float, altitude_m: float) -> MeanOrbit:
        """The orbit later: its node has drifted, its altitude is the members' affair."""
        orbit = self.orbit
        rate = secular_rates(orbit.axis_m, orbit.eccentricity, orbit.inclination_rad).node_rad_s
        node = (orbit.node_rad + float(rate) * ahead_s) % (2.0 * np.pi)
        return MeanOrbit.at_altitude(orbit.epoch.plus(ahead_s), altitude_m, orbit.inclination_rad, node)


def later(air: Ensemble, ahead_s: float, span_s: float) -> Ensemble:
    """The same air with its weather counted from a later instant, as far as a span needs it."""
    weather = air.weather
    place = ahead_s / weather.period_s
    columns = place + np.arange(int(np.ceil(span_s / weather.period_s)) + 2)

    def shifted(values: Floats) -> Floats:
        last = values.shape[1] - 1
        low = np.minimum(columns.astype(int), last)
        share = np.where(low < last, columns - low, 0.0)
        return np.ascontiguousarray(
            values[:, low] * (1 - share) + values[:, np.minimum(low + 1, last)] * share
        )

    return Ensemble(air.density, MemberWeather(shifted(weather.f107), shifted(weather.ap), weather.period_s))
