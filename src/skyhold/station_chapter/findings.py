"""The numbers of a station run as its chapter needs them: dates, shares, masses, who pushes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from skyhold.drawing import numerals
from skyhold.errors import SkyholdError
from skyhold.nouns.station import MassRecord, StationSpec
from skyhold.results.station import StationResult
from skyhold.results.tables import Table
from skyhold.risk.exposure import EU27
from skyhold.scenario import library

Floats = NDArray[np.float64]
QUANTILES = (5, 25, 50, 75, 95)
EUROPE = EU27 | frozenset(
    {"ALB", "AND", "BIH", "BLR", "CHE", "GBR", "ISL", "KOS", "LIE", "MCO", "MDA", "MKD", "MNE", "NOR"}
    | {"SMR", "SRB", "UKR", "VAT", "XKX"}
)
TOTAL = ("the whole", "total")


@dataclass(frozen=True)
class Fall:
    """When a station that nobody pushes comes down: 5th, 50th and 95th percentile; None beyond the horizon."""

    early: date | None
    middle: date | None
    late: date | None

    @property
    def window(self) -> str:
        """The months between which it comes down with nine chances in ten."""
        if self.early is None:
            return "after the end of the run"
        first, last = month(self.early), month(self.late) if self.late else ""
        if not last:
            return f"{first} or later"
        return first if first == last else f"{first} to {last}"


def has(result: StationResult, name: str) -> bool:
    """Whether the run has a table of that name with rows."""
    return name in result.tables and len(result.tables[name]) > 0


def rows(result: StationResult, name: str) -> list[dict[str, Any]]:
    """The rows of a table, none where the run has no such table."""
    return result.tables[name].rows() if has(result, name) else []


def fact(result: StationResult, table: str, *words: str, key: str = "quantity") -> dict[str, Any] | None:
    """The first row of a table of facts that is named with one of these words, in the order of the words."""
    named = [(plain(str(row[key])), row) for row in rows(result, table)]
    return next((row for word in words for name, row in named if plain(word) in name), None)


def figure(result: StationResult, table: str, *words: str) -> float:
    """The value of such a row, NaN where there is none."""
    row = fact(result, table, *words)
    return float("nan") if row is None else float(row["value"])


def plain(name: str) -> str:
    """A name for comparing: small letters, no underscores."""
    return name.lower().replace("_", " ")


def yes(value: Any) -> bool:
    """Whether a cell says yes, in whichever of the ways tables say it."""
    if isinstance(value, str):
        return value.strip().lower() not in ("", "no", "false", "none", "never")
    return bool(value) and value == value


def day(value: Any) -> date | None:
    """A cell as a day; None for a missing one."""
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    words = str(value)[:10]
    return date.fromisoformat(words) if words[:4].isdigit() else None


def days_of(table: Table, column: str = "date") -> NDArray[np.datetime64]:
    """A column of days as numpy keeps them."""
    return np.array([np.datetime64(str(v)[:10], "D") for v in table[column]])


def month(when: date) -> str:
    """March 2024."""
    return f"{when:%B} {when.year}"


def short_day(when: date | None) -> str:
    """12 Mar 2024; a dash for a missing one."""
    return numerals.NONE if when is None else f"{when.day} {when:%b} {when.year}"


def unpushed(result: StationResult) -> StationResult | None:
    """The run that shows what happens if nobody pushes: this one or a variant of it; None where nobody asked.

    One under the baseline's Sun, whole and with all its partners, is taken before any other.
    """
    falls = [run for run in (result, *result.variants.values()) if not holds(run) and has(run, "reentry")]
    falls = [run for run in falls if run.scenario.deorbit is None] or falls
    weather = result.scenario.space_weather.kind
    order = [(run.scenario.space_weather.kind != weather, bool(run.scenario.detachments)) for run in falls]
    if falls:
        return falls[min(range(len(falls)), key=lambda i: order[i])]
    return result if has(result, "reentry") else None


def holds(run: StationResult) -> bool:
    """Whether this run was asked to hold the station up."""
    return run.scenario.reboost.policy == "hold"


def held(run: StationResult) -> bool | None:
    """Whether there is a plan that holds it; None where the run does not say."""
    row = fact(run, "plan", "feasible")
    if row is not None:
        return yes(row["value"])
    return bool(rows(run, "reboosts")) or None


def propellant_kg(run: StationResult) -> float:
    """Propellant of the plan: burns, avoidance and attitude; NaN where there is no plan."""
    row = next((row for row in rows(run, "plan") if str(row["quantity"]) == "propellant"), None)
    if row is not None:
        return float(row["value"])
    burns = rows(run, "reboosts")
    return total([row["propellant_kg"] for row in burns]) if burns else float("nan")


def fall(run: StationResult | None) -> Fall | None:
    """When the station of a run comes down if nobody pushes."""
    if run is None or not has(run, "reentry"):
        return None
    dates = {int(row["percentile"]): day(row["date"]) for row in rows(run, "reentry")}
    return Fall(dates.get(5), dates.get(50), dates.get(95))


def deorbits(result: StationResult) -> dict[str, StationResult]:
    """The runs that bring the station down on purpose, by name; the baseline's name is empty."""
    runs = {"": result, **result.variants}
    return {name: run for name, run in runs.items() if has(run, "burns") or has(run, "deorbit")}


def first_with(result: StationResult, name: str) -> StationResult | None:
    """The baseline, or the first of its variants, that has a table."""
    return next((run for run in (result, *result.variants.values()) if has(run, name)), None)


def country_share(
    result: StationResult, codes: Iterable[str], column: str = "casualty_share_percent"
) -> float:
    """Percent over a group of countries of a column of `risk_countries`; NaN where there is no such table."""
    if not has(result, "risk_countries"):
        return float("nan")
    table, wanted = result.tables["risk_countries"], set(codes)
    values = np.asarray(table[column], float)
    return float(np.nansum([v for code, v in zip(table["country"], values, strict=True) if code in wanted]))


def mass_kg(result: StationResult) -> float:
    """Mass of the whole on the first day: the run's table of masses, else the last record before that day."""
    row = fact(result, "masses", *TOTAL, key="what")
    if row is not None:
        return float(row["kg"])
    record = mass_record(result)
    return record.mass_kg if record else float("nan")


def mass_record(result: StationResult) -> MassRecord | None:
    """What somebody said the whole weighed, last before the run begins; None where nobody did."""
    spec = spec_of(result)
    before = [one for one in spec.masses if one.day <= start_day(result)] if spec else []
    return max(before, key=lambda one: one.day) if before else None


def spec_of(result: StationResult) -> StationSpec | None:
    """What the station is, from its file; None where that file is gone."""
    try:
        return library.station(result.scenario.station)
    except SkyholdError:
        return None


def partner_names(result: StationResult) -> dict[str, str]:
    """Partners by slug, for people."""
    spec = spec_of(result)
    return {one.name: one.title.split(" and its")[0] for one in spec.partners} if spec else {}


def partners_in_words(result: StationResult, text: str) -> str:
    """A set of partners of a table for people: "NASA, ESA and JAXA", "All without Roscosmos"."""
    names = partner_names(result)
    if text == "all":
        return "All partners"
    if text.startswith("all without "):
        gone = text.removeprefix("all without ")
        return f"All without {names.get(gone, gone)}"
    parts = [names.get(part.strip(), part.strip()) for part in text.split(",")]
    return numerals.listed([part for part in parts if part], 9)


def called(name: Any) -> str:
    """A country as a sentence calls it."""
    return {"United States of America": "the United States"}.get(str(name), str(name))


def russian(text: str) -> bool:
    """Whether words name the Russian partner."""
    return any(word in text.lower() for word in ("roscosmos", "russia"))


def without_russia(result: StationResult) -> list[dict[str, Any]]:
    """The rows of `holders` in which no Russian takes part, the largest set first; none where Russia has no part."""
    if not any(map(russian, partner_names(result))):
        return []
    found = [(str(row["partners"]), row) for row in rows(result, "holders")]
    kept = [row for who, row in found if "without" in who and russian(who)]
    return kept + [row for who, row in found if not russian(who) and not who.startswith("all")]


def inclination_deg(result: StationResult) -> float:
    """How far north and south the track reaches."""
    inclination = result.scenario.orbit.inclination_deg
    return min(inclination, 180.0 - inclination)


def start_day(result: StationResult) -> date:
    """The first day of the run."""
    return result.scenario.start_utc.date()


def end_day(result: StationResult) -> date:
    """The last day the run looks at."""
    return (result.scenario.start_utc + timedelta(days=result.scenario.horizon_days)).date()


@lru_cache(maxsize=8)
def southernmost_deg(code: str) -> float:
    """Latitude of the southern tip of a country."""
    from skyhold.data import countries

    return float(min(outer[:, 1].min() for outer, _ in countries.country(code).polygons))


@lru_cache(maxsize=8)
def people_under(code: str, limit_deg: float, year: float) -> float:
    """People of a country who live between a latitude north and south, in the embedded grid."""
    from skyhold.data import population

    grid = population.grid(year)
    middle = (grid.edges_deg[1:] + grid.edges_deg[:-1]) / 2
    return float(grid.by_row[grid.codes.index(code), np.abs(middle) <= limit_deg].sum())


def total(values: Sequence[Any]) -> float:
    """Sum of numbers, missing ones left out."""
    return float(np.nansum(np.asarray(values, float))) if len(values) else 0.0
