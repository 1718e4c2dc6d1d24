"""Capacity alone: what cells ask and get, slot by slot, without round trips, and without a run folder."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from skyhold.geometry.visibility import look_up
from skyhold.results.tables import Table
from skyhold.scenario.load import with_values
from skyhold.scenario.scenario import BroadbandScenario
from skyhold.service.globe import GlobeCapacity, LaserMesh, globe_capacity
from skyhold.simulate.blocks import default_threads, in_order
from skyhold.simulate.prepare import Line, prepare
from skyhold.simulate.service import CellService, ServiceLine, arrays, depth, serve_block
from skyhold.simulate.service_tables import ServiceTotals, service_tables
from skyhold.simulate.weather import Weather

BLOCK_SLOTS, BLOCK_CANDIDATES = 60, 1_200_000
MBIT = 1e6

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

    def globe(self) -> GlobeCapacity:
        """The sums against the people who lack access."""
        demand, (wanted, carried, asking, _) = self.service.demand, self.totals.cells.sums.T
        slots, payload = np.maximum(asking, 1.0), self.line.scenario.radio.payload
        return globe_capacity(
            len(self.line.fleet),
            payload.capacity_gbit_s.value * 1e9,
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
    totals, slots = ServiceTotals.of(line.service), len(line.instants)
    step = max(1, min(BLOCK_SLOTS, BLOCK_CANDIDATES // (len(line.sites) * depth(len(line.fleet)))))
    spans = [(first, min(first + step, slots)) for first in range(0, slots, step)]
    blocks = in_order(lambda span: _serve(line, *span), spans, threads or default_threads())
    for (first, last), block in zip(spans, blocks, strict=True):
        stored = arrays(block)
        totals.fold(line.instants.block(first, last), stored["service"], stored["gateways"])
        if progress is not None:
            progress(scenario.name, last, slots)
    return Capacity(line, totals)


def over_lasers(line: Line) -> Line:
    """The same line with a mesh of lasers in place of its gateways."""
    service, mesh = line.service, LaserMesh.over(line.ground)
    assert service is not None
    users = line.sites.take(service.first + service.rows)
    weather = Weather.of(line.scenario, users, mesh.sites)
    return replace(line, ground=mesh, service=replace(service, ground=mesh, weather=weather))


def _serve(line: Line, first: int, last: int) -> CellService:
    assert line.service is not None
    instants = line.instants.block(first, last)
    xyz = line.fleet.positions(instants)
    way_down = line.ground.backhaul(xyz, instants).delay_s
    found = look_up(xyz, line.sites, line.mask, way_down, depth(len(line.fleet)), pop_index=line.pop_index)
    return serve_block(line.service, found, xyz, instants)
