"""Propagation beside the sgp4 library: CPU time of one thread, interleaved in one run, medians."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable

import numpy as np
from sgp4.api import SatrecArray

from benchmarks.row import Row
from skyhold.catalogues.element_set import ElementSet
from skyhold.nouns.constellation import Shell
from skyhold.orbits.elements import kozai_rev_day
from skyhold.orbits.kernels import sgp4
from skyhold.orbits.secular import SecularFleet
from skyhold.orbits.sgp4 import Sgp4Fleet, library_satellite
from skyhold.orbits.walker import satellite_names, walker
from skyhold.scenario.library import fleet
from skyhold.times import Epoch, Instants

EPOCH = Epoch(2_459_638.5, 0.0)
REPEATS = 9
INSTANTS = Instants.every(EPOCH.plus(3600.0), 15.0, 64)
STEPS = 1e6  # the unit of the figures: million satellite-instants a CPU-second
PEER = "sgp4 library, SatrecArray"


def element_sets() -> list[ElementSet]:
    """Starlink Gen1 as filed: 4,408 element sets with the eccentricities and drag of real ones."""
    draw = np.random.default_rng(1)
    return [record for shell in fleet("starlink-gen1").shells for record in _of_shell(shell, draw)]


def _of_shell(shell: Shell, draw: np.random.Generator) -> list[ElementSet]:
    node, latitude = np.degrees(walker(shell))
    motion = float(kozai_rev_day(shell.altitude_km * 1e3, np.radians(shell.inclination_deg)))
    perigee = draw.uniform(0.0, 360.0, len(node))
    drag, eccentricity = draw.uniform(5e-5, 3e-4, (2, len(node)))
    return [
        ElementSet(
            name=name,
            catalog_number=number,
            international_designator="",
            epoch=EPOCH,
            mean_motion_rev_day=motion,
            eccentricity=float(eccentricity[number]),
            inclination_deg=shell.inclination_deg,
            raan_deg=float(node[number]),
            argument_of_perigee_deg=float(perigee[number]),
            mean_anomaly_deg=float((latitude[number] - perigee[number]) % 360.0),
            bstar=float(drag[number]),
        )
        for number, name in enumerate(satellite_names(shell))
    ]


def medians_s(tasks: dict[str, Callable[[], object]]) -> dict[str, float]:
    """Median CPU-seconds of this thread for each task, the tasks taken in turn so that all meet the same noise."""
    for task in tasks.values():
        task()
    spent: dict[str, list[float]] = {name: [] for name in tasks}
    for _ in range(REPEATS):
        for name, task in tasks.items():
            before = time.thread_time()
            task()
            spent[name].append(time.thread_time() - before)
    return {name: statistics.median(times) for name, times in spent.items()}


def into_arrays(ours: Sgp4Fleet) -> Callable[[bool], None]:
    """The kernel without what surrounds it; with True, velocities too."""
    shape = (len(INSTANTS), 3, len(ours))
    position, velocity = np.empty(shape), np.empty(shape)
    age, minutes, still = ours.age_min(EPOCH.plus(3600.0)), INSTANTS.offset_s / 60.0, np.zeros(len(INSTANTS))

    def call(with_velocity: bool) -> None:
        speed = velocity if with_velocity else None
        sgp4(ours.tiles, age, minutes, np.cos(still), still, 0.0, position, speed)

    return call


def rows() -> list[Row]:
    """SGP4 of 4,408 satellites, and the same shells as circles.

    The first row is what a run does. Fresh arrays of float64 cost as much as the propagation of the satellites: the
    system clears their pages; hence the rows with arrays kept.
    """
    records = element_sets()
    ours, circles = Sgp4Fleet(records), SecularFleet(fleet("starlink-gen1").shells, EPOCH)
    peer = SatrecArray([library_satellite(record) for record in records])
    days, whole_kernel = INSTANTS.julian_days(), into_arrays(ours)
    spent = medians_s({
        "peer": lambda: peer.sgp4(*days),
        "SGP4, positions, Earth-fixed, float32": lambda: ours.positions(INSTANTS),
        "SGP4, positions, float64, kernel into an array kept": lambda: whole_kernel(False),
        "SGP4, positions and velocities, float64, kernel into arrays kept": lambda: whole_kernel(True),
        "SGP4, positions, Earth-fixed, float64": lambda: ours.positions(INSTANTS, np.float64),
        "SGP4, positions and velocities, TEME, float64": lambda: ours.teme(INSTANTS),
        "circles with J2, positions, Earth-fixed, float32": lambda: circles.positions(INSTANTS),
    })  # fmt: skip
    work = len(records) * len(INSTANTS) / STEPS
    required = {
        "SGP4, positions, Earth-fixed, float32": 25.0,
        "SGP4, positions, float64, kernel into an array kept": 25.0,
    }
    return [
        Row(
            f"{name}, {len(records):,} satellites",
            work / seconds,
            "M/CPU-s",
            work / spent["peer"],
            PEER,
            required.get(name),
            "ratio at least",
        )
        for name, seconds in spent.items()
        if name != "peer"
    ]
