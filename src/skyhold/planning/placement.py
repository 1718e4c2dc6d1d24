"""Where terminals go: the plan, how good it can be at most, and what is left over.

The bound is the optimum of a program that may cut terminals, antennas and lit cells into fractions. The plan is made
of whole terminals: of a small region by branch and bound, of a large one by rounding the bound's own answer, which
leaves a handful of cells undecided, and filling up what remains. Every plan is carried through the network of every
slot before it is given out, so `served` is never above what the model allows, and never above the bound.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from skyhold.planning.flow import Cut, Network, networks
from skyhold.planning.master import Answer, Master, Wish
from skyhold.planning.problem import Floats, Indices, Problem
from skyhold.planning.refusals import Refusal, refusals
from skyhold.planning.rounding import Draft, round_off

SMALL = 60  # cells with whole unknowns that branch and bound takes at once
LOSS = 1e-3  # of the bound that a more even plan may cost


@dataclass(frozen=True, eq=False)
class Placement:
    """The plan.

    `terminals` (C,) placed for people, `site_terminals` (I,) 1 where a site has its own, `people` (C,) served in every
    slot, `opened` (O,) of the optional gateways; `bound` people that no plan passes (with as many sites met), of
    `sites_bound` sites at most; `price` people that one more terminal adds to the bound; `left` terminals not placed,
    and `refused` why; `even` most of a cell's fair share that the plan gives to one cell.
    """

    terminals: Indices
    site_terminals: Indices
    people: Floats
    opened: NDArray[np.bool_]
    bound: float
    sites_bound: int
    left: int
    refused: tuple[Refusal, ...]
    price: float
    even: float
    cuts: tuple[Cut, ...]

    @property
    def served(self) -> float:
        """People served in every slot."""
        return float(self.people.sum())

    @property
    def sites_met(self) -> int:
        """Sites that get their rate in every slot."""
        return int(self.site_terminals.sum())

    @property
    def placed(self) -> int:
        """Terminals placed, those of sites too."""
        return int(self.terminals.sum()) + self.sites_met

    @property
    def gap(self) -> float:
        """How far below the bound the plan is, of the bound."""
        return 0.0 if self.bound <= 0.0 else max(0.0, 1.0 - self.served / self.bound)


def plan(problem: Problem, even: bool = True) -> Placement:
    """The plan of a problem; `even` spreads terminals by need as far as that costs a thousandth.

    Errors: SkyholdError where the solver fails.
    """
    return Planner(problem).plan(even)


class Planner:
    """The networks and inequalities of a problem, kept for further questions about it."""

    def __init__(self, problem: Problem, cuts: tuple[Cut, ...] = ()):
        self.problem, self.cuts = problem, cuts
        self.networks: tuple[Network, ...] = networks(problem)

    def plan(self, even: bool = True) -> Placement:
        """The plan."""
        sites = self.most_sites() if self.problem.objective.sites_first else 0
        bound = self.bound(sites)
        draft, factor = self._fewest(sites, bound)._drafts(sites, bound, even)
        if draft.met.sum() < sites:
            bound = self.bound(int(draft.met.sum()))
        return self._placement(draft, bound, sites, factor)

    def _fewest(self, sites: int, bound: Answer) -> Planner:
        """The planner that may open no more gateways than the bound needs."""
        for count in range(self.problem.more_gateways if len(self.problem.optional) else 0):
            fewer = Planner(replace(self.problem, more_gateways=count), self.cuts)
            enough = sites == 0 or fewer.most_sites() >= sites
            if (
                not self._small(self.problem.most)
                and enough
                and fewer.bound(sites).bound >= bound.bound - 1e-6
            ):
                return fewer
        return self

    def _small(self, most: Indices) -> bool:
        return len(np.flatnonzero(most)) <= SMALL

    def most_sites(self) -> int:
        """Sites that can be met at most: as a whole number for a few cells, else by the bound."""
        if not self.problem.sites:
            return 0
        cells = len({site.cell for site in self.problem.sites})
        answer = self._solve(Wish(0.0, 1.0, 0 * self.problem.most), exact=cells <= SMALL)
        return int(np.floor(answer.bound + 1e-6))

    def bound(self, sites: int = 0) -> Answer:
        """Most people, sites of that number met; terminals and lit cells in fractions."""
        return self._solve(Wish(1.0, 0.0, self.problem.most, least_sites=sites))

    def _solve(self, wish: Wish, exact: bool = False) -> Answer:
        answer = Master(self.problem, wish, exact).solve(self.networks, self.cuts)
        self.cuts = answer.cuts
        return answer

    def _drafts(self, sites: int, bound: Answer, even: bool) -> tuple[Draft, float]:
        """The best draft, the most even of those that cost no more than a thousandth."""
        best = self._draft(sites, self.problem.most, bound)
        if not even:
            return best, np.inf
        settled = None if self._small(self.problem.most) else np.round(bound.opened)
        for factor in (1.0, 2.0, 4.0, 8.0, 16.0, 32.0):
            most = fair(self.problem, factor)
            if np.array_equal(most, self.problem.most):
                break
            answer = self._solve(Wish(1.0, 0.0, most, least_sites=sites, opened=settled))
            if answer.bound < (1.0 - LOSS) * bound.bound:
                continue
            draft = self._draft(sites, most, answer)
            if draft.met.sum() >= best.met.sum() and draft.served >= (1.0 - LOSS) * best.served:
                return draft, factor
        return best, np.inf

    def _draft(self, sites: int, most: Indices, answer: Answer) -> Draft:
        if self._small(most):
            answer = self._exact(sites, most)
        return round_off(self.problem, self.networks, answer, most)

    def _exact(self, sites: int, most: Indices) -> Answer:
        """The optimum in whole terminals; where people come first, the most sites among the best."""
        answer = self._solve(Wish(1.0, 0.0, most, least_sites=sites), exact=True)
        if self.problem.objective.sites_first or not self.problem.sites:
            return answer
        least = float(answer.served.sum()) - 1e-6
        return self._solve(Wish(0.0, 1.0, most, least_people=least), exact=True)

    def _placement(self, draft: Draft, bound: Answer, sites: int, factor: float) -> Placement:
        people = np.minimum(self.problem.people, self.problem.users * draft.terminals)
        left = self.problem.terminals - int(draft.terminals.sum() + draft.met.sum())
        return Placement(
            terminals=draft.terminals,
            site_terminals=draft.met,
            people=people,
            opened=draft.opened > 0.5,
            bound=self.problem.users * bound.bound,
            sites_bound=sites if self.problem.objective.sites_first else int(draft.met.sum()),
            left=left,
            refused=refusals(self.problem, draft, left),
            price=self.problem.users * bound.price,
            even=factor,
            cuts=self.cuts,
        )


def fair(problem: Problem, factor: float) -> Indices:
    """(C,) terminals of each cell: at most `factor` times its share by need, at least one."""
    can = problem.most > 0
    need = np.where(can, problem.people, 0.0)
    share = need / max(need.sum(), 1e-9) * problem.terminals
    return np.where(can, np.minimum(problem.most, np.ceil(factor * share)), 0).astype(np.int64)
