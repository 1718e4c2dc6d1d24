"""The linear program of a reboost plan: unknowns, rows, and tangents of the drag.

Units inside the program: km, m/s, kg, so that numbers are of like size.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from skyhold.constants import STANDARD_GRAVITY_M_S2
from skyhold.holding import reboost
from skyhold.holding.drag_paths import DragPath
from skyhold.holding.linear import INFINITE, Column, Optimum, Program, Proof, Row, solve, solve_whole
from skyhold.holding.supply import Pool, Source, Supply
from skyhold.units import KM

Floats = NDArray[np.float64]

LONGEST_BURN_S = 2400.0  # 40 minutes, ATV-2 on 12 June 2011: the longest of the record
MOST_REFINEMENTS = 6
TANGENT_ERROR_M = 0.5
LOWEST_M, HIGHEST_M = 100e3, 2_000e3
DEEPER_M = 150e3
LOW, HIGH, END, TARGET = "lower edge", "upper edge", "altitude at the end", "target"
STOCK, BURN, ATTITUDE = "propellant", "length of burns", "propellant for attitude"
AVOID, RESERVE, ORBIT, DRAG = "avoidance of debris", "reserve for the deorbit", "orbit", "drag"
CHORD, BOOKS, ELSEWHERE = "chord", "books", "delta-v from elsewhere"

PHYSICS = (ORBIT, DRAG, CHORD, BOOKS)
UNITS = {LOW: "km", END: "km", TARGET: "km", STOCK: "kg", BURN: "m/s", ATTITUDE: "kg", AVOID: "m/s", RESERVE: "m/s",
         ORBIT: "m/s"}  # fmt: skip
WISHES = (LOW, HIGH, END, TARGET, ATTITUDE, AVOID, RESERVE)
SHARED = (LOW, END, TARGET, RESERVE)


@dataclass(frozen=True)
class Wish:
    """What a plan is to keep, altitudes in m.

    `target` is (edge, altitude after its burns, tolerance); `attitude_kg` has a value per span.
    """

    altitude_m: float
    low_m: float
    high_m: float
    attitude_kg: tuple[float, ...]
    end_m: float | None = None
    target: tuple[int, float, float] | None = None
    avoidance_m_s: float = 0.0
    reserve_m_s: float = 0.0
    longest_burn_s: float = LONGEST_BURN_S


@dataclass(frozen=True)
class BurnProgram:
    """The program of a wish, a supply and a path of drag, with the places of its unknowns.

    Columns: `above[t]` altitude after the burns of edge t, `below[t]` at the end of its span (km); `push[(s, t)]`
    m/s of source s at edge t; `avoid[s]` m/s; `turn[(p, t)]` kg of pool p for attitude; `stock[p]` kg it holds.
    """

    wish: Wish
    supply: Supply
    drag: DragPath
    program: Program
    above: tuple[int, ...]
    below: tuple[int, ...]
    push: dict[tuple[int, int], int]
    avoid: dict[int, int]
    turn: dict[tuple[int, int], int]
    stock: tuple[int, ...]

    @staticmethod
    def build(wish: Wish, supply: Supply, drag: DragPath) -> BurnProgram:
        """Columns and rows, with tangents at three altitudes of the band."""
        columns: list[Column] = []

        def add(column: Column) -> int:
            columns.append(column)
            return len(columns) - 1

        spans = range(supply.spans)
        box = (LOWEST_M / KM, HIGHEST_M / KM)
        above = tuple(add(Column(f"altitude after burns of edge {t}", *box)) for t in spans)
        below = tuple(add(Column(f"altitude at edge {t + 1}", *box)) for t in spans)
        push = {
            (s, t): add(Column(f"{source.name}, edge {t}", 0.0, 1000.0, cost(supply, source, t)))
            for s, source in enumerate(supply.sources)
            for t in spans
            if source.present[t]
        }
        avoid = {
            s: add(Column(f"{source.name}, avoidance", 0.0, 1000.0, dearest(supply, source)))
            for s, source in enumerate(supply.sources)
        }
        turn = {
            (p, t): add(Column(f"{pool.name}, attitude, edge {t}", 0.0, 1e5, 1.0))
            for p, pool in enumerate(supply.pools)
            for t in spans
            if pool.present[t] and pool.feeds_attitude and supply.attitude_held[t]
        }
        stock = tuple(add(Column(f"{pool.name}, held", 0.0, 1e6)) for pool in supply.pools)
        empty = Program(tuple(columns), ())
        bare = BurnProgram(wish, supply, drag, empty, above, below, push, avoid, turn, stock)
        return replace(bare, program=bare.program.with_rows(bare._rows()))

    def _rows(self) -> list[Row]:
        rows = [*self._orbit(), *self._band(), *self._stocks(), *self._lengths(), *self._attitude()]
        rows += [*self._avoidance(), *self._reserve(), *self._ceilings()]
        for middle in np.linspace(*self.span_m, 3):
            rows += self.tangents(np.full(self.supply.spans, middle))
        return rows

    @property
    def m_s_per_km(self) -> float:
        """Delta-v of one kilometre in the middle of the band."""
        return KM / reboost.rise_per_m_s(reboost.axis_m(0.5 * sum(self.span_m)))

    def _day(self, edge: int) -> str:
        return f"{self.supply.when(edge):%Y-%m-%d}"

    @property
    def span_m(self) -> tuple[float, float]:
        """Altitudes between which a plan that keeps the band can be."""
        wish = self.wish
        low, high = min(wish.low_m, wish.altitude_m), max(wish.high_m, wish.altitude_m)
        return low, high

    def _orbit(self) -> list[Row]:
        """Burns lift: after - before - sum of dh/dv dv = 0."""
        lift = 1.0 / self.m_s_per_km
        rows = []
        for t, column in enumerate(self.above):
            before = 0.0 if t else self.wish.altitude_m / KM
            terms = [(column, 1.0)] + ([(self.below[t - 1], -1.0)] if t else [])
            terms += [(self.push[s, e], -lift) for s, e in self.push if e == t]
            rows.append(Row(self._day(t), ORBIT, before, before, tuple(terms)))
        return rows

    def _band(self) -> list[Row]:
        wish, spans = self.wish, self.supply.spans
        coast = self.drag.coast_m(wish.altitude_m)
        rows = [
            Row(self._day(t + 1), LOW, wish.low_m / KM, INFINITE, ((self.below[t], 1.0),))
            for t in range(spans)
        ]
        rows += [
            Row(
                self._day(t), HIGH, -INFINITE, max(wish.high_m, float(coast[t])) / KM, ((self.above[t], 1.0),)
            )
            for t in range(spans)
        ]
        if wish.end_m is not None:
            rows.append(Row(self._day(spans), END, wish.end_m / KM, INFINITE, ((self.below[-1], 1.0),)))
        if wish.target is not None:
            edge, altitude, tolerance = wish.target
            low, high = (altitude - tolerance) / KM, (altitude + tolerance) / KM
            column = self.above[edge] if edge < spans else self.below[-1]
            rows.append(Row(self._day(edge), TARGET, low, high, ((column, 1.0),)))
        return rows

    def _stocks(self) -> list[Row]:
        """No pool gives more than it holds."""
        rows = []
        for p, pool in enumerate(self.supply.pools):
            held = self.stock[p]
            terms = [term for t in range(self.supply.spans) for term in self._spent(p, pool, t)]
            terms += [*self._spent_avoiding(pool), (held, -1.0)]
            rows.append(Row(pool.name, BOOKS, -INFINITE, 0.0, tuple(terms)))
            rows.append(Row(pool.name, STOCK, -INFINITE, pool.propellant_kg, ((held, 1.0),)))
        return rows

    def _spent(self, p: int, pool: Pool, t: int) -> list[tuple[int, float]]:
        """Terms (kg) of what a pool gives at an edge."""
        terms = [
            (self.push[s, t], cost(self.supply, source, t))
            for s, source in enumerate(self.supply.sources)
            if source.pool == pool.name and (s, t) in self.push
        ]
        return terms + ([(self.turn[p, t], 1.0)] if (p, t) in self.turn else [])

    def _spent_avoiding(self, pool: Pool) -> list[tuple[int, float]]:
        return [
            (column, dearest(self.supply, self.supply.sources[s]))
            for s, column in self.avoid.items()
            if self.supply.sources[s].pool == pool.name
        ]

    def _lengths(self) -> list[Row]:
        """One burn of each source at each edge, none longer than the longest."""
        rows = []
        for (s, t), column in self.push.items():
            source, mass = self.supply.sources[s], self.supply.mass_kg[t]
            most = reboost.delta_v_in(mass, self.wish.longest_burn_s, source.thrust_n, source.isp_s)
            rows.append(Row(f"{source.name}, {self._day(t)}", BURN, -INFINITE, most, ((column, 1.0),)))
        return rows

    def _attitude(self) -> list[Row]:
        return [
            Row(
                self._day(t),
                ATTITUDE,
                need,
                INFINITE,
                tuple((c, 1.0) for (_, e), c in self.turn.items() if e == t),
            )
            for t, need in enumerate(self.wish.attitude_kg)
            if need > 0.0
        ]

    def _avoidance(self) -> list[Row]:
        if self.wish.avoidance_m_s <= 0.0:
            return []
        terms = tuple((column, 1.0) for column in self.avoid.values())
        return [Row("over the plan", AVOID, self.wish.avoidance_m_s, INFINITE, terms)]

    def _reserve(self) -> list[Row]:
        """At every edge what is docked could still give the reserve: sum over pools of (held - spent) / cost."""
        if self.wish.reserve_m_s <= 0.0:
            return []
        return [self._reserve_at(t) for t in range(self.supply.spans)]

    def _reserve_at(self, t: int) -> Row:
        terms: list[tuple[int, float]] = []
        for p, pool in enumerate(self.supply.pools):
            users = [
                source for source in self.supply.sources if source.pool == pool.name and source.present[t]
            ]
            if not users:
                continue
            price = min(cost(self.supply, source, t) for source in users)
            spent = [term for e in range(t + 1) for term in self._spent(p, pool, e)]
            terms += [(c, -kg / price) for c, kg in (*spent, *self._spent_avoiding(pool))]
            terms.append((self.stock[p], 1.0 / price))
        return Row(self._day(t), RESERVE, self.wish.reserve_m_s, INFINITE, tuple(terms))

    def tangents(self, middle_m: Floats) -> list[Row]:
        """end - after + loss(m0) + slope (m - m0) <= 0 with m = (after + end)/2: below the convex loss everywhere."""
        loss, slope = self.drag.loss_m(middle_m), self.drag.slope(middle_m)
        return [
            self._loss_row(t, DRAG, -INFINITE, 0.0, loss[t], slope[t], middle_m[t]) for t in range(len(loss))
        ]

    def _ceilings(self, deeper_m: float = 0.0) -> list[Row]:
        """The chord of the convex loss over the band, and below it: nothing sinks faster than that."""
        low, high = self.span_m
        low -= deeper_m
        low -= float(self.drag.loss_m(np.full(self.supply.spans, low)).max()) if not deeper_m else 0.0
        ends = np.full(self.supply.spans, low), np.full(self.supply.spans, high)
        lost = self.drag.loss_m(ends[0]), self.drag.loss_m(ends[1])
        slope = (lost[1] - lost[0]) / (high - low)
        return [
            self._loss_row(t, CHORD, 0.0, INFINITE, lost[0][t], slope[t], low)
            for t in range(self.supply.spans)
        ]

    def deepened(self, program: Program) -> Program:
        """A program whose chords hold far below the band too, where its lower edge may give."""
        rows = tuple(row for row in program.rows if row.group != CHORD)
        return Program(program.columns, (*rows, *self._ceilings(DEEPER_M)))

    def _loss_row(
        self, t: int, group: str, low: float, high: float, loss_m: float, slope: float, at_m: float
    ) -> Row:
        constant = (loss_m - slope * at_m) / KM
        terms = ((self.below[t], 1.0 + 0.5 * slope), (self.above[t], -1.0 + 0.5 * slope))
        return Row(self._day(t), group, low - constant, high - constant, terms)

    def excess_m(self, values: Floats) -> tuple[Floats, Floats]:
        """(T,) by how much each span sinks less than it must, and (T,) its middle altitude."""
        above, below = values[list(self.above)] * KM, values[list(self.below)] * KM
        middle = 0.5 * (above + below)
        return below - above + self.drag.loss_m(middle), middle

    def solved(self, change: Callable[[Program], Program] = lambda program: program) -> Optimum | Proof:
        """The optimum, tangents added until no span errs by more than half a metre; or a proof that there is none."""
        return self.refined(change)[0]

    def refined(
        self, change: Callable[[Program], Program] = lambda program: program
    ) -> tuple[Optimum | Proof, Program]:
        """The same, and the program with the tangents that were added."""
        program = self.program
        for _ in range(MOST_REFINEMENTS):
            answer = solve(change(program))
            if isinstance(answer, Proof):
                break
            excess, middle = self.excess_m(answer.values)
            if excess.max() < TANGENT_ERROR_M:
                break
            program = program.with_rows(self.tangents(middle))
        return answer, program

    def in_fewer_burns(self, program: Program, burn_kg: float, least_m_s: float) -> Floats | None:
        """Values of a schedule whose burns cost `burn_kg` each beside their propellant, and are none of them small.

        A whole number, 0 or 1, says whether a source burns at an edge. None where the search finds no such schedule.
        """
        columns, rows = list(program.columns), list(program.rows)
        for (s, t), column in self.push.items():
            source, mass = self.supply.sources[s], self.supply.mass_kg[t]
            most = reboost.delta_v_in(mass, self.wish.longest_burn_s, source.thrust_n, source.isp_s)
            columns.append(Column(f"whether {columns[column].name}", 0.0, 1.0, burn_kg, whole=True))
            switch = len(columns) - 1
            rows.append(Row("burns", "switch", -INFINITE, 0.0, ((column, 1.0), (switch, -most))))
            rows.append(
                Row("burns", "switch", 0.0, INFINITE, ((column, 1.0), (switch, -min(least_m_s, most))))
            )
        found = solve_whole(Program(tuple(columns), tuple(rows)))
        return None if found is None else found[: len(program.columns)]


def cost(supply: Supply, source: Source, span: int) -> float:
    """Propellant (kg) of one metre a second, m / (g0 Isp): never less than the rocket equation's."""
    return supply.mass_kg[span] / (STANDARD_GRAVITY_M_S2 * source.isp_s)


def dearest(supply: Supply, source: Source) -> float:
    """The same in its worst span: debris comes when it comes."""
    return max(cost(supply, source, t) for t in range(supply.spans) if source.present[t])
