"""How the tables of a station read in a terminal: which columns, under which heads, how many rows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from skyhold.cli.console import Voice, finite

if TYPE_CHECKING:
    from skyhold.results.tables import Table
    from skyhold.scenario.scenario import StationScenario

UNITS = {
    "m_s_year": "m/s a year",
    "kg_year": "kg a year",
    "year": "a year",
    "m_s": "m/s",
    "km": "km",
    "kg": "kg",
    "m2": "m2",
    "deg": "deg",
    "n": "N",
    "s": "s",
    "percent": "%",
}


@dataclass(frozen=True)
class Shown:
    """A table as it is shown: its title, its columns (all where none is named), the rows that are enough."""

    title: str
    columns: str = ""
    most: int = 40


SHOWN = {
    "reentry": Shown("Re-entry if nobody pushes"),
    "thresholds": Shown(
        "Altitudes reached, by 5, 50, 95 % of the members",
        "name altitude_km p05_date p50_date p95_date reached_share",
    ),
    "altitude": Shown(
        "Mean altitude over 6,378.137 km, percentiles of the members",
        "date p05_km p25_km p50_km p75_km p95_km share_up",
        13,
    ),
    "reboosts": Shown(
        "Reboosts",
        "date vehicle delta_v_m_s propellant_kg burn_s altitude_before_km altitude_after_km",
    ),
    "plan": Shown("The plan"),
    "holders": Shown(
        "Who could hold it alone",
        "partners feasible for_years need_m_s_year have_m_s_year propellant_kg_year flights_needed_year "
        "flights_available_year attitude",
    ),
    "marginal": Shown(
        "What one more flight is worth",
        "vehicle partner delta_v_low_m_s delta_v_m_s_flight delta_v_high_m_s months_gained proven trust note",
    ),
    "failures": Shown("If the last burn stops early"),
    "vehicles": Shown(
        "Craft",
        "name partner can_push proven thrust_n propellant_kg delta_v_m_s flights_per_year trust",
    ),
    "attitude": Shown("Down to which altitude the attitude is held"),
    "burns": Shown(
        "Burns",
        "number what date_utc vehicle delta_v_m_s propellant_kg burn_s perigee_km apogee_km",
    ),
    "deorbit": Shown("The deorbit"),
    "survivors": Shown("What reaches the ground, by archetype, not by parts list", most=15),
    "risk": Shown("Risk on the ground, with its 5th and 95th percentile"),
    "limits": Shown("Limits", "whose quantity limit ours exceeds document"),
    "risk_countries": Shown(
        "By country", "name time_share_percent casualty_share_percent casualties people_under_track", 15
    ),
    "risk_cities": Shown("By city", "name country population probability", 10),
    "crew": Shown("Aboard"),
    "seats": Shown("Seats home"),
    "flights": Shown("Launches", "date craft launcher pad status note"),
}
HEADS = {
    "percentile": "% are down",
    "reached_share": "share that gets there",
    "way_home": "home in",
    "for_years": "for years",
    "delta_v_m_s_flight": "delta v, m/s",
}


def tell_tables(
    voice: Voice,
    scenario: StationScenario,
    answer: Iterable[str],
    tables: Mapping[str, Table],
    shown: Iterable[str],
) -> None:
    """Print the answer, then the tables named in `shown` that are there; as JSON, every row of every table."""
    said = [line for line in answer if line]
    if voice.json:
        voice.answer(finite(_payload(scenario, said, tables)))
        return
    voice.answer(None, said)
    for name in shown:
        if name in tables and len(tables[name]) and not voice.quiet:
            voice.say("")
            tell_table(voice, tables[name])


def tell_table(voice: Voice, table: Table) -> None:
    """Print one table, and below it how many rows were left out and what its columns mean."""
    look = SHOWN.get(table.name, Shown(table.name))
    columns = [name for name in look.columns.split() or table.columns if name in table.columns]
    rows = table.rows()
    if "casualty_area_m2" in columns:
        rows.sort(key=lambda row: -row["casualty_area_m2"])
    kept = _history(rows, look.most) if "share_up" in columns else rows[: look.most]
    cells = [[row[name] for name in columns] for row in kept]
    voice.table(look.title, [heading(name) for name in columns], cells)
    if len(kept) < len(rows):
        voice.say(f"{len(rows) - len(kept):,} more rows with --json")
    for name in columns:
        if name in table.notes:
            voice.say(f"{heading(name)}: {table.notes[name]}")


def heading(column: str) -> str:
    """The name of a column for people: `delta_v_m_s` is "delta v, m/s", `p05_km` is "5 %, km"."""
    if column in HEADS:
        return HEADS[column]
    for suffix in sorted(UNITS, key=len, reverse=True):
        if column.endswith(f"_{suffix}"):
            return f"{_words(column.removesuffix(f'_{suffix}'))}, {UNITS[suffix]}"
    return _words(column)


def _words(name: str) -> str:
    if name[:1] == "p" and name[1:3].isdigit():
        return f"{int(name[1:3])} %{name[3:].replace('_', ' ')}"
    return name.replace("_", " ")


def _history(rows: list[dict[str, Any]], most: int) -> list[dict[str, Any]]:
    """The first row, the first on which nobody is up any more (or the last), and rows evenly between."""
    end = next((i for i, row in enumerate(rows) if row["share_up"] == 0), len(rows) - 1)
    return rows[: end + 1] if end < most else [rows[round(i * end / (most - 1))] for i in range(most)]


def _payload(scenario: StationScenario, answer: list[str], tables: Mapping[str, Table]) -> dict[str, Any]:
    return {
        "scenario": scenario.name,
        "start_utc": scenario.start_utc.isoformat(),
        "answer": answer,
        "tables": {name: table.rows() for name, table in tables.items()},
        "notes": {name: dict(table.notes) for name, table in tables.items() if table.notes},
    }
