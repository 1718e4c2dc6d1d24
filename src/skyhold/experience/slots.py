"""What a network says of one place, slot by slot: the input of everything here."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from skyhold.errors import ResultError
from skyhold.times import Instants


@dataclass(frozen=True)
class Slots:
    """(T,) consecutive slots of one place: RTT s (NaN where not served), rates bit/s, whether the satellite is new.

    `rtt_s` is the median RTT of an idle line within the slot, `down_bit_s` and `up_bit_s` what the line may carry
    then. Slots are `period_s` long and follow each other without a hole.
    """

    instants: Instants
    rtt_s: NDArray[np.float64]
    down_bit_s: NDArray[np.float64]
    up_bit_s: NDArray[np.float64]
    changed: NDArray[np.bool_]
    period_s: float = 15.0

    @staticmethod
    def of(
        instants: Instants,
        rtt_s: ArrayLike,
        down_bit_s: ArrayLike,
        up_bit_s: ArrayLike,
        changed: ArrayLike = True,
        period_s: float = 15.0,
    ) -> Slots:
        """Slots of arrays (T,) or single numbers; rates are nil where RTT is NaN.

        Errors: ResultError for no slots, slots with a hole between them, RTT not above zero, rates below zero or
        not finite.
        """
        _consecutive(instants, period_s)
        shape = (len(instants),)
        rtt = np.array(np.broadcast_to(np.asarray(rtt_s, np.float64), shape))
        down, up = (
            np.array(np.broadcast_to(np.asarray(x, np.float64), shape)) for x in (down_bit_s, up_bit_s)
        )
        _sound("rtt_s", rtt, "above zero, or NaN where not served", (rtt > 0) | np.isnan(rtt))
        for name, rate in (("down_bit_s", down), ("up_bit_s", up)):
            _sound(name, rate, "finite and not below zero", np.isfinite(rate) & (rate >= 0))
            rate[np.isnan(rtt)] = 0.0
        new = np.array(np.broadcast_to(np.asarray(changed, bool), shape))
        return Slots(instants, rtt, down, up, new, period_s)

    def __len__(self) -> int:
        return len(self.rtt_s)

    @property
    def start_s(self) -> NDArray[np.float64]:
        """(T,) starts of the slots, seconds after the first."""
        return np.arange(len(self), dtype=np.float64) * self.period_s

    @property
    def duration_s(self) -> float:
        """From the start of the first slot to the end of the last."""
        return len(self) * self.period_s

    @property
    def served(self) -> NDArray[np.bool_]:
        """(T,) whether a satellite serves."""
        return ~np.isnan(self.rtt_s)

    def index(self, time_s: NDArray[np.float64]) -> NDArray[np.int64]:
        """(N,) the slot of each moment, seconds after the start; moments outside go to the first or last slot."""
        return np.clip(np.floor(time_s / self.period_s + 1e-9).astype(np.int64), 0, len(self) - 1)


def changed_satellite(serving: NDArray[np.integer]) -> NDArray[np.bool_]:
    """(T,) whether slot t has another satellite than the slot before; the first counts as changed."""
    return np.concatenate(([True], np.diff(serving) != 0))


def _consecutive(instants: Instants, period_s: float) -> None:
    if not len(instants):
        raise ResultError("no slots", expected="one slot or more")
    steps = np.diff(instants.offset_s)
    if (np.abs(steps - period_s) > 1e-3).any():
        at = int(np.argmax(np.abs(steps - period_s) > 1e-3))
        raise ResultError(
            "the slots do not follow each other",
            expected=f"one every {period_s:g} s",
            came=f"{steps[at]:g} s after slot {at}",
            remedy="cut the series at the hole",
        )


def _sound(name: str, values: NDArray[np.float64], expected: str, good: NDArray[np.bool_]) -> None:
    if not good.all():
        at = int(np.argmin(good))
        raise ResultError(f"{name}[{at}] cannot be", expected=expected, came=f"{values[at]:g}")
