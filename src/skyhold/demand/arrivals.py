"""Terminals on the way: at the border, on the road, in place, lost, day by day."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from skyhold.demand.areas import inside
from skyhold.demand.roads import Consignments, consign, crossings, midnight_s, site_cells
from skyhold.demand.terrestrial import still_online
from skyhold.errors import ScenarioError
from skyhold.geometry.cells import Cells
from skyhold.nouns.demand import Delivery, PrioritySite, TerminalLoss, TerrestrialNetwork
from skyhold.nouns.noun import Noun
from skyhold.times import JD_UNIX_EPOCH, Epoch, Instants
from skyhold.units import DAY_S

__all__ = ["Arrived", "Need", "crossings", "left_over", "terminals"]

YEAR_S = 365.25 * DAY_S

Floats = NDArray[np.float64]
Indices = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Arrived:
    """Terminals at each of (D,) instants: delivered to the border, waiting there, on the road, in place, lost.

    `in_place` (D, C) stand in a cell; `terminals` (D, C) are those of them that nobody has barred. Numbers are
    expectations, so not whole. delivered = waiting + on_the_road + lost + in_place summed over the cells.
    """

    days: NDArray[np.datetime64]
    in_place: Floats
    terminals: Floats
    delivered: Floats
    waiting: Floats
    on_the_road: Floats
    lost: Floats


def terminals(
    deliveries: Iterable[Delivery],
    events: Iterable[Noun],
    cells: Cells,
    people: Floats,
    sites: Sequence[PrioritySite],
    days: NDArray[np.datetime64],
    networks: Sequence[TerrestrialNetwork] = (),
) -> Arrived:
    """Where the terminals of deliveries are at each of (D,) ascending instants (numpy datetimes, UTC).

    `people` (C,) weigh the parting; `networks` on the ground matter to deliveries that go where the outage is. A
    terminal-loss with an end bars terminals while it lasts; one without an end destroys those that stand there at its
    beginning, and spares those that come later. Besides, each delivery loses `lost_percent_year` of what is in use.
    Raises `ScenarioError` where days do not ascend, for an unknown crossing, and for more terminals than people.
    """
    ordered = sorted(deliveries, key=lambda one: one.arrives)
    when = _seconds(days)
    _require(ordered, people, when)
    losses = [event for event in events if isinstance(event, TerminalLoss)]
    need = Need(people, tuple(networks), tuple(events), cells)
    loads = _loads(ordered, need, sites)
    standing = np.zeros((len(when), len(cells)))
    for delivery, load in zip(ordered, loads, strict=True):
        standing += _standing(load, _decay(delivery), losses, cells, when)
    come = _count(loads, "in_place_s", when)
    gone = _count(loads, "leaves_s", when)
    at_border = sum(
        (np.where(when >= midnight_s(one), one.terminals, 0.0) for one in ordered), np.zeros(len(when))
    )
    barred = _barred(losses, cells, when)
    return Arrived(
        days=days,
        in_place=standing,
        terminals=standing * barred,
        delivered=at_border,
        waiting=at_border - gone,
        on_the_road=gone - come,
        lost=come - standing.sum(axis=1),
    )


@dataclass(frozen=True, eq=False)
class Need:
    """What the parting of a delivery may ask: people (C,) of the cells, networks on the ground, events."""

    people: Floats
    networks: tuple[TerrestrialNetwork, ...]
    events: tuple[Noun, ...]
    cells: Cells


def by_people(delivery: Delivery, need: Need) -> Floats:
    """(C,) weights: everybody."""
    return need.people


def by_outage(delivery: Delivery, need: Need) -> Floats:
    """(C,) weights: people who lost their network by noon of the day at the border; everybody where nobody has."""
    noon = Instants(Epoch(JD_UNIX_EPOCH, 0.0).plus(midnight_s(delivery) + 0.5 * DAY_S), np.zeros(1))
    place = (need.cells.latitude_deg, need.cells.longitude_deg)
    lost = need.people * (1.0 - still_online(need.networks, need.events, *place, noon)[0])
    return lost if lost.sum() > 0.0 else need.people


WEIGHTS: dict[str, Callable[[Delivery, Need], Floats]] = {
    "population": by_people,
    "sites": by_people,
    "outage": by_outage,
}
"""How a delivery is parted between cells; sites come first, and the rest of such a delivery goes by people."""


def _loads(ordered: Sequence[Delivery], need: Need, sites: Sequence[PrioritySite]) -> list[Consignments]:
    """Consignments of each delivery; the first that goes to sites serves as many as it can, the next the others."""
    at = site_cells([(site.latitude_deg, site.longitude_deg) for site in sites], need.cells)
    open_ = at[at >= 0]
    loads = []
    for delivery in ordered:
        first = open_ if delivery.to == "sites" else open_[:0]
        loads.append(consign(delivery, need.cells, first, WEIGHTS[delivery.to](delivery, need)))
        open_ = open_[min(len(first), delivery.terminals) :]
    return loads


def _decay(delivery: Delivery) -> float:
    """Rate of loss, 1/s: exp(-rate year) is what a year leaves."""
    kept = max(1.0 - delivery.lost_percent_year / 100.0, 1e-9)
    return float(-np.log(kept) / YEAR_S)


def _standing(
    load: Consignments, rate: float, losses: Sequence[TerminalLoss], cells: Cells, when: Floats
) -> Floats:
    """(D, C) terminals of one delivery in place: what has come, less decay, less what was destroyed."""
    order = np.argsort(load.in_place_s, kind="stable")
    cell, count, come = load.cell[order], load.terminals[order], load.in_place_s[order]
    blows = sorted((b for b in losses if b.to_utc is None), key=lambda b: b.from_utc)
    marks = sorted({*when.tolist(), *(blow.from_utc.timestamp() for blow in blows)})
    state, seen, before = np.zeros(len(cells)), 0, marks[0] if marks else 0.0
    rows = {}
    for now in marks:
        until = int(np.searchsorted(come, now, "right"))
        state = state * np.exp(-rate * (now - before))
        np.add.at(state, cell[seen:until], count[seen:until] * np.exp(-rate * (now - come[seen:until])))
        for blow in blows:
            if blow.from_utc.timestamp() == now:
                state = state * _left(blow, cells)
        rows[now], seen, before = state, until, now
    return np.array([rows[now] for now in when.tolist()]).reshape(len(when), len(cells))


def _left(loss: TerminalLoss, cells: Cells) -> Floats:
    """(C,) share that a loss leaves."""
    there = inside(loss.circles, cells.latitude_deg, cells.longitude_deg)
    return np.asarray(1.0 - there * loss.lost_percent / 100.0)


def left_over(events: Iterable[Noun], cells: Cells, days: NDArray[np.datetime64]) -> Floats:
    """(D, C) share of terminals that are there all along which terminal losses leave at each instant."""
    losses = [event for event in events if isinstance(event, TerminalLoss)]
    when = _seconds(days)
    share = _barred(losses, cells, when)
    for loss in losses:
        if loss.to_utc is None:
            share[when >= loss.from_utc.timestamp()] *= _left(loss, cells)
    return share


def _barred(losses: Sequence[TerminalLoss], cells: Cells, when: Floats) -> Floats:
    """(D, C) share of the terminals in place that may be used."""
    share = np.ones((len(when), len(cells)))
    for loss in losses:
        if loss.to_utc is not None:
            lasts = (when >= loss.from_utc.timestamp()) & (when < loss.to_utc.timestamp())
            share[lasts] *= _left(loss, cells)
    return share


def _count(loads: Sequence[Consignments], key: str, when: Floats) -> Floats:
    """(D,) terminals of all consignments whose time has come."""
    total = np.zeros(len(when))
    for load in loads:
        time_s = getattr(load, key)
        order = np.argsort(time_s, kind="stable")
        sums = np.concatenate([[0.0], np.cumsum(load.terminals[order])])
        total += sums[np.searchsorted(time_s[order], when, "right")]
    return total


def _seconds(days: NDArray[np.datetime64]) -> Floats:
    return np.asarray(days).astype("datetime64[us]").astype(np.int64) / 1e6


def _require(deliveries: Sequence[Delivery], people: Floats, when: Floats) -> None:
    if np.any(np.diff(when) <= 0.0):
        at = int(np.flatnonzero(np.diff(when) <= 0.0)[0])
        raise ScenarioError(
            "the days of the deliveries' curve are out of order",
            expected="days that ascend",
            came=f"day {at + 1} not after day {at}",
            remedy="sort the days and give each once",
        )
    total, most = sum(one.terminals for one in deliveries), float(people.sum())
    if total > most:
        raise ScenarioError(
            "more terminals are delivered than the area has people",
            expected=f"at most {most:,.0f}",
            came=f"{total:,} in {len(deliveries)} deliver{'y' if len(deliveries) == 1 else 'ies'}",
            where="deliveries",
            remedy="choose a larger area, or fewer terminals"
            if most
            else "nobody lives there: choose another area",
        )
