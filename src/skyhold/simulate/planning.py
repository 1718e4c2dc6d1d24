"""The plan of a scenario: its cells, its sky in sampled slots, its links and jammers as one problem, and the answer."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from skyhold.data.cities import cities
from skyhold.demand.load import dependents, hours_of, settle_ground
from skyhold.errors import ScenarioError
from skyhold.geometry.cells import Cells
from skyhold.geometry.visibility import look_up
from skyhold.jamming.field import Field
from skyhold.links import gateway_links, user_links
from skyhold.network.gateways import gateway_sites
from skyhold.nouns.demand import DemandSpec
from skyhold.nouns.ground import GatewaySite
from skyhold.nouns.planning import PlanSpec
from skyhold.planning.marginal import Value, standing, values
from skyhold.planning.placement import Placement, Planner
from skyhold.planning.problem import Gateway, Objective, Payload, Problem, Site, Slot
from skyhold.planning.rounding import bits_asked
from skyhold.planning.rules import by_population, uniform
from skyhold.scenario.scenario import BroadbandScenario
from skyhold.service.capacity import Limits, Offer, serve
from skyhold.service.globe import beam_cells
from skyhold.simulate.prepare import Line, prepare
from skyhold.simulate.weather import GATEWAY_ELEVATION_RAD, Weather
from skyhold.times import Instants

LOOKS = 96  # slots looked at to find the worst ones
USER_DEPTH = 48
MBIT, GBIT = 1e6, 1e9
CANDIDATES = 8  # cities in which a gateway may be opened where no place is named
NEARLY = 2e-3  # of the people planned may be missing once flown
HELD = (0.94, 0.88, 0.75)  # shares of the antennas that careful plans count on

Floats = NDArray[np.float64]
Indices = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Region:
    """A scenario as a problem: cells, people who live there (C,), and the cell of each of its sites (-1 outside)."""

    scenario: BroadbandScenario
    cells: Cells
    people: Floats
    problem: Problem
    instants: Instants
    site_cell: Indices
    skies: Skies


@dataclass(frozen=True, eq=False)
class Planned:
    """The plan of a region beside the rules of thumb, and the worth of one more of each thing.

    `flown` (T,) people whom the scheduler of `service` serves in each sampled slot, with whole antennas and whole
    steps of beam time; `held` share of the antennas that the plan counted on.
    """

    region: Region
    placement: Placement
    flown: Floats
    held: float
    by_population: Placement
    uniform: Placement
    values: tuple[Value, ...]

    @cached_property
    def opened(self) -> tuple[str, ...]:
        """Names of the gateways that the plan opens."""
        problem = self.region.problem
        return tuple(problem.gateways[i].name for i in problem.optional[self.placement.opened])


def plan_scenario(scenario: BroadbandScenario, slots: int | None = None, worth: bool = True) -> Planned:
    """The plan of a scenario's `[plan]`, with the rules of thumb beside it; `worth` also asks what one more is worth.

    Errors: ScenarioError without `[plan]` or without cells; those of the parts.
    """
    region = build(scenario, slots)
    placement, flown, held = flyable(region)
    rules = standing(region.problem, placement)
    return Planned(
        region,
        placement,
        flown,
        held,
        by_population(rules, region.people),
        uniform(rules),
        values(region.problem, placement) if worth else (),
    )


def flyable(region: Region) -> tuple[Placement, Floats, float]:
    """The plan that serves most people once flown, the people it serves so (T,), and the share of antennas counted on.

    The plan may part an antenna's time between satellites, which no antenna can. Where the scheduler serves fewer than
    planned, gateways that may still be opened are, where that helps the scheduler, and plans that count on fewer
    antennas are flown too; the bound stays that of all antennas.
    """
    full = helped(region, Planner(region.problem).plan())
    settled = standing(region.problem, full)
    best = (full, fly(region, full), 1.0)
    for held in HELD:
        if best[1].mean() >= (1.0 - NEARLY) * full.served:
            break
        careful = replace(Planner(settled.with_antennas(held)).plan(), opened=full.opened)
        flown = fly(region, careful)
        if careful.sites_met == full.sites_met and flown.mean() > best[1].mean():
            best = (replace(careful, bound=full.bound, sites_bound=full.sites_bound), flown, held)
    return best


def helped(region: Region, placement: Placement) -> Placement:
    """The plan with further gateways opened, as many as may be, one by one while the scheduler serves more for it."""
    now = fly(region, placement).mean()
    for _ in range(region.problem.more_gateways - int(placement.opened.sum())):
        trials = [
            replace(placement, opened=placement.opened | (np.arange(len(placement.opened)) == number))
            for number in np.flatnonzero(~placement.opened)
        ]
        flown = [float(fly(region, trial).mean()) for trial in trials]
        if not trials or max(flown) <= now + NEARLY * placement.served:
            break
        placement, now = trials[int(np.argmax(flown))], max(flown)
    return placement


def fly(region: Region, placement: Placement) -> Floats:
    """(T,) people served when the scheduler of `service` runs the plan in each sampled slot."""
    problem, skies = region.problem, region.skies
    bits = bits_asked(problem, placement.terminals, placement.site_terminals)
    first = np.ones(problem.cells, np.int32)
    first[[site.cell for site in problem.sites]] = 0
    served = serve(
        skies.offer,
        np.broadcast_to(bits, (len(problem.slots), problem.cells)),
        first,
        skies.limits(placement.opened),
    )
    share = np.divide(served.rate_bit_s, bits, out=np.zeros(served.rate_bit_s.shape), where=bits > 0.0)
    return np.asarray(np.minimum(share, 1.0) @ placement.people)


def build(scenario: BroadbandScenario, slots: int | None = None) -> Region:
    """The problem of a scenario: people without a network in the run's worst hour, the sky of sampled slots.

    Of `slots` (as `[plan]` has it if left out), a quarter are those in which the cells have fewest usable satellites,
    the others are spread evenly over the run. Errors: ScenarioError without `[plan]` or without cells.
    """
    spec, scenario = _spec(scenario), with_candidates(scenario)
    line = prepare(scenario)
    cells = line.cells
    if cells is None:
        raise ScenarioError(
            "a plan needs cells", expected="[area]", where=scenario.name, remedy='add [area] country = "UKR"'
        )
    ground = settle_ground(scenario, cells, line.instants)
    need = dependents(scenario, cells, ground, hours_of(line.instants))
    instants = sampled(line, cells, slots or spec.slots)
    skies = Skies(line, cells, instants)
    demand = scenario.demand or DemandSpec()
    problem = Problem(
        people=need[need.sum(axis=1).argmax()],
        slots=skies.slots,
        gateways=skies.gateways,
        terminals=spec.terminals,
        users=demand.users_per_terminal,
        terminal_bit_s=spec.least_mbit_s * MBIT,
        payload=skies.payload,
        sites=_sites(scenario, ground.site_cell),
        more_gateways=spec.gateways,
        most_per_cell=spec.most_per_cell,
        objective=Objective(spec.objective == "sites-first"),
    )
    return Region(scenario, cells, ground.people, problem, instants, ground.site_cell, skies)


def sampled(line: Line, cells: Cells, count: int) -> Instants:
    """The slots a plan must hold in: a quarter the poorest in usable satellites, the rest spread over the run."""
    total = len(line.instants)
    looks = np.unique(np.linspace(0, total - 1, min(total, LOOKS)).round().astype(np.int64))
    if len(looks) <= count:
        return Instants(line.instants.epoch, line.instants.offset_s[looks])
    xyz = line.fleet.positions(Instants(line.instants.epoch, line.instants.offset_s[looks]))
    at = Instants(line.instants.epoch, line.instants.offset_s[looks])
    cost = line.ground.backhaul(xyz, at).delay_s[:, :1]
    usable = look_up(xyz, cells.sites(), line.mask, cost[:, 0], depth=1).usable
    poorest = np.argsort(usable.mean(axis=1), kind="stable")[: count // 4]
    others = np.setdiff1d(np.arange(len(looks)), poorest)
    even = others[np.linspace(0, len(others) - 1, count - len(poorest)).round().astype(np.int64)]
    return Instants(line.instants.epoch, np.sort(line.instants.offset_s[looks[np.union1d(poorest, even)]]))


class Skies:
    """The sky of sampled slots over the cells: who sees whom, what a beam gives, what a satellite can do."""

    def __init__(self, line: Line, cells: Cells, instants: Instants):
        self.line, self.cells, self.instants, self.sites = line, cells, instants, cells.sites()
        self.xyz = line.fleet.positions(instants)
        self.users = look_up(self.xyz, self.sites, line.mask, None, USER_DEPTH)
        self.seen = line.ground.in_view(self.xyz, instants)
        self.field = Field.of(line.scenario, self.sites, line.ground.sites)
        self.weather = Weather.of(line.scenario, self.sites, line.ground.sites)

    @cached_property
    def bit_s(self) -> NDArray[np.floating]:
        """(T, C, K) what a whole beam gives each cell from each usable satellite: rain, jammers, a way back."""
        field, elevation = self.field, self.users.elevation_rad
        rain = self.weather.users_down.rain.at(self.instants, elevation)
        loss = self.weather.users_down.gas_db(elevation)
        loss = loss + field.pointing_loss_db(self.instants)[:, :, None].astype(np.float32)
        jam = field.down_j_over_n(self.instants, self._every, self.xyz, self.users.satellite)
        bits = jam.mean(lambda j: user_links.efficiency_down(field.hardened, elevation, rain, None, j, loss))
        rate = np.minimum(user_links.rate_down_bit_s(field.hardened, bits), self._answered())
        return np.where(self.users.satellite >= 0, rate, 0.0)

    @cached_property
    def _every(self) -> Indices:
        return np.arange(len(self.sites))

    def _answered(self) -> NDArray[np.floating] | float:
        """The rate down that a jammed uplink can still answer; no limit where no jammer reaches the satellites."""
        if not self.field.affected_up.any():
            return np.inf
        field, elevation = self.field, self.users.elevation_rad
        rain = self.weather.users_up.rain.at(self.instants, elevation)
        gas = self.weather.users_up.gas_db(elevation)
        jam = field.up_j_over_n(self.instants, self._every, self.xyz, self.users.satellite)
        bits = jam.mean(lambda j: user_links.efficiency_up(field.hardened, elevation, rain, j, gas))
        share = (self.line.scenario.demand or DemandSpec()).uplink_share
        return user_links.rate_up_bit_s(field.hardened, bits) / share

    @cached_property
    def offer(self) -> Offer:
        """The sampled slots as the scheduler of `service` takes them."""
        hz = self.line.scenario.radio.user_down.channel_mhz * MBIT
        return Offer(self.users.satellite, (self.bit_s / hz).astype(np.float32), self.seen)

    @cached_property
    def link_bit_s(self) -> Floats:
        """(T, G) what one link of each gateway carries."""
        count = len(self.line.ground.names)
        rain, gas = self.weather.gateways_db(self.instants, count)
        bits = gateway_links.capacity_bit_s(self.line.scenario.radio, GATEWAY_ELEVATION_RAD, rain, 0.0, gas)
        return np.broadcast_to(bits, (len(self.instants), count)).astype(np.float64)

    def limits(self, opened: NDArray[np.bool_]) -> Limits:
        """What satellites and their ways down can carry, with the optional gateways that are opened."""
        stands = np.ones(len(self.gateways), np.bool_)
        stands[[i for i, gateway in enumerate(self.gateways) if gateway.optional]] = opened
        antennas = np.array([gateway.antennas for gateway in self.gateways]).astype(np.int32)
        bits = np.where(stands, self.link_bit_s, 0.0)
        return Limits.of(self.field.hardened, bits, antennas, beam_cells(self.cells.resolution))

    @cached_property
    def slots(self) -> tuple[Slot, ...]:
        """One network for each sampled slot."""
        return tuple(self._slot(t) for t in range(len(self.instants)))

    @cached_property
    def gateways(self) -> tuple[Gateway, ...]:
        """Every gateway, those of `[plan]` as optional ones."""
        plan = self.line.scenario.plan or PlanSpec(terminals=0)
        asked = {site.name for site in plan.gateway_sites}
        antennas = self.line.ground.antennas(self.line.scenario.radio.gateway_antennas)
        return tuple(
            Gateway(name, float(count), name in asked)
            for name, count in zip(self.line.ground.names, antennas, strict=True)
        )

    @cached_property
    def payload(self) -> Payload:
        """What a satellite can do, in beams at the best rate that any cell gets, its gateways in their worst slot."""
        limits = self.limits(np.ones(sum(gateway.optional for gateway in self.gateways), np.bool_))
        beam = max(float(self.bit_s.max(initial=0.0)), 1.0)
        beams = min(float(limits.beams), limits.payload_bit_s / beam)
        each = limits.payload_bit_s / limits.gateway_links
        link = min(each, float(np.median(self.link_bit_s.min(axis=0, initial=each))))
        return Payload(
            beams=beams,
            link_beams=min(link / beam, beams),
            links=limits.gateway_links,
            cell_beams=float(limits.beams_per_cell),
            least_share=limits.least_share,
            whole_steps=True,
        )

    def _slot(self, t: int) -> Slot:
        """Satellites are numbered anew: only those that a cell can use. A beam gives the mean over them."""
        serving = self.bit_s[t] > 0.0
        listed = self.users.satellite[t]
        cell, place = np.nonzero(serving)
        used, satellite = np.unique(listed[cell, place], return_inverse=True)
        gateway, seen = np.nonzero(self.seen[t])
        kept = np.isin(seen, used)
        count = (listed >= 0).sum(axis=1)
        return Slot(
            satellites=len(used),
            beam_bit_s=np.asarray(self.bit_s[t].sum(axis=1) / np.maximum(count, 1), np.float64),
            cell=cell.astype(np.int64),
            satellite=satellite.astype(np.int64),
            from_satellite=np.searchsorted(used, seen[kept]).astype(np.int64),
            gateway=gateway[kept].astype(np.int64),
            name=str(self.instants.datetime64()[t].astype("datetime64[s]")),
        )


def _spec(scenario: BroadbandScenario) -> PlanSpec:
    if scenario.plan is None:
        raise ScenarioError(
            "the scenario has nothing to place",
            expected="[plan]",
            where=scenario.name,
            remedy="add [plan] with terminals = 5000, or say --terminals",
        )
    return scenario.plan


def with_candidates(scenario: BroadbandScenario) -> BroadbandScenario:
    """The scenario with the gateways that may be opened among its gateways, so that they are looked at too.

    Where `[plan]` allows some and names no place, they may stand in the largest cities of the area's country.
    """
    spec = scenario.plan
    if spec is None or not spec.gateways:
        return scenario
    may = spec.gateway_sites or _in_cities(scenario)
    names = scenario.gateways.names
    if not names and not scenario.gateways.sites and scenario.gateways.file is None:
        names = gateway_sites(scenario.gateways, scenario.clock.start_utc.date(), scenario.name)[0]
    gateways = scenario.gateways.model_copy(update={"sites": scenario.gateways.sites + may, "names": names})
    plan = spec.model_copy(update={"gateway_sites": may})
    return scenario.model_copy(update={"gateways": gateways, "plan": plan})


def _in_cities(scenario: BroadbandScenario) -> tuple[GatewaySite, ...]:
    country = scenario.area.country if scenario.area else None
    found = cities(country, CANDIDATES) if country else ()
    if not found:
        raise ScenarioError(
            "no place is known for another gateway",
            expected="plan.gateway_sites, or an area with a country that has cities",
            where=scenario.name,
            remedy="name sites under [[plan.gateway_sites]], or set plan.gateways = 0",
        )
    return tuple(
        GatewaySite(name=f"{c.name} (may open)", latitude_deg=c.latitude_deg, longitude_deg=c.longitude_deg)
        for c in found
    )


def _sites(scenario: BroadbandScenario, site_cell: Indices) -> tuple[Site, ...]:
    """Sites that lie in the cells."""
    return tuple(
        Site(site.name, int(cell), site.need_mbit_s * MBIT)
        for site, cell in zip(scenario.sites, site_cell, strict=True)
        if cell >= 0
    )
