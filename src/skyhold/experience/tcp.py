"""Flows of TCP over the line: published response functions, and CUBIC as a fluid through the queue."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from skyhold.errors import ResultError
from skyhold.experience import kernels
from skyhold.experience.queue import PACKET_BITS
from skyhold.experience.series import Experience

CUBIC_C, CUBIC_BETA = 0.4, 0.7  # RFC 9438 clauses 4.6 and 5
SEGMENT_BITS = 1460 * 8.0


def cubic_bit_s(rtt_s: NDArray[np.float64] | float, loss: NDArray[np.float64] | float) -> NDArray[np.float64]:
    """Mean goodput of one CUBIC flow under random loss and no limit of rate, bit/s.

    RFC 9438, eq. 5: W = (C (3 + beta) / (4 (1 - beta)))^(1/4) (RTT/p)^(3/4) segments an RTT, but not below Reno's
    sqrt(3/2p) (its eq. of the AIMD window with alpha 1, beta 0.5; clause 4.3). Valid for p well below 1, losses
    independent.
    """
    rtt, p = np.asarray(rtt_s, np.float64), np.asarray(loss, np.float64)
    scale = (CUBIC_C * (3.0 + CUBIC_BETA) / (4.0 * (1.0 - CUBIC_BETA))) ** 0.25
    window = np.maximum(scale * (rtt / p) ** 0.75, np.sqrt(1.5 / p))
    return np.asarray(window * SEGMENT_BITS / rtt)


def reno_bit_s(
    rtt_s: NDArray[np.float64] | float,
    loss: NDArray[np.float64] | float,
    *,
    timeout_s: float = 0.2,
    acked_together: int = 2,
) -> NDArray[np.float64]:
    """Mean goodput of one Reno flow, bit/s: Padhye, Firoiu, Towsley and Kurose, SIGCOMM 1998, eq. 30.

    B = 1 / (RTT sqrt(2bp/3) + T0 min(1, 3 sqrt(3bp/8)) p (1 + 32 p^2)) segments a second, no limit of the window.
    """
    rtt, p = np.asarray(rtt_s, np.float64), np.asarray(loss, np.float64)
    late = (
        timeout_s * np.minimum(1.0, 3.0 * np.sqrt(3.0 * acked_together * p / 8.0)) * p * (1.0 + 32.0 * p**2)
    )
    return np.asarray(SEGMENT_BITS / (rtt * np.sqrt(2.0 * acked_together * p / 3.0) + late))


@dataclass(frozen=True)
class Flow:
    """(N,) flows together: goodput bit/s, the queue they fill bits, their window segments, the RTT under load s."""

    time_s: NDArray[np.float64]
    goodput_bit_s: NDArray[np.float64]
    backlog_bits: NDArray[np.float64]
    window: NDArray[np.float64]
    loaded_rtt_s: NDArray[np.float64]

    def used(self, offered_bit_s: NDArray[np.float64]) -> float:
        """Share of what the line offered that the flow took."""
        return float(self.goodput_bit_s.sum() / max(float(offered_bit_s.sum()), 1e-30))


def cubic_flow(
    happened: Experience,
    *,
    flows: int = 1,
    limit_packets: int = 500,
    step_s: float = 0.01,
    upward: bool = False,
    seed: int = 1,
) -> Flow:
    """Long CUBIC flows through one droptail queue of `limit_packets` of 1,500 bytes, as a fluid every `step_s`.

    Loss by a full queue, and at random with the line's own probability (caught in gaps, background). What it leaves
    out: SACK, timeouts, HyStart, pacing; nothing flows in slots without service. LeoReplayer takes a
    queue of 500 packets up and 50,000 down. Errors: ResultError for a queue below one packet.
    """
    if limit_packets < 1:
        raise ResultError(
            "a queue holds a packet", expected="limit_packets of 1 or more", came=f"{limit_packets}"
        )
    line, loss = (
        (happened.line_up(), happened.loss_up) if upward else (happened.line_down(), happened.loss_down)
    )
    rate = line.mean_rates(step_s)
    time = np.arange(len(rate), dtype=np.float64) * step_s
    step_of = np.minimum((time / happened.step_s + 1e-9).astype(np.int64), len(happened) - 1)
    rtt = np.nan_to_num(happened.slots.rtt_s, nan=1.0)[happened.slots.index(time)]
    draw = np.random.default_rng([seed, 5]).random(len(rate))
    goodput, backlog, window = np.empty((3, len(rate)))
    growth = (CUBIC_C, CUBIC_BETA, float(flows), step_s, 10.0)
    limit_bits = limit_packets * PACKET_BITS
    kernels.cubic_flow(
        rate, rtt, loss[step_of], draw, SEGMENT_BITS, limit_bits, *growth, goodput, backlog, window
    )
    loaded = rtt + backlog / np.maximum(_smoothed(rate, step_s), 1.0)
    return Flow(
        time,
        goodput,
        backlog,
        window,
        np.where(happened.slots.served[happened.slots.index(time)], loaded, np.nan),
    )


def _smoothed(rate: NDArray[np.float64], step_s: float) -> NDArray[np.float64]:
    """Mean rate over half a second: a queue outlives a gap, it does not take for ever inside one."""
    width = max(1, min(len(rate), round(0.5 / step_s)))
    total = np.concatenate(([0.0], np.cumsum(rate)))
    first = np.clip(np.arange(len(rate)) - width // 2, 0, len(rate) - width)
    return np.asarray((total[first + width] - total[first]) / width)
