"""Slot by slot: antennas to satellites, beam time to cells, bits to users, and why a cell has less than it wants."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from skyhold.errors import SkyholdError
from skyhold.links.modcod import payload_hz
from skyhold.links.spectrum import channel_plan
from skyhold.nouns.radio import RadioSpec
from skyhold.service import slot_kernels
from skyhold.service.reasons import Reason

BID_STEP_BIT_S_HZ = np.float32(0.1)  # of the auction: values are within this, a cell, of the best
STAY_BIT_S_HZ = 0.2  # what keeping the satellite of the slot before is worth


@dataclass(frozen=True, eq=False)
class Offer:
    """What the sky offers the cells in a block of slots.

    `satellite` (T, C, K) int, -1 pads at the end of a list; `bit_s_hz` (T, C, K) float32 efficiency of each user
    link as it comes true, 0 where it carries nothing; `gateway_in_view` (T, G, S) bool: the satellite above a live
    gateway. `unjammed_bit_s_hz` (T, C, K) is the efficiency without jammers, where there are any. `in_view`,
    `allowed` (T, C) are the counts of `Candidates`, which tell an empty list apart. Candidates need not be filtered
    by gateways.
    """

    satellite: NDArray[np.integer[Any]]
    bit_s_hz: NDArray[np.float32]
    gateway_in_view: NDArray[np.bool_]
    unjammed_bit_s_hz: NDArray[np.float32] | None = None
    in_view: NDArray[np.integer[Any]] | None = None
    allowed: NDArray[np.integer[Any]] | None = None

    def __post_init__(self) -> None:
        _same("bit_s_hz", self.bit_s_hz.shape, self.satellite.shape)
        if self.unjammed_bit_s_hz is not None:
            _same("unjammed_bit_s_hz", self.unjammed_bit_s_hz.shape, self.satellite.shape)
        _same("the slots of gateway_in_view", self.gateway_in_view.shape[:1], self.satellite.shape[:1])

    @property
    def counts(self) -> NDArray[np.int32]:
        """(T, 2, C) in view, allowed; (T, 2, 0) where the counts are not known."""
        if self.in_view is None or self.allowed is None:
            return np.zeros((len(self.satellite), 2, 0), np.int32)
        return np.stack([self.in_view, self.allowed], axis=1).astype(np.int32)


@dataclass(frozen=True, eq=False)
class Limits:
    """What a satellite and its way down can carry.

    `beams` of a satellite, each of `beam_hz` symbols a second that carry data; a cell gets beam time in steps of
    `least_share`, of at most `beams_per_cell` beams; `payload_bit_s` over `gateway_links` links, each half of it;
    `gateway_link_bit_s` (T, G) of one link of each gateway after rain, 0 where it is closed; `antennas` (G,), one for
    each link; `most_bit_s_hz` the best waveform: a satellite whose links carry all its beams at that asks for no more.
    `unjammed_link_bit_s` (T, G) is what the links carry without jammers, where there are any.
    """

    beams: int
    beam_hz: float
    least_share: float
    beams_per_cell: int
    payload_bit_s: float
    gateway_links: int
    most_bit_s_hz: float
    gateway_link_bit_s: NDArray[np.floating[Any]]
    antennas: NDArray[np.integer[Any]]
    unjammed_link_bit_s: NDArray[np.floating[Any]] | None = None

    @staticmethod
    def of(
        radio: RadioSpec,
        gateway_link_bit_s: NDArray[np.floating[Any]],
        antennas: NDArray[np.integer[Any]] | None = None,
        beam_cells: float = 1.0,
        unjammed_link_bit_s: NDArray[np.floating[Any]] | None = None,
    ) -> Limits:
        """The limits of a radio system; without `antennas` every gateway has those of the system.

        `beam_cells` is how many cells of the system one cell of the run holds (`globe.beam_cells`): each of them may
        be lit by `channels_per_cell` beams of its own, each on a channel that is not silent: no two beams of one
        channel on one cell.
        """
        payload, count = radio.payload, gateway_link_bit_s.shape[1]
        channels = min(payload.channels_per_cell, len(channel_plan(radio).usable))
        return Limits(
            beams=round(payload.beams.value),
            beam_hz=payload_hz(radio.user_down.channel_mhz, radio.waveform),
            least_share=payload.least_share.value,
            beams_per_cell=round(channels * beam_cells),
            payload_bit_s=payload.capacity_gbit_s.value * 1e9,
            gateway_links=payload.gateway_links,
            most_bit_s_hz=radio.waveform.most_bit_s_hz,
            gateway_link_bit_s=gateway_link_bit_s,
            antennas=np.full(count, radio.gateway_antennas, np.int32) if antennas is None else antennas,
            unjammed_link_bit_s=unjammed_link_bit_s,
        )

    @property
    def steps(self) -> int:
        """Units of time of a beam: as many whole `least_share` as fit."""
        return int(np.floor(1.0 / self.least_share + 1e-9))

    def numbers(self, replanned: bool) -> tuple[object, ...]:
        """Arguments link..air_bit_s of the kernel; a plan that knows the jamming plans with the links as they are."""
        ignorant = None if replanned else self.unjammed_link_bit_s
        planned = self.gateway_link_bit_s if ignorant is None else ignorant
        return (
            np.ascontiguousarray(planned, np.float64),
            np.ascontiguousarray(self.gateway_link_bit_s, np.float64),
            np.ascontiguousarray(self.antennas, np.int32),
            self.beams * self.steps,
            self.beams_per_cell * self.steps,
            self.least_share,
            self.beam_hz,
            self.gateway_links,
            self.payload_bit_s,
            self.beams * self.beam_hz * self.most_bit_s_hz,
        )


@dataclass(frozen=True, eq=False)
class Served:
    """What a block of slots gave.

    `rate_bit_s` (T, C) float32; `satellite` (T, C) int32, the one that carries most of a cell, -1 none; `beam_share`
    (T, C) float32, beams' time, 1 is a whole beam; `reason` (T, C) uint8 of `Reason`; `limit` (T, C) uint8 the reason
    why a cell that is served partly has no more (elsewhere as `reason`); `satellite_bit_s`, `satellite_beams`
    (T, S) float32; `gateway_bit_s` (T, G) float32; `antennas_used` (T, G) int32.
    """

    rate_bit_s: NDArray[np.float32]
    satellite: NDArray[np.int32]
    beam_share: NDArray[np.float32]
    reason: NDArray[np.uint8]
    limit: NDArray[np.uint8]
    satellite_bit_s: NDArray[np.float32]
    satellite_beams: NDArray[np.float32]
    gateway_bit_s: NDArray[np.float32]
    antennas_used: NDArray[np.int32]

    @staticmethod
    def empty(slots: int, cells: int, satellites: int, gateways: int) -> Served:
        """Room for a block."""
        single = np.float32
        return Served(
            np.zeros((slots, cells), single),
            np.full((slots, cells), -1, np.int32),
            np.zeros((slots, cells), single),
            np.zeros((slots, cells), np.uint8),
            np.zeros((slots, cells), np.uint8),
            np.zeros((slots, satellites), single),
            np.zeros((slots, satellites), single),
            np.zeros((slots, gateways), single),
            np.zeros((slots, gateways), np.int32),
        )


def serve(
    offer: Offer,
    wanted_bit_s: NDArray[np.floating[Any]],
    priority: NDArray[np.integer[Any]],
    limits: Limits,
    *,
    weight: NDArray[np.floating[Any]] | None = None,
    quiet: NDArray[np.integer[Any]] | None = None,
    replanned: bool = False,
    previous: NDArray[np.int32] | None = None,
) -> Served:
    """Share what the sky offers among the cells, each slot for itself.

    `wanted_bit_s` (T, C); `priority` (C,) small integers, 0 before 1: a class never disturbs the one before it;
    `weight` (C,) what a cell counts when antennas are short (default 1: area; it should not change with terminals
    or jammers); `quiet` (T, C) the reason of cells that want nothing (default NOTHING_WANTED); `replanned`: the plan
    knows the jamming, else beam time is given out as if there were none; `previous` (C,) satellites of the slot
    before, kept where that costs little efficiency, changed in place to those of the last slot: then blocks go in
    order. See docs/why/capacity.md for the steps, and for what is guaranteed.

    Errors: SkyholdError where shapes do not belong together.
    """
    slots, cells, _ = offer.satellite.shape
    _same("wanted_bit_s", wanted_bit_s.shape, (slots, cells))
    _same("priority", priority.shape, (cells,))
    _same("gateway_link_bit_s", limits.gateway_link_bit_s.shape, offer.gateway_in_view.shape[:2])
    served = Served.empty(slots, cells, offer.gateway_in_view.shape[2], offer.gateway_in_view.shape[1])
    clear = offer.bit_s_hz if offer.unjammed_bit_s_hz is None else offer.unjammed_bit_s_hz
    wanted = np.ascontiguousarray(wanted_bit_s, np.float64)
    ranks, rank = np.unique(priority, return_inverse=True)
    slot_kernels.serve_block(
        offer.satellite, offer.bit_s_hz if replanned else clear, offer.bit_s_hz, clear,
        wanted, _order(wanted), rank.astype(np.int32), len(ranks),
        np.ones(cells) if weight is None else np.ascontiguousarray(weight, np.float64),
        np.full((slots, cells), Reason.NOTHING_WANTED, np.uint8) if quiet is None else quiet.astype(np.uint8),
        offer.counts, offer.gateway_in_view, *limits.numbers(replanned), BID_STEP_BIT_S_HZ,
        0.0 if previous is None else STAY_BIT_S_HZ,
        np.full(cells, -1, np.int32) if previous is None else previous,
        served.rate_bit_s, served.satellite, served.beam_share, served.reason, served.limit, served.satellite_bit_s,
        served.satellite_beams, served.gateway_bit_s, served.antennas_used,
    )  # fmt: skip
    return served


def _order(wanted: NDArray[np.float64]) -> NDArray[np.int32]:
    """(T, C) cells by falling demand, equal ones by index; found once for slots of equal demand."""
    order = np.empty(wanted.shape, np.int32)
    for t in range(len(wanted)):
        if t and np.array_equal(wanted[t], wanted[t - 1]):
            order[t] = order[t - 1]
        else:
            order[t] = np.argsort(-wanted[t], kind="stable")
    return order


def _same(what: str, came: tuple[int, ...], expected: tuple[int, ...]) -> None:
    if tuple(came) != tuple(expected):
        raise SkyholdError(
            f"{what} does not belong to the offer",
            expected=f"shape {tuple(expected)}",
            came=f"{tuple(came)}",
            where="service.capacity",
        )
