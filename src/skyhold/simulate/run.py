"""From a scenario to its results: the baseline, then each variant, into one folder or into memory."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import overload

from skyhold.results.files import open_run
from skyhold.results.folder import already_whole, check_free, partial_folder, take_name
from skyhold.results.manifest import new_manifest, scenario_sha256
from skyhold.results.results import BroadbandResult
from skyhold.results.station import CombinedResult, Result, StationResult
from skyhold.results.writer import RunWriter, write_combined, write_station
from skyhold.scenario.check import require
from skyhold.scenario.load import load, with_variant
from skyhold.scenario.scenario import BroadbandScenario, CombinedScenario, Scenario, StationScenario
from skyhold.simulate.blocks import default_threads
from skyhold.simulate.broadband import simulate_broadband
from skyhold.simulate.prepare import prepare

Progress = Callable[[str, int, int], None]


@dataclass(frozen=True)
class Effort:
    """How a run is worked on; none of it changes the results."""

    threads: int
    progress: Progress | None
    resume: bool


@overload
def simulate(
    scenario: BroadbandScenario,
    out: str | os.PathLike[str] | None = None,
    *,
    threads: int | None = None,
    progress: Progress | None = None,
    resume: bool = False,
) -> BroadbandResult: ...
@overload
def simulate(
    scenario: StationScenario,
    out: str | os.PathLike[str] | None = None,
    *,
    threads: int | None = None,
    progress: Progress | None = None,
    resume: bool = False,
) -> StationResult: ...
@overload
def simulate(
    scenario: Scenario | str | os.PathLike[str],
    out: str | os.PathLike[str] | None = None,
    *,
    threads: int | None = None,
    progress: Progress | None = None,
    resume: bool = False,
) -> Result: ...
def simulate(
    scenario: Scenario | str | os.PathLike[str],
    out: str | os.PathLike[str] | None = None,
    *,
    threads: int | None = None,
    progress: Progress | None = None,
    resume: bool = False,
) -> Result:
    """Run a scenario and its variants.

    `scenario`: an object from `load`, a file, or the name of a library scenario. `out`: the run folder; None keeps
    the results in memory. `threads`: time blocks worked on at once, by default one per core; the results do not
    depend on it. `progress(name, steps done, steps)` is called as steps finish. `resume` goes on with a run of the
    same scenario that was cut short; one that is whole is opened.

    Errors: ScenarioError for what cannot be simulated, ResultError when `out` holds something that is not a run, or
    is to be resumed and holds a run of another scenario.
    """
    whole = load(scenario) if isinstance(scenario, str | os.PathLike) else scenario
    require(whole)
    effort = Effort(threads or default_threads(), progress, resume)
    if out is None:
        return _whole(whole, None, effort)
    folder = Path(out)
    check_free(folder)
    if resume and already_whole(folder, scenario_sha256(whole)):
        return open_run(folder)
    _whole(whole, partial_folder(folder), effort)
    take_name(partial_folder(folder), folder)
    return open_run(folder)


def _whole(scenario: Scenario, folder: Path | None, effort: Effort) -> Result:
    """A scenario of any kind with its variants, written into `folder`, which is not renamed."""
    if isinstance(scenario, CombinedScenario):
        return _combined(scenario, folder, effort)
    if isinstance(scenario, StationScenario):
        fate = _station(scenario, folder, effort)
        fates = {n: _station(with_variant(scenario, n), _place(folder, n), effort) for n in _names(scenario)}
        return replace(fate, variants=fates)
    service = _broadband(scenario, folder, effort)
    services = {
        n: _broadband(with_variant(scenario, n), _place(folder, n), effort, baseline=False)
        for n in _names(scenario)
    }
    return replace(service, variants=services)


def _names(scenario: BroadbandScenario | StationScenario) -> list[str]:
    return [variant.name for variant in scenario.variants]


def _place(folder: Path | None, variant: str) -> Path | None:
    return None if folder is None else folder / "variants" / variant


def _broadband(
    scenario: BroadbandScenario, folder: Path | None, effort: Effort, baseline: bool = True
) -> BroadbandResult:
    line = prepare(scenario)
    writer = RunWriter(folder, scenario, new_manifest(scenario, len(line.instants), effort.resume))
    return simulate_broadband(line, writer, effort.threads, effort.progress, baseline)


def _station(scenario: StationScenario, folder: Path | None, effort: Effort) -> StationResult:
    from skyhold.simulate.station import simulate_station

    manifest = new_manifest(scenario, 1, effort.resume)
    tables, said = simulate_station(scenario, effort.progress)
    return write_station(folder, scenario, manifest | said, tables)


def _combined(scenario: CombinedScenario, folder: Path | None, effort: Effort) -> CombinedResult:
    parts = {}
    for name, choice in (("broadband", scenario.broadband), ("station", scenario.station)):
        parts[name] = _whole(load(choice.source), None if folder is None else folder / name, effort)
    broadband, station = parts["broadband"], parts["station"]
    assert isinstance(broadband, BroadbandResult)
    assert isinstance(station, StationResult)
    return write_combined(folder, scenario, new_manifest(scenario, 1, effort.resume), broadband, station)
