"""Opening a run folder: the same object as the run returned."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any, TypeVar, overload

from skyhold.errors import ResultError
from skyhold.results.folder import ARRAYS, MANIFEST, partial_folder, read_manifest
from skyhold.results.results import BroadbandResult
from skyhold.results.station import CombinedResult, Result, StationResult
from skyhold.results.tables import Table
from skyhold.scenario.load import loads
from skyhold.scenario.scenario import BroadbandScenario, CombinedScenario, Scenario, StationScenario

Kind = TypeVar("Kind", BroadbandResult, StationResult, CombinedResult)


@overload
def open_run(path: str | os.PathLike[str]) -> Result: ...
@overload
def open_run(path: str | os.PathLike[str], *, kind: type[Kind]) -> Kind: ...
def open_run(path: str | os.PathLike[str], *, kind: type[Any] | None = None) -> Any:
    """Open a run folder: the same object as the run returned; `kind` refuses a run of another kind.

    Errors: ResultError when the folder is missing, is not a run, or is incomplete (it says how far it came).
    """
    folder = Path(path)
    if folder.name.endswith(".partial") or (not folder.exists() and partial_folder(folder).exists()):
        raise _incomplete(folder if folder.exists() else partial_folder(folder))
    if not (folder / MANIFEST).exists():
        raise ResultError(
            f"{folder} is not a run",
            expected=f"a folder with {MANIFEST}",
            came="no such folder" if not folder.exists() else "no manifest in it",
            remedy="make one with: skyhold run SCENARIO -o " + folder.name,
        )
    manifest = read_manifest(folder)
    if manifest.get("status") != "complete":
        raise _incomplete(folder)
    text = (folder / "scenario.toml").read_text(encoding="utf-8")
    result = _opened(folder, manifest, loads(text, str(folder / "scenario.toml")))
    if kind is not None and not isinstance(result, kind):
        raise ResultError(
            f"the run in {folder} is of another kind",
            expected=f"a {kind.__name__}",
            came=f"a {type(result).__name__}",
            remedy="name the folder of another run",
        )
    return result


def _opened(folder: Path, manifest: dict[str, Any], scenario: Scenario) -> Result:
    if isinstance(scenario, CombinedScenario):
        broadband = open_run(folder / "broadband", kind=BroadbandResult)
        station = open_run(folder / "station", kind=StationResult)
        return CombinedResult(scenario, manifest, broadband, station, folder)
    tables = _tables(folder)
    if isinstance(scenario, StationScenario):
        fates = {k: v for k, v in _variants(folder, scenario).items() if isinstance(v, StationResult)}
        return StationResult(scenario, manifest, tables, folder, fates)
    if not {"places", "cells"} <= set(tables):
        raise ResultError(
            f"the run in {folder} has lost its tables", expected="tables/places.parquet and cells.parquet"
        )
    varied = {k: v for k, v in _variants(folder, scenario).items() if isinstance(v, BroadbandResult)}
    return BroadbandResult(scenario, manifest, tables, _arrays(folder), folder, varied)


def _tables(folder: Path) -> dict[str, Table]:
    try:
        return {file.stem: Table.read(file) for file in sorted((folder / "tables").glob("*.parquet"))}
    except Exception as problem:
        raise _unreadable(folder, problem) from problem


def _arrays(folder: Path) -> Any:
    import zarr
    from zarr.storage import LocalStore

    try:
        return zarr.open_group(LocalStore(folder / ARRAYS, read_only=True), mode="r")
    except Exception as problem:
        raise _unreadable(folder, problem) from problem


def _unreadable(folder: Path, problem: Exception) -> ResultError:
    return ResultError(
        f"the run in {folder} cannot be read", came=str(problem), remedy="run the scenario again"
    )


def _variants(folder: Path, scenario: BroadbandScenario | StationScenario) -> dict[str, Result]:
    """The variants whose folders are there, in the order of the scenario."""
    folders = {v.name: folder / "variants" / v.name for v in scenario.variants}
    return {name: open_run(place) for name, place in folders.items() if (place / MANIFEST).exists()}


def _incomplete(folder: Path) -> ResultError:
    manifest = read_manifest(folder)
    done, slots = manifest.get("slots_done", 0), manifest.get("slots", 0)
    missing = [
        str(f.parent.name)
        for f in folder.glob("variants/*/" + MANIFEST)
        if read_manifest(f.parent)["status"] != "complete"
    ]
    came = f"{done} of {slots} slots of the baseline" + (
        f"; unfinished variants: {', '.join(missing)}" if missing else ""
    )
    target = folder.with_name(folder.name.removesuffix(".partial"))
    return ResultError(
        f"the run in {folder} was cut short",
        expected="a complete run",
        came=came,
        remedy=f"finish it with: skyhold run {folder / 'scenario.toml'} -o {target} --resume",
    )
