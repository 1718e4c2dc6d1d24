"""Coverage: a global day, a fleet and a grid ten times that size, and a country with its places."""

from __future__ import annotations

import resource
import time
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from benchmarks.propagation import EPOCH, element_sets
from benchmarks.row import Row
from skyhold.data.countries import country
from skyhold.geometry.binning import BinnedGround
from skyhold.geometry.cells import country_cells
from skyhold.geometry.masks import SkyMask
from skyhold.geometry.sites import Sites
from skyhold.geometry.visibility import look_up
from skyhold.nouns.constellation import Shell
from skyhold.orbits.secular import SecularFleet
from skyhold.orbits.sgp4 import Sgp4Fleet
from skyhold.scenario.library import fleet
from skyhold.times import Instants
from skyhold.units import DEG

SLOTS, BLOCK = 5_760, 48
MIN_ELEVATION_RAD = 25.0 * DEG
PEER = "numpy, matrix product and compare"
GIB = 2.0**30


def spiral(count: int) -> Sites:
    """Points spread evenly over the globe."""
    i = np.arange(count) + 0.5
    return Sites.from_degrees(
        np.degrees(np.arcsin(1 - 2 * i / count)), (137.50776405 * i + 180.0) % 360.0 - 180.0
    )


def day() -> Instants:
    """The slots of a day."""
    return Instants.every(EPOCH.plus(3600.0), 15.0, SLOTS)


def cpu_s(task: Callable[[], object]) -> float:
    """CPU-seconds of this thread."""
    before = time.thread_time()
    task()
    return time.thread_time() - before


def peak_gib() -> float:
    """Most memory this process has held so far."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / GIB


def brute_force_slot(xyz: NDArray[np.float32], sites: Sites) -> NDArray[np.int64]:
    """The peer: highest satellite of every point at one instant, on a sphere, in plain numpy, 1,000 points at once."""
    unit = sites.enu[:, 2].astype(np.float32)
    radius = np.linalg.norm(xyz, axis=1)
    best = np.empty(len(sites), np.int64)
    for a in range(0, len(sites), 1000):
        along = unit[a : a + 1000] @ xyz.T
        up = along - np.float32(6_371e3)
        sine = up * np.abs(up) / (radius**2 + np.float32(6_371e3) ** 2 - np.float32(2 * 6_371e3) * along)
        best[a : a + 1000] = np.where(
            sine.max(axis=1) >= np.sin(MIN_ELEVATION_RAD) ** 2, sine.argmax(axis=1), -1
        )
    return best


def global_day() -> list[Row]:
    """4,408 satellites by SGP4, 40,962 points, every slot of a day: the highest satellite of each point."""
    satellites, points = Sgp4Fleet(element_sets()), spiral(40_962)
    slots = day()
    ground = BinnedGround.fitted(points, MIN_ELEVATION_RAD, satellites.positions(slots.block(0, 2)))
    out = (np.empty((BLOCK, len(points)), np.int32), np.empty((BLOCK, len(points)), np.float32))
    ground.best(satellites.positions(slots.block(0, 1)))
    served = 0

    def whole_day() -> None:
        nonlocal served
        for first in range(0, SLOTS, BLOCK):
            found, _ = ground.best(satellites.positions(slots.block(first, first + BLOCK)), out)
            served += int(np.count_nonzero(found >= 0))

    ours = cpu_s(whole_day)
    xyz = np.ascontiguousarray(satellites.positions(slots.block(0, 1))[0])
    peer = cpu_s(lambda: brute_force_slot(xyz, points)) * SLOTS
    note = f"propagation included; one slot of the peer times {SLOTS:,}; covered {served / (SLOTS * len(points)):.1%}"
    what = "global day, best satellite, 4,408 satellites x 40,962 points x 5,760 slots"
    return [
        Row(what, ours, "CPU-s", peer, PEER, 15.0, note=note),
        Row(f"{what}: memory", peak_gib(), "GiB", required=2.0, note="most this process has held so far"),
    ]


def tenfold() -> list[Row]:
    """44,080 satellites and 100,000 points, a slot."""
    shells = fleet("starlink-gen1").shells
    more = tuple(_turned(shell, k) for k in range(10) for shell in shells)
    satellites, points = SecularFleet(more, EPOCH), spiral(100_000)
    slots = day()
    ground = BinnedGround.fitted(points, MIN_ELEVATION_RAD, satellites.positions(slots.block(0, 2)))
    ground.best(satellites.positions(slots.block(0, 1)))
    ours = cpu_s(lambda: ground.best(satellites.positions(slots.block(0, 24)))) / 24
    what = f"{len(satellites):,} satellites x {len(points):,} points, best satellite"
    return [
        Row(
            f"{what}: a slot",
            ours * 1e3,
            "CPU-ms",
            note=f"{ours * SLOTS:.0f} CPU-s a day; propagation included",
        ),
        Row(f"{what}: memory", peak_gib(), "GiB", required=4.0, note="most this process has held so far"),
    ]


def a_country() -> list[Row]:
    """All usable satellites of every cell of Ukraine, the geostationary arc left out."""
    shells = tuple(shell for shell in fleet("starlink-gen1").shells[:1])
    satellites = SecularFleet(shells, EPOCH)
    cells = country_cells(country("UKR"), 5)
    sites, mask, slots, block = cells.sites(), SkyMask(MIN_ELEVATION_RAD, 22.0 * DEG), day(), 16
    look_up(satellites.positions(slots.block(0, 1)), sites, mask)

    def tenth() -> None:
        for first in range(0, SLOTS // 10, block):
            look_up(satellites.positions(slots.block(first, first + block)), sites, mask)

    ours = 10 * cpu_s(tenth)
    what = f"usable satellites of {len(cells):,} cells of Ukraine, {len(satellites):,} satellites, a day"
    return [
        Row(
            what,
            ours,
            "CPU-s",
            note="a tenth of the day times ten; GSO exclusion 22 degrees, candidates listed",
        )
    ]


def rows() -> list[Row]:
    """The performance rows of coverage."""
    return [*global_day(), *tenfold(), *a_country()]


def _turned(shell: Shell, k: int) -> Shell:
    return shell.model_copy(
        update={"name": f"{shell.name} {k}", "raan_offset_deg": 36.0 * k / shell.planes + 7.3 * k}
    )
