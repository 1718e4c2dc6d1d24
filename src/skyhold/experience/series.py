"""The experience of one place: RTT, rate and loss every 100 ms to 1 s."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from skyhold.errors import ResultError
from skyhold.experience.gaps import GapModel, Gaps, draw_gaps
from skyhold.experience.packets import PacketModel, loss_probability, packet_rtt_s
from skyhold.experience.queue import Line
from skyhold.experience.rates import RateModel
from skyhold.experience.slots import Slots


@dataclass(frozen=True)
class LineModel:
    """What is assumed of a line within its slots: gaps, rates, packets."""

    gaps: GapModel = field(default_factory=GapModel)
    rates: RateModel = field(default_factory=RateModel)
    packets: PacketModel = field(default_factory=PacketModel)


@dataclass(frozen=True)
class Experience:
    """(N,) steps of one place, the first at the start of the first slot.

    * `rtt_s`: of one packet sent at a random moment of each step over an idle line, if it is not lost; NaN unserved.
    * `down_bit_s`, `up_bit_s`: mean rate the line offers in the step, its gap included.
    * `loss_down`, `loss_up`: probability that a packet sent within the step is lost; 1 where not served.
    * `open_down_bit_s`, `open_up_bit_s`: rates outside the gaps; `gaps` has their moments to the microsecond.
    """

    slots: Slots
    gaps: Gaps
    step_s: float
    time_s: NDArray[np.float64]
    rtt_s: NDArray[np.float64]
    open_down_bit_s: NDArray[np.float64]
    open_up_bit_s: NDArray[np.float64]
    down_bit_s: NDArray[np.float64]
    up_bit_s: NDArray[np.float64]
    loss_down: NDArray[np.float64]
    loss_up: NDArray[np.float64]
    seed: int
    model: LineModel

    def __len__(self) -> int:
        return len(self.time_s)

    @property
    def slot_index(self) -> NDArray[np.int64]:
        """(N,) slot of each step."""
        return self.slots.index(self.time_s)

    @property
    def base_rtt_s(self) -> NDArray[np.float64]:
        """(N,) RTT without the wait of single packets: the slot's median and the mean hold of the step's gap."""
        edges = np.append(self.time_s, self.slots.duration_s)
        closed_s = self.gaps.share(edges) * self.step_s
        return np.asarray(self.slots.rtt_s[self.slot_index] + 0.5 * closed_s**2 / self.step_s)

    def line_down(self) -> Line:
        """The line to the user with its gaps to the microsecond: what queues and traces are made of."""
        return Line.with_gaps(self.open_down_bit_s, self.step_s, self.gaps)

    def line_up(self) -> Line:
        """The line from the user, likewise."""
        return Line.with_gaps(self.open_up_bit_s, self.step_s, self.gaps)


def experience(
    slots: Slots, *, step_s: float = 0.1, model: LineModel | None = None, seed: int = 1
) -> Experience:
    """What a user of one place feels, every `step_s` of 0.01 to 15 s that divides the slot; the same for a seed.

    Gaps, rates down, rates up and packets draw from streams of their own, so that changing one model leaves the
    others' draws alone. Errors: ResultError where `step_s` does not divide a slot.
    """
    how = model or LineModel()
    count = _steps(slots, step_s)
    of_gaps, of_down, of_up, of_packets = (np.random.default_rng([seed, part]) for part in range(4))
    gaps = draw_gaps(slots, how.gaps, of_gaps)
    edges = np.arange(count + 1, dtype=np.float64) * step_s
    time, which = edges[:-1], slots.index(edges[:-1])
    down = slots.down_bit_s[which] * how.rates.factors(count, step_s, of_down)
    up = slots.up_bit_s[which] * how.rates.factors(count, step_s, of_up)
    closed = gaps.share(edges)
    sent = time + step_s * of_packets.random(count)
    return Experience(
        slots=slots,
        gaps=gaps,
        step_s=step_s,
        time_s=time,
        rtt_s=packet_rtt_s(sent, slots, gaps, how.packets, of_packets),
        open_down_bit_s=down,
        open_up_bit_s=up,
        down_bit_s=down * (1.0 - closed),
        up_bit_s=up * (1.0 - closed),
        loss_down=_loss(edges, slots, closed, how.packets.loss_down, how.gaps),
        loss_up=_loss(edges, slots, closed, how.packets.loss_up, how.gaps),
        seed=seed,
        model=how,
    )


def probe(
    happened: Experience, time_s: NDArray[np.float64], seed: int = 1
) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """What a ping at moments of its own (N,) would have seen: RTT s, and whether it was lost on either way."""
    rng = np.random.default_rng([seed, 4])
    how = happened.model
    rtt = packet_rtt_s(time_s, happened.slots, happened.gaps, how.packets, rng)
    both = 1.0 - (1.0 - how.packets.loss_down) * (1.0 - how.packets.loss_up)
    risk = loss_probability(time_s, happened.slots, happened.gaps, both, how.gaps)
    return rtt, rng.random(len(time_s)) < risk


def _loss(
    edges_s: NDArray[np.float64],
    slots: Slots,
    closed: NDArray[np.float64],
    background: float,
    model: GapModel,
) -> NDArray[np.float64]:
    """(N,) mean loss of each step: the share of it that lies in a gap loses `loss_one_way` besides."""
    alive = slots.served[slots.index(edges_s[:-1])]
    return np.where(alive, 1.0 - (1.0 - background) * (1.0 - closed * model.loss_one_way), 1.0)


def _steps(slots: Slots, step_s: float) -> int:
    per_slot = slots.period_s / step_s if step_s > 0 else 0.0
    if not 1.0 <= per_slot <= slots.period_s / 0.01 + 1e-6 or abs(per_slot - round(per_slot)) > 1e-6:
        raise ResultError(
            "the step does not fit the slots",
            expected=f"0.01 to {slots.period_s:g} s, a whole number of times in {slots.period_s:g} s",
            came=f"{step_s:g} s",
            remedy="take 0.1, 0.5 or 1 s",
        )
    return len(slots) * round(per_slot)
