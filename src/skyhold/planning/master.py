"""The program that grows: few unknowns, and an inequality for each set of cells that was found to ask for too much.

Unknowns: `w` (C,) terminals' worth of people served in each cell, `m` (I,) sites met, `o` (O,) gateways opened. A cell
in use takes at least a share of a beam: where it is not counted as a whole number (`exact`), the share is charged in
proportion to how full the cell is, which can only raise the optimum, so the optimum is a bound. `light` and `whole`
terminals of each cell come in as whole numbers where the optimum itself is wanted.

Solved by HiGHS (Huangfu and Hall, *Mathematical Programming Computation* 10, 2018); inequalities are added where the
answer breaks them (Benders, *Numerische Mathematik* 4, 1962) until no slot is broken.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import highspy
import numpy as np
from numpy.typing import NDArray

from skyhold.errors import SkyholdError
from skyhold.planning.flow import Cut, Network
from skyhold.planning.problem import Floats, Indices, Problem

INFINITE = highspy.kHighsInf
ROUNDS = 400
MIP_GAP = 1e-6
NODES = 5_000


@dataclass(frozen=True, eq=False)
class Answer:
    """Terminals' worth served (C,), cells in use (C,), sites met (I,), gateways opened (O,), and the bound.

    `bound` is of the function that was maximised; `price` what one more terminal adds to it (of the linear program, 0
    where whole numbers were asked for).
    """

    served: Floats
    light: Floats
    met: Floats
    opened: Floats
    bound: float
    price: float
    cuts: tuple[Cut, ...]


@dataclass(frozen=True, eq=False)
class Wish:
    """What is maximised: weights of people (by terminals' worth) and of sites, and least totals already won.

    `most` (C,) terminals of a cell, at most those of the problem; `opened` (O,) where the gateways are settled.
    """

    people: float
    sites: float
    most: Indices
    least_sites: float = 0.0
    least_people: float = 0.0
    opened: Floats | None = None

    def chooses(self, problem: Problem) -> bool:
        """Whether there are sites or gateways to choose from: whole numbers then."""
        sites = 0 < len(problem.sites) and self.least_sites < can_be_met(problem).sum()
        return sites or (self.opened is None and len(problem.optional) > 0 and problem.more_gateways > 0)


class Master:
    """One program; `solve` adds what is missing until the answer can be carried in every slot."""

    def __init__(self, problem: Problem, wish: Wish, exact: bool = False):
        self.problem, self.wish, self.exact = problem, wish, exact
        self.whole = exact or wish.chooses(problem)
        self.cell = np.flatnonzero(_wanted(problem, wish))
        self.served = problem.people[self.cell] / problem.users
        self.full = np.minimum(wish.most[self.cell], self.served)
        self.site_cell = np.searchsorted(self.cell, [site.cell for site in problem.sites])
        self.lit = (
            np.flatnonzero(np.isin(self.cell, self.cell[self.site_cell])) if not exact else _all(self.cell)
        )
        self.light_of = np.full(len(self.cell), -1)
        self.light_of[self.lit] = np.arange(len(self.lit))
        self._layout()
        self.solver = _solver()
        self._columns()
        self._rows()

    def solve(self, network: tuple[Network, ...], pool: tuple[Cut, ...] = ()) -> Answer:
        """The optimum over every slot.

        Errors: SkyholdError where HiGHS gives no optimum.
        """
        found: list[Cut] = []
        waiting = self.whole  # whole numbers come in once fractions have found most of the cuts
        everything = np.ones(self.size)
        everything[self.w] = self.full
        for cut in pool:
            self._add(cut, everything)
        for _ in range(ROUNDS):
            value = self._run()
            asked = (self._broken(net, value) for net in network)
            broken = [cut for cut in asked if cut is not None]
            if not broken and waiting:
                self._make_whole()
                waiting = False
            elif not broken:
                return self._answer(value, (*pool, *found))
            for cut in broken:
                self._add(cut, value)
            found += broken
        raise SkyholdError(
            "the plan did not settle", expected=f"an answer in {ROUNDS} rounds", where="planning"
        )

    def _layout(self) -> None:
        sizes = [len(self.cell), len(self.lit), len(self.problem.sites), len(self.problem.optional)]
        sizes += [len(self.cell) if self.exact else 0] * 2
        ends = np.cumsum([0, *sizes])
        self.w, self.y, self.m, self.o, self.n, self.last = (slice(a, b) for a, b in pairwise(ends))
        self.size = int(ends[-1])

    def _columns(self) -> None:
        cost, high = np.zeros(self.size), np.ones(self.size)
        cost[self.w], cost[self.m] = self.wish.people, self.wish.sites
        high[self.w] = self.full
        if self.exact:
            high[self.n] = self.wish.most[self.cell]
        high[self.m] = can_be_met(self.problem)
        low = np.zeros(self.size)
        if self.wish.opened is not None:
            low[self.o] = high[self.o] = self.wish.opened
        solver, every = self.solver, np.arange(self.size, dtype=np.int32)
        solver.addVars(self.size, low, high)
        solver.changeColsCost(self.size, every, cost)
        solver.changeObjectiveSense(highspy.ObjSense.kMaximize)

    def _make_whole(self) -> None:
        whole = np.full(self.size, int(highspy.HighsVarType.kInteger), np.uint8)
        whole[self.w] = int(highspy.HighsVarType.kContinuous)
        if not self.exact:
            whole[self.y] = int(highspy.HighsVarType.kContinuous)
        self.solver.changeColsIntegrality(self.size, np.arange(self.size, dtype=np.int32), whole)

    def _rows(self) -> None:
        placed = self.n if self.exact else self.w
        counted = [*range(placed.start, placed.stop), *range(self.m.start, self.m.stop)]
        self._row(-INFINITE, self.problem.terminals, counted, np.ones(len(counted)))
        opened = list(range(self.o.start, self.o.stop))
        self._row(-INFINITE, self.problem.more_gateways, opened, np.ones(len(opened)))
        if self.wish.least_sites:
            met = list(range(self.m.start, self.m.stop))
            self._row(self.wish.least_sites, INFINITE, met, np.ones(len(met)))
        if self.wish.least_people:
            served = list(range(self.w.start, self.w.stop))
            self._row(self.wish.least_people, INFINITE, served, np.ones(len(served)))
        for k, c in enumerate(self.lit):
            self._light_rows(int(c), self.y.start + k)

    def _light_rows(self, c: int, light: int) -> None:
        """A cell is in use where people or a site are served; its beams and its own limit hold them all."""
        problem = self.problem
        if self.full[c] > 0.0:
            self._row(-INFINITE, 0.0, [c, light], [1.0, -self.full[c]])
        sites = np.flatnonzero(self.site_cell == c)
        for site in sites:
            self._row(-INFINITE, 0.0, [self.m.start + site, light], [1.0, -1.0])
        terminal, rates = self._draws(c, sites, problem.beam_bit_s[self.cell[c]])
        at = [c, *(self.m.start + site for site in sites)]
        self._row(-INFINITE, problem.payload.cell_beams, at, [terminal, *rates])
        placed = self.n.start + c if self.exact else c
        if problem.most_per_cell is not None and len(sites):
            self._row(-INFINITE, problem.most_per_cell, [placed, *at[1:]], np.ones(len(at)))
        if self.exact:
            self._whole_rows(c, placed, self.last.start + c)

    def _whole_rows(self, c: int, placed: int, last: int) -> None:
        """Whole terminals serve; only the last one that a cell can use may be short of people."""
        most = float(self.wish.most[self.cell[c]])
        self._row(0.0, 0.0, [c, placed, last], [1.0, -1.0, most - self.full[c]])
        self._row(-INFINITE, 0.0, [last, placed], [most, -1.0])

    def _draws(self, c: int, sites: Indices, beam_bit_s: float) -> tuple[float, list[float]]:
        """Beams that a terminal and each site of a cell draw."""
        if beam_bit_s <= 0.0:
            return 0.0, [0.0] * len(sites)
        needs = [self.problem.sites[site].need_bit_s / beam_bit_s for site in sites]
        return self.problem.terminal_bit_s / beam_bit_s, needs

    def _row(self, low: float, high: float, at: Any, values: Any) -> None:
        index = np.asarray(at, np.int32)
        if len(index):
            self.solver.addRow(low, high, len(index), index, np.asarray(values, np.float64))

    def _run(self) -> Floats:
        if not self.size:
            return np.zeros(0)
        self.solver.run()
        status = self.solver.getModelStatus()
        information = self.solver.getInfo()
        solved = information.primal_solution_status == highspy.SolutionStatus.kSolutionStatusFeasible
        if not solved:
            raise SkyholdError(
                "the solver found no plan", expected="an optimum", came=str(status), where="planning"
            )
        return np.asarray(self.solver.getSolution().col_value, np.float64)

    def asked(self, value: Floats, slot: int) -> Floats:
        """(C,) beams that all cells ask for in a slot at a point of the program."""
        beams = np.zeros(self.problem.cells)
        beams[self.cell] = np.maximum(
            self._by_rate(value, slot), self._by_share(value[self.w], value[self.y])
        )
        return beams

    def _by_rate(self, value: Floats, slot: int) -> Floats:
        """(active,) beams for the rates."""
        beam = self.problem.slots[slot].beam_bit_s[self.cell]
        needs = np.array([site.need_bit_s for site in self.problem.sites])
        bits = value[self.w] * self.problem.terminal_bit_s
        bits = bits + np.bincount(self.site_cell, needs * value[self.m], len(self.cell))
        return np.divide(bits, beam, out=np.zeros(len(beam)), where=beam > 0.0)

    def _by_share(self, served: Floats, light: Floats) -> Floats:
        """(active,) beams for being in use at all."""
        use = np.divide(served, self.full, out=np.zeros(len(served)), where=self.full > 0.0)
        use[self.lit] = light
        return self.problem.payload.least_share * use

    def _broken(self, network: Network, value: Floats) -> Cut | None:
        opened = np.clip(value[self.o], 0.0, 1.0)
        return network.carry(self.asked(value, network.number), opened).cut

    def _add(self, cut: Cut, value: Floats) -> None:
        """The inequality of a cut; the term of a cell is the one that counts at this point."""
        inside = cut.inside[self.cell]
        beam = self.problem.slots[cut.slot].beam_bit_s[self.cell]
        rate = np.divide(self.problem.terminal_bit_s, beam, out=np.zeros(len(beam)), where=beam > 0.0)
        share = self.problem.payload.least_share
        proportional = np.divide(share, self.full, out=np.zeros(len(beam)), where=self.full > 0.0)
        own = self.light_of >= 0
        by_share = own & (self._by_share(value[self.w], value[self.y]) >= self._by_rate(value, cut.slot))
        row = np.zeros(self.size)
        row[self.w] = np.where(inside & ~by_share, np.where(own, rate, np.maximum(rate, proportional)), 0.0)
        row[self.y.start + self.light_of[inside & by_share]] = share
        for number, c in enumerate(self.site_cell):
            if inside[c] and not by_share[c] and beam[c] > 0.0:
                row[self.m.start + number] = self.problem.sites[number].need_bit_s / beam[c]
        row[self.o] = -cut.opened
        at = np.flatnonzero(row)
        self._row(-INFINITE, cut.fixed, at, row[at])

    def _answer(self, value: Floats, cuts: tuple[Cut, ...]) -> Answer:
        served, light = np.zeros(self.problem.cells), np.zeros(self.problem.cells)
        served[self.cell] = value[self.w]
        light[self.cell] = self._by_share(value[self.w], value[self.y]) / self.problem.payload.least_share
        information = self.solver.getInfo()
        bound = information.mip_dual_bound if self.whole else information.objective_function_value
        duals = self.solver.getSolution().row_dual
        price = 0.0 if self.whole or not len(duals) else float(duals[0])
        return Answer(served, light, value[self.m], value[self.o], float(bound), price, cuts)


def _solver() -> Any:
    solver = highspy.Highs()
    options = {
        "output_flag": False,
        "threads": 1,
        "mip_rel_gap": MIP_GAP,
        "mip_max_nodes": NODES,
        "random_seed": 1,
    }
    for option, value in options.items():
        solver.setOptionValue(option, value)
    return solver


def _all(cell: Indices) -> Indices:
    return np.arange(len(cell))


def _wanted(problem: Problem, wish: Wish) -> NDArray[np.bool_]:
    """(C,) cells that can be served, or hold a site."""
    wanted = wish.most > 0
    wanted[[site.cell for site in problem.sites]] = True
    return np.asarray(wanted)


def can_be_met(problem: Problem) -> Floats:
    """(I,) 1 for sites whose cell is reachable and gives their rate."""
    cells = np.array([site.cell for site in problem.sites], np.int64)
    needs = np.array([site.need_bit_s for site in problem.sites])
    most = problem.payload.cell_beams * problem.beam_bit_s[cells]
    return np.where(problem.reachable[cells] & (needs <= most), 1.0, 0.0)
