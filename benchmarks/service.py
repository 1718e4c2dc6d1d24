"""A served run: a whole day of the library's Ukraine with capacity and jamming, in a process of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys

from benchmarks.row import Row

MOST_S, MOST_GIB = 60.0, 3.0
EVERYBODY: dict[str, object] = {
    "demand.basis": "population",
    "demand.adoption_percent": 5.0,
    "deliveries": [],
}

RUN = """
import json, resource, sys, tempfile, time
from pathlib import Path
from skyhold.scenario.load import load, with_values
from skyhold.simulate.run import simulate
scenario = load("ukraine-2022")
on = [jammer.model_dump() | {"on": []} for jammer in scenario.jammers]
scenario = with_values(scenario, {"variants": [], "jammers": on} | json.loads(sys.argv[1]))
with tempfile.TemporaryDirectory() as folder:
    began, cpu = time.perf_counter(), time.process_time()
    result = simulate(scenario, Path(folder) / "run", threads=2)
    wall, cpu = time.perf_counter() - began, time.process_time() - cpu
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 2**30
    reason = result.array("reason", of="service")
    print(json.dumps([wall, cpu, peak, *reason.shape, 100.0 * float((reason < 11).mean())]))
"""


def day(values: dict[str, object]) -> tuple[float, ...]:
    """Wall and CPU seconds, peak GiB, slots, cells, and percent of cell-slots that ask, of a day in a fresh process."""
    command = [sys.executable, "-c", RUN, json.dumps(values)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return tuple(json.loads(done.stdout.splitlines()[-1]))


def ukraine(what: str, values: dict[str, object], most_s: float | None = None) -> list[Row]:
    """A day of ukraine-2022 with all its jammers on, variants left out, written to disk: wall, and peak memory."""
    day(values | {"clock.duration_h": 0.05})  # kernels compile once, into their cache
    load = os.getloadavg()[0]
    wall, cpu, peak, slots, cells, asking = day(values)
    what = f"ukraine-2022, {what}, a day: {int(slots):,} slots x {int(cells):,} cells, capacity and 5 jammers"
    load = (load + os.getloadavg()[0]) / 2.0
    note = (
        f"{cpu:.0f} CPU-s, load of the machine {load:.1f}; {asking:.1f} % of the cell-slots ask for something"
    )
    return [
        Row(f"{what}: wall on two cores", wall, "s", required=most_s, note=note),
        Row(f"{what}: memory", peak, "GiB", required=MOST_GIB, note="most the process held"),
    ]


def rows() -> list[Row]:
    """The performance rows of a served run."""
    return [*ukraine("as written", {}, MOST_S), *ukraine("everybody offline asks", EVERYBODY)]
