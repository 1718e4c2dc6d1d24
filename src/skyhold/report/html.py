"""The report: one HTML file that needs nothing else, for somebody who decides."""

from __future__ import annotations

import shlex
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

import skyhold
from skyhold.coverage_chapter import findings, maps, sections, tiles
from skyhold.data import countries
from skyhold.drawing import numerals
from skyhold.drawing.page import Section, Tile, View
from skyhold.report import changes, claims, station_page, text, trust
from skyhold.results.compare import Comparison
from skyhold.results.results import BroadbandResult
from skyhold.results.station import CombinedResult, Result, StationResult
from skyhold.service_chapter import findings as service_findings
from skyhold.service_chapter import links as service_links
from skyhold.service_chapter import sections as service_sections
from skyhold.service_chapter import tiles as service_tiles

FIRST = ("where", "by-place")  # then what changes if, then the rest
WAYS = "three-ways"


def write_report(result: Result, path: str | Path) -> Path:
    """Write the report of a run of any kind, its variants beside it, as one file; returns where it lies."""
    if isinstance(result, CombinedResult):
        return _write("combined.html", combined_context(result), path)
    if isinstance(result, StationResult):
        return _write("station.html", station_context(result), path)
    return _write("report.html", report_context(result), path)


def write_comparison(comparison: Comparison, path: str | Path) -> Path:
    """Write what changes from one run to another as one file; returns where it lies."""
    return _write("comparison.html", comparison_context(comparison), path)


def report_context(result: BroadbandResult, *, alone: bool = True) -> dict[str, Any]:
    """Everything that the template of the report shows; `alone` leaves the evidence for the station out."""
    atlas = maps.atlas(result)
    parts, evidence = sections.sections(result, atlas), trust.evidence()
    evidence = evidence.without(trust.STATION_PARTS) if alone else evidence
    served = _served_chapter(result)
    return _about(result) | {
        "headline": text.headline(result),
        "lines": text.supporting_lines(result),
        "tiles": [*served.tiles, *(tiles.tiles(result) if not served.tiles else tiles.delay_tile(result))],
        "first": [*served.sections, *(part for part in parts if part.anchor in FIRST)],
        "rest": [served.finish(part) for part in parts if part.anchor not in FIRST],
        "differences": [changes.variant_difference(result, name, atlas) for name in result.variants],
        "claims": _judged(result) if alone else [],
        "assumptions": assumption_table(result),
        "trust": trust.TRUST_MEANS,
        "left_out": trust.left_out(result),
        "evidence": evidence.sentence(),
        "evidence_tables": evidence_tables(evidence),
        "manifest": manifest_table(result),
        "commands": commands(result),
    }


@dataclass(frozen=True)
class _Chapter:
    """What the chapter on capacity, jamming and plan puts before the chapter on coverage; empty without demand."""

    tiles: tuple[Tile, ...] = ()
    sections: tuple[Section, ...] = ()
    result: BroadbandResult | None = None

    def finish(self, part: Section) -> Section:
        """A section of the chapter on coverage with what capacity adds to it."""
        if self.result is None or part.anchor != WAYS:
            return part
        return service_links.with_rates(part, self.result)


def _served_chapter(result: BroadbandResult) -> _Chapter:
    if not service_findings.has_service(result):
        return _Chapter()
    return _Chapter(tuple(service_tiles.tiles(result)), tuple(service_sections.sections(result)), result)


def _judged(result: BroadbandResult) -> list[dict[str, Any]]:
    """The sentences that a run with demand can judge."""
    rows = claims.judge(None, result).rows() if service_findings.has_service(result) else []
    return [row for row in rows if row["verdict"] != claims.NOT_COMPUTED]


def station_context(result: StationResult) -> dict[str, Any]:
    """Everything that the template of a station's report shows."""
    evidence = trust.evidence().without(station_page.SERVICE_PARTS)
    told = {"evidence": evidence.sentence(), "evidence_tables": evidence_tables(evidence)}
    return station_page.station_context(result) | told


def combined_context(result: CombinedResult) -> dict[str, Any]:
    """Everything that the template of the report of both branches shows."""
    return station_page.combined_context(result) | {"service": report_context(result.broadband, alone=False)}


def comparison_context(comparison: Comparison) -> dict[str, Any]:
    """Everything that the template of a comparison shows."""
    before, after = comparison.before, comparison.after
    pair = text.pair(before, after)
    sentence = text.variant_clause(pair, "after")
    first, second = (run.scenario.title or run.scenario.name for run in (before, after))
    return _about(before) | {
        "title": f"{first}: what changes",
        "before": first,
        "after": second,
        "headline": sentence[0].upper() + sentence[1:] + ".",
        "tiles": tiles.tiles(pair),
        "difference": changes.difference(before, after, "", "", maps.atlas(before), "change"),
        "only_before": comparison.only_before,
        "only_after": comparison.only_after,
        "manifests": [manifest_table(before), manifest_table(after)],
    }


def assumption_table(result: BroadbandResult) -> View:
    """What the run takes for granted, with marks of trust."""
    rows = [[a.what, a.value, (a.trust,), a.source] for a in trust.assumptions(result)]
    return View("Assumptions of this run", ["What", "Value", "Trust", "Source"], "llll", rows)


def evidence_tables(evidence: trust.Evidence) -> list[View]:
    """Rows outside their margin with the reason; then all that holds against the world itself."""
    heads = ["What", "The world", "Skyhold", "Margin", "Unit", "Kind", "Source, and why that margin"]
    failing = [
        [*_compared(row), f"{row['source']}. Known: {row['known_failure']}"] for row in evidence.failing
    ]
    holding = [
        [*_compared(row), f"{row['source']}. {row['why']}"]
        for row in evidence.judged
        if row["state"] == "yes" and row["kind"] in ("observed", "published")
    ]
    views = [("Outside their margin", failing), ("Held, against measurements and publications", holding)]
    return [View(caption, heads, "trrrllt", rows) for caption, rows in views if rows]


def _compared(row: dict[str, Any]) -> list[str]:
    relation = {"at most": "≤ ", "at least": "≥ "}.get(row["relation"], "")
    margin = "" if row["margin"] == 0 and relation else f"{row['margin']:.3g}"
    return [
        row["name"],
        f"{relation}{row['says']:.6g}",
        f"{row['ours']:.4g}",
        margin,
        row["unit"],
        row["kind"],
    ]


def manifest_table(result: BroadbandResult) -> View:
    """Versions, seeds and hashes: what one needs to get the same numbers again."""
    m = result.manifest
    rows = [
        ["Scenario", result.scenario.name],
        ["SHA-256 of the scenario", _mono(m.get("scenario_sha256", ""))],
    ]
    rows += [["Skyhold", str(m.get("skyhold", skyhold.__version__))], ["Python", str(m.get("python", ""))]]
    rows += [["Libraries", ", ".join(f"{k} {v}" for k, v in dict(m.get("libraries", {})).items())]]
    rows += [
        [f"Seed, {name.replace('_', ' ')}", str(seed)] for name, seed in dict(m.get("seeds", {})).items()
    ]
    rows += [
        ["Time simulated", text.reproduction_period(result)],
        ["Slots", numerals.whole(float(m.get("slots", 0)))],
    ]
    rows += [
        [f"SHA-256 of {Path(name).name}", _mono(value)]
        for name, value in dict(m.get("data_sha256", {})).items()
    ]
    rows += [
        [
            "Computed",
            f"{m.get('started_utc', '')} to {m.get('finished_utc', m.get('ended_utc', ''))}".removesuffix(
                " to "
            ),
        ]
    ]
    rows += [["Borders", countries.BOUNDARY_SOURCE]]
    return View("Manifest", ["", ""], "ll", [row for row in rows if row[1]])


def commands(result: BroadbandResult) -> list[str]:
    """What to type to get this report again."""
    folder = result.folder.name if result.folder else result.scenario.name
    file = f"{folder}/scenario.toml" if result.folder else f"{result.scenario.name}.toml"
    return [f"skyhold run {shlex.quote(file)} -o {shlex.quote(folder + '-again')}", "skyhold validate"]


def _about(result: BroadbandResult) -> dict[str, Any]:
    scenario = result.scenario
    return {
        "title": scenario.title or scenario.name,
        "description": scenario.description,
        "name": scenario.name,
        "period": numerals.period(scenario.clock.start_utc, scenario.clock.duration_h),
        "area": findings.area_name(result),
        "slots": numerals.whole(float(result.manifest.get("slots", 0))),
        "slot_s": f"{scenario.clock.slot_period_s:g}",
        "satellites": numerals.whole(float(len(result.tables["satellites"])))
        if findings.has(result, "satellites")
        else "",
        "version": str(result.manifest.get("skyhold", skyhold.__version__)),
        "boundaries": countries.BOUNDARY_SOURCE,
    }


def _mono(value: object) -> str:
    return str(value)


def _write(template: str, context: dict[str, Any], path: str | Path) -> Path:
    page = _environment().get_template(template).render(**context)
    where = Path(path)
    where.parent.mkdir(parents=True, exist_ok=True)
    where.write_text(page, encoding="utf-8")
    return where


@lru_cache(maxsize=1)
def _environment() -> Environment:
    return Environment(
        loader=PackageLoader("skyhold.report", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
