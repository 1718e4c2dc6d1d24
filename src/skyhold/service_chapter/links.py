"""Budgets of the links as an engineer writes them, what the rate hangs on, and low orbit beside other ways."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from markupsafe import Markup

from skyhold.coverage_chapter.findings import has
from skyhold.drawing import numerals, palette, svg
from skyhold.drawing.frame import Frame
from skyhold.drawing.page import Figure, Legend, Section, View
from skyhold.nouns.radio import RadioSpec
from skyhold.results.results import BroadbandResult
from skyhold.service_chapter import findings as found
from skyhold.service_chapter import text

WIDE, ROW_PX = 940.0, 34.0
MOST_BARS = 8
FIRST = "user-down"
LINKS = {
    "user-down": "Satellite to terminal", "user-up": "Terminal to satellite", "gateway-up": "Gateway to satellite",
    "gateway-down": "Satellite to gateway",
}  # fmt: skip
UNITS = (
    ("_dbw_m2_mhz", "dBW/m²/MHz"), ("_db_k", "dB/K"), ("_dbw", "dBW"), ("_dbi", "dBi"), ("_db", "dB"), ("_k", "K"),
    ("_gbit_s", "Gbit/s"),
)  # fmt: skip
SPOKEN = {
    "pfd": "Flux at the ground", "other_loss": "Losses not named one by one", "noise": "System noise",
    "adjacent": "C/I of other satellites", "co_channel": "C/I of own beams", "wet_loss": "Loss of a wet antenna",
    "eirp": "EIRP", "eirp_dbw, all of them": "EIRP of all jammers (dBW)", "capacity": "Payload",
    "least_share": "Least share of a beam’s time", "beams": "Beams of a satellite",
    "satellite_g_t": "G/T of the satellite", "cross_polar": "C/I of the other polarisation",
}  # fmt: skip


def section(result: BroadbandResult) -> Section | None:
    """The four budgets in clear air and in rain, and the tornado."""
    if not has(result, "ledgers"):
        return None
    tornados = [drawn for drawn in (sensitivity(result), of_service(result)) if drawn]
    lead = (
        "Each link at 40 degrees, line by line, in clear air and in the rain that is exceeded 0.1 % of an average year "
        "at the first place. Losses are negative; levels add up."
    )
    names = list(dict.fromkeys(str(name) for name in result.tables["ledgers"]["link"]))
    views = [ledger(result, name) for name in names]
    return Section("links", "Why this rate: the link budgets", lead, tornados, views)


def ledger(result: BroadbandResult, link: str) -> View:
    """One link: a row a line, a column a sky."""
    rows = [row for row in result.tables["ledgers"].rows() if row["link"] == link]
    skies = list(dict.fromkeys(str(row["sky"]) for row in rows))
    order = _order([[str(row["line"]) for row in rows if row["sky"] == sky] for sky in skies])
    found_in = {(str(row["line"]), str(row["sky"])): row for row in rows}
    cells = []
    for line in order:
        here = [found_in.get((line, sky)) for sky in skies]
        one = next(row for row in here if row)
        values = [_value(row["value"], str(row["unit"])) if row else numerals.NONE for row in here]
        cells.append(
            [line[:1].upper() + line[1:], *values, _unit(str(one["unit"])), _noted(str(one["note"]))]
        )
    heads = ["", *(_sky(sky) for sky in skies), "Unit", ""]
    title = f"{LINKS.get(link, link)} ({str(rows[0]['title']).partition(':')[0]})"
    return View(title, heads, "l" + "r" * len(skies) + "ll", cells, folded=link != FIRST)


def _noted(words: str) -> str:
    """A remark with real signs: limit −116, 240 MHz × 0.9563."""
    return words.replace(" -", f" {numerals.MINUS}").replace(" x ", " × ")


def _order(columns: Sequence[Sequence[str]]) -> list[str]:
    """Lines of all the columns, each where the column that has it puts it."""
    order = list(columns[0])
    for column in columns[1:]:
        for before, line in zip(["", *column[:-1]], column, strict=True):
            if line not in order:
                order.insert(order.index(before) + 1 if before in order else 0, line)
    return order


def _sky(sky: str) -> str:
    return "Clear air" if sky == "clear" else f"Rain {sky}".replace(" %", f"{numerals.NBSP}%")


def _value(value: float, unit: str) -> str:
    places = {"GHz": 2, "deg": 1, "km": 1, "K": 0, "Mbit/s": 1, "bit/s/Hz": 2}.get(unit, 2)
    return numerals.decimal(float(value), places)


def _unit(unit: str) -> str:
    return {"deg": "°", "dBW/m2/MHz": "dBW/m²/MHz"}.get(unit, unit)


def sensitivity(result: BroadbandResult) -> Figure | None:
    """A tornado: the rate at both ends of each uncertain number, the widest first."""
    if not has(result, "sensitivity"):
        return None
    rows = result.tables["sensitivity"].rows()
    rows.sort(key=lambda row: -abs(row["rate_at_high_mbit_s"] - row["rate_at_low_mbit_s"]))
    middle = float(result.tables["ledgers"]["rate_mbit_s"][0])
    drawn = _tornado(rows, middle, RATE)
    entries = [(palette.SKY, "at the low end"), (palette.BLUE, "at the high end")]
    caption = f"One number moved at a time; the line is the budget below, {text.rate(middle)} in one channel."
    return Figure("What the downlink rate hangs on", drawn, Legend("", entries), caption, wide=True)


def of_service(result: BroadbandResult) -> Figure | None:
    """A tornado of the share of the bits that is carried, in the case with most terminals."""
    fullest = found.fullest(result)
    name, run = fullest if fullest else ("", result)
    if not has(run, "service_sensitivity"):
        return None
    rows = run.tables["service_sensitivity"].rows()
    middle = float(rows[0]["carried_percent"])
    drawn = _tornado(rows[:MOST_BARS], middle, CARRIED)
    entries = [(palette.SKY, "at the low end"), (palette.BLUE, "at the high end")]
    case = f" ({run.scenario.title or name})" if name else ""
    caption = (
        f"One number moved at a time, over a few slots of the run; the line is {numerals.share(middle, 100.0)}, all of "
        "them at their middles. Neither the beams of a satellite nor the steps of their time are published."
    )
    return Figure(f"What the share carried hangs on{case}", drawn, Legend("", entries), caption, wide=True)


@dataclass(frozen=True)
class Scale:
    """What a tornado shows: the columns of its two ends, the title of its axis, and how a value is written."""

    low: str
    high: str
    title: str
    write: Callable[[float], str]
    least_step: float

    def end(self, row: dict[str, Any], end: str) -> float:
        """The value of a row at one end."""
        return float(row[self.low if end == "low" else self.high])


RATE = Scale("rate_at_low_mbit_s", "rate_at_high_mbit_s", "Downlink of one channel (Mbit/s)", text.rate, 1.0)
CARRIED = Scale(
    "carried_at_low_percent",
    "carried_at_high_percent",
    "Carried of what is asked (%)",
    lambda v: f"{v:.1f} %",
    0.5,
)


def _tornado(rows: Sequence[dict[str, Any]], middle: float, scale: Scale) -> Markup:
    values = [scale.end(row, end) for row in rows for end in ("low", "high")] + [middle]
    room = max(numerals.nice_step(max(values) - min(values), 6), scale.least_step)
    frame = Frame(
        330, 8, WIDE - 400, ROW_PX * len(rows), (min(values) - room, max(values) + room), (0.0, 1.0)
    )
    parts = [frame.x_axis(scale.title, 8)]
    for number, row in enumerate(rows):
        parts += _bar(frame, 8 + ROW_PX * number, row, middle, scale)
    x = frame.at_x(middle)
    parts.append(svg.line(x, frame.top - 4, x, frame.top + frame.height, palette.INK, stroke_width=1.4))
    return svg.drawing(WIDE, frame.height + 54, f"Sensitivity: {scale.title}.", parts, "wide")


def _bar(frame: Frame, top: float, row: dict[str, Any], middle: float, scale: Scale) -> list[str]:
    name, unit, meaning = parameter(str(row["parameter"]))
    label = f"{name}: {row['low']:g} to {row['high']:g}{numerals.NBSP}{unit}".replace("-", numerals.MINUS)
    parts = [svg.text(frame.left - 12, top + 21, label, text_anchor="end")]
    for end, colour in (("low", palette.SKY), ("high", palette.BLUE)):
        value = scale.end(row, end)
        left, right = sorted((frame.at_x(middle), frame.at_x(value)))
        words = f"{name} at {row[end]:g} {unit}: {scale.write(value)}. {meaning}. {row['source']}"
        parts.append(svg.rect(left, top + 6, right - left, ROW_PX - 14, colour, title=words))
    return parts


def parameter(path: str) -> tuple[str, str, str]:
    """A radio setting in words: its name, its unit, and what the schema says of it."""
    group, _, key = path.removeprefix("radio.").partition(".")
    ending, unit = next(((e, u) for e, u in UNITS if key.endswith(e)), ("", ""))
    stem = key.removesuffix(ending)
    name = SPOKEN.get(stem, stem.replace("_", " ").capitalize())
    part = RadioSpec.model_fields.get(group)
    fields = getattr(part.annotation, "model_fields", {}) if part else {}
    return name, unit, str(fields[key].description or "") if key in fields else ""


def with_rates(section: Section, result: BroadbandResult) -> Section:
    """The section of low orbit, geostationary satellite and fibre, with what is known of their rates."""
    if not section.tables:
        return section
    view = section.tables[0]
    rates = (_low_orbit(result), "not computed", _fibre(result))
    rows = [[*row[:-1], words, row[-1]] for row, words in zip(view.rows, rates, strict=False)]
    heads = [*view.heads[:-1], "Rate down", view.heads[-1]]
    align = view.align[:-1] + "l" + view.align[-1]
    return replace(section, tables=[replace(view, heads=heads, align=align, rows=rows), *section.tables[1:]])


def _low_orbit(result: BroadbandResult) -> str:
    """Offered at the first place; where nobody has a terminal there, in the middle of those who have one."""
    cells = result.tables["capacity_cells"]
    places = result.tables.get("capacity_places")
    first = str(result.tables["three_ways"]["name"][0])
    if places is not None and first in places["name"]:
        there = float(found.floats(places, "offered_median_mbit_s")[places["name"] == first][0])
        if np.isfinite(there):
            return f"{text.rate(there)} to one busy terminal, median"
    middle = found.weighted_median(found.floats(cells, "offered_median_mbit_s"), found.floats(cells, "users"))
    return (
        f"{text.rate(middle)} to one busy terminal, where there are any"
        if np.isfinite(middle)
        else numerals.NONE
    )


def _fibre(result: BroadbandResult) -> str:
    """What the scenario says of its wired networks."""
    wired = [net for net in result.scenario.terrestrial if "fibre" in net.name.lower()]
    return f"{text.rate(wired[0].rate_mbit_s)}, set in the scenario" if wired else "not in this run"
