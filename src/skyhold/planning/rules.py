"""The rules of thumb that a plan must beat: terminals by population, the same everywhere."""

from __future__ import annotations

import numpy as np

from skyhold.planning.placement import Placement, Planner
from skyhold.planning.problem import Floats, Indices, Problem


def by_weight(weight: Floats, terminals: int) -> Indices:
    """(C,) terminals in proportion to a weight, whole by largest remainders (Hamilton's method).

    Nothing anywhere where all weights are 0.
    """
    total = float(weight.sum())
    if total <= 0.0:
        return np.zeros(len(weight), np.int64)
    share = weight / total * terminals
    whole = np.floor(share).astype(np.int64)
    more = terminals - int(whole.sum())
    whole[np.argsort(-(share - whole), kind="stable")[:more]] += 1
    return whole


def by_population(problem: Problem, population: Floats) -> Placement:
    """What terminals spread by population (C,) give, run as well as can be."""
    return as_placed(problem, by_weight(population, problem.terminals))


def uniform(problem: Problem) -> Placement:
    """What the same number in every cell gives, run as well as can be."""
    return as_placed(problem, by_weight(np.ones(problem.cells), problem.terminals))


def as_placed(problem: Problem, terminals: Indices) -> Placement:
    """What terminals that stand so (C,) give at most: which of them serve is still chosen for most people.

    A site is met by a terminal of its own cell: where the rule has put none, it is not.
    """
    return Planner(problem.capped(terminals, sites_too=True)).plan(even=False)
