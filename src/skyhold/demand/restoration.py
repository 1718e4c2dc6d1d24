"""How service comes back over days: terminals in place, people and sites they serve."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from skyhold.demand import arrivals, placed, terrestrial
from skyhold.demand.arrivals import Arrived
from skyhold.demand.load import Ground, dependents, settle_ground
from skyhold.geometry.cells import Cells
from skyhold.nouns.demand import DemandSpec
from skyhold.scenario.scenario import BroadbandScenario
from skyhold.times import JD_UNIX_EPOCH, Epoch, Instants

NOTES = {
    "date": "day, as it stands at noon UTC",
    "delivered": "terminals that have come to the border so far",
    "waiting": "terminals at the border for a truck",
    "on_the_road": "terminals on trucks",
    "in_place": "terminals of deliveries that stand in a cell",
    "lost": "terminals destroyed or lost in use so far",
    "working": "terminals, delivered or placed by hand, that nobody has barred and that have power",
    "users": "people behind working terminals, at most those of the cell without another network",
    "without_network": "people who have no network on the ground",
    "within_reach_percent": "of those, the share whose cell has a terminal that works",
    "cut_off": "people who had a network and lost it to an outage",
    "cut_off_within_reach_percent": "of those, the share whose cell has a terminal that works; 100 for nobody",
    "sites": "priority sites in the area",
    "sites_on_the_ground": "expected number of sites with a network on the ground and power",
    "sites_by_satellite": "expected number of sites whose cell has a working terminal and which have power",
    "sites_served": "expected number of sites with one of the two",
}
"""What the columns of the curve hold."""

Floats = NDArray[np.float64]
Row = dict[str, float | str]


@dataclass(frozen=True, eq=False)
class _State:
    """(D, C) what is there at each noon."""

    arrived: Arrived
    ground: Ground
    dependents: Floats
    terminals: Floats
    working: Floats
    noon: Instants


def days_between(first: str, last: str) -> NDArray[np.datetime64]:
    """(D,) days from the first to the last, both ISO dates, both counted."""
    return np.arange(np.datetime64(first, "D"), np.datetime64(last, "D") + 1)


def days_of(scenario: BroadbandScenario, after: int = 30) -> NDArray[np.datetime64]:
    """(D,) days from the first delivery to `after` days past the last; none without deliveries."""
    arrives = [one.arrives for one in scenario.deliveries]
    if not arrives:
        return np.zeros(0, "datetime64[D]")
    return days_between(min(arrives).isoformat(), str(np.datetime64(max(arrives), "D") + after))


def curve(scenario: BroadbandScenario, cells: Cells, days: NDArray[np.datetime64]) -> list[Row]:
    """A row for each of (D,) ascending days: where the terminals of the deliveries are and whom they serve.

    A terminal serves `users_per_terminal` people of its cell, as far as so many there have no network on the ground.
    Satellites and their capacity are not asked: this is what arrives, not what the sky carries. Columns: `NOTES`.
    Raises what `arrivals.terminals` and `people.cell_people` raise.
    """
    if not len(days):
        return []
    state = _state(scenario, cells, days)
    columns = {**_terminals(state), **_people(scenario, state), **_sites(scenario, cells, state)}
    dates = np.asarray(days).astype("datetime64[D]").astype(str)
    return [
        {"date": date, **{name: float(column[row]) for name, column in columns.items()}}
        for row, date in enumerate(dates.tolist())
    ]


def _state(scenario: BroadbandScenario, cells: Cells, days: NDArray[np.datetime64]) -> _State:
    noon = np.asarray(days).astype("datetime64[D]").astype("datetime64[h]") + 12
    seconds = noon.astype("datetime64[s]").astype(np.float64)
    instants = Instants(Epoch(JD_UNIX_EPOCH, 0.0).plus(float(seconds[0])), seconds - seconds[0])
    spec = scenario.demand or DemandSpec()
    ground = settle_ground(scenario, cells, instants)
    arrived = arrivals.terminals(
        scenario.deliveries, scenario.events, cells, ground.people, scenario.sites, noon, scenario.terrestrial
    )
    place = (cells.latitude_deg, cells.longitude_deg)
    power = terrestrial.powered(scenario.events, *place, instants, spec.backup_h)
    off = dependents(scenario, cells, ground, instants)
    there = arrived.terminals + placed.standing(scenario.placed, scenario.events, cells, ground.people, noon)
    return _State(arrived, ground, off, there, there * power, instants)


def _terminals(state: _State) -> dict[str, Floats]:
    arrived = state.arrived
    return {
        "delivered": arrived.delivered,
        "waiting": arrived.waiting,
        "on_the_road": arrived.on_the_road,
        "in_place": arrived.in_place.sum(axis=1),
        "lost": arrived.lost,
        "working": state.working.sum(axis=1),
    }


def _people(scenario: BroadbandScenario, state: _State) -> dict[str, Floats]:
    each = (scenario.demand or DemandSpec()).users_per_terminal
    cut_off = np.maximum(state.dependents - state.ground.offline, 0.0)
    near = np.minimum(1.0, state.working)
    return {
        "users": np.minimum(state.working * each, state.dependents).sum(axis=1),
        "without_network": state.dependents.sum(axis=1),
        "within_reach_percent": _percent(state.dependents, near),
        "cut_off": cut_off.sum(axis=1),
        "cut_off_within_reach_percent": _percent(cut_off, near),
    }


def _percent(people: Floats, share: Floats) -> Floats:
    """(D,) mean share, in percent, of (D, C) people; 100 where there is nobody."""
    whole = people.sum(axis=1)
    part = (people * share).sum(axis=1)
    return np.asarray(100.0 * np.divide(part, whole, out=np.ones(len(whole)), where=whole >= 0.5))


def _sites(scenario: BroadbandScenario, cells: Cells, state: _State) -> dict[str, Floats]:
    """Sites by what serves them; each is one of its own, with the power of its own generator."""
    count = np.zeros((3, len(state.noon)))
    known = state.ground.site_cell >= 0
    for site, cell in zip(scenario.sites, state.ground.site_cell.tolist(), strict=True):
        if cell >= 0:
            count += _site(scenario, (site.latitude_deg, site.longitude_deg), site.generator_h, cell, state)
    total = np.full(len(state.noon), float(known.sum()))
    return {
        "sites": total,
        "sites_on_the_ground": count[0],
        "sites_by_satellite": count[1],
        "sites_served": count[2],
    }


def _site(
    scenario: BroadbandScenario, at: tuple[float, float], generator_h: float, cell: int, state: _State
) -> Floats:
    """(3, D) chance of a network on the ground, of a terminal, of one of the two."""
    place = (np.array([at[0]]), np.array([at[1]]))
    power = terrestrial.powered(scenario.events, *place, state.noon, generator_h)[:, 0]
    still = terrestrial.still_online(scenario.terrestrial, scenario.events, *place, state.noon)[:, 0]
    sky = np.minimum(1.0, state.terminals[:, cell])
    return np.asarray(power * np.array([still, sky, 1.0 - (1.0 - still) * (1.0 - sky)]))
