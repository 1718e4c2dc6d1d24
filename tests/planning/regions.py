"""Small regions to plan."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations, product

import numpy as np

from skyhold.planning.flow import networks
from skyhold.planning.problem import Gateway, Objective, Payload, Problem, Site, Slot
from skyhold.planning.rounding import asked


def region(
    rng,
    cells=4,
    satellites=3,
    slots=2,
    gateways=1,
    optional=0,
    terminals=4,
    sites=0,
    sites_first=True,
    **more,
):
    """A region drawn at random: some pairs see each other, antennas and beams are scarce."""
    total = gateways + optional
    drawn = tuple(one_slot(rng, cells, satellites, total) for _ in range(slots))
    defaults = {
        "payload": Payload(beams=1.0, link_beams=1.0, links=1, cell_beams=1.0, least_share=0.3),
        "users": 10.0,
        "terminal_bit_s": 1.0,
    }
    return Problem(
        people=np.round(rng.random(cells) * 30.0),
        slots=drawn,
        gateways=tuple(Gateway(f"g{i}", 2.0 - (i % 2), i >= gateways) for i in range(total)),
        terminals=terminals,
        sites=tuple(Site(f"s{i}", int(rng.integers(cells)), 1.0 + rng.random()) for i in range(sites)),
        more_gateways=min(1, optional),
        objective=Objective(sites_first),
        **{**defaults, **more},
    )


def one_slot(rng, cells, satellites, gateways):
    cell, satellite = np.nonzero(rng.random((cells, satellites)) < 0.8)
    up, ground = np.nonzero(rng.random((satellites, gateways)) < 0.8)
    return Slot(satellites, 2.0 + 2.0 * rng.random(cells), cell, satellite, up, ground)


def brute(problem):
    """(sites met, people served) of the best plan by trying every one, in the problem's order of wishes."""
    nets = networks(problem)
    best = (-1.0, -1.0)
    ways = [np.array(n) for n in product(*(range(most + 1) for most in problem.most))]
    for opened in openings(problem):
        for met in product((0, 1), repeat=len(problem.sites)):
            for terminals in ways:
                found = score(problem, nets, terminals, np.array(met, np.int64), opened)
                best = max(best, found)
    return best if problem.objective.sites_first else best[::-1]


def openings(problem):
    count = len(problem.optional)
    for k in range(min(problem.more_gateways, count) + 1):
        for some in combinations(range(count), k):
            yield np.isin(np.arange(count), some).astype(float)


def score(problem, nets, terminals, met, opened):
    if terminals.sum() + met.sum() > problem.terminals:
        return (-1.0, -1.0)
    for net in nets:
        beams = asked(problem, net.number, terminals, met)
        if (
            beams.max(initial=0.0) > problem.payload.cell_beams + 1e-9
            or net.carry(beams, opened).cut is not None
        ):
            return (-1.0, -1.0)
    people = float(np.minimum(problem.people, problem.users * terminals).sum())
    both = (float(met.sum()), people)
    return both if problem.objective.sites_first else both[::-1]


def jammed(problem, cell, factor):
    """The region with what a beam gives one cell cut by a factor."""
    slots = []
    for slot in problem.slots:
        beam = slot.beam_bit_s.copy()
        beam[cell] *= factor
        slots.append(replace(slot, beam_bit_s=beam))
    return replace(problem, slots=tuple(slots))
