"""A run is a folder: scenario.toml, manifest.json, arrays.zarr, tables/, variants/, report.html.

While it runs, the folder is called NAME.partial and its manifest says how far it came; when all is written it takes
its name. So a killed run leaves no half-truth and never harms an older one, and it can be resumed.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from skyhold.errors import ResultError

MANIFEST = "manifest.json"
ARRAYS = "arrays.zarr"


def partial_folder(folder: Path) -> Path:
    """Where a run lives until it is whole."""
    return folder.with_name(folder.name + ".partial")


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


def already_whole(folder: Path, scenario_sha256: str) -> bool:
    """Whether a run that is to be resumed has nothing left to do.

    Errors: ResultError where the folder, or what an interrupted run left beside it, is of another scenario.
    """
    for place in (partial_folder(folder), folder):
        if (place / MANIFEST).exists():
            before = read_manifest(place)
            if before.get("scenario_sha256") != scenario_sha256:
                raise ResultError(
                    f"the run in {place} is of another scenario, or of other values",
                    expected="the scenario that was interrupted",
                    came=str(before.get("scenario", "")),
                    remedy=f"resume it with {place / 'scenario.toml'}, begin anew without --resume, or take another -o",
                )
            return place == folder
    return False


def read_manifest(folder: Path) -> dict[str, Any]:
    """The manifest of a run folder. Errors: ResultError."""
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


def write_manifest(folder: Path, manifest: Mapping[str, Any]) -> None:
    """Write the manifest whole or not at all."""
    fresh = folder / (MANIFEST + ".new")
    fresh.write_text(json.dumps(manifest, indent=2, default=str) + "\n", encoding="utf-8")
    os.replace(fresh, folder / MANIFEST)
