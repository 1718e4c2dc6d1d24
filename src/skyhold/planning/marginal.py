"""What one more terminal, antenna, gateway or satellite would be worth.

Prices of a program in whole numbers are no values, so each question is asked anew: the bound with one more less the
bound without. The bound is exact for its program and never falls when something is added, so no value is below zero;
it may be above what a plan of whole terminals gets by the gap of the plan.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from skyhold.planning.placement import Placement, Planner
from skyhold.planning.problem import Gateway, Problem, Slot


@dataclass(frozen=True)
class Value:
    """What one more of something adds: people, by the bound; `note` says what exactly was added."""

    what: str
    people: float
    note: str


def values(problem: Problem, placement: Placement) -> tuple[Value, ...]:
    """The worth of one more of each thing, the gateways of the plan standing.

    Errors: SkyholdError where the solver fails.
    """
    base = standing(problem, placement)
    sites = placement.sites_met
    before = _bound(base, sites)
    # where terminals alone are the limit, room for more adds nothing
    short = before >= base.users * (base.terminals - sites) - 1e-6
    found = [
        _value("terminal", base.with_terminals(base.terminals + 1), sites, before, "the next one"),
        _value("100 terminals", base.with_terminals(base.terminals + 100), sites, before, "the next hundred"),
    ]
    for what, more, note in _rooms(base):
        found.append(Value(what, 0.0, note) if short else _value(what, more, sites, before, note))
    return tuple(found)


def _rooms(base: Problem) -> Iterator[tuple[str, Problem, str]]:
    """A satellite, an antenna or a gateway more; gateways that see no satellite of the region are left out."""
    yield "satellite", with_satellite(base), "in sight of every cell and gateway in every slot"
    for number in np.unique(np.concatenate([slot.gateway for slot in base.slots])):
        gateway = base.gateways[number]
        if gateway.optional:
            yield f"gateway: {gateway.name}", _opened(base, number), "a site that may be opened"
        else:
            yield f"antenna: {gateway.name}", _with_antenna(base, number), "one satellite more at once"


def standing(problem: Problem, placement: Placement) -> Problem:
    """The problem in which the gateways that the plan opened stand, and no other may be opened."""
    opened = set(problem.optional[placement.opened].tolist())
    gateways = tuple(
        replace(gateway, optional=False) if number in opened else gateway
        for number, gateway in enumerate(problem.gateways)
    )
    return replace(problem, gateways=gateways, more_gateways=0)


def with_satellite(problem: Problem) -> Problem:
    """The problem with a satellite more in every slot, in sight of every cell and gateway: none is worth more."""
    return replace(problem, slots=tuple(_with_satellite(slot, problem) for slot in problem.slots))


def _with_satellite(slot: Slot, problem: Problem) -> Slot:
    cells, gateways, new = problem.cells, len(problem.gateways), slot.satellites
    return replace(
        slot,
        satellites=new + 1,
        cell=np.concatenate([slot.cell, np.arange(cells)]),
        satellite=np.concatenate([slot.satellite, np.full(cells, new)]),
        from_satellite=np.concatenate([slot.from_satellite, np.full(gateways, new)]),
        gateway=np.concatenate([slot.gateway, np.arange(gateways)]),
    )


def _with_antenna(problem: Problem, number: int) -> Problem:
    more = replace(problem.gateways[number], antennas=problem.gateways[number].antennas + 1.0)
    return _with_gateway(problem, number, more)


def _opened(problem: Problem, number: int) -> Problem:
    return _with_gateway(problem, number, replace(problem.gateways[number], optional=False))


def _with_gateway(problem: Problem, number: int, gateway: Gateway) -> Problem:
    gateways = (*problem.gateways[:number], gateway, *problem.gateways[number + 1 :])
    return replace(problem, gateways=gateways)


def _bound(problem: Problem, sites: int) -> float:
    return problem.users * Planner(problem).bound(sites).bound


def _value(what: str, problem: Problem, sites: int, before: float, note: str) -> Value:
    return Value(what, max(0.0, _bound(problem, sites) - before), note)
