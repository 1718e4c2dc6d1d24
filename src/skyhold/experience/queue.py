"""A line of changing rate with a queue before it that drops its tail: what bufferbloat feels like."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from skyhold.errors import ResultError
from skyhold.experience import kernels
from skyhold.experience.gaps import Gaps

PACKET_BITS = 12_000.0  # 1,500 bytes


@dataclass(frozen=True)
class Line:
    """A line as the bits it could have served until each moment: `edges_s` (M+1,), `bits` (M+1,), linear between."""

    edges_s: NDArray[np.float64]
    bits: NDArray[np.float64]

    @staticmethod
    def of_rates(rate_bit_s: NDArray[np.float64], step_s: float) -> Line:
        """A line of a rate for each step, without gaps."""
        edges = np.arange(len(rate_bit_s) + 1, dtype=np.float64) * step_s
        return Line(edges, np.concatenate(([0.0], np.cumsum(rate_bit_s) * step_s)))

    @staticmethod
    def with_gaps(rate_bit_s: NDArray[np.float64], step_s: float, gaps: Gaps) -> Line:
        """A line of a rate (N,) for each step, nothing inside the gaps."""
        last = len(rate_bit_s) * step_s
        steps = np.arange(len(rate_bit_s) + 1, dtype=np.float64) * step_s
        edges = np.unique(np.clip(np.concatenate((steps, gaps.start_s, gaps.end_s)), 0.0, last))
        middle = 0.5 * (edges[1:] + edges[:-1])
        rate = rate_bit_s[np.clip((middle / step_s).astype(np.int64), 0, len(rate_bit_s) - 1)]
        rate = np.where(gaps.hold_s(middle) > 0, 0.0, rate)
        return Line(edges, np.concatenate(([0.0], np.cumsum(rate * np.diff(edges)))))

    @property
    def duration_s(self) -> float:
        """Length of the line's record."""
        return float(self.edges_s[-1])

    def served(self, time_s: NDArray[np.float64]) -> NDArray[np.float64]:
        """(N,) bits it could have served until each moment."""
        return np.asarray(np.interp(time_s, self.edges_s, self.bits))

    def moment_s(self, bits: NDArray[np.float64]) -> NDArray[np.float64]:
        """(N,) first moment at which so many bits could have been served; NaN beyond the end of the record."""
        after = np.searchsorted(self.bits, bits, side="left")
        inside = np.clip(after, 1, len(self.bits) - 1)
        width = self.bits[inside] - self.bits[inside - 1]
        share = (bits - self.bits[inside - 1]) / np.where(width > 0, width, 1.0)
        at = self.edges_s[inside - 1] + share * (self.edges_s[inside] - self.edges_s[inside - 1])
        return np.where(np.isnan(bits) | (after >= len(self.bits)), np.nan, np.where(after == 0, 0.0, at))

    def mean_rates(self, step_s: float) -> NDArray[np.float64]:
        """(N,) mean rate of each step, bit/s."""
        edges = np.arange(round(self.duration_s / step_s) + 1, dtype=np.float64) * step_s
        return np.asarray(np.diff(self.served(edges)) / step_s)


@dataclass(frozen=True)
class Queued:
    """(N,) what became of each packet: the moment it left the queue, its delay there; NaN where dropped or not done."""

    arrival_s: NDArray[np.float64]
    departure_s: NDArray[np.float64]
    dropped: NDArray[np.bool_]

    @property
    def delay_s(self) -> NDArray[np.float64]:
        """(N,) wait and sending, seconds."""
        return np.asarray(self.departure_s - self.arrival_s)


def droptail(
    line: Line, arrival_s: NDArray[np.float64], *, limit_packets: int, packet_bits: float = PACKET_BITS
) -> Queued:
    """Packets (N,) through a line behind a queue of at most `limit_packets`, the one being sent among them.

    Lindley's recursion in the line's own clock, the bits it could have served, so that a changing rate and gaps
    cost nothing more. LeoReplayer takes 500 packets up and 50,000 down. Errors: ResultError for a limit below one
    packet, or arrivals that go back in time.
    """
    if limit_packets < 1:
        raise ResultError(
            "a queue holds a packet", expected="limit_packets of 1 or more", came=f"{limit_packets}"
        )
    if (np.diff(arrival_s) < 0).any():
        raise ResultError(
            "packets come in the order of time", came="arrivals that go back", remedy="sort them"
        )
    finish = np.empty(len(arrival_s))
    offered = line.served(arrival_s)
    kernels.droptail(offered, packet_bits, limit_packets * packet_bits * (1 + 1e-12), finish)
    return Queued(arrival_s, line.moment_s(finish), np.isnan(finish))
