"""What the cells of a run get, slot by slot: links through weather and jamming, beams, gateways, sharing."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from skyhold.demand.load import Demand, demand
from skyhold.geometry.cells import Cells
from skyhold.geometry.sites import Sites
from skyhold.geometry.visibility import Candidates
from skyhold.jamming.field import Field
from skyhold.network.gateways import GatewaySegment
from skyhold.nouns.ground import Place
from skyhold.scenario.scenario import BroadbandScenario
from skyhold.service.capacity import Limits, Offer, Served, serve
from skyhold.service.globe import beam_cells
from skyhold.service.reasons import QUIET, Reason
from skyhold.simulate import carried
from skyhold.simulate.weather import Weather
from skyhold.times import Instants

DEPTH, DEPTH_FLEET = 32, 2_200
SITES_FIRST, PEOPLE = 0, 1

Floats = NDArray[np.float32]
Indices = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class ServiceLine:
    """What the service of a run needs and time does not change.

    `first` is the terminal index of the first cell. `rows` (R,) are the cells that ask for something, then, once
    more, those with priority sites: a site is a user of its own, served before the people of its cell, which is what
    `priority` (R,) says. `beam_cells` is how many cells of the radio system a cell of the run holds.
    """

    scenario: BroadbandScenario
    demand: Demand
    first: int
    rows: Indices
    priority: NDArray[np.int64]
    weather: Weather
    ground: GatewaySegment
    field: Field
    longitude_deg: NDArray[np.float64]
    beam_cells: float = 1.0

    @cached_property
    def hit(self) -> Indices:
        """Rows whose downlink some jammer can reach, or whose terminals it robs of GNSS."""
        return np.flatnonzero(self.field.affected | self.field.affected_gnss)

    @cached_property
    def hit_up(self) -> Indices:
        """Rows whose uplink some jammer can reach."""
        return np.flatnonzero(self.field.affected_up)

    @cached_property
    def ways_back(self) -> tuple[Field, ...]:
        """The field with each width that an uplink may have: the narrow one, where there is one, and the whole."""
        measures = self.field.countermeasures
        if measures.narrow_uplink_mhz is None:
            return (self.field,)
        return self.field, self.field.with_defence(measures.model_copy(update={"narrow_uplink_mhz": None}))

    @property
    def uplink_share(self) -> float:
        """Bits up for every bit down."""
        assert self.scenario.demand is not None
        return self.scenario.demand.uplink_share

    @property
    def cells(self) -> int:
        """Number of cells."""
        return len(self.demand.people)

    def planned(self, first: int, last: int) -> slice:
        """Which of the slots first..last-1 have their beams planned: every n-th of the run."""
        assert self.scenario.demand is not None
        every = self.scenario.demand.every_slots
        return slice(-first % every, last - first, every)

    def planned_before(self, slot: int) -> int:
        """How many slots before this one have their beams planned."""
        assert self.scenario.demand is not None
        return -(-slot // self.scenario.demand.every_slots)

    @property
    def people_rows(self) -> int:
        """Rows that are cells; the rest are sites."""
        return int((self.priority == PEOPLE).sum())


def depth(satellites: int) -> int:
    """Candidates to keep of each cell so that nearly all that are ever usable at once are listed, by the fleet's size.

    A shell of 1,584 shows at most 22 above 25 degrees below 60 degrees of latitude; where more are usable, the highest
    are kept.
    """
    return DEPTH * max(1, round(satellites / DEPTH_FLEET))


def prepare_service(
    scenario: BroadbandScenario,
    cells: Cells | None,
    places: tuple[Place, ...],
    sites: Sites,
    instants: Instants,
    ground: GatewaySegment,
) -> ServiceLine | None:
    """The service of a scenario with [demand] and an area; None without one of them."""
    if scenario.demand is None or cells is None:
        return None
    wanted = demand(scenario, cells, places, instants)
    asking = np.flatnonzero((wanted.wanted_bit_s > 0.0).any(axis=0))
    with_site = np.flatnonzero((wanted.site_bit_s > 0.0).any(axis=0))
    rows = np.concatenate([asking, with_site])
    users = sites.take(len(places) + rows)
    return ServiceLine(
        scenario=scenario,
        demand=wanted,
        first=len(places),
        rows=rows,
        priority=np.repeat([PEOPLE, SITES_FIRST], [len(asking), len(with_site)]),
        weather=Weather.of(scenario, users, ground.sites),
        ground=ground,
        field=Field.of(scenario, users, ground.sites),
        longitude_deg=cells.longitude_deg,
        beam_cells=beam_cells(cells.resolution),
    )


@dataclass(frozen=True, eq=False)
class CellService:
    """What a block of slots gave the cells, (T, C) each, and the gateways, (T, G).

    `limit` is the `Reason` why a cell has no more, SERVED where it wants no more; `offered_bit_s` is what one more busy
    terminal would get; `site_bit_s` of the rate goes to priority sites.
    """

    rate_bit_s: Floats
    satellite: NDArray[np.int32]
    limit: NDArray[np.uint8]
    offered_bit_s: Floats
    site_bit_s: Floats
    gateway_bit_s: Floats
    antennas: NDArray[np.int32]


def serve_block(line: ServiceLine, candidates: Candidates, xyz: Floats, instants: Instants) -> CellService:
    """Serve the cells in the slots of a block, each slot for itself: blocks may come in any order."""
    chosen, most = line.first + line.rows, int(candidates.usable.max(initial=1))
    satellite = candidates.satellite[:, chosen, :most]
    elevation = candidates.elevation_rad[:, chosen, :most]
    hour = line.demand.hour(instants)
    asked, quiet = _asked(line, hour)
    bits, clear = carried.UserLinks(line, instants, xyz, satellite, elevation).efficiency()
    reach = line.ground.in_view(xyz, instants)
    antennas = line.ground.antennas(line.scenario.radio.gateway_antennas)
    link, clear_link = carried.gateway_link_bit_s(line, instants, xyz, reach)
    limits = Limits.of(line.field.hardened, link, antennas, line.beam_cells, clear_link)
    offer = Offer(
        satellite,
        bits,
        reach,
        None if clear is bits else clear,
        in_view=candidates.in_view[:, chosen],
        allowed=candidates.allowed[:, chosen],
    )
    replanned = line.scenario.countermeasures.choose_satellite
    served = serve(offer, asked, line.priority, limits, quiet=quiet, replanned=replanned)
    return _block(line, served, offer, limits, hour)


def _asked(line: ServiceLine, hour: Indices) -> tuple[NDArray[np.float64], NDArray[np.uint8]]:
    """(T, R) what each row asks, and the reason where it asks nothing."""
    wanted, sites = line.demand.wanted_bit_s[hour], line.demand.site_bit_s[hour]
    people = line.people_rows
    asked = np.concatenate([(wanted - sites)[:, line.rows[:people]], sites[:, line.rows[people:]]], axis=1)
    return asked, quiet_reason(line.demand, hour)[:, line.rows]


def quiet_reason(wanted: Demand, hour: Indices) -> NDArray[np.uint8]:
    """(T, C) why a cell asks nothing: no terminal, no power, or nobody who needs it."""
    reason = np.full((len(wanted.hours), len(wanted.people)), Reason.NOTHING_WANTED, np.uint8)
    reason[(wanted.dependents >= 1.0) & (wanted.terminals <= 0.0)] = Reason.NO_TERMINAL
    reason[(wanted.terminals > 0.0) & (wanted.powered <= 0.0)] = Reason.NO_POWER
    return reason[hour]


def _block(line: ServiceLine, served: Served, offer: Offer, limits: Limits, hour: Indices) -> CellService:
    """Rows back to cells: people and sites of a cell add up.

    Where its people ask nothing, or have all they want, the sites say what keeps the cell from more.
    """
    people, shape = line.people_rows, (len(hour), line.cells)
    cells, sites = line.rows[:people], line.rows[people:]
    rate, site = np.zeros(shape, np.float32), np.zeros(shape, np.float32)
    rate[:, cells] = served.rate_bit_s[:, :people]
    site[:, sites] = served.rate_bit_s[:, people:]
    limit, satellite = quiet_reason(line.demand, hour), np.full(shape, -1, np.int32)
    offered, of_row = np.zeros(shape, np.float32), _offered(line, served, offer, limits, hour)
    limit[:, cells] = served.limit[:, :people]
    satellite[:, cells] = served.satellite[:, :people]
    offered[:, cells] = of_row[:, :people]
    asks = ~np.isin(served.limit[:, people:], QUIET)
    alone = asks & np.isin(limit[:, sites], QUIET)
    offered[:, sites] = np.where(alone, of_row[:, people:], offered[:, sites])
    content = alone | (asks & (limit[:, sites] == Reason.SERVED))
    limit[:, sites] = np.where(content, served.limit[:, people:], limit[:, sites])
    dark = satellite[:, sites] < 0
    satellite[:, sites] = np.where(dark, served.satellite[:, people:], satellite[:, sites])
    load, antennas = served.gateway_bit_s, served.antennas_used
    return CellService(rate + site, satellite, limit, offered, site, load, antennas)


def _offered(line: ServiceLine, served: Served, offer: Offer, limits: Limits, hour: Indices) -> Floats:
    """(T, R) what one more busy terminal would get: a beam for the time its row and an idle beam leave."""
    main = served.satellite
    at = (offer.satellite == main[:, :, None]).argmax(axis=2)
    bits = np.take_along_axis(offer.bit_s_hz, at[:, :, None], axis=2)[:, :, 0]
    lit = main >= 0
    used = np.take_along_axis(served.satellite_beams, np.maximum(main, 0), axis=1)
    own = served.beam_share / np.float32(line.beam_cells)
    share = np.minimum(1.0, own + np.maximum(limits.beams - used, 0.0))
    whole = bits * np.float32(limits.beam_hz) * share
    busy = np.maximum(line.demand.terminals[hour][:, line.rows], 1.0)
    carried = served.rate_bit_s
    alone = np.maximum(whole - carried / np.float32(line.beam_cells), carried / busy)
    full = served.satellite_bit_s >= 0.999 * limits.payload_bit_s
    stuck = np.take_along_axis(full, np.maximum(main, 0), axis=1)
    offered = np.where(stuck, carried / busy, alone)
    return np.asarray(np.where(lit, offered, 0.0), np.float32)


def arrays(block: CellService) -> dict[str, dict[str, NDArray[Any]]]:
    """A block as the stored integers of the groups `service` and `gateways`."""
    from skyhold.results.arrays import GATEWAY_LOAD, SERVICE, encode

    return {
        "service": {
            "rate_mbit_s": encode(SERVICE["rate_mbit_s"], block.rate_bit_s / 1e6),
            "offered_mbit_s": encode(SERVICE["offered_mbit_s"], block.offered_bit_s / 1e6),
            "beam_satellite": block.satellite,
            "sites_mbit_s": encode(SERVICE["sites_mbit_s"], block.site_bit_s / 1e6),
            "reason": block.limit,
        },
        "gateways": {
            "carried_gbit_s": encode(GATEWAY_LOAD["carried_gbit_s"], block.gateway_bit_s / 1e9),
            "antennas": np.minimum(block.antennas, 255).astype(np.uint8),
        },
    }
