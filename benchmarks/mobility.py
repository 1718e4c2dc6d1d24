"""A terminal that moves for a day; the peer asks for each slot alone, as of a fixed terminal."""

from __future__ import annotations

import time
from collections.abc import Callable

import numpy as np
from validation.mobility import START, surroundings, terminal

from benchmarks.row import Row
from skyhold.geometry.visibility import look_up
from skyhold.mobility.attitude import Mount
from skyhold.mobility.journey import travel
from skyhold.mobility.sky import look_along
from skyhold.mobility.tracks import positions
from skyhold.times import Epoch, slot_instants
from skyhold.units import DAY_S

PEER = "look_up, a slot at a time"


def cpu_s(task: Callable[[], object]) -> float:
    """CPU-seconds of this thread."""
    before = time.thread_time()
    task()
    return time.thread_time() - before


def rows() -> list[Row]:
    """The performance rows of moving terminals."""
    around, truck = surroundings(), terminal((0, 49.8, 22.95, 0), (24, 50.45, 36.2, 0), kind="vehicle")
    slots = slot_instants(Epoch.from_datetime(START), DAY_S)
    hour = slots.block(0, 240)
    xyz = around.fleet.positions(hour)
    track, mount, free = positions(truck, hour), Mount.of(truck), np.zeros(xyz.shape[:2], np.float32)

    def one_by_one() -> None:
        for t in range(len(hour)):
            look_up(xyz[t : t + 1], track.sites.take([t]), around.mask, free[t : t + 1], depth=48)

    travel(truck, hour, around)
    one_by_one()
    whole = cpu_s(lambda: travel(truck, slots, around))
    ours, peer = cpu_s(lambda: look_along(xyz, track, around.mask, mount, free)), cpu_s(one_by_one)
    return [
        Row(
            "a moving terminal, a day of 5,760 slots, 1,584 satellites",
            1e3 * whole,
            "CPU-ms",
            note="propagation, gateways, serving satellite, round trip, rate, Doppler",
        ),
        Row(
            "usable satellites along a track, an hour",
            1e3 * ours,
            "CPU-ms",
            1e3 * peer,
            PEER,
            3.0,
            "ratio at least",
        ),
    ]
