"""Tables of a station's end: the descent on purpose, and the people under a fall that nobody steers."""

from __future__ import annotations

import math
from typing import Any

from markupsafe import Markup

from skyhold.data import countries
from skyhold.drawing import numerals
from skyhold.drawing.frame import bar_cell
from skyhold.drawing.numerals import NBSP
from skyhold.drawing.page import View
from skyhold.results.station import StationResult
from skyhold.station_chapter import findings as found
from skyhold.station_chapter import text
from skyhold.station_chapter.tables import number, positive, sentence, truth
from skyhold.station_chapter.text import significant
from skyhold.units import DAY_S

COUNTRIES_SHOWN, CITIES_SHOWN, ARCHETYPES_SHOWN = 25, 15, 12
YES_OR_NO = {"feasible", "keeps out"}
NAMED = {
    "casualty expectation": "Expected number of casualties",
    "probability of a casualty": "Chance of at least one casualty",
    "density under track": "People under the track",
    "share eu27": "Share of it in the EU-27",
    "time over eu27": "Time over the EU-27",
    "feasible": "Can be done",
    "delta v": "Delta‑v",
    "craft needed": "Craft that would do",
    "entry angle": "Angle at entry",
    "keeps out": "Keeps its distance from land",
}
LIMITED = {
    "expectation": "expected number of casualties",
    "probability": "chance of at least one casualty",
    "individual": "chance for the most exposed person",
}


def burns(result: StationResult) -> View | None:
    """The burns of the deorbit."""
    if not found.has(result, "burns"):
        return None
    rows = [
        [number(row["number"]), str(row["what"]), number(row["delta_v_m_s"], 1), number(row["propellant_kg"]),
         positive(row.get("short_kg", 0.0)), numerals.duration(float(row["burn_s"])), number(row["perigee_km"]),
         number(row["apogee_km"])]
        for row in found.rows(result, "burns")
    ]  # fmt: skip
    heads = [
        "",
        "Burn",
        "Delta‑v (m/s)",
        "Propellant (kg)",
        "Of it missing (kg)",
        "Lasts",
        "Perigee (km)",
        "Apogee (km)",
    ]
    return View("Burns", heads, "rlrrrrrr", rows)


def failures(result: StationResult) -> View | None:
    """What follows when the last burn stops early."""
    if not found.has(result, "failures"):
        return None
    rows = [
        [f"{number(row['share_percent'])}{NBSP}%", number(row["perigee_km"]),
         numerals.duration(float(row["days"]) * DAY_S),
         sentence(row["note"])]
        for row in found.rows(result, "failures")
    ]  # fmt: skip
    heads = ["Of the burn done", "Perigee (km)", "Comes down after", "Where"]
    return View("If the last burn stops early", heads, "rrrl", rows)


def quantities(result: StationResult, table: str, caption: str) -> View | None:
    """A table of named quantities with their units, as it stands."""
    if not found.has(result, table):
        return None
    rows = [
        [NAMED.get(found.plain(str(row["quantity"])), sentence(row["quantity"]).removesuffix(" m2")), *_value(row),
         sentence(_with_names(str(row.get("note") or "")))]
        for row in found.rows(result, table)
    ]  # fmt: skip
    spread = any(row[2] != numerals.NONE for row in rows)
    if not spread:
        return View(caption, ["", "", "Note"], "lrt", [[row[0], row[1], row[3]] for row in rows])
    return View(caption, ["", "", "5 to 95 %", "Note"], "lrrt", rows)


def _value(row: dict[str, Any]) -> tuple[Any, str]:
    """A quantity with its unit, and its interval or a dash."""
    name, unit, value = found.plain(str(row["quantity"])), str(row.get("unit") or ""), float(row["value"])
    if name in YES_OR_NO:
        return truth(value), numerals.NONE
    low, high = float(row.get("low", math.nan)), float(row.get("high", math.nan))
    tail = "" if unit in ("", "1") else f"{NBSP}{unit.replace('m2', 'm²').replace('deg', '°')}"
    part = name.startswith(("share", "time over", "probability")) or name.endswith("share")
    write = _percent if part else _figures
    span = f"{write(low)} to {write(high)}" if math.isfinite(low + high) and low != high else numerals.NONE
    if write is _figures and not unit and value.is_integer():
        return numerals.whole(value), span
    return write(value) + tail, span


def _figures(value: float) -> str:
    return significant(value, 3)


def _percent(value: float) -> str:
    return numerals.share(value, 1.0)


def _with_names(note: str) -> str:
    """A note that begins with a country's code, with its name instead."""
    code, _, rest = note.partition(";")
    names = {one.iso3: one.name for one in countries.all_countries("50m")} if code.isupper() and rest else {}
    return f"{names.get(code, code)};{rest}" if rest else note


def limits(result: StationResult) -> View | None:
    """Whose limit, of which quantity, and how the run stands to it."""
    if not found.has(result, "limits"):
        return None
    rows = [
        [sentence(row["whose"]), LIMITED.get(str(row["quantity"]), str(row["quantity"])),
         str(row.get("applies") or ""),
         significant(float(row["limit"])), significant(float(row["ours"])),
         f"{significant(float(row['ours']) / float(row['limit']))} times",
         Markup('<span class="verdict false">above</span>') if found.yes(row["exceeds"])
         else Markup('<span class="verdict true">within</span>'), str(row.get("document") or "")]
        for row in found.rows(result, "limits")
    ]  # fmt: skip
    note = "The same digits limit different quantities: read the second column before the numbers."
    heads = ["Whose limit", "Of which quantity", "For", "Limit", "Here", "", "", "Document"]
    return View("Limits, and what they limit", heads, "lllrrrcl", rows, note)


def risk_countries(result: StationResult) -> View | None:
    """Countries by their share of the expected casualties, beside their share of the time."""
    if not found.has(result, "risk_countries"):
        return None
    rows = sorted(found.rows(result, "risk_countries"), key=lambda row: -float(row["casualty_share_percent"]))
    most = float(rows[0]["casualty_share_percent"])
    cells = [
        [str(row["name"]), f"{float(row['casualty_share_percent']):.2f}{NBSP}%",
         bar_cell(float(row["casualty_share_percent"]), most, "#e0813a", 220),
         significant(float(row["casualties"])), f"{float(row['time_share_percent']):.2f}{NBSP}%"]
        for row in rows[:COUNTRIES_SHOWN]
    ]  # fmt: skip
    left = len(rows) - COUNTRIES_SHOWN
    note = f"{left} more are in tables/risk_countries.csv." if left > 0 else ""
    heads = ["Country", "Of the expected casualties", "", "Expected casualties", "Chance that it is over it"]
    return View("Country by country", heads, "lrlrr", cells, note)


def risk_cities(result: StationResult) -> View | None:
    """Big cities and the chance that somebody there is hurt."""
    if not found.has(result, "risk_cities"):
        return None
    rows = sorted(found.rows(result, "risk_cities"), key=lambda row: -float(row["probability"]))
    cells = [
        [str(row["name"]), str(row["country"]), number(float(row["population"]) / 1e6, 1),
         text.one_in(float(row["probability"])).removeprefix("one chance in ").join(("1 in ", ""))]
        for row in rows[:CITIES_SHOWN]
    ]  # fmt: skip
    heads = ["City", "Country", "People (millions)", "Chance that somebody there is hurt"]
    return View("Cities under the track", heads, "llrr", cells, "All are in tables/risk_cities.csv.")


def survivors(result: StationResult) -> View | None:
    """What reaches the ground, by archetype, those first that add most to the casualty area."""
    if not found.has(result, "survivors"):
        return None
    kinds = sorted(found.rows(result, "survivors"), key=lambda row: -float(row["casualty_area_m2"]))
    rows = [
        [sentence(row["archetype"]), number(row["count"]), number(row["mass_kg"]),
         number(row["casualty_area_m2"]), numerals.share(float(row["survived_share"]), 1.0)]
        for row in kinds[:ARCHETYPES_SHOWN]
    ]  # fmt: skip
    heads = ["Archetype", "Pieces", "Mass (kg)", "Casualty area (m²)", "Of them reach the ground"]
    note = "Archetypes of parts, not a list of the station’s own."
    if len(kinds) > len(rows):
        note += f" The {len(rows)} of {len(kinds)} with the largest casualty area; all are in tables/survivors.csv."
    return View("What reaches the ground", heads, "lrrrr", rows, note)
