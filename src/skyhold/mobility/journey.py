"""A moving terminal along its track, slot by slot: who serves it, how fast, how far away, and when nobody does."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from skyhold.geometry.masks import SkyMask
from skyhold.geometry.visibility import Candidates
from skyhold.jamming.field import Field
from skyhold.mobility.attitude import Mount
from skyhold.mobility.carriers import CARRIERS
from skyhold.mobility.doppler import RangeRate, range_rate
from skyhold.mobility.jammed import gnss_error_rad, on_satellite, on_terminal
from skyhold.mobility.outages import Outage, Stop, outages, stops, with_link
from skyhold.mobility.rates import Rates, rates
from skyhold.mobility.sky import Sky, look_along
from skyhold.mobility.tracks import Track, course, doubts, under_way
from skyhold.mobility.weather import Weather
from skyhold.network.delay import round_trip_s
from skyhold.network.gateways import Backhaul, GatewaySegment
from skyhold.network.policies import Context, Policy
from skyhold.network.scheduler import Schedule, State, assign, handovers_per_hour, serving_gateway
from skyhold.nouns.mobility import MovingTerminal
from skyhold.orbits.propagate import Fleet
from skyhold.times import Instants
from skyhold.units import DEG, HOUR_S, KM

Floats = NDArray[np.float64]
BLOCK_SLOTS = 240
ONE = np.zeros(1, np.int64)
COLUMNS = (
    "in_view",
    "allowed",
    "usable",
    "serving",
    "gateway",
    "handover",
    "look",
    "rtt_s",
    "motion",
    "link",
    "stop",
)


@dataclass(frozen=True)
class Surroundings:
    """What every moving terminal of a scenario shares; the `field` holds the radio, and its own places are not used."""

    fleet: Fleet
    ground: GatewaySegment
    mask: SkyMask
    policy: Policy
    field: Field
    weather: Weather
    seed: int = 1


@dataclass(frozen=True, eq=False)
class Serving:
    """Where the serving satellite stands (T,): elevation, azimuth, angle off the antenna's axis, range."""

    elevation_rad: Floats
    azimuth_rad: Floats
    scan_rad: Floats
    range_m: Floats


@dataclass(frozen=True, eq=False)
class Journey:
    """What T slots gave a moving terminal; NaN or -1 where it is not served.

    `in_view`, `allowed`, `usable` counts; `serving` satellite, `gateway`, `handover`; `look` where it stands; `rtt_s`;
    `motion` of the range to it, from
    which `shift_hz` and `drift_hz_s` follow for any carrier; `link` its rates; `stop` why it is not served. `doubts` on
    the track. A satellite may serve while its link carries nothing: then there is a `serving` and a `stop`.
    """

    name: str
    instants: Instants
    track: Track
    in_view: NDArray[np.uint16]
    allowed: NDArray[np.uint16]
    usable: NDArray[np.uint16]
    serving: NDArray[np.int32]
    gateway: NDArray[np.int16]
    handover: NDArray[np.bool_]
    look: Serving
    rtt_s: Floats
    motion: RangeRate
    link: Rates
    stop: NDArray[np.int8]
    doubts: tuple[str, ...] = ()

    def __len__(self) -> int:
        return len(self.instants)

    @property
    def served(self) -> NDArray[np.bool_]:
        """(T,) whether it has service."""
        return np.asarray(self.stop == Stop.SERVED)

    @property
    def outages(self) -> tuple[Outage, ...]:
        """Spans without service, in order of time."""
        return outages(self.stop)

    def handovers_per_hour(self, period_s: float) -> float:
        """Changes of satellite in an hour of service; NaN if never served."""
        return float(handovers_per_hour(self.handover[:, None], self.serving[:, None], period_s)[0])


@dataclass(frozen=True)
class Travelling:
    """A policy asked by one terminal whose place is another at each instant; see `network.policies.Policy`."""

    policy: Policy

    @property
    def hysteresis(self) -> float:
        """Of the policy."""
        return self.policy.hysteresis

    @property
    def lookahead_s(self) -> float:
        """Of the policy."""
        return self.policy.lookahead_s

    @property
    def balances(self) -> bool:
        """Of the policy; one terminal alone has nothing to balance."""
        return self.policy.balances

    @property
    def depth(self) -> int:
        """Of the policy."""
        return self.policy.depth

    def scores(self, candidates: Candidates, context: Context) -> NDArray[np.float32]:
        """(T, 1, K); `context.sites` are the places (T,). Only a policy that looks ahead asks for places."""
        if self.policy.lookahead_s <= 0.0:
            return self.policy.scores(candidates, context)
        slots = range(len(context.instants))
        return np.concatenate([self.policy.scores(_slot(candidates, t), _here(context, t)) for t in slots])


def travel(moving: MovingTerminal, instants: Instants, around: Surroundings) -> Journey:
    """One moving terminal in the slots of its track; other terminals do not compete with it.

    The point of presence is the nearest at each instant. Errors: ScenarioError for a track that cannot be read or that
    does not overlap the instants.
    """
    where = course(moving)
    slots = under_way(where, instants, moving.name)
    track = where.at(slots.unix_s())
    ground, pop = around.ground.for_terminals(track.sites)
    here = replace(around, ground=ground)
    state, parts = State.initial(1), []
    for first in range(0, len(slots), BLOCK_SLOTS):
        last = min(first + BLOCK_SLOTS, len(slots))
        part, state = _block(
            moving, slots.block(first, last), track.block(first, last), pop[first:last], here, state
        )
        parts.append(part)
    columns = {name: _chained([getattr(part, name) for part in parts]) for name in COLUMNS}
    return replace(parts[0], instants=slots, track=track, doubts=doubts(where, moving.name), **columns)


def _block(
    moving: MovingTerminal,
    slots: Instants,
    track: Track,
    pop: NDArray[np.integer],
    around: Surroundings,
    state: State,
) -> tuple[Journey, State]:
    xyz, velocity = around.fleet.positions_velocities(slots)
    backhaul = _towards(around.ground.backhaul(xyz, slots), pop)
    lowest = None if moving.min_elevation_deg is None else moving.min_elevation_deg * DEG
    sky = look_along(xyz, track, around.mask, Mount.of(moving), backhaul.delay_s[:, 0], lowest)
    limit = np.inf if moving.speed_limit_km_h is None else moving.speed_limit_km_h * KM / HOUR_S
    too_fast = track.speed_m_s > limit
    candidates = _without(sky.candidates, too_fast)
    context = _context(slots, track, xyz, around)
    schedule, after = assign(candidates, Travelling(around.policy), context, state)
    rtt = round_trip_s(schedule, candidates, backhaul, ONE, slots, seed=around.seed)
    look = _of_serving(schedule, sky)
    link = _link(moving, slots, track, look, xyz, schedule.serving[:, 0], around)
    journey = Journey(
        name=moving.name,
        instants=slots,
        track=track,
        in_view=candidates.in_view[:, 0],
        allowed=candidates.allowed[:, 0],
        usable=candidates.usable[:, 0],
        serving=schedule.serving[:, 0],
        gateway=serving_gateway(schedule, backhaul, ONE)[:, 0],
        handover=schedule.handover[:, 0],
        look=look,
        rtt_s=rtt[:, 0].astype(np.float64),
        motion=_motion(schedule, track, xyz, velocity),
        link=link,
        stop=with_link(stops(sky, too_fast), link),
    )
    return journey, after


def _link(
    moving: MovingTerminal,
    slots: Instants,
    track: Track,
    look: Serving,
    xyz: NDArray[np.floating],
    serving: NDArray[np.int32],
    around: Surroundings,
) -> Rates:
    """Rates of the link to the serving satellite, with the radio as the countermeasures make it."""
    field, carrier = around.field, CARRIERS[moving.kind]
    height = carrier.over_ground_m(track.altitude_m)
    error = np.hypot(moving.pointing_deg * DEG, gnss_error_rad(field, track, height, slots))
    air = around.weather.air(track, slots, carrier, look.elevation_rad)
    down = on_terminal(field, track, height, slots, look.azimuth_rad, look.elevation_rad)
    up = on_satellite(field, track, slots, xyz, serving)
    return rates(field.hardened, look.elevation_rad, look.scan_rad, error, air, down, up)


def _towards(backhaul: Backhaul, pop: NDArray[np.integer]) -> Backhaul:
    """The way down to the point of presence that holds at each instant, as the only one: (T, 1, S)."""
    slot = np.arange(len(pop))
    return Backhaul(backhaul.delay_s[slot, pop][:, None], backhaul.gateway[slot, pop][:, None])


def _without(candidates: Candidates, stopped: NDArray[np.bool_]) -> Candidates:
    """The candidates, none where service is stopped."""
    if not stopped.any():
        return candidates
    satellite = np.where(stopped[:, None, None], np.int32(-1), candidates.satellite)
    return replace(candidates, satellite=satellite, usable=np.where(stopped[:, None], 0, candidates.usable))


def _context(slots: Instants, track: Track, xyz: NDArray[np.floating], around: Surroundings) -> Context:
    ahead_s = around.policy.lookahead_s
    ahead = around.fleet.positions(Instants(slots.epoch, slots.offset_s + ahead_s)) if ahead_s > 0.0 else None
    return Context(slots, track.sites, around.mask.min_elevation_rad, len(around.fleet), xyz=xyz, ahead=ahead)


def _slot(candidates: Candidates, t: int) -> Candidates:
    return Candidates(*(getattr(candidates, field.name)[t : t + 1] for field in fields(candidates)))


def _here(context: Context, t: int) -> Context:
    """The context of one slot, with the place of that slot as the only one."""
    xyz, ahead = (None if part is None else part[t : t + 1] for part in (context.xyz, context.ahead))
    return replace(
        context,
        instants=context.instants.block(t, t + 1),
        sites=context.sites.take([t]),
        xyz=xyz,
        ahead=ahead,
    )


def _of_serving(schedule: Schedule, sky: Sky) -> Serving:
    """Where the serving satellite stands, NaN where none serves."""
    rank = schedule.rank[:, 0]
    slot, place = np.arange(len(rank)), np.maximum(rank, 0)
    seen = sky.candidates
    listed = (seen.elevation_rad[:, 0], sky.azimuth_rad, sky.scan_rad, seen.range_m[:, 0])
    return Serving(*(np.where(rank >= 0, part[slot, place], np.nan).astype(np.float64) for part in listed))


def _motion(
    schedule: Schedule, track: Track, xyz: NDArray[np.floating], velocity: NDArray[np.floating]
) -> RangeRate:
    """How the range to the serving satellite changes; a turn pulls the terminal to its side."""
    serving = schedule.serving[:, 0]
    slot, which = np.arange(len(serving)), np.maximum(serving, 0)
    right = np.stack([np.cos(track.heading_rad), -np.sin(track.heading_rad), np.zeros(len(serving))], axis=-1)
    sideways = (track.speed_m_s * track.turn_rad_s)[:, None] * np.einsum("tji,tj->ti", track.sites.enu, right)
    found = range_rate(
        xyz[slot, which].astype(np.float64),
        velocity[slot, which].astype(np.float64),
        track.sites.ecef,
        track.velocity_m_s,
        sideways,
    )
    return RangeRate(
        *(np.where(serving >= 0, part, np.nan) for part in (found.rate_m_s, found.acceleration_m_s2))
    )


def _chained(parts: Sequence[Any]) -> Any:
    """Blocks one after the other: arrays joined, and what holds arrays joined part by part."""
    if isinstance(parts[0], np.ndarray):
        return np.concatenate(parts)
    joined = {
        field.name: _chained([getattr(part, field.name) for part in parts]) for field in fields(parts[0])
    }
    return replace(parts[0], **joined)
