"""Tables of the chapter on the station: when it falls, who holds it, what it is, who comes home."""

from __future__ import annotations

import math
import re
from datetime import UTC, date, datetime
from typing import Any

from markupsafe import Markup

from skyhold.drawing import numerals
from skyhold.drawing.frame import bar_cell
from skyhold.drawing.numerals import NBSP
from skyhold.drawing.page import View
from skyhold.results.station import StationResult
from skyhold.station_chapter import findings as found
from skyhold.station_chapter.text import significant
from skyhold.station_chapter.trust import marked, sourced

FLIGHTS_SHOWN = 40
DATED = re.compile(r"[;,] dates? \[[ABCR]\]")  # the ledger marks what it recalls only
SHARES = {"possible_share", "flown_above"}
PLAN = {
    "delta_v": "Delta‑v", "propellant": "Propellant", "attitude": "for attitude", "avoidance": "for avoidance",
    "propellant_p05": "Propellant if the future were known: 5th percentile", "propellant_p50": "the same, median",
    "propellant_p95": "the same, 95th percentile", "possible_share": "Members that could be held",
    "flown_above": "Members that stay in the band when it is flown",
}  # fmt: skip
FLIGHT = {"stock": "flies from stock", "dropped": "did not fly"}
YES, NO = Markup('<span class="verdict true">yes</span>'), Markup('<span class="verdict false">no</span>')


def truth(value: Any) -> Markup:
    """Yes or no as a badge."""
    return YES if found.yes(value) else NO


def number(value: Any, places: int = 0, unit: str = "") -> str:
    """A number of a cell, a dash for a missing one."""
    if value is None or not math.isfinite(float(value)):
        return numerals.NONE
    return numerals.decimal(float(value), places) + (f"{NBSP}{unit}" if unit else "")


def positive(value: Any, places: int = 0) -> str:
    """A number of a cell, a dash for none or nothing."""
    return number(value, places) if value is not None and float(value) > 0 else numerals.NONE


def when_down(result: StationResult) -> list[View]:
    """Percentiles of the re-entry, and the days of reaching the thresholds."""
    views = []
    if found.has(result, "reentry"):
        rows = [
            [f"{int(row['percentile'])}{NBSP}%", _by(row["date"]), number(row["days"])]
            for row in found.rows(result, "reentry")
        ]
        note = (
            "The day by which it has come down with that chance, if nobody pushes. Not a forecast of a day."
        )
        views.append(View("Re-entry", ["Chance", "By", "Days from the start"], "lrr", rows, note))
    if found.has(result, "thresholds"):
        rows = [
            [str(row["name"]).capitalize(), number(row["altitude_km"], 0, "km"),
             *(_by(row[f"{q}_date"]) for q in ("p05", "p50", "p95")),
             numerals.share(float(row["reached_share"]), 1.0)]
            for row in found.rows(result, "thresholds")
        ]  # fmt: skip
        heads = ["Altitude", "", "Early (5 %)", "Median", "Late (95 %)", "Of the members"]
        views.append(View("Altitudes on the way down", heads, "lrrrrr", rows))
    return views


def _by(value: Any) -> str:
    """A day, or that it is later than the run looks."""
    return found.short_day(found.day(value)) if found.day(value) else "later"


def holders(result: StationResult) -> View | None:
    """Who could hold it alone: flights, delta-v, attitude, and what stops the others."""
    if not found.has(result, "holders"):
        return None
    rows = [
        [found.partners_in_words(result, str(row["partners"])), truth(row["feasible"]), truth(row["for_years"]),
         truth(row["attitude"]), f"{number(row['have_m_s_year'], 1)} of {number(row['need_m_s_year'], 1)}",
         number(row["unproven_m_s_year"], 1), number(row["aboard_m_s"], 1), _flights_of(row),
         number(row["propellant_kg_year"])]
        for row in found.rows(result, "holders")
    ]  # fmt: skip
    heads = ["Partners", "Hold it in the plan", "For years", "Attitude held",
             "Proven craft give, of the need (m/s a year)",
             "Unproven ones (m/s a year)", "Aboard (m/s)", "Flights a year, needed of there",
             "Propellant (kg a year)"]  # fmt: skip
    note = (
        "The need is drag in nine members of ten, and avoidance of debris. Needed flights are those of the best craft "
        "alone. Proven: had pushed a station by the day."
    )
    return View("Who could hold it", heads, "lcccrrrrr", rows, f"{note} {_gone_too(result)}")


def _gone_too(result: StationResult) -> str:
    """What else goes with those who leave, sets that lose the same named together."""
    same: dict[str, list[str]] = {}
    for row in found.rows(result, "holders"):
        if row["limits"]:
            same.setdefault(str(row["limits"]), []).append(
                found.partners_in_words(result, str(row["partners"]))
            )
    return " ".join(f"{'; '.join(who)}: {limits}." for limits, who in same.items())


def _flights_of(row: dict[str, Any]) -> str:
    return f"{number(row['flights_needed_year'], 1)} of {number(row['flights_available_year'], 1)}"


def plan(result: StationResult) -> View | None:
    """The plan in numbers: what it takes, and how it stands the ensemble."""
    if not found.has(result, "plan"):
        return None
    named = {str(row["quantity"]): row for row in found.rows(result, "plan")}
    rows = [
        [title, _amount(named[key]), str(named[key]["note"] or "")]
        for key, title in PLAN.items()
        if key in named and math.isfinite(float(named[key]["value"]))
    ]
    return View("The plan in numbers", ["", "", ""], "lrl", rows)


def _amount(row: dict[str, Any]) -> str:
    if str(row["quantity"]) in SHARES:
        return numerals.share(float(row["value"]), 1.0)
    unit = f"{NBSP}{row['unit']}" if row["unit"] else ""
    return f"{significant(float(row['value']), 3)}{unit}"


def marginal(result: StationResult) -> View | None:
    """What one more flight of each vehicle is worth."""
    if not found.has(result, "marginal"):
        return None
    rows = found.rows(result, "marginal")
    longest = max(float(row["months_gained"]) for row in rows)
    cells = [
        [str(row["vehicle"]), number(row["delta_v_m_s_flight"], 1), number(row["months_gained"], 1),
         bar_cell(float(row["months_gained"]), longest, width=220)]
        for row in rows
    ]  # fmt: skip
    heads = ["One more flight of", "Delta‑v (m/s)", "Months gained", ""]
    return View("What one more flight is worth", heads, "lrrl", cells)


def vehicles(result: StationResult) -> View | None:
    """What each kind of craft could do for this station."""
    if not found.has(result, "vehicles"):
        return None
    names = found.partner_names(result)
    rows = [
        [str(row["name"]), names.get(str(row["partner"]), str(row["partner"])), truth(row["can_push"]),
         truth(row["proven"]), positive(row["thrust_n"]), positive(row["isp_s"]), positive(row["propellant_kg"]),
         positive(row["delta_v_m_s"], 1), positive(row.get("flights_per_year"), 1), marked(str(row["trust"]))]
        for row in found.rows(result, "vehicles")
    ]  # fmt: skip
    heads = ["Craft", "Partner", "Can push", "Has pushed", "Thrust (N)", "Isp (s)", "Propellant (kg)",
             "Delta‑v a flight (m/s)", "Flights a year", "Trust"]  # fmt: skip
    note = (
        "Propellant is what one flight can spare for the station; delta‑v is on the station as it is. Sources stand "
        "under the assumptions."
    )
    return View("Craft in service, and what a flight of each can do", heads, "llccrrrrrl", rows, note)


def reboosts(result: StationResult) -> View | None:
    """The plan, a row a burn."""
    if not found.has(result, "reboosts"):
        return None
    rows = [
        [found.short_day(found.day(row["date"])), str(row["vehicle"]), number(row["delta_v_m_s"], 2),
         positive(row["propellant_kg"]), numerals.duration(float(row["burn_s"])), number(row["altitude_before_km"], 1),
         number(row["altitude_after_km"], 1)]
        for row in found.rows(result, "reboosts")
    ]  # fmt: skip
    heads = ["Day", "Vehicle", "Delta‑v (m/s)", "Propellant (kg)", "Burn", "Altitude before (km)", "after"]
    return View("The plan, burn by burn", heads, "llrrrrr", rows, folded=True)


def attitude(result: StationResult) -> View | None:
    """What holds the attitude, and down to where."""
    if not found.has(result, "attitude"):
        return None
    rows = [
        [sentence(row["mode"]), number(row["mid_km"], 0, "km"),
         f"{number(row['low_km'])} to {number(row['high_km'])}{NBSP}km", str(row["note"] or "")]
        for row in found.rows(result, "attitude")
    ]  # fmt: skip
    if not any(row[3] for row in rows):
        return View(
            "Attitude", ["Held by", "Down to", "Low to high estimate"], "lrr", [row[:3] for row in rows]
        )
    return View("Attitude", ["Held by", "Down to", "Low to high estimate", ""], "lrrl", rows)


def masses(result: StationResult) -> View | None:
    """What makes up the mass, beside the mass that was said."""
    if not found.has(result, "masses"):
        return None
    kg, record = found.mass_kg(result), found.mass_record(result)
    rows = [
        [sentence(row["what"]), number(float(row["kg"]) / 1000, 1), _beside(float(row["kg"]), kg),
         str(row["note"] or "")]
        for row in found.rows(result, "masses")
    ]  # fmt: skip
    note = ""
    if record is not None:
        day = numerals.date(_noon(record.day))
        note = f"Stated last: {record.mass_kg / 1000:.1f}{NBSP}t on {day}, {sourced(record.source)[1]}."
    return View("Mass", ["What", "Tonnes", "Of the whole", "Note"], "lrrt", rows, note)


def _noon(when: date) -> datetime:
    return datetime(when.year, when.month, when.day, 12, tzinfo=UTC)


def sentence(words: Any) -> str:
    """Words of a table with a capital letter."""
    text = str(words).replace("_", " ")
    return text[:1].upper() + text[1:]


def _beside(kg: float, whole: float) -> str:
    return f"{100 * kg / whole:.0f}{NBSP}%" if whole > 0 else numerals.NONE


def parts(result: StationResult) -> View | None:
    """Every module and every craft docked."""
    if not found.has(result, "parts"):
        return None
    names = found.partner_names(result)
    rows = [
        [str(row["name"]), str(row["kind"]), names.get(str(row["owner"]), str(row["owner"])), str(row["segment"]),
         number(row["mass_kg"]), number(row["area_m2"]), marked(str(row["trust"])), str(row["source"])]
        for row in found.rows(result, "parts") if found.yes(row["present"])
    ]  # fmt: skip
    heads = ["Part", "", "Owner", "Segment", "Mass (kg)", "Area (m²)", "Trust", "Source"]
    return View(f"Modules and craft ({len(rows)})", heads, "llllrrll", rows, folded=True)


def crew(result: StationResult) -> list[View]:
    """Who is aboard, the seats docked, and the ledger of flights."""
    names, views = found.partner_names(result), []
    if found.has(result, "crew"):
        rows = [
            [str(row["name"]), names.get(str(row["partner"]), str(row["partner"])), str(row["way_home"] or "none"),
             str(row["note"] or "")]
            for row in found.rows(result, "crew")
        ]  # fmt: skip
        views.append(
            View("Who is aboard, and the way home", ["Name", "Partner", "Way home", ""], "llll", rows)
        )
    if found.has(result, "seats"):
        rows = [
            [str(row["craft"]), names.get(str(row["partner"]), str(row["partner"])), number(row["seats"]),
             number(row["taken"]), number(row["emergency_seats"])]
            for row in found.rows(result, "seats")
        ]  # fmt: skip
        heads = ["Craft", "Partner", "Seats", "Taken", "People it takes in need"]
        views.append(View("Seats docked", heads, "llrrr", rows))
    return [*views, *_flights(result, names)]


def _flights(result: StationResult, names: dict[str, str]) -> list[View]:
    if not found.has(result, "flights"):
        return []
    rows = [
        [found.short_day(found.day(row["date"])), str(row["craft"]), str(row["launcher"]),
         names.get(str(row["partner"]), str(row["partner"])), str(row["pad"]), _status(str(row["status"])),
         sourced(DATED.sub("", str(row["note"] or "")))[1]]
        for row in found.rows(result, "flights")[:FLIGHTS_SHOWN]
    ]  # fmt: skip
    heads = ["Launch", "Flight", "Rocket", "Whose", "From", "", "Why"]
    return [View("Flights of the year", heads, "lllllll", rows)]


def _status(word: str) -> Markup:
    """What becomes of a flight as a badge."""
    mark = {"flies": "true", "stock": "depends", "lost": "false"}.get(word, "depends")
    return Markup('<span class="verdict {}">{}</span>').format(mark, FLIGHT.get(word, word))
