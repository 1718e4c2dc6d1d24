"""`skyhold check`: can this scenario be run, and what would run."""

from __future__ import annotations

import sys
from typing import Annotated, Any

from cyclopts import Parameter

from skyhold.cli.console import Voice, finite
from skyhold.errors import SkyholdError


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
        print(f"skyhold: {error}", file=sys.stderr)
        return 1
    lines = [f"{scenario} can be run.", *(f"  {name:10} {value}" for name, value in facts.items())]
    if voice.json or not voice.quiet:
        voice.answer(finite({"scenario": scenario, "sound": True, **facts}), lines)
    return 0


def _facts(name: str, sets: tuple[str, ...]) -> dict[str, Any]:
    """Load everything that a run would load before it starts to compute."""
    from skyhold.network.gateways import segment
    from skyhold.orbits.propagate import build_fleet
    from skyhold.scenario.load import load, with_values
    from skyhold.times import Epoch

    scenario = load(name, sets=sets)
    variants = [with_values(scenario, variant.set) for variant in scenario.variants]
    start = Epoch.from_datetime(scenario.clock.start_utc)
    fleet = build_fleet(scenario.fleet, start)
    ground, *_ = [segment(each, start) for each in (scenario, *variants)]
    return {
        "title": scenario.title or scenario.name,
        "start": scenario.clock.start_utc.isoformat(),
        "hours": scenario.clock.duration_h,
        "satellites": len(fleet),
        "gateways": len(ground.names),
        "variants": ", ".join(variant.name for variant in scenario.variants) or "none",
    }
