"""Jammers as arrays: where they are when, what they put into a channel, and in which share of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from skyhold.errors import ScenarioError
from skyhold.geometry.sites import Sites
from skyhold.nouns.jammers import Jammer
from skyhold.times import Instants
from skyhold.units import DEG

Floats = NDArray[np.float64]
SECTOR_FLOOR_DB = -20.0  # beside and behind a wide beam [I]

SPREADS: dict[str, Callable[[int, int, float], tuple[float, float, float]]] = {
    "spot": lambda covered, band, width: (1.0, 1.0, 1.0 / band),
    "sweep": lambda covered, band, width: (1.0 / width, 1.0 / covered, 1.0 / band),
    "barrage": lambda covered, band, width: (covered / width, 1.0, covered / band),
}
"""A strategy: links of a channel's width that share the power, and the share of time it hits one that stays or hops."""


@dataclass(frozen=True)
class Spread:
    """How a jammer's power lies in the band: dB of its EIRP in a hit channel, and the share of a link's time hit."""

    channel_db: float
    share: float


def spread(jammer: Jammer, band_channels: int, hops: bool, width: float = 1.0) -> Spread:
    """Partial-band jamming of a band of N channels by a jammer of n.

    In a hit channel lies P - 10 log n (barrage) or P (spot, sweep). A link that hops is hit n/N, 1/N, 1/N of its time;
    one that stays is hit always, since the jammer is taken to know its channel, or 1/n of the time by a sweep. Shares
    are of time and of rate alike: dwell times are taken as long against a code block. A link that uses `width` of its
    channel meets that much less of a sweep or barrage; a spot follows it.
    Errors: ScenarioError where it covers more channels than the band has.
    """
    if jammer.channels > band_channels and jammer.strategy != "spot":
        raise ScenarioError(
            f"the jammer {jammer.name!r} covers more channels than there are",
            expected=f"at most {band_channels}",
            came=str(jammer.channels),
            where="jammers",
            remedy="set its channels to those of the band, or fewer",
        )
    sharing, staying, hopping = SPREADS[jammer.strategy](jammer.channels, band_channels, width)
    return Spread(-10.0 * float(np.log10(sharing)), hopping if hops else staying)


@dataclass(frozen=True, eq=False)
class Interference:
    """Jamming of links in states that follow each other in time and channel.

    `weight` (L,) the share of time of each state, `j_over_n` (L, ...) float32 jamming over the clear-sky noise of the
    receiver, linear; the rest of the time is clear.
    """

    weight: Floats
    j_over_n: NDArray[np.float32]

    def mean(self, value: Callable[[NDArray[np.float32]], NDArray[np.floating]]) -> NDArray[np.floating]:
        """Mean over the states of something that depends on J/N, e.g. bit/s/Hz; `value` takes arrays (...).

        Where J/N is 0 it is the clear value to the last digit.
        """
        values = [value(j_over_n) for j_over_n in self.j_over_n]
        if float(self.weight.sum()) < 1.0 - 1e-12:
            values.append(value(np.zeros(self.j_over_n.shape[1:], np.float32)))
        rest = values[-1]
        steps = zip(self.weight, values[:-1], strict=False)
        return np.asarray(sum((w.astype(rest.dtype) * (one - rest) for w, one in steps), rest))


@dataclass(frozen=True, eq=False)
class Emitters:
    """(J,) jammers of one kind of receiver, in a band of `channels`, met by links that hop or do not, of a `width`."""

    jammers: tuple[Jammer, ...]
    channels: int
    hops: bool = False
    width: float = 1.0

    def __len__(self) -> int:
        return len(self.jammers)

    @property
    def moves(self) -> bool:
        """Whether any of them is on a track."""
        return any(jammer.track for jammer in self.jammers)

    @property
    def spreads(self) -> tuple[Spread, ...]:
        """How each lies in the band."""
        return tuple(spread(jammer, self.channels, self.hops, self.width) for jammer in self.jammers)

    def states(self) -> tuple[Floats, NDArray[np.bool_]]:
        """Shares of time (L,) of nested states, and which jammers hit in each (L, J).

        Jammers are taken to hit the same channels as far as they can: whoever hits a larger share hits whenever one
        of a smaller share does. So one more jammer never helps.
        """
        share = np.array([one.share for one in self.spreads])
        levels = np.unique(share)[::-1]
        weight = levels - np.append(levels[1:], 0.0)
        return weight, share[None, :] >= levels[:, None]

    def on(self, instants: Instants) -> NDArray[np.bool_]:
        """(T, J) whether each radiates."""
        when = instants.unix_s()
        return np.stack([_radiates(jammer, when) for jammer in self.jammers], axis=1)

    def at(self, number: int, instants: Instants) -> Sites:
        """Where one of them is: one site, or one for each instant (T,) if it moves; its height is the altitude."""
        jammer = self.jammers[number]
        if not jammer.track:
            return Sites.from_degrees(
                jammer.latitude_deg or 0.0, jammer.longitude_deg or 0.0, jammer.height_m
            )
        when = np.array([point.utc.timestamp() for point in jammer.track])
        longitude = np.unwrap([point.longitude_deg for point in jammer.track], period=360.0)
        now = instants.unix_s()
        return Sites.from_degrees(
            np.interp(now, when, [point.latitude_deg for point in jammer.track]),
            (np.interp(now, when, longitude) + 180.0) % 360.0 - 180.0,
            np.maximum(np.interp(now, when, [point.altitude_m for point in jammer.track]), 0.0)
            + jammer.height_m,
        )


def against(
    receiver: str, jammers: tuple[Jammer, ...], channels: int, hops: bool = False, width: float = 1.0
) -> Emitters:
    """Those of the jammers that are against one receiver."""
    return Emitters(tuple(one for one in jammers if one.against == receiver), channels, hops, width)


def _radiates(jammer: Jammer, when_s: Floats) -> NDArray[np.bool_]:
    """(T,) whether it is on, and on its track."""
    spans = [
        (span.from_utc.timestamp(), span.to_utc.timestamp() if span.to_utc else np.inf) for span in jammer.on
    ]
    on = np.any([(when_s >= a) & (when_s < b) for a, b in spans or [(-np.inf, np.inf)]], axis=0)
    if jammer.track:
        on &= (when_s >= jammer.track[0].utc.timestamp()) & (when_s <= jammer.track[-1].utc.timestamp())
    return np.asarray(on)


def sector_db(jammer: Jammer, azimuth_rad: Floats) -> Floats:
    """Pattern of a wide beam in azimuth: -12 (angle / beamwidth)^2, not below -20 dB; 0 all round.

    The quadratic main lobe of ITU-R F.1336-5, 3.1; the floor is an assumption.
    """
    if jammer.azimuth_deg is None or jammer.beamwidth_deg >= 360.0:
        return np.zeros(np.shape(azimuth_rad))
    aside = (np.asarray(azimuth_rad) - jammer.azimuth_deg * DEG + np.pi) % (2.0 * np.pi) - np.pi
    return np.maximum(-12.0 * (aside / (jammer.beamwidth_deg * DEG)) ** 2, SECTOR_FLOOR_DB)
