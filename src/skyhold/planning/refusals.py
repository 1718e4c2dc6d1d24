"""Why terminals are left over: counted, with what would have to change."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from skyhold.planning.problem import Problem
from skyhold.planning.rounding import Draft


@dataclass(frozen=True)
class Refusal:
    """People who are not served, in how many cells, and why; `terminals` they would need."""

    reason: str
    cells: int
    people: float
    terminals: int


def refusals(problem: Problem, draft: Draft, left: int) -> tuple[Refusal, ...]:
    """Everyone in need who is not served, by the first reason that holds."""
    unserved = problem.people - np.minimum(problem.people, problem.users * draft.terminals)
    counted, found = np.zeros(problem.cells, np.bool_), []
    for reason, holds in _reasons(problem, draft, left):
        here = holds & ~counted & (unserved > 1e-6)
        counted |= here
        if here.any():
            people = float(unserved[here].sum())
            found.append(Refusal(reason, int(here.sum()), people, int(np.ceil(people / problem.users))))
    return tuple(found)


def _reasons(problem: Problem, draft: Draft, left: int) -> list[tuple[str, np.ndarray]]:
    cells, everywhere = problem.cells, np.ones(problem.cells, np.bool_)
    seen = np.all([slot.seen(cells) for slot in problem.slots], axis=0)
    by_rate = np.floor(problem.payload.cell_beams * problem.beam_bit_s / problem.terminal_bit_s + 1e-9)
    limit = np.inf if problem.most_per_cell is None else problem.most_per_cell
    last = "no terminal" if left == 0 else "satellites or antennas full"
    return [
        ("no satellite in some slot", ~seen),
        ("no gateway in some slot", ~problem.reachable & (problem.beam_bit_s > 0.0)),
        ("no link: jammed or rained out", problem.beam_bit_s <= 0.0),
        ("beams of the cell full", draft.terminals >= by_rate),
        ("most per cell", draft.terminals >= limit),
        (last, everywhere),
    ]
