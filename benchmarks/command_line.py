"""What a person waits for: `skyhold --help`, and the whole run of `ukraine-2022`."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.row import Row

HELP = (sys.executable, "-m", "skyhold", "--help")


def help_cpu_s(times: int = 5) -> float:
    """Median CPU-seconds (user and system) of `skyhold --help`, files warm."""
    return statistics.median(_cpu_s(HELP) for _ in range(times + 1))


def run_wall_s(scenario: str = "ukraine-2022") -> tuple[float, float]:
    """Wall seconds of a first and of a second run of the whole command, report included."""
    with tempfile.TemporaryDirectory() as folder:
        return _run_wall_s(scenario, Path(folder) / "first"), _run_wall_s(scenario, Path(folder) / "second")


def rows() -> list[Row]:
    """The two figures."""
    first, second = run_wall_s()
    return [
        Row("skyhold --help, CPU", help_cpu_s(), "s", required=0.2),
        Row(
            "ukraine-2022, whole run, wall, warm",
            second,
            "s",
            required=20.0,
            note=f"first run here {first:.1f} s",
        ),
    ]


def _cpu_s(command: tuple[str, ...]) -> float:
    before = os.times()
    subprocess.run(command, check=True, capture_output=True)
    after = os.times()
    return after.children_user + after.children_system - before.children_user - before.children_system


def _run_wall_s(scenario: str, folder: Path) -> float:
    start = time.perf_counter()
    command = (sys.executable, "-m", "skyhold", "run", scenario, "--quiet", "--out", str(folder))
    subprocess.run(command, check=True, capture_output=True)
    return time.perf_counter() - start
