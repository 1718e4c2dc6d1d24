"""Look-ups of density beside the model itself: CPU time of one thread, best of five."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime

import numpy as np

from benchmarks.row import Row
from skyhold.earth import force_kernels as kernels
from skyhold.earth.atmosphere import Nrlmsise00
from skyhold.earth.density_field import DensityField
from skyhold.earth.density_table import DensityTable, activity
from skyhold.earth.orbit_density import DensityPath, OrbitDensity, OrbitShape
from skyhold.times import Epoch, Instants

COUNT = 1_000_000
PEER = "pymsis, version 0, arrays"
START = Epoch.from_datetime(datetime(2022, 2, 25, tzinfo=UTC))
AIR = Nrlmsise00()


def million_per_s(task: Callable[[], object], count: int = COUNT) -> float:
    """Points a CPU-second, in millions."""
    task()
    spent = []
    for _ in range(5):
        before = time.thread_time()
        task()
        spent.append(time.thread_time() - before)
    return count / min(spent) / 1e6


def rows() -> list[Row]:
    """Random points, so that memory is met as it comes; members of an ensemble that sink together are faster."""
    rng, out = np.random.default_rng(1), np.empty(COUNT)
    shape = OrbitShape(np.radians(51.64))
    begin = time.perf_counter()
    table = DensityTable.build(AIR, cache=False)
    built_s = time.perf_counter() - begin
    orbit = OrbitDensity.build(table, shape)
    field = DensityField.build(AIR, Instants.every(START, 5400.0, 17), 120.0, 120.0, 10.0)
    path = DensityPath.build(AIR, shape, Instants.every(START, 86_400.0, 60), 1.0, 120.0, 120.0, 10.0)
    height, node = rng.uniform(150e3, 500e3, COUNT), rng.uniform(0.0, 6.28, COUNT)
    sun = (
        rng.uniform(65.0, 250.0, COUNT),
        activity(rng.uniform(2.0, 60.0, COUNT)),
        rng.uniform(0.0, 365.0, COUNT),
    )
    latitude, day = np.arcsin(rng.uniform(-1.0, 1.0, COUNT)), rng.uniform(0.0, 86_400.0, COUNT)
    some = 50_000
    points = height[:some], latitude[:some], node[:some] - np.pi
    peer = million_per_s(lambda: AIR.density(*points, Instants(START, day[:some]), 120.0, 120.0, 10.0), some)
    ours = {
        "orbit-averaged, any day and Sun": lambda: kernels.fill_orbit(
            orbit.values, orbit.grid, height, *sun, node, out
        ),
        "orbit-averaged, one history": lambda: kernels.fill_path(
            path.values, path.grid, day * 59.0, height, out
        ),
        "point and instant": lambda: kernels.fill_field(
            field.values, field.grid, day, height, latitude, node, out
        ),
    }
    looked = [
        Row(f"density look-ups, {name}, random", million_per_s(task), "M/CPU-s", peer, PEER)
        for name, task in ours.items()
    ]
    return [*looked, Row("density table sampled", built_s, "s")]
