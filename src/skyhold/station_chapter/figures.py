"""Charts over time of a station's fate: altitude over the years, and the Sun."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from markupsafe import Markup
from numpy.typing import NDArray

from skyhold.drawing import numerals, palette, svg
from skyhold.drawing.frame import Frame
from skyhold.drawing.numerals import NBSP
from skyhold.results.station import StationResult
from skyhold.results.tables import Table
from skyhold.station_chapter import findings as found

Days = NDArray[np.datetime64]
Floats = NDArray[np.float64]
WIDE, HIGH = 980.0, 372.0
ENTRY_KM = 120.0
DOWN_KM = 0.1  # the tables count members that are down at the top of the air
THRESHOLD_INK = {"crew": "#8a5a00", "point": "#a33c00", "entry": palette.INK}
BAND, INNER = "#cfe3f2", "#9cc8e6"


@dataclass(frozen=True)
class Threshold:
    """An altitude at which something happens."""

    name: str
    altitude_km: float
    colour: str


def thresholds(result: StationResult) -> list[Threshold]:
    """Crew departure, the point of no return, and the top of the air."""
    given = result.scenario.thresholds
    return [
        Threshold("the last crew leaves", given.crew_departure_km, THRESHOLD_INK["crew"]),
        Threshold("point of no return", given.point_of_no_return_km, THRESHOLD_INK["point"]),
        Threshold("entry", ENTRY_KM, THRESHOLD_INK["entry"]),
    ]


def fan(result: StationResult) -> Markup | None:
    """Mean altitude of the ensemble over time: median, middle half and nine tenths, with the thresholds."""
    if not found.has(result, "altitude"):
        return None
    table = result.tables["altitude"]
    values = {q: of_all(table, q) for q in found.QUANTILES}
    shown = _until_down(values[95])
    days, values = found.days_of(table)[:shown], {q: line[:shown] for q, line in values.items()}
    frame = _frame(days, values[5], result)
    parts = [frame.y_axis("Mean altitude over the equator’s radius (km)", 6), date_axis(frame, days)]
    at = since(days)
    parts.append(_band(frame, at, values[5], values[95], BAND, "nine chances in ten"))
    parts.append(_band(frame, at, values[25], values[75], INNER, "even chances"))
    parts.append(_line(frame, at, values[50], palette.BLUE, "median"))
    parts += [
        _threshold(frame, one) for one in thresholds(result) if frame.y[0] <= one.altitude_km <= frame.y[1]
    ]
    words = "Mean altitude over time, median and percentiles 5 to 95."
    return svg.drawing(WIDE, HIGH, words, parts, "chart")


def lives(runs: Sequence[tuple[str, str, StationResult]]) -> Markup | None:
    """The median altitude of several runs, (label, colour, run), in one frame with the thresholds."""
    drawn = [(label, colour, run) for label, colour, run in runs if found.has(run, "altitude")]
    if not drawn:
        return None
    medians = [of_all(run.tables["altitude"], 50) for _, _, run in drawn]
    medians = [line[: _until_down(line)] for line in medians]
    days = [
        found.days_of(run.tables["altitude"])[: len(m)] for (_, _, run), m in zip(drawn, medians, strict=True)
    ]
    span = np.array([min(d[0] for d in days), max(d[-1] for d in days)])
    frame = _frame(span, np.concatenate(medians), drawn[0][2])
    parts = [frame.y_axis("Median of the mean altitude (km)", 6), date_axis(frame, span)]
    parts += [_threshold(frame, one) for one in thresholds(drawn[0][2]) if frame.y[0] <= one.altitude_km]
    for (label, colour, _), when, values in zip(drawn, days, medians, strict=True):
        parts.append(_line(frame, since(when, span[0]), values, colour, label))
    return svg.drawing(WIDE, HIGH, "Median altitude of the variants over time.", parts, "chart")


def of_all(table: Table, percent: int) -> Floats:
    """(T,) a percentile of the altitude over all members; the top of the air on the day it is down, then NaN."""
    known = np.asarray(table[f"p{percent:02d}_km"], float)
    line = np.where(known > ENTRY_KM + DOWN_KM, known, np.nan)
    down = np.flatnonzero(np.isnan(line))
    if len(down):
        line[down[0]] = ENTRY_KM
    return line


def _until_down(line: Floats) -> int:
    """How many days to show: a little beyond the last one up."""
    up = np.flatnonzero(np.isfinite(line))
    return min(len(line), int(up[-1] * 1.04) + 2) if len(up) else len(line)


def drivers(result: StationResult) -> Markup | None:
    """The Sun over the run: 81-day F10.7 with its interval, the ensemble's percentiles 5, 50 and 95."""
    if not found.has(result, "drivers"):
        return None
    table = result.tables["drivers"]
    low, middle, high = (np.asarray(table[f"f107_{q}"], float) for q in ("p05", "p50", "p95"))
    title = "Solar radio flux F10.7, 81-day mean (solar flux units)"
    return _two_sided(found.days_of(table), low, middle, high, title, "Solar flux of the ensemble.")


def storms(result: StationResult) -> Markup | None:
    """Geomagnetic Ap over the run, median and 95th percentile."""
    if not found.has(result, "drivers"):
        return None
    table = result.tables["drivers"]
    middle, high = (np.asarray(table[f"ap_{q}"], float) for q in ("p50", "p95"))
    return _two_sided(
        found.days_of(table), middle, middle, high, "Geomagnetic index Ap", "Ap of the ensemble."
    )


def _two_sided(days: Days, low: Floats, middle: Floats, high: Floats, title: str, label: str) -> Markup:
    bounds = numerals.ticks(0.0, float(np.nanmax(high)) * 1.15, 5)
    frame = Frame(44, 30, 400, 220, (0.0, span_of(days)), (0.0, bounds[-1] + bounds[1]))
    at = since(days)
    parts = [frame.y_axis(title, 5), date_axis(frame, days, 5)]
    parts.append(_band(frame, at, low, high, BAND, "nine chances in ten"))
    parts.append(_line(frame, at, middle, palette.BLUE, "median"))
    return svg.drawing(460, 276, label, parts, "chart")


def date_axis(frame: Frame, days: Days, about: int = 8, named: bool = True) -> str:
    """Ticks at round months and years below the plot."""
    bottom, parts = frame.top + frame.height, []
    ticks = _months(days[0], days[-1], about)
    for when in ticks:
        x = frame.at_x(float((when - days[0]).astype(int)))
        parts.append(svg.line(x, frame.top, x, bottom + 4, palette.GRID))
        label = _tick(when.astype(object), len(ticks) > 1 and (ticks[1] - ticks[0]).astype(int) > 300)
        parts.append(
            svg.text(x, bottom + 17, label, text_anchor="middle", fill=palette.SOFT_INK) if named else ""
        )
    return "".join(parts) + svg.line(frame.left, bottom, frame.left + frame.width, bottom, palette.FAINT_INK)


def _tick(when: date, years: bool) -> str:
    return f"{when.year}" if years else f"{when:%b} {when.year}"


def _months(first: np.datetime64, last: np.datetime64, about: int) -> list[np.datetime64]:
    """Firsts of months from `first` to `last`, every 1, 2, 3, 6, 12 or more of them."""
    low, high = (int(d.astype("datetime64[M]").astype(int)) for d in (first, last))
    step = next((s for s in (1, 2, 3, 6, 12, 24, 60) if (high - low) / s <= about), 120)
    start = -(-low // step) * step
    found = [np.datetime64(m, "M").astype("datetime64[D]") for m in range(start, high + 1, step)]
    return [d for d in found if first <= d <= last]


def _frame(days: Days, values: Floats, result: StationResult) -> Frame:
    """The plot area of altitudes: down to the top of the air where the fan gets there, else round the band."""
    known = values[np.isfinite(values)]
    low, high = (float(known.min()), float(known.max())) if len(known) else (ENTRY_KM, 420.0)
    lowest = ENTRY_KM if low < result.scenario.thresholds.crew_departure_km else low - 6
    return Frame(56, 30, WIDE - 80, HIGH - 56, (0.0, span_of(days)), (lowest - 4, high + 8))


def _band(frame: Frame, at: Floats, low: Floats, high: Floats, colour: str, title: str) -> str:
    """The area between two lines; where the lower one has come down it goes on along the top of the air."""
    known = np.isfinite(high)
    if not known.any():
        return ""
    floor = np.where(np.isfinite(low), low, frame.y[0])
    upper = frame.points(at[known], high[known])
    lower = frame.points(at[known], np.maximum(floor[known], frame.y[0]))[::-1]
    return svg.path(svg.outline(np.concatenate([upper, lower]), closed=True), fill=colour, title=title)


def _line(frame: Frame, at: Floats, values: Floats, colour: str, title: str) -> str:
    known = np.isfinite(values) & (values >= frame.y[0])
    text = svg.outline(frame.points(at[known], values[known]))
    return svg.path(text, fill="none", stroke=colour, stroke_width=2.4, stroke_linejoin="round", title=title)


def _threshold(frame: Frame, one: Threshold) -> str:
    y = frame.at_y(one.altitude_km)
    words = f"{one.name}, {one.altitude_km:g}{NBSP}km"
    line = svg.line(
        frame.left, y, frame.left + frame.width, y, one.colour, stroke_width=1.4, stroke_dasharray="6 4"
    )
    return line + svg.text(frame.left + 8, y - 6, words, fill=one.colour, font_weight="600", css="halo")


def since(days: Days, first: np.datetime64 | None = None) -> Floats:
    """Days since the first one."""
    zero = days[0] if first is None else first
    return (days - zero).astype("timedelta64[D]").astype(np.float64)


def span_of(days: Days) -> float:
    """Days from the first to the last, at least one."""
    return max(1.0, float(since(days)[-1]))
