from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from skyhold.holding.linear import (
    INFINITE,
    Column,
    Optimum,
    Program,
    Proof,
    Row,
    relaxed,
    solve,
    solve_whole,
    weigh,
)

whole = st.integers(-4, 4)


@st.composite
def programs(draw):
    """Two unknowns from 0 to 3, up to three rows with whole coefficients."""
    columns = (Column("x", 0, 3, draw(whole)), Column("y", 0, 3, draw(whole)))
    rows = tuple(
        Row(f"r{n}", "g", low, INFINITE, ((0, a), (1, b)))
        for n, (a, b, low) in enumerate(
            draw(st.lists(st.tuples(whole, whole, whole), min_size=1, max_size=3))
        )
    )
    return Program(columns, rows)


def corners(program: Program) -> list[np.ndarray]:
    """Every corner of the feasible polygon, by intersecting every pair of lines."""
    lines = [((a := dict(r.terms)).get(0, 0), a.get(1, 0), r.low) for r in program.rows]
    lines += [(1, 0, 0), (1, 0, 3), (0, 1, 0), (0, 1, 3)]
    found = []
    for (a, b, c), (d, e, f) in itertools.combinations(lines, 2):
        if abs(a * e - b * d) > 1e-12:
            point = np.linalg.solve([[a, b], [d, e]], [c, f])
            if feasible(program, point):
                found.append(point)
    return found


def feasible(program: Program, point: np.ndarray) -> bool:
    inside = np.all(point >= -1e-9) and np.all(point <= 3 + 1e-9)
    return bool(inside and np.all(program.matrix() @ point >= [r.low - 1e-9 for r in program.rows]))


@given(programs())
@settings(deadline=None, max_examples=200)
def test_against_all_corners(program):
    answer, known = solve(program), corners(program)
    if isinstance(answer, Proof):
        assert known == []
        assert answer.holds
    else:
        cost = [c.cost for c in program.columns]
        assert answer.cost == pytest.approx(min(p @ cost for p in known), abs=1e-7)
        assert feasible(program, answer.values)


@given(programs(), st.lists(st.floats(-5, 5), min_size=3, max_size=3))
@settings(deadline=None)
def test_no_multipliers_prove_the_possible_impossible(program, multipliers):
    if isinstance(solve(program), Optimum):
        assert not weigh(program, np.array(multipliers[: len(program.rows)])).holds


@given(programs())
@settings(deadline=None)
def test_broken_rows_are_broken_as_little_as_needed(program):
    answer = solve(relaxed(program, {"g": 1.0}, shared=["g"]))
    assert isinstance(answer, Optimum)
    possible = isinstance(solve(program), Optimum)
    assert (answer.cost < 1e-7) == possible


def test_a_free_column_makes_no_proof():
    program = Program((Column("x", 0, 1),), (Row("r", "g", 2, INFINITE, ((0, 1.0),)),))
    proof = solve(program)
    assert isinstance(proof, Proof)
    assert (proof.asked, proof.given) == (2.0, 1.0)
    assert not weigh(program, np.array([0.0])).holds


@given(programs())
@settings(deadline=None, max_examples=100)
def test_whole_numbers_against_all_of_them(program):
    whole_ones = Program(
        tuple(Column(c.name, c.low, c.high, c.cost, whole=True) for c in program.columns), program.rows
    )
    cost = [c.cost for c in program.columns]
    grid = [np.array(p, float) for p in itertools.product(range(4), repeat=2)]
    known = [float(p @ cost) for p in grid if feasible(program, p)]
    found = solve_whole(whole_ones, gap=0.0)
    assert (found is None) == (known == [])
    if found is not None:
        assert float(found @ cost) == pytest.approx(min(known), abs=1e-6)
