"""What must give where no schedule exists: each wish alone, or what others would have to bring."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace

import numpy as np

from skyhold.constants import STANDARD_GRAVITY_M_S2
from skyhold.holding.burn_program import (
    ATTITUDE,
    AVOID,
    ELSEWHERE,
    LOW,
    ORBIT,
    SHARED,
    UNITS,
    BurnProgram,
)
from skyhold.holding.linear import Column, Program, Proof, relaxed


@dataclass(frozen=True, slots=True)
class Relief:
    """By how much one wish must give so that a plan exists if all others stay; `amount` None: that alone is no help."""

    what: str
    amount: float | None
    unit: str
    where: tuple[str, ...] = ()


def reliefs(burns: BurnProgram) -> tuple[Relief, ...]:
    """What would make an impossible plan possible, each wish alone, at least; the last is a push from elsewhere."""
    asked = {row.group for row in burns.program.rows}
    return tuple(_alone(burns, group) for group in UNITS if group in asked)


def outside(burns: BurnProgram) -> tuple[Relief, ...]:
    """What somebody else would have to bring, all together, so that every wish is met: delta-v, attitude propellant.

    The least, where a metre a second counts as much as the propellant it takes at 300 s.
    """
    price = float(np.mean(burns.supply.mass_kg)) / (STANDARD_GRAVITY_M_S2 * 300.0)
    prices = {ATTITUDE: 1.0, AVOID: price}

    def loosened(program: Program) -> Program:
        return _pushed(relaxed(program, prices), price * burns.m_s_per_km)

    answer = burns.solved(loosened)
    if isinstance(answer, Proof):
        return ()
    columns = loosened(burns.program).columns
    given = {ATTITUDE: 0.0, AVOID: 0.0, ORBIT: 0.0}
    for column, amount in zip(columns, answer.values, strict=True):
        if _is_break(column.name):
            given[column.name.split(": ")[1]] += float(amount)
    given[ORBIT] *= burns.m_s_per_km
    named = (
        (ELSEWHERE if group == ORBIT else group, amount, UNITS[group]) for group, amount in given.items()
    )
    return tuple(Relief(*item) for item in named if item[1] > 1e-6)


def without(burns: BurnProgram, groups: Collection[str]) -> BurnProgram:
    """The program less the wishes of some groups."""
    rows = tuple(row for row in burns.program.rows if row.group not in groups)
    return replace(burns, program=burns.deepened(Program(burns.program.columns, rows)))


def _alone(burns: BurnProgram, group: str) -> Relief:
    def loosened(program: Program) -> Program:
        wider = burns.deepened(program) if group == LOW else program
        return _pushed(wider, burns.m_s_per_km) if group == ORBIT else relaxed(wider, {group: 1.0}, SHARED)

    answer = burns.solved(loosened)
    name = ELSEWHERE if group == ORBIT else group
    if isinstance(answer, Proof):
        return Relief(name, None, UNITS[group])
    columns = loosened(burns.program).columns
    used = [
        _place(column.name)
        for column, amount in zip(columns, answer.values, strict=True)
        if _is_break(column.name) and amount > 1e-6
    ]
    return Relief(name, answer.cost, UNITS[group], tuple(place for place in used if place))


def _pushed(program: Program, price: float) -> Program:
    """Somebody from elsewhere may push at every edge, and that costs, beside what may be broken."""
    columns = [column if _is_break(column.name) else replace(column, cost=0.0) for column in program.columns]
    rows = []
    for row in program.rows:
        if row.group == ORBIT:
            columns.append(Column(f"break: {ORBIT}: {row.name}", cost=price))
            row = replace(row, terms=(*row.terms, (len(columns) - 1, -1.0)))
        rows.append(row)
    return Program(tuple(columns), tuple(rows))


def _is_break(name: str) -> bool:
    return name.startswith("break: ")


def _place(name: str) -> str:
    parts = name.split(": ", 2)
    return parts[2] if len(parts) == 3 else ""
