"""Tables of the chapter on the station: who holds it, what it is, who is under it, who comes home."""

from __future__ import annotations

import math
from typing import Any

from markupsafe import Markup

from skyhold.drawing import numerals
from skyhold.drawing.numerals import NBSP
from skyhold.drawing.page import View
from skyhold.report import figures
from skyhold.report import station_findings as found
from skyhold.report import station_text as text
from skyhold.report.station_text import significant
from skyhold.report.station_trust import marked
from skyhold.results.station import StationResult

COUNTRIES_SHOWN, CITIES_SHOWN, FLIGHTS_SHOWN = 25, 15, 40
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
            [f"{int(row['percentile'])}{NBSP}%", found.short_day(found.day(row["date"])), number(row["days"])]
            for row in found.rows(result, "reentry")
        ]
        note = (
            "The day by which it has come down with that chance, if nobody pushes. Not a forecast of a day."
        )
        views.append(View("Re-entry", ["Chance", "By", "Days from the start"], "lrr", rows, note))
    if found.has(result, "thresholds"):
        rows = [
            [str(row["name"]).capitalize(), number(row["altitude_km"], 0, "km"),
             *(found.short_day(found.day(row[f"{q}_date"])) for q in ("p05", "p50", "p95")),
             numerals.share(float(row["reached_share"]), 1.0)]
            for row in found.rows(result, "thresholds")
        ]  # fmt: skip
        heads = ["Altitude", "", "Early (5 %)", "Median", "Late (95 %)", "Of the members"]
        views.append(View("Altitudes on the way down", heads, "lrrrrr", rows))
    return views


def holders(result: StationResult) -> View | None:
    """Who could hold it alone: flights, propellant, attitude, and what stops the others."""
    if not found.has(result, "holders"):
        return None
    rows = [
        [found.partners_in_words(result, str(row["partners"])), truth(row["feasible"]),
         str(row["binding"] or numerals.NONE), number(row["months_held"], 0),
         f"{number(row['flights_needed_year'], 1)} of {number(row['flights_available_year'], 1)}",
         number(row["propellant_kg_year"]), truth(row["attitude"]), number(row["first_flight_days"])]
        for row in found.rows(result, "holders")
    ]  # fmt: skip
    heads = ["Partners", "Hold it", "What stops them", "Months held", "Flights a year, needed of there",
             "Propellant (kg a year)", "Attitude", "First flight (days)"]  # fmt: skip
    return View("Who could hold it", heads, "lctrrrcr", rows)


def marginal(result: StationResult) -> View | None:
    """What one more flight of each vehicle is worth."""
    if not found.has(result, "marginal"):
        return None
    rows = found.rows(result, "marginal")
    longest = max(float(row["months_gained"]) for row in rows)
    cells = [
        [str(row["vehicle"]), number(row["delta_v_m_s_flight"], 1), number(row["months_gained"], 1),
         figures.bar_cell(float(row["months_gained"]), longest, width=220)]
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
        [str(row["name"]), names.get(str(row["partner"]), str(row["partner"])), truth(row["available"]),
         truth(row["can_push"]), truth(row["proven"]), positive(row["thrust_n"]), positive(row["isp_s"]),
         positive(row["propellant_kg"]), number(row["delta_v_m_s"], 1), marked(str(row["trust"])),
         str(row["note"] or "")]
        for row in found.rows(result, "vehicles")
    ]  # fmt: skip
    heads = ["Craft", "Partner", "In service", "Can push", "Has pushed", "Thrust (N)", "Isp (s)", "Propellant (kg)",
             "Delta‑v a flight (m/s)", "Trust", "Note"]  # fmt: skip
    note = "Propellant is what one flight can spare for the station; delta-v is on the station as it is."
    return View("Craft, and what a flight of each can do", heads, "llcccrrrrlt", rows, note)


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
        [str(row["mode"]).capitalize(), number(row["mid_km"], 0, "km"),
         f"{number(row['low_km'])} to {number(row['high_km'])}{NBSP}km", str(row["note"] or "")]
        for row in found.rows(result, "attitude")
    ]  # fmt: skip
    return View("Attitude", ["Held by", "Down to", "Low to high estimate", "What limits it"], "lrrl", rows)


def masses(result: StationResult) -> View | None:
    """What makes up the mass, beside the mass that was said."""
    if not found.has(result, "masses"):
        return None
    kg, _ = found.stated_mass_kg(result)
    rows = [
        [
            str(row["what"]).capitalize(),
            number(float(row["kg"]) / 1000, 1),
            _beside(float(row["kg"]), kg),
            str(row["note"] or ""),
        ]
        for row in found.rows(result, "masses")
    ]
    return View("Mass", ["What", "Tonnes", "Against the stated total", "Note"], "lrrl", rows)


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


def burns(result: StationResult) -> View | None:
    """The burns of the deorbit."""
    if not found.has(result, "burns"):
        return None
    rows = [
        [number(row["number"]), str(row["what"]), str(row["date_utc"])[:16].replace("T", " "), str(row["vehicle"]),
         number(row["delta_v_m_s"], 1), positive(row["propellant_kg"]), numerals.duration(float(row["burn_s"])),
         number(row["perigee_km"]), number(row["apogee_km"])]
        for row in found.rows(result, "burns")
    ]  # fmt: skip
    heads = [
        "",
        "Burn",
        "UTC",
        "Vehicle",
        "Delta‑v (m/s)",
        "Propellant (kg)",
        "Lasts",
        "Perigee (km)",
        "Apogee (km)",
    ]
    return View("Burns", heads, "rlllrrrrr", rows)


def quantities(result: StationResult, table: str, caption: str) -> View | None:
    """A table of named quantities with their units, as it stands."""
    if not found.has(result, table):
        return None
    rows = [
        [str(row["quantity"]).capitalize(), *_value(row), str(row.get("note") or "")]
        for row in found.rows(result, table)
    ]
    return View(caption, ["", "", "5 to 95 %", "Note"], "lrrl", _without_empty(rows))


def _value(row: dict[str, Any]) -> tuple[Any, str]:
    unit = str(row.get("unit") or "")
    if "yes" in unit.lower() or isinstance(row["value"], bool):
        return truth(row["value"]), ""
    if unit in ("", "1") and "share" in found.plain(str(row["quantity"])):
        return numerals.share(float(row["value"]), 1.0), ""
    tail = "" if unit in ("", "1") else f"{NBSP}{unit.replace('m2', 'm²').replace('deg', '°')}"
    low, high = float(row.get("low", math.nan)), float(row.get("high", math.nan))
    span = f"{significant(low)} to {significant(high)}" if math.isfinite(low + high) and low != high else ""
    return significant(float(row["value"]), 3) + tail, span


def _without_empty(rows: list[list[Any]]) -> list[list[Any]]:
    """The interval's column keeps a dash where a row has none."""
    return [[row[0], row[1], row[2] or numerals.NONE, row[3]] for row in rows]


def limits(result: StationResult) -> View | None:
    """Whose limit, of which quantity, and how the run stands to it."""
    if not found.has(result, "limits"):
        return None
    rows = [
        [str(row["whose"]), str(row["quantity"]), significant(float(row["limit"])), significant(float(row["ours"])),
         f"{significant(float(row['ours']) / float(row['limit']))} times",
         Markup('<span class="verdict false">above</span>') if found.yes(row["exceeds"])
         else Markup('<span class="verdict true">within</span>')]
        for row in found.rows(result, "limits")
    ]  # fmt: skip
    note = "The same digits limit different quantities: read the second column before the third."
    heads = ["Whose limit", "Of which quantity", "Limit", "Here", "", ""]
    return View("Limits, and what they limit", heads, "llrrrc", rows, note)


def risk_countries(result: StationResult) -> View | None:
    """Countries by their share of the expected casualties, beside their share of the time."""
    if not found.has(result, "risk_countries"):
        return None
    rows = sorted(found.rows(result, "risk_countries"), key=lambda row: -float(row["casualty_share_percent"]))
    most = float(rows[0]["casualty_share_percent"])
    cells = [
        [str(row["name"]), f"{float(row['casualty_share_percent']):.2f}{NBSP}%",
         figures.bar_cell(float(row["casualty_share_percent"]), most, "#e0813a"),
         significant(float(row["casualties"])), f"{float(row['time_share_percent']):.2f}{NBSP}%",
         number(float(row["people_under_track"]) / 1e6, 1)]
        for row in rows[:COUNTRIES_SHOWN]
    ]  # fmt: skip
    left = len(rows) - COUNTRIES_SHOWN
    note = f"{left} more are in tables/risk_countries.csv." if left > 0 else ""
    heads = ["Country", "Of the expected casualties", "", "Expected casualties", "Of the time over it",
             "People under the track (millions)"]  # fmt: skip
    return View("Whose risk it is", heads, "lrlrrr", cells, note)


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
    """What reaches the ground, by archetype."""
    if not found.has(result, "survivors"):
        return None
    rows = [
        [str(row["archetype"]).capitalize(), number(row["count"]), number(row["mass_kg"]),
         number(row["casualty_area_m2"]), numerals.share(float(row["survived_share"]), 1.0)]
        for row in found.rows(result, "survivors")
    ]  # fmt: skip
    heads = ["Archetype", "Pieces", "Mass (kg)", "Casualty area (m²)", "Of it reaches the ground"]
    note = "Archetypes of parts, not a list of the station’s own."
    return View("What reaches the ground", heads, "lrrrr", rows, note)


def crew(result: StationResult) -> list[View]:
    """Who is aboard, the seats docked, and the ledger of flights."""
    names, views = found.partner_names(result), []
    if found.has(result, "crew"):
        rows = [
            [str(row["name"]), str(row["agency"]), str(row["way_home"] or "none"), str(row["note"] or "")]
            for row in found.rows(result, "crew")
        ]
        views.append(
            View("Who is aboard, and the way home", ["Name", "Agency", "Way home", ""], "llll", rows)
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
        [found.short_day(found.day(row["date"])), str(row["craft"]),
         names.get(str(row["partner"]), str(row["partner"])),
         str(row["launcher"]), str(row["pad"]), _status(str(row["status"])), str(row["note"] or "")]
        for row in found.rows(result, "flights")[:FLIGHTS_SHOWN]
    ]  # fmt: skip
    heads = ["Launch", "Flight", "Partner", "Rocket", "From", "", "Why"]
    return [View("Flights of the year", heads, "rlllllt", rows)]


def _status(word: str) -> Markup:
    lost = any(part in word.lower() for part in ("lost", "not", "cancel", "no "))
    return Markup('<span class="verdict {}">{}</span>').format("false" if lost else "true", word)
