"""Tables of what the cells of a run got: the service as a whole, by cell, place, hour, reason, gateway and site."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from skyhold.demand import restoration
from skyhold.results.arrays import GATEWAY_LOAD, SERVICE
from skyhold.results.tables import Table
from skyhold.service.globe import per_person_mbit_s
from skyhold.service.reasons import QUIET, Reason
from skyhold.service.summary import NOTES, CellSummary, LoadSummary
from skyhold.simulate.service import ServiceLine
from skyhold.times import Instants
from skyhold.units import HOUR_S

if TYPE_CHECKING:
    from skyhold.simulate.prepare import Line

MBIT, GBIT = 1e6, 1e9
OFFER_BIT_S = 1e12  # more than any cell is ever offered: an open wish

OFFERED_NOTES = {
    "offered_median_mbit_s": "rate down of one more busy terminal, median over slots, in bins of 12 %",
    "people": "people who live in the cell",
    "dependents": "of those, without another network, mean over the hours",
    "terminals": "terminals in place, mean over the hours",
    "users": "people behind terminals with power, mean over the hours",
    "mbit_s_per_person": "mean rate of the cell over everybody who depends on it, with a terminal or without",
}
Stored = dict[str, NDArray[Any]]


@dataclass(frozen=True, eq=False)
class ServiceTotals:
    """Sums over slots of what cells and gateways got; `offered` folds what one more busy terminal would get."""

    line: ServiceLine
    cells: CellSummary
    offered: CellSummary
    gateways: LoadSummary
    sites_met: NDArray[np.int64]
    sites_asking: NDArray[np.int64]

    @staticmethod
    def of(line: ServiceLine) -> ServiceTotals:
        """Nothing yet."""
        antennas = np.full(len(line.ground.names), line.scenario.radio.gateway_antennas)
        east, cells = line.longitude_deg, line.cells
        return ServiceTotals(
            line,
            CellSummary(east),
            CellSummary(east),
            LoadSummary(antennas),
            np.zeros(cells, np.int64),
            np.zeros(cells, np.int64),
        )

    def fold(self, instants: Instants, cells: Stored, gateways: Stored) -> None:
        """Add stored slots, in the order of time."""
        hour = self.line.demand.hour(instants)
        of_day = (instants.unix_s() / HOUR_S) % 24.0
        wanted = self.line.demand.wanted_bit_s[hour]
        rate = SERVICE["rate_mbit_s"].decode(cells["rate_mbit_s"]) * np.float32(MBIT)
        whole = cells["reason"] == Reason.SERVED  # to the bit; stored rates are rounded
        got = np.where(whole, wanted, np.minimum(rate, wanted))
        self.cells.fold(of_day, wanted, got, cells["reason"])
        offered = SERVICE["offered_mbit_s"].decode(cells["offered_mbit_s"]) * np.float32(MBIT)
        open_wish = np.where(np.isin(cells["reason"], QUIET), 0.0, OFFER_BIT_S)
        self.offered.fold(of_day, open_wish, offered, cells["reason"])
        carried = GATEWAY_LOAD["carried_gbit_s"].decode(gateways["carried_gbit_s"]) * np.float32(GBIT)
        self.gateways.fold(carried, gateways["antennas"])
        asked = self.line.demand.site_bit_s[hour]
        to_sites = SERVICE["sites_mbit_s"].decode(cells["sites_mbit_s"]) * np.float32(MBIT)
        self.sites_asking[:] += (asked > 0.0).sum(axis=0)
        self.sites_met[:] += ((asked > 0.0) & (to_sites >= 0.99 * asked - 1e5)).sum(axis=0)


def service_tables(line: Line, totals: ServiceTotals | None) -> list[Table]:
    """Every table of the service; none where the run has no demand."""
    if line.service is None or totals is None or line.cells is None:
        return []
    found = [
        cells_table(line, totals),
        places_table(line, totals),
        hours_table(totals),
        Table("capacity_reasons", totals.cells.reasons(), NOTES),
        gateways_table(line, totals),
    ]
    if line.scenario.sites:
        found.append(sites_table(line, totals))
    if line.scenario.deliveries:
        days = restoration.days_of(line.scenario)
        found.append(
            Table.of_rows(
                "restoration", restoration.curve(line.scenario, line.cells, days), restoration.NOTES
            )
        )
    return [table for table in found if len(table)]


def _columns(totals: ServiceTotals) -> dict[str, NDArray[Any]]:
    """(C,) who is there, what they ask, what they get."""
    demand, offered = totals.line.demand, totals.offered.cells()
    there = {
        "people": demand.people,
        "dependents": demand.dependents.mean(axis=0),
        "terminals": demand.terminals.mean(axis=0),
        "users": demand.users.mean(axis=0),
    }
    rates = {
        f"offered_{name}_mbit_s": offered[f"rate_{name}_mbit_s"] for name in ("mean", "p05", "median", "p95")
    }
    got = totals.cells.cells()
    each = per_person_mbit_s(np.nan_to_num(got["rate_mean_mbit_s"]) * MBIT, there["dependents"])
    return there | got | rates | {"mbit_s_per_person": each}


def cells_table(line: Line, totals: ServiceTotals) -> Table:
    """A row per cell."""
    assert line.cells is not None
    where = {
        "h3": np.array([f"{cell:x}" for cell in line.cells.ids], dtype=object),
        "latitude_deg": line.cells.latitude_deg,
        "longitude_deg": line.cells.longitude_deg,
    }
    return Table("capacity_cells", where | _columns(totals), NOTES | OFFERED_NOTES)


def places_table(line: Line, totals: ServiceTotals) -> Table:
    """A row per place that lies in a cell: what that cell gets."""
    inside = np.flatnonzero(totals.line.demand.place_cell >= 0)
    at = totals.line.demand.place_cell[inside]
    names = {"name": np.array([line.places[i].name for i in inside], dtype=object)}
    return Table("capacity_places", names | {k: v[at] for k, v in _columns(totals).items()}, NOTES)


def hours_table(totals: ServiceTotals) -> Table:
    """24 rows by local solar hour: wanted, carried, and what one more busy terminal would get."""
    offered = totals.offered.hourly
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = offered[:, :, 2].sum(axis=0) / np.where(offered[:, :, 1] > 0.0, offered[:, :, 0], 0.0).sum(
            axis=0
        )
    return Table("capacity_hours", totals.cells.hours() | {"offered_mean_mbit_s": mean / MBIT}, NOTES)


def gateways_table(line: Line, totals: ServiceTotals) -> Table:
    """A row per gateway."""
    names = {"name": np.array(line.ground.names, dtype=object)}
    return Table("capacity_gateways", names | totals.gateways.columns(), NOTES)


def sites_table(line: Line, totals: ServiceTotals) -> Table:
    """A row per priority site: whether it has a terminal, asks, and gets what it needs."""
    demand, slots = totals.line.demand, totals.line.planned_before(len(line.instants))
    rows = []
    for site, cell in zip(line.scenario.sites, demand.site_cell.tolist(), strict=True):
        asking = int(totals.sites_asking[cell]) if cell >= 0 else 0
        rows.append(
            {
                "name": site.name,
                "kind": site.kind,
                "latitude_deg": site.latitude_deg,
                "longitude_deg": site.longitude_deg,
                "need_mbit_s": site.need_mbit_s,
                "terminals_in_cell": float(demand.terminals[:, cell].mean()) if cell >= 0 else 0.0,
                "asking_percent": 100.0 * asking / max(1, slots),
                "met_percent": 100.0 * int(totals.sites_met[cell]) / asking if asking else 0.0,
            }
        )
    notes = {
        "asking_percent": "share of slots in which it has a terminal and power",
        "met_percent": "share of those in which it gets what it needs",
    }
    return Table.of_rows("sites", rows, notes)
