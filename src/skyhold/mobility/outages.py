"""Why a moving terminal has no service, and for how long."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from skyhold.mobility.rates import WORKING_BIT_S, Rates
from skyhold.mobility.sky import Sky
from skyhold.service.reasons import Reason


class Stop(IntEnum):
    """What a slot gave a moving terminal, or the first thing that stood in the way."""

    SERVED = 0
    TOO_FAST = 1
    NO_SATELLITE = 2
    LEANING = 3
    OUTSIDE_CONE = 4
    HIDDEN = 5
    GSO_ARC = 6
    NO_GATEWAY = 7
    WEAK = 8
    JAMMED = 9

    @property
    def words(self) -> str:
        """In words."""
        return _TABLE[self][0]

    @property
    def letter(self) -> str:
        """One letter of a strip."""
        return _TABLE[self][1]


_TABLE = {
    Stop.SERVED: (Reason.SERVED.words, "="),
    Stop.TOO_FAST: ("too fast", "F"),
    Stop.NO_SATELLITE: (Reason.NO_SATELLITE.words, "S"),
    Stop.LEANING: ("leaning (bank, roll or climb)", "B"),
    Stop.OUTSIDE_CONE: ("outside the antenna's cone", "C"),
    Stop.HIDDEN: ("hidden by the carrier", "H"),
    Stop.GSO_ARC: ("too near the GSO arc", "A"),
    Stop.NO_GATEWAY: (Reason.NO_GATEWAY.words, "G"),
    Stop.WEAK: ("the link does not close", "W"),
    Stop.JAMMED: (Reason.JAMMED.words, "J"),
}


@dataclass(frozen=True)
class Outage:
    """Slots first..last without service that follow each other, and the stop that most of them share."""

    first: int
    last: int
    stop: Stop

    @property
    def slots(self) -> int:
        """How many."""
        return self.last - self.first + 1


def stops(sky: Sky, too_fast: NDArray[np.bool_]) -> NDArray[np.int8]:
    """(T,) why no satellite can serve, before the radio link is asked; SERVED where one can.

    In order: the speed limit; a sky that a level antenna could have used; then the first of the tests (in view, cone,
    carrier, arc, gateway) that leaves nothing.
    """
    seen = sky.candidates
    found = np.select(
        [
            too_fast,
            seen.usable[:, 0] > 0,
            seen.in_view[:, 0] == 0,
            sky.level > 0,
            sky.in_cone == 0,
            sky.clear == 0,
            seen.allowed[:, 0] == 0,
        ],
        [
            Stop.TOO_FAST,
            Stop.SERVED,
            Stop.NO_SATELLITE,
            Stop.LEANING,
            Stop.OUTSIDE_CONE,
            Stop.HIDDEN,
            Stop.GSO_ARC,
        ],
        Stop.NO_GATEWAY,
    )
    return found.astype(np.int8)


def with_link(stop: NDArray[np.int8], link: Rates) -> NDArray[np.int8]:
    """(T,) the same, and where a satellite could serve but the link carries too little either way: why."""
    works = (link.down_bit_s >= WORKING_BIT_S) & (link.up_bit_s >= WORKING_BIT_S)
    would = (link.clear_down_bit_s >= WORKING_BIT_S) & (link.clear_up_bit_s >= WORKING_BIT_S)
    asked = stop == Stop.SERVED
    found = np.where(asked & ~works, np.where(would, Stop.JAMMED, Stop.WEAK), stop)
    return found.astype(np.int8)


def outages(stop: NDArray[np.int8]) -> tuple[Outage, ...]:
    """The spans without service of (T,) stops, in order of time."""
    out = np.concatenate([[False], stop != Stop.SERVED, [False]])
    edges = np.flatnonzero(out[1:] != out[:-1])
    spans = zip(edges[::2], edges[1::2], strict=True)
    return tuple(
        Outage(int(first), int(end) - 1, Stop(int(np.bincount(stop[first:end]).argmax())))
        for first, end in spans
    )
