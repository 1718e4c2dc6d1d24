"""A linear program whose rows have names, its optimum, or a proof that it has none.

Solved by HiGHS (Huangfu and Hall, *Mathematical Programming Computation* 10, 2018). What HiGHS calls infeasible counts
only with Farkas' multipliers that are checked here, by arithmetic of a few lines.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import highspy
import numpy as np
from numpy.typing import NDArray

from skyhold.errors import SkyholdError

Floats = NDArray[np.float64]

FREE = 1e7  # bound of what needs none: finite, so that a proof can be checked
INFINITE = highspy.kHighsInf


class SolverError(SkyholdError):
    """The solver gave neither an optimum nor a proof."""


@dataclass(frozen=True, slots=True)
class Column:
    """An unknown: name, bounds (finite), cost; `whole` ones take whole numbers, see `solve_whole`."""

    name: str
    low: float = 0.0
    high: float = FREE
    cost: float = 0.0
    whole: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """A constraint low <= sum of terms <= high; `group` is the wish it belongs to, `name` which of them it is."""

    name: str
    group: str
    low: float
    high: float
    terms: tuple[tuple[int, float], ...]


@dataclass(frozen=True)
class Program:
    """Minimise the cost of the columns subject to the rows."""

    columns: tuple[Column, ...]
    rows: tuple[Row, ...]

    def with_rows(self, more: Iterable[Row]) -> Program:
        """The program with further rows."""
        return replace(self, rows=(*self.rows, *more))

    def matrix(self) -> Floats:
        """(R, C) coefficients, dense."""
        dense = np.zeros((len(self.rows), len(self.columns)))
        for number, row in enumerate(self.rows):
            for column, value in row.terms:
                dense[number, column] += value
        return dense


@dataclass(frozen=True)
class Optimum:
    """(C,) values of the columns, the cost, and (R,) what one unit of each row's bound is worth."""

    values: Floats
    cost: float
    prices: Floats


@dataclass(frozen=True)
class Proof:
    """Farkas' multipliers (R,): their sum of rows asks for `asked`, and the columns give at most `given`."""

    multipliers: Floats
    asked: float
    given: float

    @property
    def holds(self) -> bool:
        """Whether the proof proves anything."""
        return self.given < self.asked - 1e-9 * max(1.0, abs(self.asked))


def solve(program: Program) -> Optimum | Proof:
    """The optimum, or a proof that there is none, already checked.

    Raises SolverError where HiGHS gives neither.
    """
    empty = _empty_row(program)
    if empty is not None:
        return best_proof(program, empty)
    solver = _run(program, {"solver": "simplex", "presolve": "off"})
    status = solver.getModelStatus()
    if status == highspy.HighsModelStatus.kOptimal:
        found = solver.getSolution()
        return Optimum(
            np.array(found.col_value), solver.getObjectiveValue(), np.array(found.row_dual, dtype=float)
        )
    _, exists, ray = solver.getDualRay()
    proof = best_proof(program, np.array(ray)) if exists else None
    if proof is None or not proof.holds:
        raise SolverError(
            "the solver found neither a schedule nor a proof that there is none",
            expected="an optimum or multipliers that prove infeasibility",
            came=str(status),
            remedy="widen the numbers that are extreme: masses, altitudes, propellant",
        )
    return proof


def solve_whole(program: Program, gap: float = 0.01, nodes: int = 200) -> Floats | None:
    """(C,) values with whole numbers where columns ask for them, within a gap of the best, or the best of some nodes.

    None where none is found; that proves nothing.
    """
    solver = _run(program, {"mip_rel_gap": gap, "mip_max_nodes": nodes})
    if solver.getInfo().primal_solution_status != highspy.SolutionStatus.kSolutionStatusFeasible:
        return None
    return np.array(solver.getSolution().col_value, dtype=float)


def _run(program: Program, options: Mapping[str, object]) -> Any:
    solver = highspy.Highs()
    for option, value in {"output_flag": False, "threads": 1, **options}.items():
        solver.setOptionValue(option, value)
    solver.passModel(_model(program, whole="mip_rel_gap" in options))
    solver.run()
    return solver


def _empty_row(program: Program) -> Floats | None:
    """Multipliers of the first row that nothing can meet, which HiGHS refuses without a ray."""
    for number, row in enumerate(program.rows):
        if not any(value for _, value in row.terms) and (row.low > 0.0 or row.high < 0.0):
            return np.asarray(np.eye(1, len(program.rows), number)[0])
    return None


def best_proof(program: Program, multipliers: Floats) -> Proof:
    """Multipliers with the sign that proves more."""
    return max((weigh(program, multipliers), weigh(program, -multipliers)), key=lambda p: p.asked - p.given)


def weigh(program: Program, multipliers: Floats) -> Proof:
    """What a weighted sum of the rows asks for at least, and what the columns can give at most.

    Every solution has y.A x within both; so where given < asked there is none (Farkas' lemma; weak duality).
    """
    y = np.where(np.abs(multipliers) > 1e-12 * np.abs(multipliers).max(initial=1e-300), multipliers, 0.0)
    low = np.clip([row.low for row in program.rows], -FREE, FREE)
    high = np.clip([row.high for row in program.rows], -FREE, FREE)
    y = np.where(((y > 0) & (low == -FREE)) | ((y < 0) & (high == FREE)), 0.0, y)
    asked = float(np.sum(np.where(y > 0, y * low, y * high)))
    sums = y @ program.matrix()
    bounds = np.array([(column.low, column.high) for column in program.columns]).reshape(-1, 2)
    given = float(np.sum(np.maximum(sums * bounds[:, 0], sums * bounds[:, 1])))
    return Proof(y, asked, given)


def relaxed(program: Program, prices: dict[str, float], shared: Sequence[str] = ()) -> Program:
    """The program in which rows of the priced groups may be broken, and only the breaking costs.

    A group in `shared` breaks all its rows by one amount (an edge moved); of the others each row has its own. Added
    columns are named "break: group" or "break: group: row".
    """
    columns = [replace(column, cost=0.0) for column in program.columns]
    extra: dict[str, int] = {}
    rows = []
    for row in program.rows:
        if row.group not in prices:
            rows.append(row)
            continue
        name = f"break: {row.group}" if row.group in shared else f"break: {row.group}: {row.name}"
        if name not in extra:
            extra[name] = len(columns)
            columns.append(Column(name, cost=prices[row.group]))
        rows.extend(_broken(row, extra[name]))
    return Program(tuple(columns), tuple(rows))


def _broken(row: Row, slack: int) -> list[Row]:
    parts = []
    if row.low > -FREE:
        parts.append(replace(row, high=INFINITE, terms=(*row.terms, (slack, 1.0))))
    if row.high < FREE:
        parts.append(replace(row, low=-INFINITE, terms=(*row.terms, (slack, -1.0))))
    return parts


def _model(program: Program, whole: bool) -> highspy.HighsLp:
    model = highspy.HighsLp()
    model.num_col_, model.num_row_ = len(program.columns), len(program.rows)
    model.col_cost_ = np.array([column.cost for column in program.columns])
    model.col_lower_ = np.array([column.low for column in program.columns])
    model.col_upper_ = np.array([column.high for column in program.columns])
    model.row_lower_ = np.array([row.low for row in program.rows])
    model.row_upper_ = np.array([row.high for row in program.rows])
    merged = [_merged(row.terms) for row in program.rows]
    if whole:
        kinds = highspy.HighsVarType
        model.integrality_ = [
            kinds.kInteger if column.whole else kinds.kContinuous for column in program.columns
        ]
    matrix = model.a_matrix_
    matrix.format_ = highspy.MatrixFormat.kRowwise
    matrix.start_ = np.concatenate([[0], np.cumsum([len(terms) for terms in merged])])
    matrix.index_ = np.array([column for terms in merged for column in terms], dtype=np.int32)
    matrix.value_ = np.array([value for terms in merged for value in terms.values()], dtype=float)
    return model


def _merged(terms: tuple[tuple[int, float], ...]) -> dict[int, float]:
    total: dict[int, float] = {}
    for column, value in terms:
        total[column] = total.get(column, 0.0) + value
    return total
