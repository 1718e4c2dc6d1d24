"""One row per terminal, folded from blocks of slots in order, in memory that does not grow with time."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

from skyhold.geometry.coverage import Coverage
from skyhold.results.arrays import NO_RTT, RTT_STEP_MS
from skyhold.results.kernels import fold_counts, fold_histogram, fold_true, quantiles_of_histogram

RTT_BIN_MS = 0.25
RTT_BINS = 1200
QUANTILES = np.array([0.0, 0.05, 0.5, 0.95, 1.0])
COUNTED = ("in_view", "allowed", "usable")
COVERED = ("in_view", "usable")  # "satellite in view" and "satellite and gateway in view"


class TerminalStatistics:
    """Sums over slots for U terminals; `fold` takes blocks in the order of time, `columns` reads the result."""

    def __init__(self, terminals: int, slot_s: float):
        self.slots, self.slot_s = 0, slot_s
        self.coverage = {name: Coverage(terminals, slot_s) for name in COVERED}
        self.total = {name: np.zeros(terminals, np.int64) for name in COUNTED}
        self.least = {name: np.full(terminals, 255, np.uint8) for name in COUNTED}
        self.served = np.zeros(terminals, np.int64)
        self.seen = np.zeros(terminals, np.int64)
        self.handovers = np.zeros(terminals, np.int64)
        self.histogram = np.zeros((terminals, RTT_BINS), np.uint32)

    def fold(self, block: dict[str, NDArray[Any]], handover: NDArray[np.bool_]) -> None:
        """Add a block: stored arrays (T, U) by variable name, and (T, U) where the serving satellite changed."""
        self.slots += len(handover)
        for name in COUNTED:
            fold_counts(block[name], self.total[name], self.least[name])
        for name, coverage in self.coverage.items():
            coverage.add(block[name])
        fold_true(block["serving"] >= 0, self.served)
        fold_true(block["in_view"] > 0, self.seen)
        fold_true(handover, self.handovers)
        fold_histogram(block["rtt_ms"], NO_RTT, int(RTT_BIN_MS / RTT_STEP_MS), self.histogram)

    def merits(self) -> dict[str, NDArray[Any]]:
        """(U,) columns of the figures of merit of coverage, for satellites in view and for usable ones."""
        columns: dict[str, NDArray[Any]] = {}
        for name, coverage in self.coverage.items():
            figures = coverage.figures()
            chosen = [field.name for field in fields(figures) if field.name != "interval_s"]
            columns |= {f"{name}_{key}": getattr(figures, key) for key in chosen}
        return columns

    def columns(self) -> dict[str, NDArray[Any]]:
        """(U,) columns named with their units."""
        slots = max(1, self.slots)
        rtt = np.empty((len(self.served), len(QUANTILES)), np.float32)
        quantiles_of_histogram(self.histogram, RTT_BIN_MS, QUANTILES, rtt)
        hours = self.served * self.slot_s / 3600.0
        columns: dict[str, NDArray[Any]] = {}
        for name in COUNTED:
            columns[f"{name}_mean"] = self.total[name] / slots
            columns[f"{name}_min"] = self.least[name].astype(np.int32)
        columns |= {
            "slots": np.full(len(self.served), self.slots),
            "slots_in_view": self.seen,
            "slots_served": self.served,
            "in_view_percent": 100.0 * self.seen / slots,
            "service_percent": 100.0 * self.served / slots,
            "handovers_per_hour": np.divide(self.handovers, hours, out=np.zeros(len(hours)), where=hours > 0),
        }
        for i, name in enumerate(("min", "p05", "median", "p95", "max")):
            columns[f"rtt_{name}_ms"] = rtt[:, i]
        return columns


NOTES = {
    "in_view_mean": "mean number of satellites above the minimum elevation",
    "allowed_mean": "of these, outside the GSO exclusion and inside the field of view",
    "usable_mean": "of these, with a live gateway in view",
    "slots": "scheduling slots in the run",
    "in_view_percent": "share of slots with at least one satellite above the minimum elevation",
    "service_percent": "share of slots served: a usable satellite was there",
    "handovers_per_hour": "changes of serving satellite per served hour",
    "rtt_median_ms": "round trip terminal to internet exchange, median over served slots (bins of 0.25 ms)",
}
