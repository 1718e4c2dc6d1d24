"""What a user feels: a day of one place at 100 ms, a queue of a million packets, and a day of traces."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from benchmarks.row import Row
from skyhold.experience.exports import export
from skyhold.experience.queue import PACKET_BITS, Line, droptail
from skyhold.experience.series import Experience, experience
from skyhold.experience.slots import Slots
from skyhold.experience.tcp import cubic_flow
from skyhold.experience.verdicts import judge
from skyhold.times import Epoch, slot_instants
from skyhold.units import DAY_S

START = Epoch(2_459_638.5, 0.0)
PACKETS = 1_000_000


def cpu_s(task: Callable[[], object]) -> float:
    """CPU-seconds of this thread, the second time: kernels are compiled by then."""
    task()
    before = time.thread_time()
    task()
    return time.thread_time() - before


def day(duration_s: float = DAY_S) -> Experience:
    """A place at 100 ms."""
    return experience(Slots.of(slot_instants(START, duration_s), 0.05, 1e8, 1e7))


def lindley_in_python(arrival_s: list[float], service_s: float, limit: int) -> list[float]:
    """The peer: the same recursion over a line of constant rate in plain Python."""
    free, out = 0.0, []
    for at in arrival_s:
        if max(free - at, 0.0) + service_s > limit * service_s:
            out.append(float("nan"))
            continue
        free = max(free, at) + service_s
        out.append(free)
    return out


def a_queue() -> Row:
    """A million packets through a droptail queue."""
    rate = 1e8
    arrival = np.cumsum(np.random.default_rng(1).exponential(PACKET_BITS / (0.95 * rate), PACKETS))
    line = Line.of_rates(np.full(int(arrival[-1]) + 2, rate), 1.0)
    ours = cpu_s(lambda: droptail(line, arrival, limit_packets=500))
    tenth = arrival[: PACKETS // 10].tolist()
    peer = 10 * cpu_s(lambda: lindley_in_python(tenth, PACKET_BITS / rate, 500))
    what = f"droptail queue, {PACKETS:,} packets, line of changing rate"
    return Row(what, ours * 1e3, "CPU-ms", peer * 1e3, "plain Python, a tenth times ten, constant rate")


def rows() -> list[Row]:
    """The performance rows of the experience."""
    felt, ten = day(), day(600.0)
    with tempfile.TemporaryDirectory() as folder:
        kinds = ("mahimahi", "leoreplayer", "netem", "ns3", "csv")
        written = cpu_s(lambda: export(ten, Path(folder), "x", kinds))
    return [
        Row("a place, a day at 100 ms: RTT, rates, losses", cpu_s(day) * 1e3, "CPU-ms", note="864,000 steps"),
        Row("a day's verdicts", cpu_s(lambda: judge(felt)) * 1e3, "CPU-ms", note="5,760 windows"),
        Row("eight CUBIC flows, a day at 10 ms", cpu_s(lambda: cubic_flow(felt, flows=8)) * 1e3, "CPU-ms"),
        a_queue(),
        Row(
            "ten minutes at 100 Mbit/s in five formats",
            written * 1e3,
            "CPU-ms",
            note="5 million opportunities",
        ),
    ]
