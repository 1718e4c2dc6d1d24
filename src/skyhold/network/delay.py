"""Round-trip time terminal, satellite, gateway, point of presence, exchange and back.

Light time is geometry. The rest (frames, grants, queues, routers) is a few named constants, fitted on
development data only: see docs/why/delay-constants.md for which half, and for what they do not describe.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

from skyhold.geometry.visibility import Candidates
from skyhold.network import kernels
from skyhold.network.gateways import Backhaul
from skyhold.network.policies import slot_words
from skyhold.network.scheduler import Schedule
from skyhold.times import Instants


@dataclass(frozen=True)
class DelayConstants:
    """Everything in a round trip that is not light time, seconds.

    * `access_s`: frames, scheduling and gateway processing, both ways, the part that every slot has.
    * `slot_median_s`, `slot_sigma`: the wait that changes from slot to slot with satellite, beam and load:
      lognormal, its median and the standard deviation of its logarithm.
    * `jitter_median_s`, `jitter_sigma`: packets inside a slot: lognormal about the slot's median, which it
      leaves.
    * `core_s`: gateway to exchange beyond the light time of the fibre: routers, address translation, peering.
    * `utilisation`: share of a beam's time that the busy hour takes, and `fitted_share` of the busy hour in which the
      slot's median wait was measured: where the load is given, the wait grows with it as a queue's.

    `utilisation` and the first five were fitted on the even slots of the bent-pipe ping of Victoria, 2023-09-12;
    `core_s` on the even rows (by ISO code) of the European part of the operator's latency table of October 2023.
    """

    access_s: float = 0.0145
    slot_median_s: float = 0.0207
    slot_sigma: float = 0.60
    jitter_median_s: float = 0.0301
    jitter_sigma: float = 0.37
    core_s: float = 0.0074
    utilisation: float = 0.94
    fitted_share: float = 0.787

    def load_factor(self, busy_share: NDArray[np.floating]) -> NDArray[np.float32]:
        """How many times longer the slot's wait is at shares of the busy hour (T, U) than when it was measured.

        1 / (1 - utilisation x share), the mean wait of a single server under Poisson arrivals (Kleinrock, Queueing
        Systems I, 1975, clause 3.2). Shares above 1 are taken as 1.
        """
        idle = 1.0 - self.utilisation * np.minimum(np.asarray(busy_share, np.float64), 1.0)
        return np.asarray((1.0 - self.utilisation * self.fitted_share) / idle, np.float32)


def propagation_s(
    schedule: Schedule, candidates: Candidates, backhaul: Backhaul, pop_index: NDArray[np.integer]
) -> NDArray[np.float32]:
    """(T, U) two-way light time through air and fibre, seconds; NaN where not served."""
    out = np.empty(schedule.serving.shape, np.float32)
    kernels.propagation(
        schedule.serving, schedule.rank, candidates.range_m, backhaul.delay_s, pop_index.astype(np.int64), out
    )
    return out


def slot_wait_s(
    constants: DelayConstants,
    instants: Instants,
    terminals: int,
    seed: int,
    busy_share: NDArray[np.floating] | None = None,
) -> NDArray[np.float32]:
    """(T, U) the wait of each slot, the same for a seed, slot and terminal however the run is cut into
    blocks; longer or shorter where the share of the busy hour (T, U) is given.
    """
    out = np.empty((len(instants), terminals), np.float32)
    quantiles = lognormal_quantiles(constants.slot_median_s, constants.slot_sigma)
    kernels.slot_wait(np.uint64(seed), slot_words(instants), quantiles, out)
    if busy_share is not None:
        out *= constants.load_factor(busy_share)
    return out


@lru_cache(maxsize=8)
def lognormal_quantiles(median: float, sigma: float) -> NDArray[np.float32]:
    """(65536,) middle quantiles of a lognormal: a table to draw from by 16 bits of a hash."""
    normal = NormalDist()
    steps = [normal.inv_cdf((i + 0.5) / 65_536) for i in range(32_768, 65_536)]
    upper = np.array(steps)
    return np.asarray(median * np.exp(sigma * np.concatenate([-upper[::-1], upper])), np.float32)


def round_trip_s(
    schedule: Schedule,
    candidates: Candidates,
    backhaul: Backhaul,
    pop_index: NDArray[np.integer],
    instants: Instants,
    constants: DelayConstants | None = None,
    seed: int = 1,
    busy_share: NDArray[np.floating] | None = None,
) -> NDArray[np.float32]:
    """(T, U) median RTT of each slot, seconds, NaN where not served.

    RTT = 2 (terminal-satellite + satellite-gateway + fibre) + access + wait of the slot + core. It is
    constant inside a slot: steps fall on slot boundaries only. With `busy_share` (T, U), such as
    `demand.profile.busy_share`, the wait follows the load; without, it is that of a busy evening always.
    """
    fixed = constants or DelayConstants()
    light = propagation_s(schedule, candidates, backhaul, pop_index)
    wait = slot_wait_s(fixed, instants, light.shape[1], seed, busy_share)
    return np.asarray(light + wait + np.float32(fixed.access_s + fixed.core_s), np.float32)


def packets_s(
    rtt_s: NDArray[np.floating], per_slot: int, constants: DelayConstants | None = None, seed: int = 1
) -> NDArray[np.float64]:
    """(T, N) RTT of `per_slot` packets in each slot of one terminal, whose slot medians are `rtt_s` (T,)."""
    fixed = constants or DelayConstants()
    draws = np.random.default_rng(seed).standard_normal((len(rtt_s), per_slot))
    jitter = fixed.jitter_median_s * (np.exp(fixed.jitter_sigma * draws) - 1.0)
    return np.asarray(rtt_s[:, None] + jitter, np.float64)


def percentiles(
    rtt_s: NDArray[np.floating], which: Sequence[float] = (5, 20, 50, 80, 95)
) -> NDArray[np.float64]:
    """(len(which), U) percentiles over the served slots of `rtt_s` (T, U); NaN for a terminal never
    served.
    """
    served = ~np.isnan(rtt_s).all(axis=0)
    out = np.full((len(which), rtt_s.shape[1]), np.nan)
    if served.any():
        out[:, served] = np.nanpercentile(rtt_s[:, served], which, axis=0)
    return out
