"""Figures of merit of coverage, with the edge conventions of the trade.

A sample stands for the step that follows it. Gaps that touch the edge of the interval are clipped there (the
optimistic reading), a point that never had access has one gap, the interval, and so a revisit time of its length
(STK, Coverage, figure of merit definitions: Revisit Time, Response Time, Time Average Gap).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from skyhold.errors import SkyholdError
from skyhold.geometry import kernels


@dataclass(frozen=True, eq=False)
class CoverageFigures:
    """Coverage of each point (C,) over an interval; times in seconds.

    `simple`: seen at least once. `assets_*`: satellites at a time (0 or 1 where only yes and no were given). Accesses
    and gaps: number, shortest, mean and longest (0 where there is none). `revisit_*` are lengths of gaps;
    `response_mean_s` the mean wait from a random instant until access, sum g^2 / 2 over the interval;
    `time_average_gap_s` the length of the gap a random instant falls in, sum g^2 over the interval.
    """

    interval_s: float
    simple: NDArray[np.bool_]
    covered_s: NDArray[np.float64]
    covered_percent: NDArray[np.float64]
    assets_min: NDArray[np.int64]
    assets_mean: NDArray[np.float64]
    assets_max: NDArray[np.int64]
    accesses: NDArray[np.int64]
    access_min_s: NDArray[np.float64]
    access_mean_s: NDArray[np.float64]
    access_max_s: NDArray[np.float64]
    gaps: NDArray[np.int64]
    gap_min_s: NDArray[np.float64]
    revisit_mean_s: NDArray[np.float64]
    revisit_max_s: NDArray[np.float64]
    response_mean_s: NDArray[np.float64]
    time_average_gap_s: NDArray[np.float64]


class Coverage:
    """Figures of merit gathered block by block, in order of time, in memory that does not grow with time."""

    def __init__(self, points: int, step_s: float):
        if step_s <= 0:
            raise SkyholdError(
                "the step of a coverage run is not positive", expected="> 0 s", came=f"{step_s} s"
            )
        self.step_s, self.steps = step_s, 0
        self._state = np.zeros((2, points), np.int64)
        self._sums = np.zeros((9, points), np.int64)
        self._sums[[2, 5]] = np.iinfo(np.int64).max
        self._least = np.full(points, np.iinfo(np.int64).max)
        self._most, self._total = np.zeros(points, np.int64), np.zeros(points, np.int64)

    def add(self, seen: NDArray[np.bool_] | NDArray[np.integer]) -> None:
        """Take the next block: seen (T, C), yes and no or the number of satellites."""
        if seen.ndim != 2 or seen.shape[1] != self._state.shape[1]:
            raise SkyholdError(
                "a block of coverage has the wrong shape",
                expected=f"(T, {self._state.shape[1]})",
                came=str(seen.shape),
            )
        if len(seen) == 0:
            return
        self.steps += len(seen)
        np.minimum(self._least, seen.min(axis=0), out=self._least)
        np.maximum(self._most, seen.max(axis=0), out=self._most)
        self._total += seen.sum(axis=0, dtype=np.int64)
        kernels.run_lengths(np.ascontiguousarray(seen > 0), self._state, self._sums)

    def figures(self) -> CoverageFigures:
        """The figures of all that was added so far; more may be added afterwards."""
        if self.steps == 0:
            raise SkyholdError("nothing was covered or not", expected="one sample or more", came="none")
        sums = self._sums.copy()
        kernels.close_runs(self._state.copy(), sums)
        step, interval = np.float64(self.step_s), self.steps * self.step_s
        covered, accesses, shortest, longest, gaps, gap_least, gap_most, gap_sum, gap_squares = sums
        return CoverageFigures(
            interval_s=interval,
            simple=covered > 0,
            covered_s=covered * step,
            covered_percent=100.0 * covered / self.steps,
            assets_min=self._least.copy(),
            assets_mean=self._total / self.steps,
            assets_max=self._most.copy(),
            accesses=accesses,
            access_min_s=np.where(accesses > 0, shortest, 0) * step,
            access_mean_s=covered * step / np.maximum(accesses, 1),
            access_max_s=longest * step,
            gaps=gaps,
            gap_min_s=np.where(gaps > 0, gap_least, 0) * step,
            revisit_mean_s=gap_sum * step / np.maximum(gaps, 1),
            revisit_max_s=gap_most * step,
            response_mean_s=0.5 * gap_squares * step / self.steps,
            time_average_gap_s=gap_squares * step / self.steps,
        )


def figures(seen: NDArray[np.bool_] | NDArray[np.integer], step_s: float) -> CoverageFigures:
    """Figures of merit of one array, seen (T, C): yes and no, or the number of satellites."""
    coverage = Coverage(seen.shape[1], step_s)
    coverage.add(seen)
    return coverage.figures()
