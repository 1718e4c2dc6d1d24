"""The ground segment of a scenario: gateways that live or fail, and fibre from each to each point of
presence.
"""

from __future__ import annotations

import difflib
from dataclasses import dataclass, replace
from datetime import date

import numpy as np
from numpy.typing import NDArray

from skyhold.constants import FIBRE_REFRACTIVE_INDEX, SPEED_OF_LIGHT_M_S
from skyhold.data.gateways import Gateway, Pop, library_gateways, library_pops, open_on, read_gateways
from skyhold.earth.ellipsoid import great_circle_m
from skyhold.errors import ScenarioError
from skyhold.geometry.binning import component_major
from skyhold.geometry.masks import SkyMask, from_spec
from skyhold.geometry.sites import Sites
from skyhold.network import kernels
from skyhold.network.arc import boresight, gso_arc
from skyhold.nouns.ground import Gateways
from skyhold.nouns.service import GatewayDown
from skyhold.scenario.scenario import BroadbandScenario
from skyhold.times import Epoch, Instants

UNVERIFIED = "unverified"


@dataclass(frozen=True)
class Outage:
    """Gateway `gateway` is down from `from_s` until just before `to_s`, seconds since 1970."""

    gateway: int
    from_s: float
    to_s: float


@dataclass(frozen=True)
class Backhaul:
    """The way down from each satellite: `delay_s` (T, P, S) float32, inf without a live gateway in view,
    and `gateway` (T, P, S) int16, -1 where none.
    """

    delay_s: NDArray[np.float32]
    gateway: NDArray[np.int16]


@dataclass(frozen=True)
class GatewaySegment:
    """G gateways under one mask, P points of presence, and the one-way fibre delay (G, P) between them."""

    names: tuple[str, ...]
    sites: Sites
    mask: SkyMask
    pops: tuple[Pop, ...]
    fibre_s: NDArray[np.float32]
    outages: tuple[Outage, ...] = ()

    def live(self, instants: Instants) -> NDArray[np.bool_]:
        """(T, G): whether each gateway works at each instant."""
        when = instants.unix_s()
        live = np.ones((len(instants), len(self.names)), np.bool_)
        for outage in self.outages:
            live[(when >= outage.from_s) & (when < outage.to_s), outage.gateway] = False
        return live

    def antennas(self, of_site: int) -> NDArray[np.int32]:
        """(G,) antennas of each gateway, where a site of the system has `of_site`."""
        return np.full(len(self.names), of_site, np.int32)

    def backhaul(self, xyz: NDArray[np.floating], instants: Instants) -> Backhaul:
        """Best live gateway of every satellite towards every point of presence.

        `xyz` (T, S, 3) Earth-fixed metres. Best is the least one-way delay: light time satellite to
        gateway plus fibre gateway to point of presence. The elevation is over the WGS-84 horizon of the
        gateway.
        """
        positions = component_major(xyz)
        shape = (positions.shape[0], len(self.pops), positions.shape[2])
        found = Backhaul(np.empty(shape, np.float32), np.empty(shape, np.int16))
        kernels.best_gateway(
            positions,
            self.live(instants),
            *self._ground(),
            self.fibre_s,
            found.delay_s,
            found.gateway,
        )
        return found

    def in_view(self, xyz: NDArray[np.floating], instants: Instants) -> NDArray[np.bool_]:
        """(T, G, S): whether each satellite stands above each live gateway, inside the gateways' mask.

        `xyz` (T, S, 3) Earth-fixed metres. `backhaul` goes by the best of these; who shares antennas wants all.
        """
        positions = component_major(xyz)
        seen = np.empty((positions.shape[0], len(self.names), positions.shape[2]), np.bool_)
        kernels.in_view(positions, self.live(instants), *self._ground(), seen)
        return seen

    def _ground(self) -> tuple[object, ...]:
        """Arguments place..cos_half_view of the kernel."""
        mask, single = self.mask, np.float32
        half_view = mask.field_of_view_rad / 2.0 if mask.field_of_view_rad else np.pi
        guarded = mask.gso_exclusion_rad > 0.0
        return (
            self.sites.ecef.astype(single),
            np.ascontiguousarray(self.sites.enu[:, 2], dtype=single),
            single(np.sin(mask.min_elevation_rad) ** 2),
            gso_arc(self.sites, 161 if guarded else 0).astype(single),
            single(np.cos(mask.gso_exclusion_rad)),
            boresight(self.sites, mask).astype(single),
            single(np.cos(half_view)),
        )

    def pop_index(self, sites: Sites) -> NDArray[np.int16]:
        """(U,) nearest point of presence of each terminal by great circle."""
        distance = np.stack(
            [
                great_circle_m(
                    sites.latitude_rad,
                    sites.longitude_rad,
                    np.radians(p.latitude_deg),
                    np.radians(p.longitude_deg),
                )
                for p in self.pops
            ]
        )
        return np.asarray(np.argmin(distance, axis=0), np.int16)

    def for_terminals(self, sites: Sites) -> tuple[GatewaySegment, NDArray[np.int16]]:
        """This segment with only the points of presence that the terminals use, and (U,) which one each
        uses.
        """
        used, index = np.unique(self.pop_index(sites), return_inverse=True)
        pops = tuple(self.pops[i] for i in used)
        segment = replace(self, pops=pops, fibre_s=np.ascontiguousarray(self.fibre_s[:, used]))
        return segment, index.astype(np.int16)


def segment(scenario: BroadbandScenario, start: Epoch | None = None) -> GatewaySegment:
    """The ground segment of a scenario on the day of `start`, by default the start of its clock.

    Gateways come from the library (by name, or all open on the date), a user's file and sites typed in the
    scenario; the scenario's mask holds for all of them. Fibre is the great circle times the route factor
    at the group index of the glass. A gateway-down event takes its gateway away from `from_utc` until just
    before `to_utc`.

    Errors: ScenarioError for an unknown gateway or point of presence, and for a segment with no gateway.
    """
    day = (start.datetime() if start else scenario.clock.start_utc).date()
    names, sites = gateway_sites(scenario.gateways, day, scenario.name)
    pops = points_of_presence(scenario.internet.pop, day)
    fibre_s = fibre_delays(sites, pops, scenario.internet.fibre_route_factor)
    return GatewaySegment(
        names, sites, from_spec(scenario.gateways.mask), pops, fibre_s, outages(scenario, names)
    )


def gateway_sites(spec: Gateways, when: date, where: str) -> tuple[tuple[str, ...], Sites]:
    """Names and places of the gateways a scenario asks for, each once."""
    rows = [(s.name, s.latitude_deg, s.longitude_deg, s.altitude_m) for s in spec.sites]
    if spec.file is not None:
        rows += [_row(g) for g in open_on(read_gateways(spec.file), when)]
    rows += [_row(g) for g in _from_library(spec, when, where)]
    unique = {row[0]: row for row in reversed(rows)}
    rows = [unique[name] for name in dict.fromkeys(row[0] for row in rows)]
    if not rows:
        raise ScenarioError(
            "the ground segment is empty",
            expected="at least one gateway open on the date",
            came="none",
            where=f"gateways ({where}, {when})",
            remedy="name gateways, or type sites under gateways.sites",
        )
    table = np.array([row[1:] for row in rows], np.float64)
    return tuple(row[0] for row in rows), Sites.from_degrees(table[:, 0], table[:, 1], table[:, 2])


def points_of_presence(pop: str, when: date) -> tuple[Pop, ...]:
    """The library's points of presence open on the date, or the one named (by name, city or code)."""
    library = library_pops()
    if pop == "nearest":
        return tuple(open_on(library, when))
    for item in library:
        if pop.lower() in (item.name.lower(), item.city.lower(), item.code.lower()):
            return (item,)
    raise _unknown("point of presence", pop, [p.name for p in library], "internet.pop")


def fibre_delays(sites: Sites, pops: tuple[Pop, ...], route_factor: float) -> NDArray[np.float32]:
    """(G, P) one-way seconds: great circle x route factor x group index / c."""
    latitude = np.radians([p.latitude_deg for p in pops])
    longitude = np.radians([p.longitude_deg for p in pops])
    metres = great_circle_m(
        sites.latitude_rad[:, None], sites.longitude_rad[:, None], latitude[None, :], longitude[None, :]
    )
    return np.asarray(metres * (route_factor * FIBRE_REFRACTIVE_INDEX / SPEED_OF_LIGHT_M_S), np.float32)


def outages(scenario: BroadbandScenario, names: tuple[str, ...]) -> tuple[Outage, ...]:
    """The gateway-down events as intervals of gateways by index."""
    found = []
    for i, event in enumerate(scenario.events):
        if not isinstance(event, GatewayDown):
            continue
        if event.gateway not in names:
            raise _unknown("gateway", event.gateway, list(names), f"events[{i}].gateway")
        until = np.inf if event.to_utc is None else event.to_utc.timestamp()
        found.append(Outage(names.index(event.gateway), event.from_utc.timestamp(), until))
    return tuple(found)


def _row(gateway: Gateway) -> tuple[str, float, float, float]:
    return gateway.name, gateway.latitude_deg, gateway.longitude_deg, gateway.altitude_m


def _from_library(spec: Gateways, when: date, where: str) -> tuple[Gateway, ...]:
    """Library gateways by name, whatever their date; or all open on the date where nothing else is given."""
    library = library_gateways()
    if not spec.names:
        if spec.sites or spec.file is not None:
            return ()
        known = tuple(g for g in library if spec.include_unverified or g.confidence != UNVERIFIED)
        return tuple(open_on(known, when))
    by_name = {g.name.lower(): g for g in library}
    for i, name in enumerate(spec.names):
        if name.lower() not in by_name:
            raise _unknown("gateway", name, [g.name for g in library], f"gateways.names[{i}] ({where})")
    return tuple(by_name[name.lower()] for name in spec.names)


def _unknown(kind: str, name: str, known: list[str], where: str) -> ScenarioError:
    near = difflib.get_close_matches(name, known, n=1, cutoff=0.3)
    return ScenarioError(
        f"no {kind} has this name",
        expected=f"one of {', '.join(known[:8])}{' ...' if len(known) > 8 else ''}" if known else "a name",
        came=repr(name),
        where=where,
        remedy=f"did you mean {near[0]!r}?" if near else "see the names with: skyhold data list",
    )
