"""What a packet waits for besides the median of its slot: grants, frames, gaps; and whether it is lost."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from skyhold.experience.gaps import GapModel, Gaps
from skyhold.experience.slots import Slots
from skyhold.network.delay import DelayConstants

FRAME_S = 1.0 / 750.0  # 302 symbols and a guard (Humphreys et al., 2022)


@dataclass(frozen=True)
class PacketModel:
    """Waits of single packets and losses that no gap explains.

    * `grant_median_s`, `grant_sigma`: the wait for a grant to send, lognormal, of which its median belongs to the
      slot; fitted on the even slots of a ping on one busy evening (`DelayConstants`: a standard deviation of 12 ms).
      Published: 5 to 8 ms on quieter lines; `PacketModel.with_spread(0.0065)` is that.
    * `frame_s`: packets arrive at ends of frames.
    * `loss_down`, `loss_up`: background, a packet (the defaults of LeoReplayer).
    """

    grant_median_s: float = DelayConstants.jitter_median_s
    grant_sigma: float = DelayConstants.jitter_sigma
    frame_s: float = FRAME_S
    loss_down: float = 1e-4
    loss_up: float = 2e-3

    @staticmethod
    def with_spread(
        standard_deviation_s: float, grant_sigma: float = DelayConstants.jitter_sigma
    ) -> PacketModel:
        """Grants of another spread and the same form: var = m^2 exp(s^2) (exp(s^2) - 1) of a lognormal."""
        s2 = grant_sigma**2
        median = standard_deviation_s / float(np.sqrt(np.exp(s2) * np.expm1(s2)))
        return PacketModel(grant_median_s=median, grant_sigma=grant_sigma)

    def wait_s(self, count: int, rng: np.random.Generator) -> NDArray[np.float64]:
        """(N,) wait of each packet beyond the median of its slot, median nil."""
        draws = rng.standard_normal(count)
        return np.asarray(self.grant_median_s * np.expm1(self.grant_sigma * draws))


def packet_rtt_s(
    time_s: NDArray[np.float64], slots: Slots, gaps: Gaps, model: PacketModel, rng: np.random.Generator
) -> NDArray[np.float64]:
    """(N,) RTT of a packet sent at each moment, seconds after the start; NaN where not served.

    RTT = slot's median + grant + what is left of a gap, and up to the end of a frame, whose mean half is in the slot's
    median already. Never below half the slot's median.
    """
    # a packet caught before the boundary goes with the satellite of the slot to come
    base = slots.rtt_s[slots.index(time_s + gaps.hold_s(time_s))]
    raw = base + model.wait_s(len(time_s), rng) + gaps.hold_s(time_s)
    arrives = np.ceil((time_s + raw) / model.frame_s) * model.frame_s - 0.5 * model.frame_s
    return np.asarray(np.maximum(arrives - time_s, 0.5 * base))


def loss_probability(
    time_s: NDArray[np.float64], slots: Slots, gaps: Gaps, background: float, model: GapModel
) -> NDArray[np.float64]:
    """(N,) probability that a packet sent at each moment is lost: background, more in a gap, 1 where not served."""
    caught = gaps.hold_s(time_s) > 0
    alive = slots.served[slots.index(time_s)]
    return np.where(alive, np.where(caught, 1.0 - (1.0 - background) * (1.0 - model.loss), background), 1.0)
