"""Attenuation: rain in closed form beside itur, look-up over elevation, a drawn day over a country."""

from __future__ import annotations

import importlib
import importlib.util
import time
import warnings
from collections.abc import Callable

import numpy as np

from benchmarks.row import Row
from skyhold.attenuation import rain
from skyhold.attenuation.climate import typed
from skyhold.attenuation.rain_series import RainDay
from skyhold.attenuation.total import ElevationTable
from skyhold.times import Epoch, Instants
from skyhold.units import DEG

POINTS, PEER_POINTS = 1_000_000, 20_000
SLOTS, CELLS, SATELLITES, BLOCK = 5_760, 2_500, 20, 60
START = Epoch(2_459_709.5, 0.0)


def cpu_s(task: Callable[[], object], repeat: int = 3) -> float:
    """Least CPU-seconds of this process in some goes."""
    least = np.inf
    for _ in range(repeat):
        before = time.process_time()
        task()
        least = min(least, time.process_time() - before)
    return float(least)


def rows() -> list[Row]:
    """What is printed."""
    return [rain_rate(), *tables(), day()]


def rain_rate() -> Row:
    """Points a second of P.618's rain, one core, with sites and elevations all different."""
    rng = np.random.default_rng(0)
    sites = typed(
        rng.uniform(-60, 60, POINTS),
        rain_001_mm_h=rng.uniform(5, 100, POINTS),
        rain_height_km=rng.uniform(1, 5, POINTS),
    )
    elevation = rng.uniform(10, 90, POINTS) * DEG
    rain.exceeded_db(sites[:2], 11.7, elevation[:2], 0.1)
    ours = POINTS / cpu_s(lambda: rain.exceeded_db(sites, 11.7, elevation, 0.1))
    peer = _itur_rate(sites.latitude_deg, sites.rain_001_mm_h, elevation)
    return Row(
        "rain attenuation, points a second",
        ours,
        "1/s",
        peer,
        "itur, rate and height of the site given",
        required=2e6,
        relation="at least",
    )


def _itur_rate(latitude: np.ndarray, rate: np.ndarray, elevation: np.ndarray) -> float | None:
    if importlib.util.find_spec("itur") is None:
        return None
    models = importlib.import_module("itur.models.itu618")
    place = latitude[:PEER_POINTS], np.full(PEER_POINTS, 30.0)
    more = {"hs": np.zeros(PEER_POINTS), "p": 0.1, "R001": rate[:PEER_POINTS], "tau": 45}

    def task() -> None:
        models.rain_attenuation(*place, 11.7, elevation[:PEER_POINTS] / DEG, **more)

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        task()
        return PEER_POINTS / cpu_s(task)


def tables() -> list[Row]:
    """The total for a block of slots from a table over elevation, and making the table."""
    rng = np.random.default_rng(1)
    sites = typed(rng.uniform(44, 52, CELLS), rain_001_mm_h=rng.uniform(20, 40, CELLS), rain_height_km=3.0)
    elevation = (rng.uniform(25, 90, (BLOCK, CELLS, SATELLITES)) * DEG).astype(np.float32)
    ElevationTable.exceeded(sites[:1], 28.5, 0.1).at(elevation[:1, :1])
    table = ElevationTable.exceeded(sites, 28.5, 0.1)
    size = f"{BLOCK} slots x {CELLS:,} cells x {SATELLITES} satellites"
    return [
        Row("table of the total over elevation, 2,500 cells", cpu_s(lambda: ElevationTable.exceeded(sites, 28.5, 0.1)),
            "CPU-s"),
        Row(f"total of {size}", cpu_s(lambda: table.at(elevation)), "CPU-s", required=0.2),
    ]  # fmt: skip


def day() -> Row:
    """A drawn day of rain over a country, made and evaluated."""
    rng = np.random.default_rng(2)
    place = rng.uniform(44, 52, CELLS), rng.uniform(22, 40, CELLS)
    sites = typed(place[0], rain_001_mm_h=30.0, rain_height_km=3.0)
    slots = Instants.every(START, 15.0, SLOTS)
    RainDay.draw(sites[:1], place[0][:1], place[1][:1], 11.7).attenuation_db(slots.block(0, 2))

    def task() -> None:
        drawn = RainDay.draw(sites, *place, 11.7)
        for first in range(0, SLOTS, BLOCK):
            drawn.attenuation_db(slots.block(first, first + BLOCK))

    return Row(f"drawn rain, {CELLS:,} cells x {SLOTS:,} slots", cpu_s(task), "CPU-s", required=3.0)
