"""What a run of slots gave cells, gateways and satellites, folded block by block in memory that does not grow."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from skyhold.service import kernels
from skyhold.service.reasons import QUIET, Reason

LEAST_BIT_S = 1e3
PER_DECADE = 20  # bins of 12 %
BINS = 1 + 8 * PER_DECADE  # to 100 Gbit/s
QUANTILES = np.array([0.05, 0.5, 0.95])
MBIT, GBIT = 1e6, 1e9
REASONS = len(Reason)

Column = NDArray[Any]
Reals = NDArray[np.floating[Any]]


class CellSummary:
    """Sums over slots for C cells; `fold` takes blocks in the order of time, the rest reads the result."""

    def __init__(self, longitude_deg: Reals):
        cells = len(longitude_deg)
        self.shift_h = np.asarray(longitude_deg, np.float64) / 15.0
        self.slots = np.zeros((cells, REASONS), np.int64)
        self.sums = np.zeros((cells, 4))
        self.lost = np.zeros((cells, REASONS))
        self.hourly = np.zeros((cells, 24, 3))
        self.histogram = np.zeros((cells, BINS), np.uint32)

    def fold(
        self, hour_utc: Reals, wanted_bit_s: Reals, rate_bit_s: Reals, limit: NDArray[np.integer[Any]]
    ) -> None:
        """Add a block: hour_utc (T,) hours of the day, the rest (T, C); limit is `Served.limit`."""
        kernels.fold_cells(
            np.asarray(hour_utc, np.float64), self.shift_h, wanted_bit_s, rate_bit_s, limit, int(Reason.SERVED),
            LEAST_BIT_S, float(PER_DECADE), self.slots, self.sums, self.lost, self.hourly, self.histogram,
        )  # fmt: skip

    def cells(self) -> dict[str, Column]:
        """(C,) columns of the table `capacity_cells`; NaN for a cell that never asks for anything."""
        wanted, carried, asking, lit = self.sums.T
        rate = np.empty((len(wanted), len(QUANTILES)))
        kernels.log_quantiles(self.histogram, LEAST_BIT_S, float(PER_DECADE), QUANTILES, rate)
        busy = self.hourly[:, :, 1] / np.maximum(self.hourly[:, :, 0], 1.0)
        hour = busy.argmax(axis=1)
        at_busy = np.take_along_axis(self.hourly, hour[:, None, None], axis=1)[:, 0]
        return {
            "wanted_mbit_s": _over(wanted, asking) / MBIT,
            "rate_mean_mbit_s": _over(carried, asking) / MBIT,
            "rate_p05_mbit_s": rate[:, 0] / MBIT,
            "rate_median_mbit_s": rate[:, 1] / MBIT,
            "rate_p95_mbit_s": rate[:, 2] / MBIT,
            "served_percent": 100.0 * _over(self.slots[:, Reason.SERVED], asking),
            "with_service_percent": 100.0 * _over(lit, asking),
            "unserved_percent": 100.0 * (1.0 - _over(carried, wanted)),
            "busy_hour_local": np.where(asking > 0, hour, -1),
            "busy_hour_wanted_mbit_s": _over(at_busy[:, 1], at_busy[:, 0]) / MBIT,
            "busy_hour_rate_mbit_s": _over(at_busy[:, 2], at_busy[:, 0]) / MBIT,
            "main_reason": np.array([reason.words for reason in self.main_reason()], dtype=object),
        }

    def main_reason(self) -> list[Reason]:
        """For each cell what costs it most bits; SERVED where nothing does; why it is quiet where it never asks."""
        lost, quiet = self.lost.argmax(axis=1), self.slots[:, list(QUIET)].argmax(axis=1)
        return [
            QUIET[quiet[c]]
            if self.sums[c, 2] == 0
            else Reason(int(lost[c]) if self.lost[c, lost[c]] > 0.0 else 0)
            for c in range(len(lost))
        ]

    def reasons(self) -> dict[str, Column]:
        """One row a reason that occurs, of the table `capacity_reasons`: shares of cell-slots and of bits wanted."""
        slots, lost = self.slots.sum(axis=0), self.lost.sum(axis=0)
        main = np.bincount([int(reason) for reason in self.main_reason()], minlength=REASONS)
        found = [reason for reason in Reason if slots[reason] or main[reason]]
        wanted, per_cell = self.sums[:, 0].sum(), max(1, self.slots[:1].sum())
        return {
            "reason": np.array([reason.words for reason in found], dtype=object),
            "cell_slots_percent": 100.0 * slots[found] / max(1, slots.sum()),
            "unserved_percent": 100.0 * lost[found] / max(wanted, 1.0),
            "unserved_gbit_s": lost[found] / per_cell / GBIT,
            "cells": main[found],
            "meaning": np.array([reason.meaning for reason in found], dtype=object),
        }

    def hours(self) -> dict[str, Column]:
        """24 rows of the table `capacity_hours`: by local solar hour, means of cells added up; NaN without slots."""
        mean = self.hourly[:, :, 1:] / np.maximum(self.hourly[:, :, :1], 1.0)
        seen = self.hourly[:, :, 0].any(axis=0)
        wanted, carried = np.where(seen, mean.sum(axis=0).T, np.nan)
        return {
            "hour_local": np.arange(24),
            "wanted_gbit_s": wanted / GBIT,
            "carried_gbit_s": carried / GBIT,
            "unserved_percent": 100.0 * (1.0 - _over(carried, wanted)),
        }


class LoadSummary:
    """Sums over slots for N gateways or satellites; `most` (N,) antennas or beams of each."""

    def __init__(self, most: Reals):
        count = len(most)
        self.most, self.all = np.asarray(most, np.float64), 0
        self.slots, self.full = np.zeros(count, np.int64), np.zeros(count, np.int64)
        self.total, self.peak, self.used = np.zeros(count), np.zeros(count), np.zeros(count)

    def fold(self, load_bit_s: Reals, busy: NDArray[Any]) -> None:
        """Add a block: load_bit_s and busy (T, N), bit/s and antennas or beams in use."""
        self.all += len(load_bit_s)
        kernels.fold_load(
            load_bit_s, busy, self.most, self.slots, self.total, self.peak, self.used, self.full
        )

    def columns(self, busy: str = "antennas") -> dict[str, Column]:
        """(N,) columns of the table `capacity_gateways` (or, with busy="beams", of satellites)."""
        return {
            "carried_mean_gbit_s": self.total / max(1, self.all) / GBIT,
            "carried_working_gbit_s": _over(self.total, self.slots) / GBIT,
            "carried_max_gbit_s": self.peak / GBIT,
            f"{busy}_mean": self.used / max(1, self.all),
            "working_percent": 100.0 * self.slots / max(1, self.all),
            f"all_{busy}_percent": 100.0 * self.full / max(1, self.all),
        }


NOTES = {
    "wanted_mbit_s": "mean over slots in which anything is wanted",
    "rate_median_mbit_s": "median over slots in which anything is wanted, in bins of 12 %",
    "served_percent": "share of those slots in which everything wanted is carried",
    "with_service_percent": "share of those slots in which something is carried",
    "unserved_percent": "share of the bits wanted that are not carried",
    "busy_hour_local": "local solar hour of the highest demand; -1 where nothing is ever wanted",
    "main_reason": "what costs the cell most bits",
    "cell_slots_percent": "share of all pairs of a cell and a slot",
    "cells": "cells for which this reason costs most",
    "carried_working_gbit_s": "mean over slots in which it carries anything",
    "all_antennas_percent": "share of slots with no antenna left",
}


def _over(part: Column, whole: Column) -> NDArray[np.float64]:
    """Part over whole, NaN where there is no whole."""
    share = np.full(len(whole), np.nan)
    np.divide(part, whole, out=share, where=whole > 0)
    return share
