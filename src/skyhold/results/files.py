"""A run is a folder: scenario.toml, manifest.json, arrays.zarr, tables/, variants/, report.html.

While it runs, the folder is called NAME.partial and its manifest says how many slots are done; when all is written
it takes its name. So a killed run leaves no half-truth and never harms an older one, and it can be resumed.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from numpy.typing import NDArray

from skyhold.errors import ResultError
from skyhold.results.results import BroadbandResult
from skyhold.results.tables import Table
from skyhold.scenario.load import dumps, loads
from skyhold.scenario.scenario import BroadbandScenario

MANIFEST = "manifest.json"
ARRAYS = "arrays.zarr"


def partial_folder(folder: Path) -> Path:
    """Where a run lives until it is whole."""
    return folder.with_name(folder.name + ".partial")


class RunWriter:
    """Writes one run (a baseline or a variant) into `folder`, or into memory where `folder` is None."""

    def __init__(self, folder: Path | None, scenario: BroadbandScenario, manifest: dict[str, Any]):
        import zarr
        from zarr.storage import LocalStore, MemoryStore

        self.folder, self.scenario, self.manifest = folder, scenario, manifest
        if folder is None:
            self.root = zarr.create_group(MemoryStore())
            return
        self.resumed = _resumable(folder, manifest)
        if self.resumed:
            self.manifest["slots_done"] = _read_manifest(folder)["slots_done"]
            self.root = zarr.open_group(LocalStore(folder / ARRAYS), mode="a")
            return
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        (folder / "scenario.toml").write_text(dumps(scenario), encoding="utf-8")
        self.root = zarr.create_group(LocalStore(folder / ARRAYS))
        self._write_manifest()

    resumed = False

    @property
    def slots_done(self) -> int:
        """Slots whose arrays are on disk."""
        return int(self.manifest["slots_done"])

    def append(self, first: int, groups: Mapping[str, Mapping[str, NDArray[Any]]]) -> None:
        """Write stored arrays (T, U) of each group from slot `first` on, then say so in the manifest."""
        count = 0
        for group, arrays in groups.items():
            for name, values in arrays.items():
                count = len(values)
                self.root[group][name][first : first + count] = values
        self.manifest["slots_done"] = first + count
        self._write_manifest()

    def finish(self, tables: Mapping[str, Table], extra: Mapping[str, Any]) -> BroadbandResult:
        """Write the tables, call the run complete, and return it."""
        self.manifest |= {**extra, "status": "complete"}
        if self.folder is not None:
            for table in tables.values():
                table.write(self.folder / "tables")
        self._write_manifest()
        return BroadbandResult(self.scenario, self.manifest, tables, self.root, self.folder)

    def _write_manifest(self) -> None:
        if self.folder is not None:
            _write_json(self.folder / MANIFEST, self.manifest)


def take_name(partial: Path, folder: Path) -> None:
    """Give a whole run its name; an older run of that name goes only then."""
    old = folder.with_name(folder.name + ".old")
    shutil.rmtree(old, ignore_errors=True)
    if folder.exists():
        folder.rename(old)
    partial.rename(folder)
    shutil.rmtree(old, ignore_errors=True)


def check_free(folder: Path) -> None:
    """Refuse to replace a folder that is not a run. Errors: ResultError."""
    if folder.is_file():
        raise ResultError(
            f"{folder} is a file", expected="a folder for the run", remedy="choose another name with -o"
        )
    if folder.exists() and any(folder.iterdir()) and not (folder / MANIFEST).exists():
        raise ResultError(
            f"{folder} holds something that is not a run, so it is not replaced",
            expected="a new folder, an empty one, or an older run",
            remedy="choose another folder with -o",
        )


def open_run(path: str | os.PathLike[str]) -> BroadbandResult:
    """Open a run folder: the same object as the run returned.

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
    manifest = _read_manifest(folder)
    if manifest.get("status") != "complete":
        raise _incomplete(folder)
    return _open_complete(folder, manifest)


def _open_complete(folder: Path, manifest: dict[str, Any]) -> BroadbandResult:
    import zarr
    from zarr.storage import LocalStore

    text = (folder / "scenario.toml").read_text(encoding="utf-8")
    scenario = loads(text, str(folder / "scenario.toml"), kind=BroadbandScenario)
    try:
        root = zarr.open_group(LocalStore(folder / ARRAYS, read_only=True), mode="r")
        tables = {file.stem: Table.read(file) for file in sorted((folder / "tables").glob("*.parquet"))}
    except Exception as problem:
        raise ResultError(
            f"the run in {folder} cannot be read", came=str(problem), remedy="run the scenario again"
        ) from problem
    if not {"places", "cells"} <= set(tables):
        raise ResultError(
            f"the run in {folder} has lost its tables", expected="tables/places.parquet and cells.parquet"
        )
    variants = {
        child.name: open_run(child)
        for child in sorted((folder / "variants").glob("*"))
        if (child / MANIFEST).exists()
    }
    ordered = {v.name: variants[v.name] for v in scenario.variants if v.name in variants}
    return BroadbandResult(scenario, manifest, tables, root, folder, ordered)


def _resumable(folder: Path, manifest: Mapping[str, Any]) -> bool:
    if not manifest.get("resume") or not (folder / MANIFEST).exists():
        return False
    before = _read_manifest(folder)
    return all(before.get(key) == manifest[key] for key in ("scenario_sha256", "skyhold", "slots"))


def _incomplete(folder: Path) -> ResultError:
    manifest = _read_manifest(folder)
    done, slots = manifest.get("slots_done", 0), manifest.get("slots", 0)
    missing = [
        str(f.parent.name)
        for f in folder.glob("variants/*/" + MANIFEST)
        if _read_manifest(f.parent)["status"] != "complete"
    ]
    came = f"{done} of {slots} slots of the baseline" + (
        f"; unfinished variants: {', '.join(missing)}" if missing else ""
    )
    name = folder.name.removesuffix(".partial")
    return ResultError(
        f"the run in {folder} was cut short",
        expected="a complete run",
        came=came,
        remedy=f"finish it with: skyhold run {manifest.get('scenario')} -o {folder.with_name(name)} --resume",
    )


def _read_manifest(folder: Path) -> dict[str, Any]:
    try:
        read = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    except (OSError, ValueError) as problem:
        raise ResultError(
            f"{folder / MANIFEST} cannot be read", came=str(problem), remedy="run the scenario again"
        ) from problem
    if not isinstance(read, dict):
        raise ResultError(
            f"{folder / MANIFEST} is not a manifest",
            expected="a JSON object",
            remedy="run the scenario again",
        )
    return read


def _write_json(path: Path, value: Mapping[str, Any]) -> None:
    fresh = path.with_suffix(".json.new")
    fresh.write_text(json.dumps(value, indent=2, default=str) + "\n", encoding="utf-8")
    os.replace(fresh, path)
