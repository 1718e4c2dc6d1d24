"""The gap at the start of each slot, while the terminal turns to its satellite of the next 15 seconds.

LeoCC's trace has a gap of 58 to 134 ms at each of its eight boundaries and none of 40 ms elsewhere. The ping of
Victoria shows the same from the other side: packets sent from 40 ms before a boundary until its gap ends wait for that
end, and few of them are lost (docs/why/experience.md).
"""

from __future__ import annotations

from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

from skyhold.experience.slots import Slots


@dataclass(frozen=True)
class GapModel:
    """How long the gaps are, where they lie, what they cost.

    * `median_s`, `sigma`: lognormal, of the eight gaps of LeoCC's trace; `least_s`, `most_s`: the shortest and longest
      of them, where ours are cut off.
    * `early_s`: a packet sent this long before the boundary is the first to be caught (the way to the satellite);
      fitted on the even slots of the ping of Victoria. `wander_s`: gaps start within this of each other (LeoCC: 10 ms).
    * `kept_scale`: length of a gap where the satellite stays, relative to one where it changes. Nobody has measured it
      [I]; LeoCC's trace has no boundary without a gap, so 1.
    * `loss`: share of the pings sent into a gap that are lost on one of the two ways; even slots of the same series,
      less its background.
    """

    median_s: float = 0.0745
    sigma: float = 0.29
    least_s: float = 0.058
    most_s: float = 0.134
    early_s: float = 0.040
    wander_s: float = 0.010
    kept_scale: float = 1.0
    loss: float = 0.047

    @property
    def loss_one_way(self) -> float:
        """The same of one way: both alike."""
        return float(1.0 - (1.0 - self.loss) ** 0.5)

    def quantile_s(self, share: NDArray[np.float64]) -> NDArray[np.float64]:
        """Length at a share (N,) in 0..1 of the lognormal between `least_s` and `most_s`."""
        normal = NormalDist(np.log(self.median_s), self.sigma)
        low, high = normal.cdf(np.log(self.least_s)), normal.cdf(np.log(self.most_s))
        wanted = low + (high - low) * np.asarray(share)
        return np.exp([normal.inv_cdf(p) for p in wanted])


@dataclass(frozen=True)
class Gaps:
    """(T,) start and end of the gap of each slot, seconds after the first slot; equal where there is none."""

    start_s: NDArray[np.float64]
    end_s: NDArray[np.float64]

    def hold_s(self, time_s: NDArray[np.float64]) -> NDArray[np.float64]:
        """(N,) how long a packet sent at each moment waits for the end of a gap; nil outside gaps."""
        at = np.searchsorted(self.start_s, time_s, side="right") - 1
        end = np.where(at >= 0, self.end_s[np.maximum(at, 0)], -np.inf)
        return np.maximum(end - time_s, 0.0)

    def share(self, edges_s: NDArray[np.float64]) -> NDArray[np.float64]:
        """(N,) share of each step between `edges_s` (N+1,) that lies in a gap."""
        closed = np.concatenate(([0.0], np.cumsum(self.end_s - self.start_s)))
        knots = np.stack((self.start_s, self.end_s), axis=1).ravel()
        until = np.repeat(closed, 2)[1:-1]
        return np.asarray(np.diff(np.interp(edges_s, knots, until)) / np.diff(edges_s))


def draw_gaps(slots: Slots, model: GapModel, rng: np.random.Generator) -> Gaps:
    """The gap of each slot: `model.early_s` before its start, give or take half of `wander_s`.

    A slot that keeps its satellite (`slots.changed` false) has a gap `kept_scale` as long.
    """
    length = model.quantile_s(rng.random(len(slots))) * np.where(slots.changed, 1.0, model.kept_scale)
    start = slots.start_s - model.early_s + model.wander_s * (rng.random(len(slots)) - 0.5)
    return Gaps(start, start + length)
