"""Charts of a station's fate: altitude over the years, the Sun, the masses, the burns, the attitude."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from markupsafe import Markup
from numpy.typing import NDArray

from skyhold.drawing import numerals, palette, svg
from skyhold.drawing.numerals import NBSP
from skyhold.report import station_findings as found
from skyhold.report.figures import Frame
from skyhold.results.station import StationResult
from skyhold.results.tables import Table

Days = NDArray[np.datetime64]
Floats = NDArray[np.float64]
WIDE, HIGH = 980.0, 372.0
ENTRY_KM = 120.0
DOWN_KM = 0.1  # the tables count members that are down at the top of the air
THRESHOLD_INK = {"crew": "#8a5a00", "point": "#a33c00", "entry": palette.INK}
BAND, INNER = "#cfe3f2", "#9cc8e6"
OWNERS = {
    "nasa": palette.BLUE, "roscosmos": palette.VERMILION, "esa": palette.ORANGE, "jaxa": palette.PURPLE,
    "csa": palette.GREEN,
}  # fmt: skip
OTHERS = (palette.SKY, palette.YELLOW, "#7b8696")


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
    at = _positions(days)
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
        parts.append(_line(frame, _positions(when, span[0]), values, colour, label))
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
    frame = Frame(44, 30, 400, 220, (0.0, _last(days)), (0.0, bounds[-1] + bounds[1]))
    at = _positions(days)
    parts = [frame.y_axis(title, 5), date_axis(frame, days, 5)]
    parts.append(_band(frame, at, low, high, BAND, "nine chances in ten"))
    parts.append(_line(frame, at, middle, palette.BLUE, "median"))
    return svg.drawing(460, 276, label, parts, "chart")


def masses(result: StationResult) -> Markup | None:
    """Bars of segments and craft, stacked by owner: who owns how much of what flies."""
    if not found.has(result, "parts"):
        return None
    rows = [row for row in found.rows(result, "parts") if found.yes(row["present"])]
    groups = [(name, _by_owner(rows, name)) for name in _groups(rows)]
    order = list(dict.fromkeys(owner for _, masses in groups for owner in masses))
    colours, top = owner_colours(order), max(sum(kg.values()) for _, kg in groups)
    frame = Frame(150, 8, WIDE - 250, 46.0 * len(groups), (0.0, top / 1000 * 1.02), (0.0, 1.0))
    parts = [frame.x_axis("Tonnes", 6)]
    for i, (name, by_owner) in enumerate(groups):
        parts += _stack(frame, 8 + 46.0 * i, name, by_owner, colours, found.partner_names(result))
    return svg.drawing(WIDE, frame.height + 58, "Mass by segment and owner.", parts, "chart")


def owner_colours(owners: Sequence[str]) -> dict[str, str]:
    """A colour for each owner, the same in every figure."""
    spare = iter(OTHERS * (1 + len(owners)))
    return {owner: OWNERS.get(owner) or next(spare) for owner in owners}


def _groups(rows: Sequence[dict[str, object]]) -> list[str]:
    segments = list(dict.fromkeys(str(row["segment"]) for row in rows if row["kind"] == "module"))
    return [*segments, *(["craft docked"] if any(row["kind"] == "craft" for row in rows) else [])]


def _by_owner(rows: Sequence[dict[str, object]], group: str) -> dict[str, float]:
    mine = [
        row
        for row in rows
        if (
            row["kind"] == "craft"
            if group == "craft docked"
            else row["segment"] == group and row["kind"] == "module"
        )
    ]
    owners = sorted({str(row["owner"]) for row in mine})
    kg = {who: sum(float(str(row["mass_kg"])) for row in mine if row["owner"] == who) for who in owners}
    return dict(sorted(kg.items(), key=lambda pair: -pair[1]))


def _stack(
    frame: Frame,
    top: float,
    name: str,
    by_owner: dict[str, float],
    colours: dict[str, str],
    names: dict[str, str],
) -> list[str]:
    title = {"us": "US segment", "russian": "Russian segment"}.get(name, name.capitalize())
    parts = [svg.text(frame.left - 10, top + 24, title, text_anchor="end", font_weight="600")]
    x = frame.left
    for owner, kg in by_owner.items():
        wide = frame.at_x(kg / 1000) - frame.left
        words = f"{names.get(owner, owner)}: {kg / 1000:.1f}{NBSP}t"
        parts.append(svg.rect(x, top + 6, wide, 28, colours[owner], stroke="#fff", title=words))
        if wide > 34:
            ink = palette.ink_on(colours[owner])
            parts.append(svg.text(x + wide / 2, top + 24, f"{kg / 1000:.0f}", text_anchor="middle", fill=ink))
        x += wide
    whole = f"{sum(by_owner.values()) / 1000:.1f}{NBSP}t"
    return [*parts, svg.text(x + 8, top + 24, whole, fill=palette.SOFT_INK)]


def reboosts(result: StationResult) -> Markup | None:
    """The plan: altitude before and after each burn, and a bar of delta-v below, coloured by vehicle."""
    if not found.has(result, "reboosts"):
        return None
    table = result.tables["reboosts"]
    days = found.days_of(table)
    before, after = (np.asarray(table[f"altitude_{w}_km"], float) for w in ("before", "after"))
    colours = vehicle_colours(result)
    start = np.datetime64(str(found.start_day(result)))
    span = np.array([start, start + int(result.scenario.reboost.horizon_days)])
    upper = _plan_frame(result, before, after, _last(span))
    lower = Frame(56, 270, WIDE - 80, 90, (0.0, _last(span)), (0.0, _top(table["delta_v_m_s"])))
    parts = [upper.y_axis("Mean altitude (km)", 5), lower.y_axis("Delta-v of each burn (m/s)", 3)]
    parts += [_edges(upper, result), date_axis(upper, span, 9, named=False), date_axis(lower, span, 9)]
    parts.append(_teeth(upper, _positions(days, span[0]), before, after))
    for at, row in zip(_positions(days, span[0]).tolist(), found.rows(result, "reboosts"), strict=True):
        parts.append(_burn_bar(lower, at, row, colours))
    return svg.drawing(WIDE, 386, f"{len(days)} planned reboosts.", parts, "chart")


def _plan_frame(result: StationResult, before: Floats, after: Floats, days: float) -> Frame:
    band = result.scenario.reboost
    low, high = min(band.low_km, float(np.nanmin(before))), max(band.high_km, float(np.nanmax(after)))
    return Frame(56, 30, WIDE - 80, 196, (0.0, days), (low - 2.0, high + 2.0))


def vehicle_colours(result: StationResult) -> dict[str, str]:
    """A colour for each vehicle of the plan."""
    used = list(dict.fromkeys(str(name) for name in result.tables["reboosts"]["vehicle"]))
    ramp = (palette.BLUE, *palette.VARIANTS)
    return {name: ramp[i % len(ramp)] for i, name in enumerate(used)}


def _edges(frame: Frame, result: StationResult) -> str:
    band = result.scenario.reboost
    top, bottom = frame.at_y(band.high_km), frame.at_y(band.low_km)
    words = f"the band to hold, {band.low_km:g} to {band.high_km:g}{NBSP}km"
    return svg.rect(frame.left, top, frame.width, bottom - top, "#eef5fb", title=words)


def _teeth(frame: Frame, at: Floats, before: Floats, after: Floats) -> str:
    points = np.stack([np.repeat(at, 2), np.stack([before, after], 1).ravel()], 1)
    pixels = frame.points(points[:, 0], points[:, 1])
    return svg.path(
        svg.outline(pixels), fill="none", stroke=palette.BLUE, stroke_width=2, stroke_linejoin="round"
    )


def _burn_bar(frame: Frame, at: float, row: dict[str, object], colours: dict[str, str]) -> str:
    metres, kg = float(str(row["delta_v_m_s"])), float(str(row["propellant_kg"]))
    words = f"{found.short_day(found.day(row['date']))}, {row['vehicle']}: {metres:.2f}{NBSP}m/s, {kg:.0f}{NBSP}kg"
    y = frame.at_y(metres)
    return svg.rect(
        frame.at_x(at) - 4, y, 8, frame.top + frame.height - y, colours[str(row["vehicle"])], title=words
    )


def attitude(result: StationResult) -> Markup | None:
    """Down to which altitude the attitude can be held, low to high estimate."""
    if not found.has(result, "attitude"):
        return None
    rows = [row for row in found.rows(result, "attitude") if np.isfinite(float(row["mid_km"]))]
    if not rows:
        return None
    given = thresholds(result)
    top = max(max(float(row["high_km"]) for row in rows), given[0].altitude_km) * 1.08
    low = min(float(row["low_km"]) for row in rows)
    frame = Frame(170, 26, WIDE - 210, 44.0 * len(rows), (min(ENTRY_KM, low * 0.95), top), (0.0, 1.0))
    parts = [frame.x_axis("Mean altitude (km)", 8)]
    parts += [_upright(frame, one) for one in given]
    for i, row in enumerate(rows):
        parts += _span(frame, 26 + 44.0 * i + 22, row)
    return svg.drawing(
        WIDE, frame.height + 76, "Altitude down to which the attitude is held.", parts, "chart"
    )


def _span(frame: Frame, y: float, row: dict[str, object]) -> list[str]:
    low, middle, high = (float(str(row[f"{w}_km"])) for w in ("low", "mid", "high"))
    words = f"{row['mode']}: {middle:.0f}{NBSP}km ({low:.0f} to {high:.0f}); {row['note']}"
    bar = svg.rect(frame.at_x(low), y - 8, frame.at_x(high) - frame.at_x(low), 16, INNER, rx=8, title=words)
    dot = svg.element(
        "circle", cx=frame.at_x(middle), cy=y, r=6, fill=palette.BLUE, stroke="#fff", title=words
    )
    name = str(row["mode"])
    return [svg.text(frame.left - 12, y + 4, name[:1].upper() + name[1:], text_anchor="end"), bar, dot]


def _upright(frame: Frame, one: Threshold) -> str:
    x = frame.at_x(one.altitude_km)
    line = svg.line(
        x, frame.top - 4, x, frame.top + frame.height, one.colour, stroke_width=1.4, stroke_dasharray="5 3"
    )
    anchor = "start" if x < frame.left + 40 else "middle"
    return line + svg.text(x, frame.top - 9, one.name, text_anchor=anchor, fill=one.colour, font_size=11)


def descent(result: StationResult) -> Markup | None:
    """Perigee and apogee after each burn of the deorbit."""
    if not found.has(result, "burns"):
        return None
    rows = found.rows(result, "burns")
    perigee, apogee = (np.array([float(row[f"{k}_km"]) for row in rows]) for k in ("perigee", "apogee"))
    frame = Frame(56, 30, WIDE - 90, 230, (0.3, len(rows) + 0.7), (0.0, float(np.nanmax(apogee)) * 1.15))
    parts = [frame.y_axis("Height over the ground (km)", 5), _air(frame)]
    for i, row in enumerate(rows):
        parts += _burn_step(frame, i + 1, row, perigee[i], apogee[i])
    return svg.drawing(WIDE, 302, f"Perigee and apogee after each of {len(rows)} burns.", parts, "chart")


def _air(frame: Frame) -> str:
    y = frame.at_y(ENTRY_KM)
    words = svg.text(frame.left + frame.width - 4, y - 5, "entry, 120 km", text_anchor="end", font_size=11)
    return svg.line(frame.left, y, frame.left + frame.width, y, palette.INK, stroke_dasharray="5 3") + words


def _burn_step(frame: Frame, at: int, row: dict[str, object], perigee: float, apogee: float) -> list[str]:
    x, bottom = frame.at_x(at), frame.top + frame.height
    words = (
        f"{row['what']}: {float(str(row['delta_v_m_s'])):.1f}{NBSP}m/s, "
        f"{float(str(row['propellant_kg'])):,.0f}{NBSP}kg, {numerals.duration(float(str(row['burn_s'])))}"
    )
    bar = svg.rect(
        x - 9, frame.at_y(apogee), 18, frame.at_y(perigee) - frame.at_y(apogee), INNER, rx=9, title=words
    )
    ends = [
        svg.element("circle", cx=x, cy=frame.at_y(v), r=5, fill=colour, stroke="#fff", title=words)
        for v, colour in ((apogee, palette.ORANGE), (perigee, palette.BLUE))
    ]
    numbers = [svg.text(x + 15, frame.at_y(v) + 4, f"{v:.0f}", font_size=11) for v in (apogee, perigee)]
    named = svg.text(x, bottom + 18, str(row["what"]), text_anchor="middle", fill=palette.SOFT_INK)
    lasts = f"{float(str(row['delta_v_m_s'])):.0f}{NBSP}m/s in {numerals.duration(float(str(row['burn_s'])))}"
    when = svg.text(x, bottom + 34, lasts, text_anchor="middle", font_size=11, fill=palette.FAINT_INK)
    return [bar, *ends, *numbers, named, when]


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
    return Frame(56, 30, WIDE - 80, HIGH - 56, (0.0, _last(days)), (lowest - 4, high + 8))


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


def _positions(days: Days, first: np.datetime64 | None = None) -> Floats:
    """Days since the first one."""
    zero = days[0] if first is None else first
    return (days - zero).astype("timedelta64[D]").astype(np.float64)


def _last(days: Days) -> float:
    return max(1.0, float(_positions(days)[-1]))


def _top(values: object) -> float:
    """The round end of an axis that starts at zero."""
    high = max(float(np.nanmax(np.asarray(values, float))), 1e-9)
    step = numerals.nice_step(high, 3)
    return float(np.ceil(high / step - 1e-9) * step)
