"""What the pages of a station run, and of a run of both branches, show."""

from __future__ import annotations

import shlex
from typing import Any

import skyhold
from skyhold.data import countries
from skyhold.drawing import numerals
from skyhold.drawing.page import View
from skyhold.report import claims
from skyhold.results.results import BroadbandResult
from skyhold.results.station import CombinedResult, StationResult
from skyhold.station_chapter import findings, sections, text, tiles, trust

SERVICE_PARTS = {
    "catalogues", "latency", "ping", "service", "geometry", "attenuation", "links", "jamming", "demand", "capacity",
    "planning", "experience", "mobility", "system", "slots",
}  # fmt: skip


def station_context(result: StationResult, broadband: BroadbandResult | None = None) -> dict[str, Any]:
    """Everything that the chapter on a station shows, but for the evidence."""
    return {
        **_about(result),
        "headline": text.headline(result),
        "lines": text.supporting_lines(result),
        "tiles": tiles.tiles(result),
        "sides": sections.sides(result) if result.variants else [],
        "sections": sections.sections(result),
        "claims": claims.judge(result, broadband).rows(),
        "assumptions": trust.assumptions(result),
        "trust": trust.MEANS,
        "left_out": trust.LEFT_OUT,
        "manifest": manifest_table(result),
        "commands": commands(result),
    }


def combined_context(result: CombinedResult) -> dict[str, Any]:
    """The frame of the report of both branches; each branch's own context stands beside it."""
    scenario = result.scenario
    return {
        "title": scenario.title or scenario.name,
        "description": scenario.description,
        "name": scenario.name,
        "version": str(result.manifest.get("skyhold", skyhold.__version__)),
        "boundaries": countries.BOUNDARY_SOURCE,
        "fate": station_context(result.station, result.broadband),
        "commands": commands(result),
    }


def _about(result: StationResult) -> dict[str, Any]:
    scenario = result.scenario
    spec = findings.spec_of(result)
    return {
        "title": scenario.title or scenario.name,
        "description": scenario.description,
        "name": scenario.name,
        "period": f"{numerals.date(scenario.start_utc)}, looking ahead {_ahead(scenario.horizon_days)}",
        "station": spec.title if spec else "",
        "members": numerals.whole(float(scenario.ensemble.members)),
        "version": str(result.manifest.get("skyhold", skyhold.__version__)),
        "boundaries": countries.BOUNDARY_SOURCE,
    }


def _ahead(days: float) -> str:
    return (
        numerals.counted(round(days / 365.25), "year")
        if days >= 548
        else numerals.counted(round(days), "day")
    )


def manifest_table(result: StationResult) -> View:
    """Versions, seeds and hashes: what one needs to get the same numbers again."""
    m = result.manifest
    rows = [
        ["Scenario", result.scenario.name],
        ["SHA-256 of the scenario", str(m.get("scenario_sha256", ""))],
        ["Skyhold", str(m.get("skyhold", skyhold.__version__))],
        ["Python", str(m.get("python", ""))],
        ["Libraries", ", ".join(f"{k} {v}" for k, v in dict(m.get("libraries", {})).items())],
    ]
    rows += [[f"Seed, {k.replace('_', ' ')}", str(v)] for k, v in dict(m.get("seeds", {})).items()]
    rows += [[f"SHA-256 of {k.rsplit('/')[-1]}", str(v)] for k, v in dict(m.get("data_sha256", {})).items()]
    finished = m.get("finished_utc", m.get("ended_utc", ""))
    rows += [["Computed", f"{m.get('started_utc', '')} to {finished}".removesuffix(" to ")]]
    return View("Manifest of the station run", ["", ""], "ll", [row for row in rows if row[1]])


def commands(result: StationResult | CombinedResult) -> list[str]:
    """What to type to get this report again."""
    folder = result.folder.name if result.folder else result.scenario.name
    file = f"{folder}/scenario.toml" if result.folder else result.scenario.name
    return [f"skyhold run {shlex.quote(file)} -o {shlex.quote(folder + '-again')}", "skyhold validate"]
