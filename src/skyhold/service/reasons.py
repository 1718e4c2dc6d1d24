"""Why a cell has what it has."""

from __future__ import annotations

from enum import IntEnum


class Reason(IntEnum):
    """What a slot gave a cell, or what stood in the way; `words` is how tables and reports say it."""

    SERVED = 0
    PARTLY_SERVED = 1
    NO_SATELLITE = 2
    SKY_NOT_ALLOWED = 3
    NO_GATEWAY = 4
    NO_ANTENNA = 5
    NO_BEAM = 6
    SATELLITE_FULL = 7
    GATEWAY_FULL = 8
    RAIN = 9
    JAMMED = 10
    NO_TERMINAL = 11
    NO_POWER = 12
    NOTHING_WANTED = 13

    @property
    def words(self) -> str:
        """In words."""
        return WORDS[self]

    @property
    def meaning(self) -> str:
        """In a sentence."""
        return MEANINGS[self]


_TABLE = {
    Reason.SERVED: ("served", "everything that is wanted is carried"),
    Reason.PARTLY_SERVED: ("partly served", "something is carried, less than is wanted"),
    Reason.NO_SATELLITE: ("no satellite in view", "none stands above the least elevation"),
    Reason.SKY_NOT_ALLOWED: (
        "sky not allowed",
        "all in view are too near the GSO arc or outside the antenna's cone",
    ),
    Reason.NO_GATEWAY: ("no gateway", "no satellite that may serve has a live gateway in view"),
    Reason.NO_ANTENNA: ("no antenna free", "the gateways in view of the satellites have no antenna left"),
    Reason.NO_BEAM: ("no beam", "the beam time of the satellites that can serve is used up"),
    Reason.SATELLITE_FULL: ("satellite full", "the payload of the satellite carries no more"),
    Reason.GATEWAY_FULL: ("gateway full", "the gateway link of the satellite carries no more"),
    Reason.RAIN: ("rain", "attenuation closes the user link or the gateway links"),
    Reason.JAMMED: ("jammed", "the link carries nothing, or less, under jamming"),
    Reason.NO_TERMINAL: ("no terminal", "people want service and no terminal is there"),
    Reason.NO_POWER: ("no power", "terminals are there and have no power"),
    Reason.NOTHING_WANTED: ("nothing wanted", "nobody asks for anything"),
}
WORDS = {reason: words for reason, (words, _) in _TABLE.items()}
MEANINGS = {reason: meaning for reason, (_, meaning) in _TABLE.items()}
QUIET = (Reason.NO_TERMINAL, Reason.NO_POWER, Reason.NOTHING_WANTED)
"""Reasons of cells that ask for nothing."""
