"""What stands ready for a region on a day: its sky, the gateways behind it, the terminals that have come."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from skyhold.data.gateways import library_gateways
from skyhold.demand import placed
from skyhold.demand.arrivals import terminals
from skyhold.demand.load import settle_ground
from skyhold.earth.ellipsoid import great_circle_m
from skyhold.errors import ScenarioError
from skyhold.geometry.cells import Cells
from skyhold.geometry.sites import Sites
from skyhold.geometry.visibility import look_up
from skyhold.nouns.demand import Delivery
from skyhold.planning.activation import InReach, Need, Reach, Stock, Verdict, check
from skyhold.scenario import library
from skyhold.scenario.load import load
from skyhold.scenario.scenario import BroadbandScenario
from skyhold.simulate.prepare import Line, prepare
from skyhold.times import Epoch, Instants
from skyhold.units import KM

LOOKS = 48  # instants of the run that are looked at
USER_DEPTH, GATEWAY_DEPTH = 48, 160
LATER_FLEET_DAYS = 183  # a fleet grows: one of half a year later says nothing of the day

Seen = NDArray[np.bool_]


def activation(scenario: BroadbandScenario) -> tuple[Need, ...]:
    """What a region lacks before service can be switched on, on the day the scenario begins.

    Errors: ScenarioError without cells.
    """
    line = prepare(scenario)
    if line.cells is None:
        raise ScenarioError(
            "an activation check needs cells", expected="[area]", where=scenario.name, remedy="name a country"
        )
    needs = check(reach(line, line.cells), scenario.radio, stock(scenario, line.cells), _fleet(scenario))
    return (_known(needs[0], _days_later(scenario)), *needs[1:])


def _known(satellites: Need, days_later: int) -> Need:
    """The need of satellites; not computed where the fleet looked at flew long after the day."""
    if days_later <= LATER_FLEET_DAYS:
        return satellites
    remedy = "no fleet of that day is in the library: give one with --fleet"
    return replace(satellites, verdict=Verdict.OPEN, remedy=remedy)


def _days_later(scenario: BroadbandScenario) -> int:
    """Days from the beginning of the scenario to the day of its library fleet; 0 where there is none."""
    name = scenario.fleet.library
    known = library.library_fleet(name).day if name else None
    return (known - scenario.clock.start_utc.date()).days if known else 0


def reach(line: Line, cells: Cells) -> Reach:
    """Satellites and gateways over the cells at instants spread over the run."""
    total = len(line.instants)
    looks = np.unique(np.linspace(0, total - 1, min(total, LOOKS)).round().astype(np.int64))
    instants = Instants(line.instants.epoch, line.instants.offset_s[looks])
    xyz = line.fleet.positions(instants)
    found = look_up(xyz, cells.sites(), line.mask, None, USER_DEPTH)
    above = line.ground.in_view(xyz, instants)
    middle = _middle(cells)
    any_gateway = np.asarray(above.any(axis=1))
    own = _served(found.satellite, np.asarray(_above(line, xyz, middle).any(axis=1)) | any_gateway)
    near = great_circle_m(
        middle.latitude_rad,
        middle.longitude_rad,
        line.ground.sites.latitude_rad,
        line.ground.sites.longitude_rad,
    )
    return Reach(
        in_view=float(found.allowed.mean()),
        satellite=float((found.allowed > 0).mean()),
        gateway=_served(found.satellite, any_gateway),
        alone=_alone(line, found.satellite, above),
        nearest=line.ground.names[int(near.argmin())],
        nearest_km=float(near.min()) / KM,
        own=own,
    )


def stock(scenario: BroadbandScenario, cells: Cells) -> Stock:
    """Terminals of the scenario's deliveries, and those placed by hand, at the end of the day on which it begins."""
    day = scenario.clock.start_utc.date()
    following = tuple((d.arrives, d.terminals, d.name) for d in scenario.deliveries if d.arrives > day)
    if not scenario.deliveries and not scenario.placed:
        return Stock(0.0, 0.0)
    instants = Instants(Epoch.from_datetime(scenario.clock.start_utc), np.zeros(1))
    ground = settle_ground(scenario, cells, instants)
    end = np.array([np.datetime64(day + timedelta(days=1), "ns")])
    came = terminals(scenario.deliveries, scenario.events, cells, ground.people, scenario.sites, end)
    by_hand = placed.standing(scenario.placed, scenario.events, cells, ground.people, end)
    return Stock(
        float(came.terminals.sum() + by_hand.sum()),
        float(came.waiting[0] + came.on_the_road[0]),
        tuple(sorted(following)),
    )


def known_deliveries(country: str) -> tuple[Delivery, ...]:
    """Deliveries that scenarios of the library tell of a country."""
    found: list[Delivery] = []
    for name in library.scenario_names():
        scenario = load(name)
        if isinstance(scenario, BroadbandScenario) and scenario.area and scenario.area.country == country:
            found += scenario.deliveries
    return tuple(found)


def fleet_of(day: date) -> str:
    """The dated fleet of the library whose day is nearest.

    The library has few: the verdict says which was taken.
    """
    dated = {name: library.library_fleet(name).day for name in library.fleet_names()}
    days = {name: abs((day - known).days) for name, known in dated.items() if known is not None}
    return min(days, key=days.__getitem__)


def _above(line: Line, xyz: NDArray[np.floating], sites: Sites) -> Seen:
    """(T, G, S) satellites above the mask of gateways at these sites."""
    listed = look_up(xyz, sites, line.ground.mask, None, GATEWAY_DEPTH).satellite
    seen = np.zeros((len(xyz), len(sites), len(line.fleet)), np.bool_)
    slot, gateway, place = np.nonzero(listed >= 0)
    seen[slot, gateway, listed[slot, gateway, place]] = True
    return seen


def _served(satellite: NDArray[np.integer], above: Seen) -> float:
    """Share of cells and slots with a candidate (T, C, K) that is above some gateway (T, S)."""
    slot = np.arange(len(satellite))[:, None, None]
    way = above[slot, np.maximum(satellite, 0)] & (satellite >= 0)
    return float(way.any(axis=2).mean())


def _alone(line: Line, satellite: NDArray[np.integer], above: Seen) -> tuple[InReach, ...]:
    """What each gateway gives by itself, best first; those that give nothing are left out."""
    countries = {gateway.name: gateway.country for gateway in library_gateways()}
    used = np.zeros((len(satellite), above.shape[2] + 1), np.bool_)
    used[np.arange(len(satellite))[:, None, None], satellite] = True  # -1 marks the last column
    near = np.flatnonzero((above & used[:, None, :-1]).any(axis=(0, 2)))
    found = [
        InReach(
            line.ground.names[g],
            countries.get(line.ground.names[g], "typed"),
            _served(satellite, above[:, g]),
        )
        for g in near
    ]
    return tuple(sorted((one for one in found if one.share > 0.0), key=lambda one: -one.share))


def _middle(cells: Cells) -> Sites:
    """The point nearest the mean of the cells' directions."""
    x, y, z = cells.sites().enu[:, 2].mean(axis=0)
    return Sites.from_degrees([np.degrees(np.arctan2(z, np.hypot(x, y)))], [np.degrees(np.arctan2(y, x))])


def _fleet(scenario: BroadbandScenario) -> str:
    """Which fleet it was, and how far from the day."""
    name = scenario.fleet.library
    if name is None:
        return "the fleet that was given"
    if library.library_fleet(name).day is None:
        return f"fleet {name}, of no date"
    later = _days_later(scenario)
    return f"fleet {name}" + (f", {abs(later)} days {'later' if later > 0 else 'earlier'}" if later else "")
