"""Writing a run as it goes: manifest first, arrays slot by slot, tables and the word "complete" last."""

from __future__ import annotations

import shutil
import warnings
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from numpy.typing import NDArray

from skyhold.results.folder import ARRAYS, MANIFEST, read_manifest, write_manifest
from skyhold.results.results import BroadbandResult
from skyhold.results.station import CombinedResult, StationResult
from skyhold.results.tables import Table
from skyhold.scenario.load import dumps
from skyhold.scenario.scenario import BroadbandScenario, CombinedScenario, Scenario, StationScenario

Groups = Mapping[str, Mapping[str, NDArray[Any]]]


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
            self.manifest["slots_done"] = read_manifest(folder)["slots_done"]
            self.root = zarr.open_group(LocalStore(folder / ARRAYS), mode="a")
            return
        start_folder(folder, scenario)
        self.root = zarr.create_group(LocalStore(folder / ARRAYS))
        self._write_manifest()

    resumed = False

    @property
    def slots_done(self) -> int:
        """Slots whose arrays are on disk."""
        return int(self.manifest["slots_done"])

    def append(
        self, first: int, groups: Groups, sampled_first: int = 0, sampled: Groups | None = None
    ) -> None:
        """Write stored arrays (T, U) of each group from slot `first` on, then say so in the manifest.

        Groups that hold not every slot come as `sampled`, their rows from `sampled_first` on.
        """
        self._store(sampled_first, sampled or {})
        self.manifest["slots_done"] = first + self._store(first, groups)
        self._write_manifest()

    def _store(self, first: int, groups: Groups) -> int:
        count = 0
        for group, arrays in groups.items():
            for name, values in arrays.items():
                count = len(values)
                self.root[group][name][first : first + count] = values
        return count

    def finish(self, tables: Mapping[str, Table], extra: Mapping[str, Any]) -> BroadbandResult:
        """Write the tables, call the run complete, and return it."""
        self.manifest |= {**extra, "status": "complete"}
        if self.folder is not None:
            for table in tables.values():
                table.write(self.folder / "tables")
            consolidate(self.root)
        self._write_manifest()
        return BroadbandResult(self.scenario, self.manifest, tables, self.root, self.folder)

    def _write_manifest(self) -> None:
        if self.folder is not None:
            write_manifest(self.folder, self.manifest)


def write_station(
    folder: Path | None, scenario: StationScenario, manifest: dict[str, Any], tables: Mapping[str, Table]
) -> StationResult:
    """Write a station run, which is computed before it is written, into `folder`; None keeps it in memory."""
    manifest |= {"status": "complete"}
    if folder is not None:
        start_folder(folder, scenario)
        for table in tables.values():
            table.write(folder / "tables")
        write_manifest(folder, manifest)
    return StationResult(scenario, manifest, tables, folder)


def write_combined(
    folder: Path | None,
    scenario: CombinedScenario,
    manifest: dict[str, Any],
    broadband: BroadbandResult,
    station: StationResult,
) -> CombinedResult:
    """Join two runs that stand in the folders `broadband` and `station` of `folder`."""
    manifest |= {"status": "complete"}
    if folder is not None:
        (folder / "scenario.toml").write_text(dumps(scenario), encoding="utf-8")
        write_manifest(folder, manifest)
    return CombinedResult(scenario, manifest, broadband, station, folder)


def consolidate(root: Any) -> None:
    """Gather the metadata of the arrays in each group's own file: what xarray looks for first, one read for all.

    Zarr warns that version 3 of its specification has no words for it yet; readers that do not know it ignore it.
    """
    import zarr

    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Consolidated metadata")
        for path in (*sorted(name for name, _ in root.groups()), None):
            zarr.consolidate_metadata(root.store, path=path)


def start_folder(folder: Path, scenario: Scenario) -> None:
    """An empty run folder with its scenario in it."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    (folder / "scenario.toml").write_text(dumps(scenario), encoding="utf-8")


def _resumable(folder: Path, manifest: Mapping[str, Any]) -> bool:
    if not manifest.get("resume") or not (folder / MANIFEST).exists():
        return False
    before = read_manifest(folder)
    if not before.get("slots_done"):
        return False  # nothing is lost, and the arrays may not all have been made
    return all(before.get(key) == manifest[key] for key in ("scenario_sha256", "skyhold", "slots"))
