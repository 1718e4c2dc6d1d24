"""The arrays and tables that a broadband run leaves."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from skyhold.earth.ellipsoid import ecef_to_geodetic
from skyhold.geometry.sites import Sites
from skyhold.network.comparators import Geostationary, three_ways
from skyhold.results.arrays import GATEWAY_LOAD, NO_RTT, RTT_STEP_MS, SERVICE, create_group
from skyhold.results.manifest import now_utc
from skyhold.results.results import BroadbandResult
from skyhold.results.statistics import NOTES
from skyhold.results.tables import Table
from skyhold.results.writer import RunWriter
from skyhold.simulate.extras import extra_tables
from skyhold.simulate.prepare import Line
from skyhold.simulate.service_tables import service_tables
from skyhold.simulate.totals import Totals
from skyhold.times import Instants

CELL_NOTES = {
    "h3": "H3 index",
    "latitude_deg": "of the cell's centre",
    "longitude_deg": "of the cell's centre",
}


def open_groups(line: Line, writer: RunWriter) -> None:
    """Make the groups `places` and `cells` in the store of a fresh run."""
    times = line.instants.datetime64()
    if line.places and "places" not in writer.root:
        number = np.arange(len(line.places), dtype=np.int32)
        named = {"long_name": "place", "flag_values": number.tolist(), "names": [p.name for p in line.places]}
        create_group(writer.root, "places", "place", {"place": (number, named)} | _positions(line, 0), times)
    if line.cells is not None and "cells" not in writer.root:
        index = {"grid_name": "h3", "level": line.cells.resolution}
        coordinates = {"cell_ids": (line.cells.ids, index)} | _positions(
            line, len(line.places), len(line.sites)
        )
        create_group(writer.root, "cells", "cells", coordinates, times)
        if line.service is not None and "service" not in writer.root:
            planned = times[line.service.planned(0, len(times))]
            create_group(writer.root, "service", "cells", coordinates, planned, SERVICE)
            gateways = {"gateway": (np.arange(len(line.ground.names)), {"names": list(line.ground.names)})}
            create_group(writer.root, "gateways", "gateway", gateways, planned, GATEWAY_LOAD)


def finish(line: Line, writer: RunWriter, totals: Totals, baseline: bool) -> BroadbandResult:
    """Make the tables and call the run complete."""
    columns, merits = totals.terminals.columns(), totals.terminals.merits()
    tables = [
        places_table(line, columns),
        cells_table(line, columns),
        *merit_tables(line, merits),
        satellites_table(line),
        gateways_table(line, totals.gateway_slots),
        shells_table(line),
        *service_tables(line, totals.service),
        *extra_tables(line, baseline),
    ]
    if line.places:
        group = writer.root["places"]
        usable, rtt = group["usable"][...], group["rtt_ms"][...]
        tables += [hours_table(line, usable, rtt), three_ways_table(line, rtt)]
    middle = line.instants.block(len(line.instants) // 2, len(line.instants) // 2 + 1)
    said = {
        "finished_utc": now_utc(),
        "snapshot_utc": f"{middle.datetime64()[0]}"[:19],
        "not_placed": not_placed(line),
        "catalogue": list(line.fleet.account()),
    }
    return writer.finish({table.name: table for table in tables}, said)


def not_placed(line: Line) -> list[dict[str, str]]:
    """Satellites that have no position at some hour of the run, and why: they are not seen then, and not forgotten."""
    hours = Instants(
        line.instants.epoch, line.instants.offset_s[:: max(1, int(3600 / line.scenario.clock.slot_period_s))]
    )
    return [{"name": fault.name, "reason": fault.reason} for fault in line.fleet.faults(hours)]


def places_table(line: Line, columns: dict[str, NDArray[Any]]) -> Table:
    """A row per place: who and where it is, and its statistics."""
    described = {
        "name": np.array([p.name for p in line.places], dtype=object),
        "latitude_deg": np.array([p.latitude_deg for p in line.places], dtype=float),
        "longitude_deg": np.array([p.longitude_deg for p in line.places], dtype=float),
        "population": np.array([p.population for p in line.places], dtype=np.int64),
        "pop": np.array([line.ground.pops[i].name for i in line.pop_index[: len(line.places)]], dtype=object),
    }
    return Table("places", described | {k: v[: len(line.places)] for k, v in columns.items()}, NOTES)


def cells_table(line: Line, columns: dict[str, NDArray[Any]]) -> Table:
    """A row per cell; no rows where the scenario has no area."""
    if line.cells is None:
        return Table("cells", {})
    described = {
        "h3": np.array([f"{cell:x}" for cell in line.cells.ids], dtype=object),
        "latitude_deg": line.cells.latitude_deg,
        "longitude_deg": line.cells.longitude_deg,
    }
    return Table(
        "cells", described | {k: v[len(line.places) :] for k, v in columns.items()}, NOTES | CELL_NOTES
    )


def merit_tables(line: Line, merits: dict[str, NDArray[Any]]) -> list[Table]:
    """Figures of merit of coverage of the places and of the cells (see `geometry.coverage` for the conventions)."""
    places, tables = len(line.places), []
    if places:
        names = {"name": np.array([p.name for p in line.places], dtype=object)}
        tables.append(Table("coverage_places", names | {k: v[:places] for k, v in merits.items()}))
    if line.cells is not None:
        cells = {"h3": np.array([f"{cell:x}" for cell in line.cells.ids], dtype=object)}
        tables.append(Table("coverage_cells", cells | {k: v[places:] for k, v in merits.items()}))
    return tables


def satellites_table(line: Line) -> Table:
    """Where each satellite is at the middle of the run, and whether a live gateway sees it then."""
    middle = len(line.instants) // 2
    instant = line.instants.block(middle, middle + 1)
    xyz = line.fleet.positions(instant, dtype=np.float64)
    latitude, longitude, altitude = ecef_to_geodetic(xyz[0])
    reached = np.isfinite(line.ground.backhaul(xyz, instant).delay_s[0]).any(axis=0)
    shells = np.array(line.fleet.shells, dtype=object)
    columns = {
        "name": np.array(line.fleet.names, dtype=object),
        "shell": shells[line.fleet.shell_index],
        "latitude_deg": np.degrees(latitude),
        "longitude_deg": np.degrees(longitude),
        "altitude_km": altitude / 1000.0,
        "gateway_in_view": reached,
    }
    return Table("satellites", columns, {"latitude_deg": f"at {instant.datetime64()[0]} UTC, geodetic"})


def gateways_table(line: Line, used: NDArray[np.int64]) -> Table:
    """A row per gateway; `used` (G,) served terminal-slots that went through it."""
    sites = line.ground.sites
    columns = {
        "name": np.array(line.ground.names, dtype=object),
        "latitude_deg": np.degrees(sites.latitude_rad),
        "longitude_deg": np.degrees(sites.longitude_rad),
        "used_percent": 100.0 * used / max(1, int(used.sum())),
        "live_percent": 100.0 * line.ground.live(line.instants).mean(axis=0),
    }
    notes = {"used_percent": "share of served terminal-slots", "live_percent": "share of slots it was up"}
    return Table("gateways", columns, notes)


def shells_table(line: Line) -> Table:
    """A row per shell: filed, operational, missing, raising."""
    rows = line.fleet.summary()
    keys = list(rows[0]) if rows else []
    return Table(
        "shells",
        {
            key: np.array([row[key] for row in rows], dtype=object if isinstance(rows[0][key], str) else None)
            for key in keys
        },
    )


def hours_table(line: Line, usable: NDArray[np.uint8], rtt: NDArray[np.uint16]) -> Table:
    """Availability and median RTT of each place in each hour of the run; stored arrays (T, U) of the places."""
    hour = (line.instants.offset_s // 3600).astype(int)
    names, rows = [p.name for p in line.places], []
    for h in range(int(hour.max()) + 1 if len(hour) else 0):
        inside = hour == h
        seen, timed = usable[inside], np.where(rtt[inside] == NO_RTT, np.nan, rtt[inside] * RTT_STEP_MS)
        rows += [
            (name, h, 100.0 * float((seen[:, u] > 0).mean()), float(seen[:, u].mean()), _median(timed[:, u]))
            for u, name in enumerate(names)
        ]
    columns = list(zip(*rows, strict=True)) if rows else [()] * 5
    keys = ("name", "hour", "service_percent", "usable_mean", "rtt_median_ms")
    return Table(
        "hours",
        {k: np.array(c, dtype=object if k == "name" else None) for k, c in zip(keys, columns, strict=True)},
    )


def three_ways_table(line: Line, rtt: NDArray[np.uint16]) -> Table:
    """Each place by low orbit, by a geostationary satellite at its own longitude, and by fibre."""
    rows = []
    timed = np.where(rtt == NO_RTT, np.nan, rtt * (RTT_STEP_MS / 1000.0))
    for u, place in enumerate(line.places):
        pop = line.ground.pops[line.pop_index[u]]
        geo = Geostationary(place.longitude_deg, pop.latitude_deg, pop.longitude_deg, pop.city)
        site = Sites.from_degrees(place.latitude_deg, place.longitude_deg, place.altitude_m)
        factor = line.scenario.internet.fibre_route_factor
        ways = three_ways(site, timed[:, u : u + 1], geo, (pop.latitude_deg, pop.longitude_deg), factor)[0]
        rows += [(place.name, way.name, 1000.0 * way.median_s, 1000.0 * way.p95_s, way.note) for way in ways]
    columns = list(zip(*rows, strict=True))
    keys = ("name", "way", "rtt_median_ms", "rtt_p95_ms", "note")
    texts = ("name", "way", "note")
    return Table(
        "three_ways",
        {k: np.array(c, dtype=object if k in texts else None) for k, c in zip(keys, columns, strict=True)},
    )


def _positions(
    line: Line, first: int, last: int | None = None
) -> dict[str, tuple[NDArray[Any], dict[str, str]]]:
    part = slice(first, len(line.places) if last is None else last)
    return {
        "latitude": (
            np.degrees(line.sites.latitude_rad[part]),
            {"standard_name": "latitude", "units": "degrees_north"},
        ),
        "longitude": (
            np.degrees(line.sites.longitude_rad[part]),
            {"standard_name": "longitude", "units": "degrees_east"},
        ),
    }


def _median(values: NDArray[np.floating]) -> float:
    known = values[~np.isnan(values)]
    return float(np.median(known)) if len(known) else float("nan")
