"""Capacity alone: what cells ask and get, slot by slot, without round trips, and without a run folder."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from skyhold.demand.roads import site_cells
from skyhold.errors import ScenarioError
from skyhold.geometry.visibility import Candidates, look_up
from skyhold.links import user_links
from skyhold.nouns.demand import DemandSpec
from skyhold.results.tables import Table
from skyhold.scenario.load import with_values, with_variant
from skyhold.scenario.scenario import BroadbandScenario
from skyhold.service.cost import per_user
from skyhold.service.globe import GlobeCapacity, LaserMesh, globe_capacity
from skyhold.simulate.blocks import default_threads, in_order
from skyhold.simulate.prepare import Line, prepare
from skyhold.simulate.service import CellService, ServiceLine, arrays, depth, serve_block
from skyhold.simulate.service_tables import ServiceTotals, service_tables
from skyhold.simulate.weather import Weather
from skyhold.times import Instants
from skyhold.units import HOUR_S

BLOCK_SLOTS, BLOCK_CANDIDATES = 60, 1_200_000
TBIT, MILLION = 1e12, 1e6

Floats = NDArray[np.float64]
Progress = Callable[[str, int, int], None]


@dataclass(frozen=True)
class Capacity:
    """A scenario's cells after all its slots: the line and the sums."""

    line: Line
    totals: ServiceTotals

    @property
    def service(self) -> ServiceLine:
        """What was served."""
        return self.totals.line

    def tables(self) -> dict[str, Table]:
        """The tables of the service, as a run has them: capacity_cells, capacity_places, capacity_hours, ..."""
        return {table.name: table for table in service_tables(self.line, self.totals)}

    def busy_users(self) -> float:
        """Terminals whose busy hour is carried: each cell's greatest mean rate of an hour over a terminal's."""
        spec = self.line.scenario.demand or DemandSpec()
        return float(np.nansum(self.totals.cells.cells()["busy_hour_rate_mbit_s"])) / spec.busy_hour_mbit_s

    def globe(self) -> GlobeCapacity:
        """The sums against the people who lack access."""
        demand, (wanted, carried, asking, _) = self.service.demand, self.totals.cells.sums.T
        slots, radio = np.maximum(asking, 1.0), self.line.scenario.radio
        lit = radio.payload.beams.value * user_links.down(radio).payload_hz * radio.waveform.most_bit_s_hz
        return globe_capacity(
            len(self.line.fleet),
            min(radio.payload.capacity_gbit_s.value * 1e9, lit),
            demand.dependents.mean(axis=0),
            demand.users.mean(axis=0),
            wanted / slots,
            carried / slots,
        )


def capacity(
    scenario: BroadbandScenario,
    *,
    lasers: bool = False,
    threads: int | None = None,
    progress: Progress | None = None,
) -> Capacity:
    """Serve the cells of a scenario with [demand] and [area]; its variants are left alone.

    `lasers`: every satellite has a way down wherever it is (`service.globe.LaserMesh`), an upper bound. The same cells
    and slots as a run's, in bounded memory. Errors: ScenarioError as `prepare`.
    """
    line = prepare(scenario if scenario.demand is not None else with_values(scenario, {"demand": {}}))
    if lasers:
        line = over_lasers(line)
    assert line.service is not None
    totals, slots = ServiceTotals.of(line.service), planned(line)
    step = max(1, min(BLOCK_SLOTS, BLOCK_CANDIDATES // (len(line.sites) * depth(len(line.fleet)))))
    parts = [slots.block(first, min(first + step, len(slots))) for first in range(0, len(slots), step)]
    blocks = in_order(lambda part: _look(line, part)[1], parts, threads or default_threads())
    for number, (part, block) in enumerate(zip(parts, blocks, strict=True), 1):
        stored = arrays(block)
        totals.fold(part, stored["service"], stored["gateways"])
        if progress is not None:
            progress(scenario.name, number, len(parts))
    return Capacity(line, totals)


def planned(line: Line) -> Instants:
    """The slots of a run whose beams are planned."""
    assert line.service is not None
    slots = line.instants
    return Instants(slots.epoch, slots.offset_s[line.service.planned(0, len(slots))])


def over_lasers(line: Line) -> Line:
    """The same line with a mesh of lasers in place of its gateways."""
    service, mesh = line.service, LaserMesh.over(line.ground)
    assert service is not None
    users = line.sites.take(service.first + service.rows)
    weather = Weather.of(line.scenario, users, mesh.sites)
    return replace(line, ground=mesh, service=replace(service, ground=mesh, weather=weather))


def _look(line: Line, instants: Instants) -> tuple[Candidates, CellService]:
    """Who sees whom in a block of slots, and what that gives the cells."""
    assert line.service is not None
    xyz = line.fleet.positions(instants)
    way_down = line.ground.backhaul(xyz, instants).delay_s
    found = look_up(xyz, line.sites, line.mask, way_down, depth(len(line.fleet)), pop_index=line.pop_index)
    return found, serve_block(line.service, found, xyz, instants)


@dataclass(frozen=True, eq=False)
class SpeedTest:
    """What a test at a place gets in each slot: `rate_bit_s` (T,), and the hours (T,) of local mean solar time.

    `terminals` (T,) of its cell times the share of the busy hour: how many of them would be busy if all were in it.
    """

    hour_local: Floats
    rate_bit_s: Floats
    terminals: Floats

    def among(self, busy: float, seed: int = 1) -> SpeedTest:
        """The same where that share of the cell's terminals download in the busy hour, each as much as it can get.

        The test has an equal part with n of them, n drawn anew in each slot (Poisson): rate / (1 + n). A rule of
        thumb of planners, `busy` 0.05 to 0.2 [I]; too low where the others are held by what they watch.
        """
        others = np.random.default_rng(seed).poisson(busy * self.terminals)
        return replace(self, rate_bit_s=self.rate_bit_s / (1.0 + others))

    def by_hour(self) -> Floats:
        """(24,) median rate of each local hour, NaN where no slot falls into it."""
        at = self.hour_local.astype(int)
        found = [self.rate_bit_s[at == hour] for hour in range(24)]
        return np.array([np.median(one) if len(one) else np.nan for one in found])


def speed_test(
    scenario: BroadbandScenario, latitude_deg: float, longitude_deg: float, threads: int | None = None
) -> SpeedTest:
    """What one more terminal that takes all it can get would get at a place: everything is shared anew with it.

    Its cell asks for a whole channel more, at every slot. Within the cell the others keep what they ask for, unless a
    fair part is less than that. Unlike `offered_mbit_s` it may be given beam time that nobody planned for it, of any
    satellite. Errors: ScenarioError where nobody asks for anything in the cell of the place.
    """
    line = prepare(scenario)
    assert line.service is not None
    assert line.cells is not None
    [cell] = site_cells([(latitude_deg, longitude_deg)], line.cells)
    demand = line.service.demand
    if cell < 0 or cell not in line.service.rows:
        raise ScenarioError(
            "nobody asks for anything there",
            expected="a place in a cell with a terminal",
            came=f"{latitude_deg:g}, {longitude_deg:g}",
            where=scenario.name,
        )
    radio, more = scenario.radio, demand.wanted_bit_s.copy()
    more[:, cell] += user_links.down(radio).payload_hz * radio.waveform.most_bit_s_hz
    tested = replace(line, service=replace(line.service, demand=replace(demand, wanted_bit_s=more)))
    slots = planned(line)
    each = [slots.block(t, t + 1) for t in range(len(slots))]
    blocks = in_order(lambda slot: _tested(tested, slot, int(cell)), each, threads or default_threads())
    got, channel = np.array(list(blocks)).reshape(-1, 2).T
    hour = demand.hour(slots)
    others, count = demand.wanted_bit_s[hour, cell], demand.terminals[hour, cell]
    local = (slots.unix_s() / HOUR_S + longitude_deg / 15.0) % 24.0
    rate = np.minimum(channel, np.maximum(got - others, got / (count + 1.0)))
    busy = (scenario.demand or DemandSpec()).busy_hour_mbit_s * 1e6
    return SpeedTest(local, rate, np.minimum(count, others / busy))


def _tested(line: Line, slot: Instants, cell: int) -> tuple[float, float]:
    """What the cell gets in one slot, and what one channel of the satellite that carries most of it holds."""
    assert line.service is not None
    found, block = _look(line, slot)
    user = line.service.first + cell
    at = np.flatnonzero(found.satellite[0, user] == block.satellite[0, cell])
    if block.satellite[0, cell] < 0 or not len(at):
        return 0.0, 0.0
    radio = line.scenario.radio
    efficiency = user_links.efficiency_down(radio, found.elevation_rad[0, user, at[:1]])
    return float(block.rate_bit_s[0, cell]), float(user_links.rate_down_bit_s(radio, efficiency)[0])


FLEET_NOTES = {
    "could_carry_tbit_s": "all payloads at once, out of reach: most satellites are over oceans",
    "carried_tbit_s": "mean over the day, to people who were offline, by the gateways of the date",
    "over_lasers_tbit_s": "the same with a way down for every satellite wherever it is: an upper bound",
    "kbit_s_per_person": "carried over lasers, over everybody who is offline",
    "reached_million": "offline people who live where at least half of what terminals ask is carried, by gateways",
    "reached_over_lasers_million": "the same over lasers",
    "users_million": "terminals whose busy hour is carried over lasers",
    "usd_per_user_month": "middle of the stated assumptions (service.cost), users of the line before",
}


def fleets_table(scenario: BroadbandScenario, progress: Progress | None = None) -> Table:
    """A row per fleet: the scenario's own and those of its variants, by gateways and over lasers, with cost."""
    variants = [with_variant(scenario, variant.name) for variant in scenario.variants]
    own = fleet_row(scenario, f"in place on {scenario.clock.start_utc:%d %B %Y}", progress)
    rows = [own, *(fleet_row(one, one.title or one.name, progress) for one in variants)]
    return Table.of_rows("fleets", rows, FLEET_NOTES)


def fleet_row(scenario: BroadbandScenario, name: str, progress: Progress | None = None) -> dict[str, object]:
    """What one fleet offers to those who are offline."""
    by_gateways = capacity(scenario, progress=progress)
    meshed = capacity(scenario, lasers=True, progress=progress)
    near, far = by_gateways.globe(), meshed.globe()
    users = meshed.busy_users()
    cost = per_user(far.satellites, len(by_gateways.line.ground.names), users)
    return {
        "fleet": name,
        "satellites": far.satellites,
        "could_carry_tbit_s": far.payload_bit_s / TBIT,
        "offline_million": far.people / MILLION,
        "wanted_tbit_s": far.wanted_bit_s / TBIT,
        "carried_tbit_s": near.carried_bit_s / TBIT,
        "over_lasers_tbit_s": far.carried_bit_s / TBIT,
        "kbit_s_per_person": far.kbit_s_per_person,
        "reached_million": near.reached_people / MILLION,
        "reached_over_lasers_million": far.reached_people / MILLION,
        "users_million": users / MILLION,
        "usd_per_user_month": cost.middle,
        "usd_low": cost.p05,
        "usd_high": cost.p95,
    }
