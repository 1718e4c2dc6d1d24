"""What drives the density of the air in a run, and where it comes from: observed, forecast, or the past."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from skyhold.data import solar_cycles, space_weather
from skyhold.data.solar_cycles import Months
from skyhold.data.solar_forecast import MarshallForecast, issued_by
from skyhold.data.space_weather import Activity, DailySpaceWeather
from skyhold.errors import DataError
from skyhold.times import Epoch, Instants
from skyhold.units import DAY_S

Floats = NDArray[np.float64]
Kind = Literal["as observed", "forecast", "climatology"]
MONTH_S = 365.25 / 12.0 * DAY_S
LEAST_F107 = 63.0  # the lowest month since 1957 had 65.7; percentiles are not carried further down
LEAST_AP = 1.0
CORRELATION = (
    0.4  # of the places of F10.7 and Ap in their bands: 0.1 to 0.6 by lead, 325 forecasts of 1999 to 2026
)
FARTHEST = 2.5  # standard normal; members farther out than 1.2 % are drawn in


@dataclass(frozen=True)
class Drivers:
    """(M,) even instants, `step_s` apart from `epoch`, and (N, M) F10.7 of the day before, its 81-day mean and Ap.

    `kind` and `source` are what a run must state. As observed has one member, which stands for all.
    """

    kind: Kind
    source: str
    epoch: Epoch
    step_s: float
    f107: Floats
    f107_mean81: Floats
    ap: Floats

    @property
    def members(self) -> int:
        """N."""
        return len(self.f107)

    @property
    def end_s(self) -> float:
        """Seconds from the epoch to the last instant."""
        return float(self.step_s * (self.f107.shape[1] - 1))

    @property
    def instants(self) -> Instants:
        """(M,) instants."""
        return Instants.every(self.epoch, self.step_s, self.f107.shape[1])

    def require_covers(self, start: Epoch, duration_s: float) -> None:
        """Raise `DataError` where a run begins before the drivers or goes on after them."""
        before = self.epoch.seconds_until(start)
        if before < -1.0 or before + duration_s > self.end_s + 1.0:
            last = self.epoch.plus(self.end_s)
            raise DataError(
                f"the drivers ({self.source}) do not cover the run",
                expected=f"instants from {self.epoch.datetime():%Y-%m-%d} to {last.datetime():%Y-%m-%d}",
                came=f"{start.datetime():%Y-%m-%d} to {start.plus(duration_s).datetime():%Y-%m-%d}",
                remedy="shorten the run, or drive it by a forecast or the climatology",
            )

    def at(self, instants: Instants) -> Activity:
        """(N, T) linear between the nodes. Raises `DataError` outside them."""
        offset = self.epoch.seconds_until(instants.epoch) + instants.offset_s
        if len(offset):
            self.require_covers(self.epoch.plus(float(offset.min())), float(np.ptp(offset)))
        place = np.clip(offset / self.step_s, 0.0, self.f107.shape[1] - 1.0)
        low = np.minimum(place.astype(int), self.f107.shape[1] - 2)
        part = place - low
        return Activity(
            *(
                column[:, low] * (1.0 - part) + column[:, low + 1] * part
                for column in (self.f107, self.f107_mean81, self.ap)
            )
        )


def as_observed(start: Epoch, duration_s: float, table: DailySpaceWeather | None = None) -> Drivers:
    """One member, day by day, from the noon before the start to the noon after the end.

    Raises `DataError` that names the last observed day where the run goes beyond it.
    """
    table = table or space_weather.observed()
    noon = Epoch(start.day - (1.0 if start.fraction < 0.5 else 0.0), 0.5)
    count = int(np.ceil((noon.seconds_until(start) + duration_s) / DAY_S - 1e-9)) + 1
    found = table.at(Instants.every(noon, DAY_S, max(count, 2)))
    source = f"space weather as observed (CSSI, last day {table.last})"
    return Drivers(
        "as observed", source, noon, DAY_S, *(one[None] for one in (found.f107, found.f107_mean81, found.ap))
    )


def from_forecast(
    start: Epoch,
    duration_s: float,
    members: int,
    rng: np.random.Generator,
    forecast: MarshallForecast | None = None,
    *,
    month_to_month: bool = True,
) -> Drivers:
    """N members from a Marshall forecast: the one given, or the last that was out at the start.

    A member keeps one place in the band of F10.7 and one in that of Ap for the whole run (standard normal, correlated
    by 0.4): the error of such a forecast is that of a whole cycle, so members must not cross the band from month to
    month. Between the percentiles 5, 50, 95 the place is linear in the normal variable, straight on beyond, to 2.5.
    The percentiles are of 13-month means; `month_to_month` adds the scatter of the months about such means, stretches
    of the record before the issue. F10.7 is kept at 63 or more, Ap at 1 or more. Raises `DataError` where the run ends
    after the forecast.
    """
    forecast = forecast or issued_by(start.datetime())
    months, weights = _month_weights(start, duration_s)
    rows = (months - forecast.month[0]).astype(int)
    if rows[0] < 0 or rows[-1] >= len(forecast.month):
        raise DataError(
            f"the {forecast.name} does not cover the run",
            expected=f"months of {forecast.month[0]} to {forecast.last}",
            came=f"{months[0]} to {months[-1]}",
            remedy="shorten the run, or use a later forecast or the climatology",
        )
    place = rng.standard_normal((2, members)).clip(-FARTHEST, FARTHEST)
    place[1] = CORRELATION * place[0] + np.sqrt(1.0 - CORRELATION**2) * place[1]
    flux, ap = _in_band(forecast.f107[rows], place[0]), _in_band(forecast.ap[rows], place[1])
    if month_to_month:
        past = solar_cycles.months(space_weather.observed()).before(np.datetime64(forecast.issued, "M"))
        ratio, ratio_ap = solar_cycles.scatter(past, len(months), members, rng)
        flux, ap = flux * ratio, ap * ratio_ap
    flux, ap = np.maximum(flux, LEAST_F107) @ weights, np.maximum(ap, LEAST_AP) @ weights
    return Drivers("forecast", forecast.name, start, MONTH_S, flux, flux, ap)


def climatology(
    start: Epoch, duration_s: float, members: int, rng: np.random.Generator, past: Months | None = None
) -> Drivers:
    """N members drawn from past solar cycles at the same phase (`solar_cycles.draw`), from what was known at the start.

    Raises `DataError` where no past cycle reaches far enough.
    """
    months, weights = _month_weights(start, duration_s)
    known = (past or solar_cycles.months(space_weather.observed())).before(
        np.datetime64(start.datetime().date(), "M")
    )
    flux, ap = solar_cycles.draw(known, months[0], len(months), members, rng)
    flux, ap = np.maximum(flux, LEAST_F107) @ weights, np.maximum(ap, LEAST_AP) @ weights
    source = f"past solar cycles at the same phase, record {known.month[0]} to {known.month[-1]}"
    return Drivers("climatology", source, start, MONTH_S, flux, flux, ap)


def _in_band(percentiles: Floats, place: Floats) -> Floats:
    """(N, M) values at (N,) places (standard normal) in bands (M, 3) of 5, 50, 95 %."""
    low, middle, high = percentiles.T
    side = np.where(place[:, None] < 0.0, middle - low, high - middle)
    return np.asarray(middle + place[:, None] / 1.644854 * side)


def _month_weights(start: Epoch, duration_s: float) -> tuple[NDArray[np.datetime64], Floats]:
    """(K,) calendar months, and (K, M) weights from their middles to even steps of a mean month from the start."""
    steps = max(2, int(np.ceil(duration_s / MONTH_S - 1e-9)) + 1)
    begin = np.datetime64(start.datetime().replace(tzinfo=None), "s")
    nodes = begin + np.round(np.arange(steps) * MONTH_S).astype("timedelta64[s]")
    months = np.arange((begin - np.timedelta64(16, "D")).astype("datetime64[M]"),
                       (nodes[-1] + np.timedelta64(17, "D")).astype("datetime64[M]") + 1)  # fmt: skip
    middles = (
        months.astype("datetime64[s]")
        + ((months + 1).astype("datetime64[s]") - months.astype("datetime64[s]")) // 2
    )
    grid = middles.astype(np.int64).astype(float)
    weights = np.stack([np.interp(nodes.astype(np.int64), grid, one) for one in np.eye(len(months))])
    return months, weights
