"""The plan as tables: the whole of it, places, cells, sites, the worth of one more, and who is left out."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from skyhold.data.cities import City, cities
from skyhold.earth.ellipsoid import great_circle_m
from skyhold.planning.placement import Placement
from skyhold.results.tables import Table
from skyhold.scenario.load import with_values
from skyhold.scenario.scenario import BroadbandScenario
from skyhold.simulate.planning import Planned
from skyhold.units import DEG, KM

NEAR_KM = 40.0  # farther from every city a cell is countryside
TOWN = 50_000  # people of the cities that cells are named after

Indices = NDArray[np.int64]


def plan_tables(planned: Planned) -> dict[str, Table]:
    """Every table of a plan, by name."""
    found = (
        summary(planned),
        places(planned),
        cells(planned),
        sites(planned),
        worth(planned),
        refused(planned),
        flown(planned),
    )
    return {table.name: table for table in found}


def summary(planned: Planned) -> Table:
    """The plan beside the rules of thumb: terminals placed, people served, sites met, bound and gap."""
    ways = (
        ("plan", planned.placement),
        ("by population", planned.by_population),
        ("uniform", planned.uniform),
    )
    rows = [_summary(name, way, planned.placement) for name, way in ways]
    notes = {
        "people_served": "in every sampled slot, by the plan's own count",
        "bound_people": "no plan serves more, with as many sites met",
        "gap_percent": "of the bound",
    }
    return Table.of_rows("plan", rows, notes)


def flown(planned: Planned) -> Table:
    """People served in each sampled slot when the scheduler runs the plan, and the gateways that the plan opens."""
    utc = planned.region.instants.datetime64().astype("datetime64[s]").astype(str)
    rows = [
        {"utc": when, "people_served": float(people), "opened": ", ".join(planned.opened)}
        for when, people in zip(utc, planned.flown, strict=True)
    ]
    return Table.of_rows("plan_flown", rows, {"opened": "gateways the plan opens"})


def _summary(name: str, way: Placement, plan: Placement) -> dict[str, object]:
    return {
        "way": name,
        "terminals_placed": way.placed,
        "terminals_left": way.left,
        "people_served": way.served,
        "sites_met": way.sites_met,
        "bound_people": plan.bound,
        "gap_percent": 100.0 * max(0.0, 1.0 - way.served / plan.bound) if plan.bound else 0.0,
    }


def places(planned: Planned) -> Table:
    """Where the terminals go, by the city they are near; the countryside between in one row a region of cities."""
    region, placement = planned.region, planned.placement
    town, names = nearest_city(planned)
    own = np.bincount(_site_cells(planned), placement.site_terminals, len(region.cells))
    count = placement.terminals + own
    rows = [
        {
            "place": name,
            "terminals": int(count[here].sum()),
            "cells": int((count[here] > 0).sum()),
            "people_served": float(placement.people[here].sum()),
            "people_in_need": float(region.problem.people[here].sum()),
        }
        for number, name in enumerate(names)
        if count[here := town == number].sum() > 0
    ]
    return Table.of_rows("plan_places", sorted(rows, key=lambda row: -row["terminals"]))


def cells(planned: Planned) -> Table:
    """Terminals and people of each cell."""
    region, placement = planned.region, planned.placement
    return Table(
        "plan_cells",
        {
            "h3": np.array([f"{int(cell):x}" for cell in region.cells.ids], dtype=object),
            "latitude_deg": region.cells.latitude_deg,
            "longitude_deg": region.cells.longitude_deg,
            "terminals": placement.terminals,
            "people_in_need": region.problem.people,
            "people_served": placement.people,
            "beam_mbit_s": region.problem.beam_bit_s / 1e6,
        },
        {"beam_mbit_s": "what a whole beam gives in the worst sampled slot"},
    )


def as_scenario(planned: Planned) -> BroadbandScenario:
    """The scenario with the plan carried out: its terminals placed cell by cell, the gateways it opens built.

    Deliveries, the plan itself and the variants are left out. Who else is online stays as it was.
    """
    region, placement = planned.region, planned.placement
    count = placement.terminals + np.bincount(
        _site_cells(planned), placement.site_terminals, len(region.cells)
    )
    placed = [
        {
            "name": f"{int(region.cells.ids[at]):x}",
            "terminals": int(count[at]),
            "latitude_deg": float(region.cells.latitude_deg[at]),
            "longitude_deg": float(region.cells.longitude_deg[at]),
            "source": "plan",
        }
        for at in np.flatnonzero(count > 0).tolist()
    ]
    plan = region.scenario.plan
    closed = {site.name for site in plan.gateway_sites} - set(planned.opened) if plan else set()
    gateways = [site.model_dump() for site in region.scenario.gateways.sites if site.name not in closed]
    values = {"deliveries": [], "plan": None, "variants": [], "gateways.sites": gateways}
    title = f"{region.scenario.title or region.scenario.name}, the plan carried out"
    name = {"name": f"{region.scenario.name}-planned", "title": title, "demand.basis": "terminals"}
    return with_values(region.scenario, {**values, **name, "placed": placed})


def sites(planned: Planned) -> Table:
    """Which sites of priority get their rate, and why not the others."""
    met = {
        site.name: bool(yes)
        for site, yes in zip(planned.region.problem.sites, planned.placement.site_terminals, strict=True)
    }
    rows = [
        {"site": site.name, "need_mbit_s": site.need_mbit_s, "met": met.get(site.name, False), "note": note}
        for site, note in (
            (site, "" if site.name in met else "outside the region") for site in planned.region.scenario.sites
        )
    ]
    return Table.of_rows("plan_sites", rows)


def worth(planned: Planned) -> Table:
    """What one more of each thing adds to the bound."""
    found = sorted(planned.values, key=lambda value: -value.people)
    rows = [{"one_more": value.what, "people": value.people, "note": value.note} for value in found]
    return Table.of_rows("plan_worth", rows, {"people": "bound with it less bound without, solved anew"})


def refused(planned: Planned) -> Table:
    """People who are left out, by reason."""
    rows = [
        {"reason": r.reason, "cells": r.cells, "people": r.people, "terminals_they_would_need": r.terminals}
        for r in planned.placement.refused
    ]
    return Table.of_rows("plan_refused", rows)


def nearest_city(planned: Planned) -> tuple[Indices, list[str]]:
    """(C,) the group of each cell, and the groups' names: a city, or the country around it."""
    region = planned.region
    country = region.scenario.area.country if region.scenario.area else None
    towns: tuple[City, ...] = cities(country, None, TOWN) or cities(country, 1)
    if not towns:
        return np.zeros(len(region.cells), np.int64), ["the region"]
    at = np.array([(town.latitude_deg, town.longitude_deg) for town in towns]) * DEG
    latitude, longitude = region.cells.latitude_deg[:, None] * DEG, region.cells.longitude_deg[:, None] * DEG
    far = great_circle_m(latitude, longitude, at[None, :, 0], at[None, :, 1])
    nearest, distance = far.argmin(axis=1), far.min(axis=1) / KM
    names = [town.name for town in towns] + [f"country near {town.name}" for town in towns]
    return np.where(distance <= NEAR_KM, nearest, nearest + len(towns)), names


def _site_cells(planned: Planned) -> Indices:
    return np.array([site.cell for site in planned.region.problem.sites], np.int64)
