"""Tables of the chapter on the station: who holds it, what it is, who is under it, who comes home."""

from __future__ import annotations

import math
from datetime import UTC, date, datetime
from typing import Any

from markupsafe import Markup

from skyhold.data import countries
from skyhold.drawing import numerals
from skyhold.drawing.numerals import NBSP
from skyhold.drawing.page import View
from skyhold.report import figures
from skyhold.report import station_findings as found
from skyhold.report import station_text as text
from skyhold.report.station_text import significant
from skyhold.report.station_trust import marked, sourced
from skyhold.results.station import StationResult
from skyhold.units import DAY_S

COUNTRIES_SHOWN, CITIES_SHOWN, FLIGHTS_SHOWN, ARCHETYPES_SHOWN = 25, 15, 40, 12
YES_OR_NO = {"feasible", "keeps out"}
SHARES = {"possible_share", "flown_above"}
PLAN = {
    "delta_v": "Delta‑v", "propellant": "Propellant", "attitude": "for attitude", "avoidance": "for avoidance",
    "propellant_p05": "Propellant if the future were known: 5th percentile", "propellant_p50": "the same, median",
    "propellant_p95": "the same, 95th percentile", "possible_share": "Members that could be held",
    "flown_above": "Members that stay in the band when it is flown",
}  # fmt: skip
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
         number(row["propellant_kg_year"]), str(row["limits"] or numerals.NONE)]
        for row in found.rows(result, "holders")
    ]  # fmt: skip
    heads = ["Partners", "Hold it in the plan", "For years", "Attitude held",
             "Proven craft give, of the need (m/s a year)",
             "Unproven ones (m/s a year)", "Aboard (m/s)", "Flights a year, needed of there", "Propellant (kg a year)",
             "What goes with those who leave"]  # fmt: skip
    note = (
        "The need is drag in nine members of ten, and avoidance of debris. Needed flights are those of the best craft "
        "alone. Proven: had pushed a station by the day."
    )
    return View("Who could hold it", heads, "lcccrrrrrl", rows, note)


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
        [_sentence(row["mode"]), number(row["mid_km"], 0, "km"),
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
        [_sentence(row["what"]), number(float(row["kg"]) / 1000, 1), _beside(float(row["kg"]), kg),
         str(row["note"] or "")]
        for row in found.rows(result, "masses")
    ]  # fmt: skip
    note = ""
    if record is not None:
        day = numerals.date(_noon(record.day))
        note = f"Stated last: {record.mass_kg / 1000:.1f}{NBSP}t on {day}, {sourced(record.source)[1]}."
    return View("Mass", ["What", "Tonnes", "Of the whole", "Note"], "lrrl", rows, note)


def _noon(when: date) -> datetime:
    return datetime(when.year, when.month, when.day, 12, tzinfo=UTC)


def _sentence(words: Any) -> str:
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
         _sentence(row["note"])]
        for row in found.rows(result, "failures")
    ]  # fmt: skip
    heads = ["Of the burn done", "Perigee (km)", "Comes down after", "Where"]
    return View("If the last burn stops early", heads, "rrrl", rows)


def quantities(result: StationResult, table: str, caption: str) -> View | None:
    """A table of named quantities with their units, as it stands."""
    if not found.has(result, table):
        return None
    rows = [
        [NAMED.get(found.plain(str(row["quantity"])), _sentence(row["quantity"]).removesuffix(" m2")), *_value(row),
         _sentence(_with_names(str(row.get("note") or "")))]
        for row in found.rows(result, table)
    ]  # fmt: skip
    spread = any(row[2] != numerals.NONE for row in rows)
    if not spread:
        return View(caption, ["", "", "Note"], "lrl", [[row[0], row[1], row[3]] for row in rows])
    return View(caption, ["", "", "5 to 95 %", "Note"], "lrrl", rows)


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
        [_sentence(row["whose"]), LIMITED.get(str(row["quantity"]), str(row["quantity"])),
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
         figures.bar_cell(float(row["casualty_share_percent"]), most, "#e0813a", 220),
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
        [_sentence(row["archetype"]), number(row["count"]), number(row["mass_kg"]),
         number(row["casualty_area_m2"]), numerals.share(float(row["survived_share"]), 1.0)]
        for row in kinds[:ARCHETYPES_SHOWN]
    ]  # fmt: skip
    heads = ["Archetype", "Pieces", "Mass (kg)", "Casualty area (m²)", "Of them reach the ground"]
    note = "Archetypes of parts, not a list of the station’s own."
    if len(kinds) > len(rows):
        note += f" The {len(rows)} that weigh most of {len(kinds)}; all are in tables/survivors.csv."
    return View("What reaches the ground", heads, "lrrrr", rows, note)


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
         sourced(str(row["note"] or ""))[1]]
        for row in found.rows(result, "flights")[:FLIGHTS_SHOWN]
    ]  # fmt: skip
    heads = ["Launch", "Flight", "Rocket", "Whose", "From", "", "Why"]
    return [View("Flights of the year", heads, "lllllll", rows)]


def _status(word: str) -> Markup:
    """What becomes of a flight as a badge."""
    mark = {"flies": "true", "stock": "depends", "lost": "false"}.get(word, "depends")
    return Markup('<span class="verdict {}">{}</span>').format(mark, FLIGHT.get(word, word))
