"""Everything of a broadband scenario that does not change with time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from skyhold.data.cities import City, cities
from skyhold.data.countries import country
from skyhold.errors import ScenarioError
from skyhold.geometry.cells import Cells, bbox_cells, country_cells, globe_cells
from skyhold.geometry.masks import SkyMask, from_spec
from skyhold.geometry.sites import Sites
from skyhold.network.gateways import GatewaySegment, segment
from skyhold.network.policies import Policy
from skyhold.network.policies import from_spec as policy_from_spec
from skyhold.nouns.ground import Area, Place
from skyhold.orbits.propagate import Fleet, build_fleet
from skyhold.scenario.scenario import BroadbandScenario
from skyhold.simulate.service import ServiceLine, prepare_service
from skyhold.times import Epoch, Instants, slot_instants
from skyhold.units import HOUR_S

MOST_SLOTS = 10_000_000  # two years by 6 s


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
    service: ServiceLine | None


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
        service=prepare_service(scenario, cells, places, sites, instants, ground),
    )


def named_places(scenario: BroadbandScenario) -> tuple[Place, ...]:
    """The places typed in the scenario, then the cities asked for that are not typed; no two of one name."""
    if scenario.cities is None:
        return scenario.places
    found = cities(scenario.cities.country, scenario.cities.count, scenario.cities.min_population)
    typed = {place.name for place in scenario.places}
    return scenario.places + tuple(
        Place(
            name=name,
            latitude_deg=city.latitude_deg,
            longitude_deg=city.longitude_deg,
            population=city.population,
        )
        for name, city in zip(unlike_names(found), found, strict=True)
        if name not in typed
    )


def unlike_names(found: Sequence[City]) -> list[str]:
    """A name for each city, largest first: the largest of a name keeps it, a smaller one gets its country, and its
    position too where that is not enough.

    Cities further down the list never change the names above them, so runs of more and of fewer cities agree.
    """
    names: dict[str, None] = {}
    for city in found:
        north, east = city.latitude_deg, city.longitude_deg
        place = f"{abs(north):.2f} {'NS'[north < 0]} {abs(east):.2f} {'EW'[east < 0]}"
        choices = (city.name, f"{city.name} ({city.country})", f"{city.name} ({city.country}, {place})")
        names[next((name for name in choices if name not in names), f"{choices[2]}, {len(names)}")] = None
    return list(names)


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
    count = clock.duration_h * HOUR_S / clock.slot_period_s
    if count > MOST_SLOTS:
        raise ScenarioError(
            f"the run would have {count:,.0f} slots",
            expected=f"at most {MOST_SLOTS:,}",
            where=f"{scenario.name}, clock",
            remedy="lengthen slot_period_s or shorten duration_h",
        )
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
