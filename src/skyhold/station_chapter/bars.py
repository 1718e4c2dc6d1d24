"""Charts of what a station is and what is done to it: masses, reboosts, attitude, the burns of a deorbit."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from markupsafe import Markup

from skyhold.drawing import numerals, palette, svg
from skyhold.drawing.frame import Frame
from skyhold.drawing.numerals import NBSP
from skyhold.results.station import StationResult
from skyhold.station_chapter import findings as found
from skyhold.station_chapter.figures import (
    ENTRY_KM,
    INNER,
    WIDE,
    Floats,
    Threshold,
    date_axis,
    since,
    span_of,
    thresholds,
)

OWNERS = {
    "nasa": palette.BLUE, "roscosmos": palette.VERMILION, "esa": palette.ORANGE, "jaxa": palette.PURPLE,
    "csa": palette.GREEN,
}  # fmt: skip
OTHERS = (palette.SKY, palette.YELLOW, "#7b8696")


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
    upper = _plan_frame(result, before, after, span_of(span))
    lower = Frame(56, 270, WIDE - 80, 90, (0.0, span_of(span)), (0.0, _top(table["delta_v_m_s"])))
    parts = [upper.y_axis("Mean altitude (km)", 5), lower.y_axis("Delta-v of each burn (m/s)", 3)]
    parts += [_edges(upper, result), date_axis(upper, span, 9, named=False), date_axis(lower, span, 9)]
    parts.append(_teeth(upper, since(days, span[0]), before, after))
    for at, row in zip(since(days, span[0]).tolist(), found.rows(result, "reboosts"), strict=True):
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


def _top(values: object) -> float:
    """The round end of an axis that starts at zero."""
    high = max(float(np.nanmax(np.asarray(values, float))), 1e-9)
    step = numerals.nice_step(high, 3)
    return float(np.ceil(high / step - 1e-9) * step)
