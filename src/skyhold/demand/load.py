"""What the users of a scenario ask of the satellites, hour by hour: the one thing other folders import."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from skyhold.demand import arrivals, placed, profile, terrestrial
from skyhold.demand.access import offline_people
from skyhold.demand.people import cell_people
from skyhold.demand.roads import site_cells
from skyhold.geometry.cells import Cells
from skyhold.nouns.demand import DemandSpec
from skyhold.nouns.ground import BORDERS, Place
from skyhold.scenario.scenario import BroadbandScenario
from skyhold.times import Instants
from skyhold.units import HOUR_S

MBIT = 1e6

Floats = NDArray[np.float64]
Indices = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Demand:
    """What (C,) cells ask in each of (T',) hours of a run.

    `hours` are the middles of the hours. `people` (C,) live there, `dependents` (T', C) of them have no other network
    now; `terminals` (T', C) are in place and allowed, `powered` (T', C) is the share of them with power; `users`
    (T', C) are the people behind powered terminals. `wanted_bit_s` down and `uplink_bit_s` up, both (T', C), is what
    the powered terminals ask. `priority` (C,) counts the priority sites in the cell, which ask `site_bit_s` (T', C)
    of the cell's wanted before others. `place_cell` (P,) and `site_cell` (N,) say in which cell places and sites
    are, -1 outside.
    """

    hours: Instants
    people: Floats
    dependents: Floats
    terminals: Floats
    powered: Floats
    users: Floats
    wanted_bit_s: Floats
    uplink_bit_s: Floats
    priority: Floats
    site_bit_s: Floats
    place_cell: Indices
    site_cell: Indices

    def hour(self, instants: Instants) -> Indices:
        """(T,) the row of these arrays that holds for each instant."""
        since = instants.unix_s() - (self.hours.unix_s()[0] - 0.5 * HOUR_S)
        return np.asarray(np.clip(np.floor(since / HOUR_S), 0, len(self.hours) - 1), np.int64)


@dataclass(frozen=True, eq=False)
class Ground:
    """The people of (C,) cells, those of them who were offline before anything happened, and the sites' cells."""

    people: Floats
    offline: Floats
    site_cell: Indices


def demand(scenario: BroadbandScenario, cells: Cells, places: Sequence[Place], instants: Instants) -> Demand:
    """What the cells of a scenario ask of the satellites in the hours that hold the instants.

    On the basis of population: people without another network now, in households, times adoption, is the number of
    terminals. On the basis of terminals: those that deliveries have brought by then or that are placed by hand, less
    losses; they serve people without another network first, and a terminal that nobody depends on asks nothing. Each
    terminal asks `busy_hour_mbit_s` times the profile of its local hour; a priority site that has a terminal asks its
    need at all hours. Without `[demand]` its defaults. Raises what `people.cell_people`, `arrivals.terminals` and
    `placed.standing` raise.
    """
    spec = scenario.demand or DemandSpec()
    hours = hours_of(instants)
    ground = settle_ground(scenario, cells, instants)
    off = dependents(scenario, cells, ground, hours)
    count = BASES[spec.basis](scenario, spec, cells, ground, off, hours)
    events, place = scenario.events, (cells.latitude_deg, cells.longitude_deg)
    power = terrestrial.powered(events, *place, hours, spec.backup_h)
    on = count * power
    users = np.minimum(on * PER_TERMINAL[spec.basis](spec), off)
    asked = users / PER_TERMINAL[spec.basis](spec) * spec.busy_hour_mbit_s * MBIT
    asked = asked * profile.busy_share(cells.longitude_deg, hours, spec.profile)
    site = _site_bit_s(scenario, cells, ground.site_cell, count, hours)
    return Demand(
        hours=hours,
        people=ground.people,
        dependents=off,
        terminals=count,
        powered=power,
        users=users,
        wanted_bit_s=np.maximum(asked, site),
        uplink_bit_s=np.maximum(asked, site) * spec.uplink_share,
        priority=_count(ground.site_cell, len(cells)),
        site_bit_s=site,
        place_cell=site_cells([(p.latitude_deg, p.longitude_deg) for p in places], cells),
        site_cell=ground.site_cell,
    )


def hours_of(instants: Instants) -> Instants:
    """The middles of the hours, counted from the first instant, that hold the instants."""
    first, last = (float(instants.offset_s[0]), float(instants.offset_s[-1])) if len(instants) else (0.0, 0.0)
    count = int((last - first) // HOUR_S) + 1
    return Instants(instants.epoch, first + (np.arange(count, dtype=np.float64) + 0.5) * HOUR_S)


def settle_ground(scenario: BroadbandScenario, cells: Cells, instants: Instants) -> Ground:
    """People of the cells in the year of the run, those of them offline, and the cells of priority sites.

    A country within the library's borders keeps all its people; within borders of the user, as in a box, whoever
    lives in the cells counts.
    """
    spec = scenario.demand or DemandSpec()
    year = float(np.datetime64(instants.datetime64()[0], "Y").astype(int) + 1970)
    area = scenario.area
    country = area.country if area and area.boundaries == BORDERS else None
    people = cell_people(cells, year, country)
    offline = offline_people(cells, year, country, spec.online_percent)
    at = site_cells([(site.latitude_deg, site.longitude_deg) for site in scenario.sites], cells)
    return Ground(people, offline, at)


def dependents(scenario: BroadbandScenario, cells: Cells, ground: Ground, instants: Instants) -> Floats:
    """(T, C) people who have no network on the ground now: those offline before, and those whom outages cut off."""
    still = terrestrial.still_online(
        scenario.terrestrial, scenario.events, cells.latitude_deg, cells.longitude_deg, instants
    )
    return ground.people - (ground.people - ground.offline) * still


def _households(
    scenario: BroadbandScenario, spec: DemandSpec, cells: Cells, ground: Ground, off: Floats, hours: Instants
) -> Floats:
    homes = off / spec.people_per_household * spec.adoption_percent / 100.0
    return homes * arrivals.left_over(scenario.events, cells, hours.datetime64())


def _delivered(
    scenario: BroadbandScenario, spec: DemandSpec, cells: Cells, ground: Ground, off: Floats, hours: Instants
) -> Floats:
    days, networks = hours.datetime64(), scenario.terrestrial
    come = arrivals.terminals(
        scenario.deliveries, scenario.events, cells, ground.people, scenario.sites, days, networks
    )
    by_hand = placed.standing(scenario.placed, scenario.events, cells, ground.people, days)
    return come.terminals + by_hand


BASES = {"population": _households, "terminals": _delivered}
PER_TERMINAL = {
    "population": lambda spec: spec.people_per_household,
    "terminals": lambda spec: spec.users_per_terminal,
}


def _site_bit_s(
    scenario: BroadbandScenario, cells: Cells, site_cell: Indices, count: Floats, hours: Instants
) -> Floats:
    """(T', C) what the priority sites ask: their need, where their cell has a terminal and they have power."""
    asked = np.zeros(count.shape)
    for site, cell in zip(scenario.sites, site_cell.tolist(), strict=True):
        if cell >= 0:
            place = (np.array([site.latitude_deg]), np.array([site.longitude_deg]))
            on = terrestrial.powered(scenario.events, *place, hours, site.generator_h)[:, 0]
            asked[:, cell] += site.need_mbit_s * MBIT * on * np.minimum(1.0, count[:, cell])
    return asked


def _count(at: Indices, total: int) -> Floats:
    return np.bincount(at[at >= 0], minlength=total).astype(np.float64)
