"""A small run made by hand, for the tests of results."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from skyhold.results.arrays import create_group
from skyhold.results.manifest import new_manifest
from skyhold.results.results import BroadbandResult
from skyhold.results.statistics import TerminalStatistics
from skyhold.results.tables import Table
from skyhold.results.writer import RunWriter
from skyhold.scenario.load import load

SLOTS, PLACES = 90, 3


def times() -> np.ndarray:
    return np.datetime64("2022-02-28T00:00:12", "ns") + np.arange(SLOTS) * np.timedelta64(
        15_000_000_000, "ns"
    )


def stored(seed: int = 1, served: bool = True) -> dict[str, np.ndarray]:
    rng = np.random.default_rng(seed)
    usable = rng.integers(0 if served else 1, 4, (SLOTS, PLACES)).astype(np.uint8) * np.uint8(served)
    return {
        "in_view": usable + np.uint8(2),
        "allowed": usable + np.uint8(1),
        "usable": usable,
        "serving": np.where(usable > 0, rng.integers(0, 5, (SLOTS, PLACES)), -1).astype(np.int32),
        "gateway": np.where(usable > 0, 0, -1).astype(np.int16),
        "rtt_ms": np.where(usable > 0, rng.integers(3000, 6000, (SLOTS, PLACES)), 65_535).astype(np.uint16),
    }


def writer(folder: Path | None, resume: bool = False) -> RunWriter:
    scenario = load("walker-demo")
    made = RunWriter(folder, scenario, new_manifest(scenario, SLOTS, resume))
    if "places" not in made.root:
        position = np.array([50.45, 49.84, 46.48])
        degrees = {"standard_name": "latitude", "units": "degrees_north"}
        create_group(made.root, "places", "place", {"latitude": (position, degrees)}, times())
    return made


def tables(arrays: dict[str, np.ndarray]) -> dict[str, Table]:
    statistics = TerminalStatistics(PLACES, 15.0)
    statistics.fold(arrays, np.zeros((SLOTS, PLACES), bool))
    position = {
        "latitude_deg": np.array([50.45, 49.84, 46.48]),
        "longitude_deg": np.array([30.52, 24.03, 30.72]),
    }
    names = {"name": np.array(["Kyiv", "Lviv", "Odesa"], dtype=object)}
    columns = names | position | statistics.columns()
    empty = {name: Table(name, {}) for name in ("cells", "satellites", "gateways", "shells", "hours")}
    return empty | {"places": Table("places", columns, {"name": "a city"})}


def run(folder: Path | None, seed: int = 1, served: bool = True) -> BroadbandResult:
    made, arrays = writer(folder), stored(seed, served)
    made.append(0, {"places": arrays})
    return made.finish(tables(arrays), {})
