"""The E-model of a telephone call: ITU-T G.107 (2015) with the delay of G.107 clause 7.4 and the loss of 7.5."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

R_BEST = 93.2  # all other parameters at their defaults, G.107 clause 7.7


@dataclass(frozen=True)
class Codec:
    """A coder: equipment impairment Ie, robustness to loss Bpl (ITU-T G.113 Appendix I), its own delay s."""

    name: str
    impairment: float
    robustness: float
    delay_s: float


G711 = Codec("G.711 with loss concealment, 20 ms a packet", 0.0, 25.1, 0.020)
G729A = Codec("G.729A with VAD, 20 ms a packet", 11.0, 19.0, 0.025)


def delay_impairment(one_way_s: NDArray[np.float64] | float) -> NDArray[np.float64]:
    """Idd of an absolute delay, G.107 clause 7.4, eq. 7-27 and 7-28: nil up to 100 ms."""
    x = np.log2(np.maximum(np.asarray(one_way_s, np.float64), 0.1) / 0.1)
    return np.asarray(25.0 * ((1.0 + x**6) ** (1 / 6) - 3.0 * (1.0 + (x / 3.0) ** 6) ** (1 / 6) + 2.0))


def loss_impairment(
    codec: Codec, loss: NDArray[np.float64] | float, burst: float = 1.0
) -> NDArray[np.float64]:
    """Ie,eff, G.107 clause 7.5, eq. 7-29, of a share of lost packets; `burst` is BurstR, 1 where losses are random."""
    percent = 100.0 * np.asarray(loss, np.float64)
    return np.asarray(
        codec.impairment + (95.0 - codec.impairment) * percent / (percent / burst + codec.robustness)
    )


def rating(
    one_way_s: NDArray[np.float64] | float, loss: NDArray[np.float64] | float, codec: Codec = G711
) -> NDArray[np.float64]:
    """R of a call with this mouth-to-ear delay and share of lost packets; echo is cancelled."""
    return np.asarray(R_BEST - delay_impairment(one_way_s) - loss_impairment(codec, loss))


def opinion(r: NDArray[np.float64] | float) -> NDArray[np.float64]:
    """Mean opinion score 1 to 4.5 of a rating: G.107 Annex B, eq. B-4."""
    x = np.clip(np.asarray(r, np.float64), 0.0, 100.0)
    return np.asarray(
        np.where(x <= 0.0, 1.0, np.maximum(1.0, 1 + 0.035 * x + x * (x - 60) * (100 - x) * 7e-6))
    )
