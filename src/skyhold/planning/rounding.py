"""From fractions to whole terminals, never asking a slot for more than it carries."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from skyhold.planning.flow import Network
from skyhold.planning.master import Answer, can_be_met
from skyhold.planning.problem import Floats, Indices, Problem

NEARLY = 1e-6


@dataclass(frozen=True, eq=False)
class Draft:
    """Whole terminals for people (C,), sites met (I,), gateways opened (O,), people served by terminals' worth."""

    terminals: Indices
    met: Indices
    opened: Floats
    served: float


def round_off(problem: Problem, networks: tuple[Network, ...], answer: Answer, most: Indices) -> Draft:
    """Whole terminals near the answer: what is whole stays, the rest is tried, and what is left fills up.

    `most` (C,) is what a cell may get.
    """
    hand = _Hand(problem, networks, np.round(answer.opened))
    whole = np.where(answer.served >= np.minimum(most, problem.people / problem.users) - NEARLY, most, 0)
    hand.sites(np.flatnonzero(answer.met > 0.5), at_once=True)
    wanted = np.maximum(whole, np.ceil(answer.served - NEARLY).astype(np.int64))
    hand.take(wanted, np.argsort(-answer.served, kind="stable"))
    hand.fill(most)
    hand.fill(problem.most)
    hand.sites(np.flatnonzero(can_be_met(problem)))
    hand.close()
    return hand.draft()


class _Hand:
    """A plan in the making; every step of it can be carried."""

    def __init__(self, problem: Problem, networks: tuple[Network, ...], opened: Floats):
        self.problem, self.networks, self.opened = problem, networks, opened
        self.terminals = np.zeros(problem.cells, np.int64)
        self.met = np.zeros(len(problem.sites), np.int64)
        self.failures = 0

    def left(self) -> int:
        return self.problem.terminals - int(self.terminals.sum() + self.met.sum())

    def sites(self, wanted: Indices, at_once: bool = False) -> None:
        """Meet these sites (by number): all together if that can be carried, else one by one while terminals last."""
        every = self.met.copy()
        every[wanted] = 1
        if at_once and self._try(self.terminals, every):
            return
        for site in wanted[self.met[wanted] == 0][: self.left()]:
            one = self.met.copy()
            one[site] = 1
            self._try(self.terminals, one)

    def take(self, wanted: Indices, order: Indices) -> None:
        """As many of the wanted terminals as can be carried: the longest part of the order, then the rest by halves."""
        wanted = self._within(wanted, order)
        spans = [order[wanted[order] > 0]]
        while spans and self.failures < 60:
            span = spans.pop()
            trial = self.terminals.copy()
            trial[span] = np.maximum(trial[span], wanted[span])
            if len(span) == 0 or self._try(trial, self.met):
                continue
            self.failures += 1
            if len(span) > 1:
                spans += [span[len(span) // 2 :], span[: len(span) // 2]]

    def fill(self, most: Indices) -> None:
        """Spend what is left: first in cells already in use, then in others, most people first."""
        self.failures = 0
        for used in (self.terminals > 0, self.terminals == 0):
            room = np.where(used, np.maximum(most - self.terminals, 0), 0)
            order = np.argsort(-self.problem.people * (room > 0), kind="stable")
            self.take(self.terminals + room, order[room[order] > 0])

    def close(self) -> None:
        """Leave closed every gateway that the plan does not need."""
        for number in np.flatnonzero(self.opened):
            open_ones = self.opened
            self.opened = np.where(np.arange(len(open_ones)) == number, 0.0, open_ones)
            if not self._try(self.terminals, self.met):
                self.opened = open_ones

    def draft(self) -> Draft:
        worth = np.minimum(self.terminals, self.problem.people / self.problem.users)
        return Draft(self.terminals, self.met, self.opened, float(worth.sum()))

    def _within(self, wanted: Indices, order: Indices) -> Indices:
        """Wanted terminals cut where the stock ends, in this order."""
        more = np.maximum(wanted - self.terminals, 0)[order]
        limit = np.clip(self.left() - (np.cumsum(more) - more), 0, None)
        kept = self.terminals.copy()
        kept[order] += np.minimum(more, limit)
        return kept

    def _try(self, terminals: Indices, met: Indices) -> bool:
        """Take this plan if it fits the stock, the cells and every slot."""
        if terminals.sum() + met.sum() > self.problem.terminals or not self._cells_hold(terminals, met):
            return False
        for network in self.networks:
            if (
                network.carry(asked(self.problem, network.number, terminals, met), self.opened).cut
                is not None
            ):
                return False
        self.terminals, self.met = terminals, met
        return True

    def _cells_hold(self, terminals: Indices, met: Indices) -> bool:
        problem = self.problem
        at = np.array([site.cell for site in problem.sites], np.int64)
        own = np.bincount(at, met, problem.cells)
        limit = np.inf if problem.most_per_cell is None else problem.most_per_cell
        crowded = bool(np.any((terminals + own > limit) & (own > 0)))
        beams = [asked(problem, slot, terminals, met) for slot in range(len(problem.slots))]
        return not crowded and bool(np.max(beams) <= problem.payload.cell_beams + NEARLY)


def bits_asked(problem: Problem, terminals: Indices, met: Indices) -> Floats:
    """(C,) bit/s that whole terminals and sites ask for."""
    worth = np.minimum(terminals, problem.people / problem.users)
    at = np.array([site.cell for site in problem.sites], np.int64)
    needs = np.array([site.need_bit_s for site in problem.sites])
    return np.asarray(worth * problem.terminal_bit_s + np.bincount(at, met * needs, problem.cells))


def asked(problem: Problem, slot: int, terminals: Indices, met: Indices) -> Floats:
    """(C,) beams that whole terminals and sites ask for in a slot."""
    bits = bits_asked(problem, terminals, met)
    beam = problem.slots[slot].beam_bit_s
    beams = np.divide(bits, beam, out=np.where(bits > 0.0, np.inf, 0.0), where=beam > 0.0)
    share = problem.payload.least_share
    if problem.payload.whole_steps:
        beams = share * np.ceil(beams / share - NEARLY)
    return np.where(bits > 0.0, np.maximum(beams, share), 0.0)
