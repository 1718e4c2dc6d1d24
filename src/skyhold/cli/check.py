"""`skyhold check`: can this scenario be run, and what would run."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

from cyclopts import Parameter

from skyhold.cli.console import Voice, finite, tell
from skyhold.errors import SkyholdError

if TYPE_CHECKING:
    from skyhold.scenario.scenario import BroadbandScenario


def check(
    scenario: str,
    /,
    *,
    sets: Annotated[tuple[str, ...], Parameter(name="--set", negative="")] = (),
    voice: Voice = Voice(),
) -> int:
    """Say whether a scenario can be run, and what it will run.

    Reads the file, its variants, its fleet and its gateways. Exits with 1 if anything is wrong.

    Parameters
    ----------
    scenario
        A scenario file, or the name of one in the library.
    sets
        path.to.key=value, set over the file; may be repeated.
    """
    try:
        facts = _facts(scenario, sets)
    except SkyholdError as error:
        if voice.debug:
            raise
        if voice.json:
            voice.answer({"scenario": scenario, "sound": False, "error": str(error)})
        tell(str(error))
        return 1
    lines = [f"{scenario} can be run.", *(f"  {name:10} {value}" for name, value in facts.items())]
    if voice.json or not voice.quiet:
        voice.answer(finite({"scenario": scenario, "sound": True, **facts}), lines)
    return 0


def _facts(name: str, sets: tuple[str, ...]) -> dict[str, Any]:
    """Load everything that a run would load before it starts to compute; every variant too."""
    from skyhold.scenario.load import load, with_variant

    scenario = load(name, sets=sets)
    variants = [with_variant(scenario, variant.name) for variant in scenario.variants]
    return {
        "title": scenario.title or scenario.name,
        "start": scenario.clock.start_utc.isoformat(),
        "hours": scenario.clock.duration_h,
        **_resolved(scenario),
        "variants": ", ".join(variant.name for variant in variants if _resolved(variant)) or "none",
    }


def _resolved(scenario: BroadbandScenario) -> dict[str, int]:
    """How much of each there is once names are looked up."""
    from skyhold.simulate.prepare import prepare

    line = prepare(scenario)
    return {
        "slots": len(line.instants),
        "satellites": len(line.fleet),
        "gateways": len(line.ground.names),
        "places": len(line.places),
        "cells": len(line.cells.ids) if line.cells is not None else 0,
    }
