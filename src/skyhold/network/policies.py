"""Which of its usable satellites a terminal prefers: a policy gives scores, the scheduler takes the best.

A score is in the unit of the policy's hysteresis, and higher is better. Nobody outside the operator knows
its rule; what measured serving satellites say about each policy stands in `validation/service.py`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from skyhold.geometry.binning import component_major
from skyhold.geometry.sites import Sites
from skyhold.geometry.visibility import Candidates
from skyhold.network import kernels
from skyhold.nouns.service import Scheduler
from skyhold.times import Instants
from skyhold.units import DEG

ALL_DEPTH = 32  # more satellites than any one constellation of today shows above 25 degrees at once


@dataclass(frozen=True)
class Context:
    """What a policy may look at beside the candidates.

    `xyz` (T, S, 3) and `ahead` (the same satellites `lookahead_s` later) are Earth-fixed metres and are
    needed only by a policy whose `lookahead_s` is above zero. `weight` (U,) is the load that each terminal
    puts on its satellite.
    """

    instants: Instants
    sites: Sites
    min_elevation_rad: float
    satellites: int
    weight: NDArray[np.float64] | None = None
    xyz: NDArray[np.floating] | None = None
    ahead: NDArray[np.floating] | None = None


class Policy(Protocol):
    """A preference among usable satellites.

    `hysteresis`: how much better a challenger must score than the satellite in use. `lookahead_s`: the
    policy wants positions that much later (0: none). `balances`: the load already on a satellite in the
    slot is taken off its score.
    """

    @property
    def hysteresis(self) -> float:
        """In the unit of the scores."""

    @property
    def lookahead_s(self) -> float:
        """Seconds, 0 for none."""

    @property
    def balances(self) -> bool:
        """Whether load counts."""

    @property
    def depth(self) -> int:
        """How many candidates, highest first, the policy must see to choose."""

    def scores(self, candidates: Candidates, context: Context) -> NDArray[np.float32]:
        """(T, U, K), higher is better; values at pads are not read."""


@dataclass(frozen=True)
class HighestElevation:
    """The satellite highest in the sky; scores and hysteresis in degrees of elevation."""

    hysteresis: float = 0.0
    lookahead_s: float = 0.0
    balances: bool = False

    @property
    def depth(self) -> int:
        """Candidates come highest first, so without hysteresis the first is the choice."""
        return ALL_DEPTH if self.hysteresis > 0.0 else 1

    def scores(self, candidates: Candidates, context: Context) -> NDArray[np.float32]:
        """(T, U, K) elevation in degrees."""
        return np.asarray(candidates.elevation_rad * np.float32(1.0 / DEG), np.float32)


@dataclass(frozen=True)
class LongestRemaining:
    """The satellite that stays above the minimum elevation longest; scores and hysteresis in seconds.

    The end of sight is found on the great circle that the satellite draws over the turning Earth (see
    `kernels.remaining`); it is right to 3 s (tested against stepping). A gateway lost earlier is
    not foreseen.
    """

    hysteresis: float = 0.0
    lookahead_s: float = 15.0
    balances: bool = False
    limit_s: float = 3600.0
    depth: int = ALL_DEPTH

    def scores(self, candidates: Candidates, context: Context) -> NDArray[np.float32]:
        """(T, U, K) seconds; 0 at pads."""
        if context.xyz is None or context.ahead is None:
            raise ValueError("LongestRemaining needs positions now and ahead in its context")
        out = np.zeros(candidates.satellite.shape, np.float32)
        kernels.remaining(
            component_major(context.xyz),
            component_major(context.ahead),
            self.lookahead_s,
            candidates.satellite,
            context.sites.ecef,
            np.ascontiguousarray(context.sites.enu[:, 2]),
            float(np.sin(context.min_elevation_rad)),
            self.limit_s,
            out,
        )
        return out


@dataclass(frozen=True)
class LeastLoaded:
    """The satellite with the least load so far in the slot, the higher one among equals; hysteresis in
    terminals.

    Terminals choose one after the other in the order of their index, so the result does not depend on
    threads.
    """

    hysteresis: float = 0.0
    lookahead_s: float = 0.0
    balances: bool = True
    depth: int = ALL_DEPTH

    def scores(self, candidates: Candidates, context: Context) -> NDArray[np.float32]:
        """(T, U, K) sine of the elevation in millionths of a terminal: it only breaks ties."""
        return np.asarray(np.sin(candidates.elevation_rad) * 1e-6, np.float32)


@dataclass(frozen=True)
class Random:
    """Any usable satellite, by a hash of seed, slot, terminal and satellite; scores in [0, 1)."""

    hysteresis: float = 0.0
    seed: int = 1
    lookahead_s: float = 0.0
    balances: bool = False
    depth: int = ALL_DEPTH

    def scores(self, candidates: Candidates, context: Context) -> NDArray[np.float32]:
        """(T, U, K) numbers in [0, 1)."""
        out = np.zeros(candidates.satellite.shape, np.float32)
        kernels.draw(np.uint64(self.seed), slot_words(context.instants), candidates.satellite, out)
        return out


def from_spec(spec: Scheduler) -> Policy:
    """The policy a scenario names."""
    if spec.policy == "random":
        return Random(spec.hysteresis, spec.seed)
    simple: dict[str, type[HighestElevation] | type[LongestRemaining] | type[LeastLoaded]] = {
        "highest-elevation": HighestElevation,
        "longest-remaining": LongestRemaining,
        "least-loaded": LeastLoaded,
    }
    return simple[spec.policy](spec.hysteresis)


def slot_words(instants: Instants) -> NDArray[np.uint64]:
    """(T,) milliseconds since 1970: the name of a slot in every hash."""
    return np.rint(instants.unix_s() * 1000.0).astype(np.int64).astype(np.uint64)
