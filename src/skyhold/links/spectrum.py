"""Spectrum: which channels there are, how often they are reused, and how much flux the rules allow."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from skyhold.errors import ScenarioError
from skyhold.links import freespace, interference, user_links
from skyhold.links.ledger import Line
from skyhold.nouns.radio import RadioSpec, UserDown, UserUp

POLARISATIONS = ("RHCP", "LHCP")
PER_4_KHZ_DB = 10.0 * np.log10(250.0)  # 4 kHz in 1 MHz


@dataclass(frozen=True)
class Channel:
    """One channel: `number` from 1, centre and width in Hz, polarisation; `silent` where it guards a neighbour."""

    number: int
    centre_hz: float
    width_hz: float
    polarisation: str = POLARISATIONS[0]
    silent: bool = False

    @property
    def edges_hz(self) -> tuple[float, float]:
        """Lowest and highest frequency."""
        return self.centre_hz - self.width_hz / 2.0, self.centre_hz + self.width_hz / 2.0

    def overlaps(self, other: Channel) -> bool:
        """Whether the two share frequencies in one polarisation (touching edges do not)."""
        apart = abs(self.centre_hz - other.centre_hz) - (self.width_hz + other.width_hz) / 2.0
        return self.polarisation == other.polarisation and apart < -1.0


@dataclass(frozen=True)
class ChannelPlan:
    """Channels down and up; no two of one direction overlap in one polarisation."""

    down: tuple[Channel, ...]
    up: tuple[Channel, ...]

    def __post_init__(self) -> None:
        forbid_overlap(self.down)
        forbid_overlap(self.up)

    @property
    def usable(self) -> tuple[Channel, ...]:
        """Channels down that are not silent."""
        return tuple(channel for channel in self.down if not channel.silent)


@dataclass(frozen=True)
class Reuse:
    """How the spectrum is used again.

    `beams` of a satellite; `beams_per_cell` at most, each on a channel of its own (Nco = 1: no two beams of one
    channel on one cell); `co_channel` other beams of the satellite on the channel of the most used one; `per_cell_hz`
    of spectrum that can light one cell; `per_satellite_hz` of all beams.
    """

    beams: int
    beams_per_cell: int
    co_channel: int
    per_cell_hz: float
    per_satellite_hz: float


def forbid_overlap(channels: Iterable[Channel]) -> None:
    """One error for two channels that overlap, naming both.

    Errors: ScenarioError.
    """
    for a, b in combinations(channels, 2):
        if a.overlaps(b):
            raise ScenarioError(
                f"channels {a.number} and {b.number} overlap",
                expected="edges that at most touch",
                came=f"{_span(a)} and {_span(b)}, both {a.polarisation}",
                where="channel plan",
                remedy="move one, narrow both, or give them different polarisations",
            )


def channel_plan(radio: RadioSpec) -> ChannelPlan:
    """The channels of the users of a radio system.

    Down: centre i = lowest + F/2 + raster (i - 1/2), which is 10.7 + F/2 + 0.25 (i - 1/2) GHz with the defaults
    (Humphreys et al. 2022: F 234.375 kHz, channel 1 at 10.825 GHz silent). Up: evenly over the band.
    Errors: ScenarioError where channels overlap.
    """
    return ChannelPlan(_down(radio.user_down), _up(radio.user_up))


def reuse(radio: RadioSpec) -> Reuse:
    """How often the channels come again, from the plan and the payload; beams spread evenly over channels."""
    beams = round(radio.payload.beams.value)
    usable = channel_plan(radio).usable
    width = radio.user_down.channel_mhz * 1e6
    per_cell = min(radio.payload.channels_per_cell, len(usable), beams)
    others = -(-beams // len(usable)) - 1
    return Reuse(beams, per_cell, others, per_cell * width, beams * width)


def lines(radio: RadioSpec, elevation_rad: float) -> tuple[Line, ...]:
    """The spectrum of the users' links as a budget tells a link: channels, beams, reuse, flux at an elevation.

    The angle between beams of one channel is what ITU-R S.1528 needs for the radio's own C/I; it bounds sidelobes from
    above, so less may do.
    """
    return (*_channel_lines(radio), *_reuse_lines(radio), *_flux_lines(radio, elevation_rad))


def _channel_lines(radio: RadioSpec) -> tuple[Line, ...]:
    plan = channel_plan(radio)
    silent = sorted({channel.number for channel in plan.down if channel.silent})
    return (
        Line("channels down", len(plan.down), "", _band(plan.down)),
        Line("of them silent", len(plan.down) - len(plan.usable), "", _numbers(silent)),
        Line("channels up", len(plan.up), "", _band(plan.up)),
    )


def _reuse_lines(radio: RadioSpec) -> tuple[Line, ...]:
    use, ratio_db = reuse(radio), radio.user_down.co_channel_db.value
    apart = interference.least_apart_rad(interference.satellite_beam(radio), ratio_db, max(use.co_channel, 1))
    kept = "keeps a" if np.isfinite(apart) else "no angle keeps a"
    return (
        Line("beams of a satellite", use.beams, "", radio.payload.beams.source),
        Line("beams that may light a cell", use.beams_per_cell, "", "each on a channel of its own"),
        Line("spectrum on a cell", use.per_cell_hz / 1e6, "MHz"),
        Line("spectrum of a satellite", use.per_satellite_hz / 1e6, "MHz", "all its beams"),
        Line("other beams on a channel", use.co_channel, "", "of one satellite, on its busiest"),
        Line(
            "angle between such beams",
            float(np.degrees(apart)),
            "deg",
            f"{kept} C/I of {ratio_db:g} dB by S.1528",
        ),
    )


def _flux_lines(radio: RadioSpec, elevation_rad: float) -> tuple[Line, ...]:
    room = float(headroom_db(radio, elevation_rad))
    flux = float(user_links.flux_dbw_m2(radio, elevation_rad)) - 10.0 * float(
        np.log10(radio.user_down.channel_mhz)
    )
    where = f"at {np.degrees(elevation_rad):g} degrees"
    return (
        Line("flux at the ground", flux, "dBW/m2/MHz", where),
        Line("limit of the flux", flux + room, "dBW/m2/MHz", where),
        Line("room to the limit", room, "dB"),
    )


def _band(channels: tuple[Channel, ...]) -> str:
    low = min(channel.edges_hz[0] for channel in channels) / 1e9
    high = max(channel.edges_hz[1] for channel in channels) / 1e9
    ways = " and ".join(way for way in POLARISATIONS if any(one.polarisation == way for one in channels))
    return f"{low:.4g} to {high:.4g} GHz, {channels[0].width_hz / 1e6:g} MHz each, {ways}"


def _numbers(silent: list[int]) -> str:
    return "channel " + ", ".join(str(number) for number in silent) if silent else "all are in use"


def pfd_limit_dbw_m2_mhz(elevation_rad: ArrayLike) -> NDArray[np.float64]:
    """Most flux of one satellite at the ground, dBW/m2 in any MHz, 47 CFR 25.208(b)(2), 10.7 to 11.7 GHz.

    -126 up to 5 degrees of arrival, -116 from 25, linear between, for all conditions and modulations.
    """
    arrival = np.degrees(np.asarray(elevation_rad, np.float64))
    return np.asarray(-126.0 + np.clip(arrival - 5.0, 0.0, 20.0) / 2.0)


def pfd_limit_dbw_m2_4khz(elevation_rad: ArrayLike) -> NDArray[np.float64]:
    """The same in any 4 kHz, 47 CFR 25.208(b)(1): 24 dB less, which binds signals narrower than 1 MHz."""
    return pfd_limit_dbw_m2_mhz(elevation_rad) - 24.0


def headroom_db(radio: RadioSpec, elevation_rad: ArrayLike) -> NDArray[np.float64]:
    """How far the flux could be raised: to the radio's limit, lowered below 25 degrees as in 25.208(b).

    A spectrum that is flat over the channel is assumed; the 4 kHz rule is then 0.02 dB less strict.
    """
    flux = user_links.flux_dbw_m2(radio, elevation_rad) - 10.0 * np.log10(radio.user_down.channel_mhz)
    lowered = pfd_limit_dbw_m2_mhz(elevation_rad) - pfd_limit_dbw_m2_mhz(np.pi / 2.0)
    return np.asarray(radio.user_down.pfd_limit_dbw_m2_mhz + lowered - flux)


def require_legal(radio: RadioSpec, elevation_rad: float) -> None:
    """Refuse a radio whose flux at an elevation is above its limit.

    Errors: ScenarioError that names flux, limit and the EIRP that would be allowed.
    """
    room = float(headroom_db(radio, elevation_rad))
    if room >= -1e-9:
        return
    range_m = float(freespace.range_at_m(elevation_rad, radio.altitude_km))
    flux = float(user_links.flux_dbw_m2(radio, elevation_rad))
    eirp = float(freespace.eirp_for_pfd(flux, range_m))
    raise ScenarioError(
        "the satellite's EIRP makes more flux at the ground than the limit",
        expected=f"at most {eirp + room:.1f} dBW in a channel at {np.degrees(elevation_rad):g} degrees",
        came=f"{eirp:.1f} dBW, {-room:.1f} dB too much",
        where=f"{radio.name}, user_down",
        remedy="lower eirp_dbw or pfd_dbw_m2_mhz, or set pfd_limit_dbw_m2_mhz to the limit that applies",
    )


def _down(spec: UserDown) -> tuple[Channel, ...]:
    lowest = spec.frequency_ghz * 1e9 - 0.5 * spec.channels * spec.raster_mhz * 1e6
    even = [
        lowest + spec.centre_offset_khz * 1e3 + spec.raster_mhz * 1e6 * (i + 0.5)
        for i in range(spec.channels)
    ]
    centres = [ghz * 1e9 for ghz in spec.centres_ghz] or even
    return tuple(
        Channel(number, centre, spec.channel_mhz * 1e6, polarisation, number in spec.guarded)
        for polarisation in POLARISATIONS[: spec.polarisations]
        for number, centre in enumerate(centres, 1)
    )


def _up(spec: UserUp) -> tuple[Channel, ...]:
    width = spec.channel_mhz * 1e6
    middle = spec.frequency_ghz * 1e9
    return tuple(
        Channel(i + 1, middle + width * (i + 0.5 - spec.channels / 2.0), width) for i in range(spec.channels)
    )


def _span(channel: Channel) -> str:
    low, high = channel.edges_hz
    return f"{low / 1e9:.4f} to {high / 1e9:.4f} GHz"
