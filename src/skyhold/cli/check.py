"""`skyhold check`: can this scenario be run, and what would run."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any

from cyclopts import Parameter

from skyhold.cli.console import Voice, finite, tell
from skyhold.errors import SkyholdError

if TYPE_CHECKING:
    from skyhold.geometry.cells import Cells
    from skyhold.scenario.check import Finding
    from skyhold.scenario.scenario import BroadbandScenario, Scenario


def check(
    scenario: str,
    /,
    *,
    sets: Annotated[tuple[str, ...], Parameter(name="--set", negative="")] = (),
    voice: Voice = Voice(),
) -> int:
    """Say whether a scenario can be run, and what it will run.

    Reads the file, its variants, its fleet and its gateways. Exits with 1 if anything stops a run.

    Parameters
    ----------
    scenario
        A scenario file, or the name of one in the library.
    sets
        path.to.key=value, set over the file; may be repeated.
    """
    try:
        found, facts = _look(scenario, sets)
    except SkyholdError as error:
        if voice.debug:
            raise
        if voice.json:
            voice.answer({"scenario": scenario, "sound": False, "error": str(error)})
        tell(str(error))
        return 1
    sound = not any(finding.level == "error" for finding in found)
    payload = {"scenario": scenario, "sound": sound, "findings": [asdict(each) for each in found], **facts}
    lines = [str(finding) for finding in found]
    if not voice.quiet:
        lines += [f"{scenario} {'can' if sound else 'CANNOT'} be run."]
        lines += [f"  {name:10} {value}" for name, value in facts.items()]
    voice.answer(finite(payload), lines)
    return 0 if sound else 1


def _look(name: str, sets: tuple[str, ...]) -> tuple[tuple[Finding, ...], dict[str, Any]]:
    """What the library finds in the scenario, and what would run if nothing stops it."""
    from skyhold.scenario.check import check as findings
    from skyhold.scenario.load import load

    scenario = load(name, sets=sets)
    found = findings(scenario)
    stopped = any(finding.level == "error" for finding in found)
    return found, {} if stopped else _resolved(scenario)


def _resolved(scenario: Scenario) -> dict[str, Any]:
    """How much of each there is once names are looked up."""
    variants = ", ".join(variant.name for variant in scenario.variants) or "none"
    if scenario.kind == "broadband":
        return {**_broadband(scenario), "variants": variants}
    facts = {"title": scenario.title or scenario.name}
    if scenario.kind == "station":
        facts |= {"start": scenario.start_utc.isoformat(), "days": f"{scenario.horizon_days:g}"}
    return {**facts, "variants": variants}


def _broadband(scenario: BroadbandScenario) -> dict[str, Any]:
    from skyhold.simulate.prepare import prepare

    line = prepare(scenario)
    return {
        "title": scenario.title or scenario.name,
        "start": scenario.clock.start_utc.isoformat(),
        "hours": scenario.clock.duration_h,
        "slots": len(line.instants),
        "satellites": len(line.fleet),
        **({"catalogue": "; ".join(line.fleet.account())} if line.fleet.account() else {}),
        "gateways": len(line.ground.names),
        "places": len(line.places),
        "cells": len(line.cells.ids) if line.cells is not None else 0,
        **({"sites": _sites(scenario, line.cells)} if scenario.sites else {}),
    }


def _sites(scenario: BroadbandScenario, cells: Cells | None) -> str:
    """How many of the priority sites have a cell of the area, and who has none."""
    from skyhold.demand.roads import site_cells

    asked = [(site.latitude_deg, site.longitude_deg) for site in scenario.sites]
    at = site_cells(asked, cells) if cells is not None else [-1] * len(asked)
    outside = [site.name for site, cell in zip(scenario.sites, at, strict=True) if cell < 0]
    named = f"; outside the area: {', '.join(outside)}" if outside else ""
    return f"{len(asked) - len(outside)} of {len(asked)} in the area{named}"
