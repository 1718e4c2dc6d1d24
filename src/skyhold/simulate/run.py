"""From a scenario to its results: the baseline, then each variant, into one folder or into memory."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from skyhold.results.files import RunWriter, check_free, open_run, partial_folder, take_name
from skyhold.results.manifest import new_manifest
from skyhold.results.results import BroadbandResult
from skyhold.scenario.check import require
from skyhold.scenario.load import load, with_variant
from skyhold.scenario.scenario import BroadbandScenario
from skyhold.simulate.blocks import default_threads
from skyhold.simulate.broadband import simulate_broadband
from skyhold.simulate.prepare import prepare

Progress = Callable[[str, int, int], None]


def simulate(
    scenario: BroadbandScenario | str | os.PathLike[str],
    out: str | os.PathLike[str] | None = None,
    *,
    threads: int | None = None,
    progress: Progress | None = None,
    resume: bool = False,
) -> BroadbandResult:
    """Run a scenario and its variants.

    `scenario`: an object from `load`, a file, or the name of a library scenario. `out`: the run folder; None keeps
    the results in memory. `threads`: time blocks worked on at once, by default one per core; the results do not
    depend on it. `progress(name, slots done, slots)` is called as slots finish. `resume` goes on with a run of the
    same scenario that was cut short.

    Errors: ScenarioError for what cannot be simulated, ResultError when `out` holds something that is not a run.
    """
    whole = scenario if isinstance(scenario, BroadbandScenario) else load(scenario, kind=BroadbandScenario)
    require(whole)
    folder = None if out is None else Path(out)
    if folder is not None:
        check_free(folder)
    partial = None if folder is None else partial_folder(folder)
    workers = threads or default_threads()
    baseline = _run(whole, partial, workers, progress, resume)
    variants = {}
    for variant in whole.variants:
        place = None if partial is None else partial / "variants" / variant.name
        variants[variant.name] = _run(with_variant(whole, variant.name), place, workers, progress, resume)
    if folder is None or partial is None:
        return replace(baseline, variants=variants)
    take_name(partial, folder)
    return open_run(folder)


def _run(
    scenario: BroadbandScenario, folder: Path | None, threads: int, progress: Progress | None, resume: bool
) -> BroadbandResult:
    line = prepare(scenario)
    writer = RunWriter(folder, scenario, new_manifest(scenario, len(line.instants), resume))
    return simulate_broadband(line, writer, threads, progress)
