"""Everything of a broadband scenario that does not change with time."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from skyhold.data.cities import cities
from skyhold.data.countries import country
from skyhold.errors import ScenarioError
from skyhold.geometry.cells import Cells, bbox_cells, country_cells, globe_cells
from skyhold.geometry.masks import SkyMask, from_spec
from skyhold.geometry.sites import Sites
from skyhold.network.gateways import GatewaySegment, segment
from skyhold.network.policies import Policy
from skyhold.network.policies import from_spec as policy_from_spec
from skyhold.orbits.propagate import Fleet, build_fleet
from skyhold.scenario.ground import Area, Place
from skyhold.scenario.scenario import BroadbandScenario
from skyhold.times import Epoch, Instants, slot_instants
from skyhold.units import HOUR_S


@dataclass(frozen=True)
class Line:
    """The scenario as arrays: U terminals are the places, then the cells."""

    scenario: BroadbandScenario
    instants: Instants
    fleet: Fleet
    ground: GatewaySegment
    places: tuple[Place, ...]
    cells: Cells | None
    sites: Sites
    pop_index: NDArray[np.int16]
    mask: SkyMask
    policy: Policy


def prepare(scenario: BroadbandScenario) -> Line:
    """Resolve names to arrays. Errors: ScenarioError when there is nobody to serve."""
    instants = _slots(scenario)
    start = instants.epoch
    places = named_places(scenario)
    cells = area_cells(scenario.area)
    if not places and cells is None:
        raise ScenarioError(
            "the scenario has no place and no cell",
            expected="[area], [cities] or [[places]]",
            where=scenario.name,
            remedy='add for example: [cities] country = "UKR"',
        )
    sites = _sites(places, cells)
    ground, pop_index = segment(scenario, start).for_terminals(sites)
    return Line(
        scenario=scenario,
        instants=instants,
        fleet=build_fleet(scenario.fleet, start),
        ground=ground,
        places=places,
        cells=cells,
        sites=sites,
        pop_index=pop_index,
        mask=from_spec(scenario.terminal),
        policy=policy_from_spec(scenario.scheduler),
    )


def named_places(scenario: BroadbandScenario) -> tuple[Place, ...]:
    """The places typed in the scenario, then the cities asked for."""
    if scenario.cities is None:
        return scenario.places
    found = cities(scenario.cities.country, scenario.cities.count, scenario.cities.min_population)
    taken = {place.name for place in scenario.places}
    return scenario.places + tuple(
        Place(
            name=c.name, latitude_deg=c.latitude_deg, longitude_deg=c.longitude_deg, population=c.population
        )
        for c in found
        if c.name not in taken
    )


def area_cells(area: Area | None) -> Cells | None:
    """H3 cells of the area, None where there is no area."""
    if area is None:
        return None
    if area.country:
        return country_cells(country(area.country, source=area.boundaries), area.h3_resolution)
    return (
        bbox_cells(*area.bbox_deg, area.h3_resolution) if area.bbox_deg else globe_cells(area.h3_resolution)
    )


def _slots(scenario: BroadbandScenario) -> Instants:
    clock = scenario.clock
    start = Epoch.from_datetime(clock.start_utc)
    instants = slot_instants(start, clock.duration_h * HOUR_S, clock.slot_period_s, clock.slot_offset_s)
    if not len(instants):
        raise ScenarioError(
            "no scheduling slot begins in the scenario",
            expected=f"a duration of at least one slot of {clock.slot_period_s:g} s",
            came=f"clock.duration_h = {clock.duration_h:g}",
            where=scenario.name,
        )
    return instants


def _sites(places: tuple[Place, ...], cells: Cells | None) -> Sites:
    latitude = np.array([p.latitude_deg for p in places])
    longitude = np.array([p.longitude_deg for p in places])
    altitude = np.array([p.altitude_m for p in places])
    if cells is not None:
        latitude = np.concatenate([latitude, cells.latitude_deg])
        longitude = np.concatenate([longitude, cells.longitude_deg])
        altitude = np.concatenate([altitude, np.zeros(len(cells.latitude_deg))])
    return Sites.from_degrees(latitude, longitude, altitude)
