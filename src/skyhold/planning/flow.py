"""Whether a slot can carry what cells ask for, and if not, which inequality says so.

A slot is a network: cells draw beam time from satellites that serve them (`Payload.beams` each), satellites pass it on
through gateway links, gateways have so many antennas. What the cells ask for can be carried exactly if the greatest
flow meets it; where it does not, a least cut names cells that together ask for more than everything behind them gives
(Gale, *Pacific Journal of Mathematics* 7, 1957). An antenna's time and a link's are taken as divisible within a slot:
this gives a bound; `simulate.planning.fly` looks at it with whole ones.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from skyhold.planning import kernels
from skyhold.planning.problem import Floats, Indices, Problem

SHORT = 1e-6  # beams: less missing than this is none
BOUNDLESS = (
    1e9  # beams: what a cell may draw from one satellite is bounded by the cell and the satellite alone
)


@dataclass(frozen=True, eq=False)
class Cut:
    """The cells of a slot (C,) that may together ask for `fixed` beams and `opened` (O,) more for optional gateways."""

    slot: int
    inside: NDArray[np.bool_]
    fixed: float
    opened: Floats


@dataclass(frozen=True, eq=False)
class Carried:
    """What flowed: (C,) beams got by each cell, beams that are short in all, and the cut where some are."""

    beams: Floats
    short: float
    cut: Cut | None


class Network:
    """The arcs of one slot, made once; `carry` fills them with what cells ask for."""

    def __init__(self, problem: Problem, number: int):
        self.problem, self.number, self.slot = problem, number, problem.slots[number]
        self._build()

    def carry(self, asked: Floats, opened: Floats) -> Carried:
        """Send `asked` (C,) beams, optional gateways open by `opened` (O,) of one.

        Exact to 1e-6 beams.
        """
        room = self._room(asked, opened)
        before = room.copy()
        level = np.empty(len(self.first) - 1, np.int64)
        total = kernels.most_flow(self.first, self.to, self.back, room, 0, len(level) - 1, level)
        sent = (before - room)[self.place[: self.problem.cells]]
        short = float(asked.sum()) - total
        cut = self._cut(level >= 0) if short > SHORT else None
        return Carried(sent, short, cut)

    @cached_property
    def open(self) -> Floats:
        """(G,) 1 for gateways that stand already."""
        return np.array([0.0 if gateway.optional else 1.0 for gateway in self.problem.gateways])

    def _build(self) -> None:
        """Arcs in order: source to cells, cells to satellites, through each satellite, links, gateways to the sink."""
        slot, cells, gateways = self.slot, self.problem.cells, len(self.problem.gateways)
        enter = 1 + cells
        leave = enter + slot.satellites
        ground = leave + slot.satellites
        sink = ground + gateways
        satellites = np.arange(slot.satellites)
        tail = [np.zeros(cells), 1 + slot.cell, enter + satellites, leave + slot.from_satellite]
        head = [1 + np.arange(cells), enter + slot.satellite, leave + satellites, ground + slot.gateway]
        tail.append(ground + np.arange(gateways))
        head.append(np.full(gateways, sink))
        self._index(np.concatenate(tail).astype(np.int64), np.concatenate(head).astype(np.int64), sink + 1)

    def _index(self, tail: Indices, head: Indices, nodes: int) -> None:
        """Arcs and their reverses by the node they leave; `place` (arcs,) is where each forward one went."""
        arcs = len(tail)
        order = np.argsort(np.concatenate([tail, head]), kind="stable")
        where = np.empty(2 * arcs, np.int64)
        where[order] = np.arange(2 * arcs)
        self.to = np.concatenate([head, tail])[order]
        self.back = np.concatenate([where[arcs:], where[:arcs]])[order]
        counts = np.bincount(np.concatenate([tail, head]), minlength=nodes)
        self.first = np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
        self.place = where[:arcs]

    def _room(self, asked: Floats, opened: Floats) -> Floats:
        room = np.zeros(len(self.to))
        room[self.place] = np.concatenate([asked, *self._limits(self._standing(opened))])
        return room

    def _standing(self, opened: Floats) -> Floats:
        standing = self.open.copy()
        standing[self.problem.optional] = opened
        return standing

    def _limits(self, standing: Floats) -> tuple[Floats, Floats, Floats, Floats]:
        """Room in beams of pairs of cell and satellite, of satellites, of links, of gateways."""
        payload, slot = self.problem.payload, self.slot
        reach = payload.link_beams * payload.links
        antennas = np.array([gateway.antennas for gateway in self.problem.gateways])
        return (
            np.full(len(slot.cell), BOUNDLESS),
            np.full(slot.satellites, min(payload.beams, reach)),
            np.full(len(slot.gateway), min(payload.beams, reach)) * standing[slot.gateway],
            antennas * payload.link_beams * standing,
        )

    def _cut(self, near: NDArray[np.bool_]) -> Cut:
        """The inequality of a least cut; `near` (N,) nodes on the source's side.

        Cells that only satellites inside can serve belong inside too, whatever they ask for now.
        """
        slot, cells = self.slot, self.problem.cells
        enter = near[1 + cells : 1 + cells + slot.satellites]
        leave = near[1 + cells + slot.satellites : 1 + cells + 2 * slot.satellites]
        ground = near[1 + cells + 2 * slot.satellites : -1]
        inside = np.bincount(slot.cell[~enter[slot.satellite]], minlength=cells) == 0
        _, through, link, antenna = self._limits(np.ones(len(self.problem.gateways)))
        over = float(through[enter & ~leave].sum())
        crossing = np.where(leave[slot.from_satellite] & ~ground[slot.gateway], link, 0.0)
        by_gateway = np.bincount(slot.gateway, crossing, len(antenna)) + np.where(ground, antenna, 0.0)
        fixed = over + float((by_gateway * self.open).sum())
        return Cut(self.number, inside, fixed, np.asarray(by_gateway[self.problem.optional], np.float64))


def networks(problem: Problem) -> tuple[Network, ...]:
    """The network of each slot."""
    return tuple(Network(problem, number) for number in range(len(problem.slots)))
