"""The Sun's past, month by month, as a stock to draw its future from."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from skyhold.data.space_weather import DailySpaceWeather
from skyhold.errors import DataError

Floats = NDArray[np.float64]

# Minima of the 13-month smoothed sunspot number, beginnings of cycles 19 to 25 (SILSO, Royal Observatory of Belgium,
# "Dates of solar minima and maxima", series V2.0)
MINIMA = np.array(
    ["1954-04", "1964-10", "1976-03", "1986-09", "1996-08", "2008-12", "2019-12"], "datetime64[M]"
)
KNOWN_AFTER_MONTHS = 12  # a minimum is known as such about a year later
PHASE_SPREAD_MONTHS = 12  # a draw may be this much ahead or behind in its cycle
SMOOTHING = np.concatenate([[0.5], np.ones(11), [0.5]]) / 12.0  # the 13-month mean of Zurich


@dataclass(frozen=True)
class Months:
    """(M,) whole months: means of observed F10.7 and Ap, the 81-day F10.7 of mid-month, and 13-month smoothed values
    (NaN in the first and last six)."""

    month: NDArray[np.datetime64]
    f107: Floats
    f107_mean81: Floats
    ap: Floats
    f107_smooth: Floats
    ap_smooth: Floats

    def before(self, month: np.datetime64) -> Months:
        """Only what was known at the beginning of a month: smoothed values reach seven months back."""
        count = int(np.searchsorted(self.month, month))
        cut = {key: getattr(self, key)[:count].copy() for key in self.__dataclass_fields__}
        for key in ("f107_smooth", "ap_smooth"):
            cut[key][max(0, count - 6) :] = np.nan
        return Months(**cut)


def months(table: DailySpaceWeather) -> Months:
    """Whole months of observed days. Raises `DataError` for fewer than two years, or days with a gap."""
    days = table.day[table.observed]
    if len(days) < 731 or not (np.diff(days) == np.timedelta64(1, "D")).all():
        raise DataError(
            "the space weather cannot be averaged by months",
            expected="two years or more of observed days without a gap",
            came=f"{len(days)} observed days",
            remedy="use the embedded days, or run: skyhold data update space-weather-all",
        )
    unit = days.astype("datetime64[M]")
    every, place, count = np.unique(unit, return_inverse=True, return_counts=True)
    length = ((every + 1).astype("datetime64[D]") - every.astype("datetime64[D]")).astype(int)
    whole = count == length
    flux, mean81, ap = (
        column[table.observed] for column in (table.f107_observed, table.f107_observed_81, table.ap_mean)
    )
    middle = np.searchsorted(days, every[whole].astype("datetime64[D]") + 14)
    flux, ap = (np.bincount(place, column)[whole] / count[whole] for column in (flux, ap))
    return Months(every[whole], flux, mean81[middle], ap, smoothed(flux), smoothed(ap))


def smoothed(monthly: Floats) -> Floats:
    """(M,) 13-month means with half weight at both ends, NaN in the first and last six months."""
    found = np.full(len(monthly), np.nan)
    if len(monthly) >= len(SMOOTHING):
        found[6:-6] = np.convolve(monthly, SMOOTHING, "valid")
    return found


def phase_months(month: np.datetime64, known: np.datetime64) -> int:
    """Months since the last solar minimum that was known at `known`."""
    minima = MINIMA[MINIMA + KNOWN_AFTER_MONTHS <= known]
    if len(minima) == 0:
        raise DataError(f"no solar minimum was known in {known}", expected=f"a month after {MINIMA[0]}")
    return int((month - minima[-1]) / np.timedelta64(1, "M"))


def draw(
    past: Months, start: np.datetime64, count: int, members: int, rng: np.random.Generator
) -> tuple[Floats, Floats]:
    """(N, M) 81-day F10.7 and monthly Ap of `count` months from `start`, drawn from the past at the same phase.

    Each member follows one past cycle, from the same number of months after its minimum, up to a year ahead or behind,
    for as long as asked (beyond the cycle's end into what followed). So that it begins where the Sun is, the draw is
    multiplied by the ratio of the last year's mean to the draw's own, a correction that fades as exp(-t/12 months).
    Only `past` is used: cut it with `Months.before` for a hindcast. Raises `DataError` where no past cycle reaches far
    enough.
    """
    phase = phase_months(start, start)
    latest = (past.month[-1] - past.month[0]).astype(int)
    spread = np.arange(-PHASE_SPREAD_MONTHS, PHASE_SPREAD_MONTHS + 1)
    first = ((MINIMA[:, None] + phase + spread) - past.month[0]).astype(int).ravel()
    usable = first[(first >= 12) & (first + count - 1 <= latest)]
    if len(usable) == 0:
        raise DataError(
            f"no past solar cycle can be drawn for {count} months from {start}",
            expected=f"a cycle whose months lie in {past.month[0]} to {past.month[-1]}",
            remedy="shorten the horizon, or use a forecast",
        )
    begin = rng.choice(usable, members)
    rows = begin[:, None] + np.arange(count)
    fade = np.exp(-np.arange(count) / 12.0)
    return (
        past.f107_mean81[rows] * _ratio(past.f107_mean81, begin)[:, None] ** fade,
        past.ap[rows] * _ratio(past.ap, begin)[:, None] ** fade,
    )


def scatter(past: Months, count: int, members: int, rng: np.random.Generator) -> tuple[Floats, Floats]:
    """(N, M) ratios of 81-day F10.7 and of monthly Ap to their 13-month means, stretches of the past as they were.

    A smoothed forecast leaves this out: 7 % of F10.7 and 29 % of Ap, correlated over some months. Stretches longer
    than the past begin again.
    """
    known = np.isfinite(past.f107_smooth)
    flux = past.f107_mean81[known] / past.f107_smooth[known]
    ap = past.ap[known] / past.ap_smooth[known]
    rows = (rng.integers(0, len(flux), members)[:, None] + np.arange(count)) % len(flux)
    return flux[rows], ap[rows]


def _ratio(values: Floats, begin: NDArray[np.intp]) -> Floats:
    """(N,) mean of the last year over the mean of the year before each draw."""
    sums = np.concatenate([[0.0], np.cumsum(values)])
    return np.asarray((sums[-1] - sums[-13]) / (sums[begin] - sums[begin - 12]))
