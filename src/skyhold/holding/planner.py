"""The schedule of reboosts that keeps a band of altitude at least propellant, or a proof that there is none.

A linear program (`burn_program`): delta-v of each source at each edge, altitude between. What the air takes is convex
in the altitude, so its tangents lie below it: the program asks for less than the truth, and what it proves impossible
is impossible (docs/why/planner.md).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from skyhold.holding import reboost
from skyhold.holding.burn_program import HIGH, LOW, PHYSICS, WISHES, BurnProgram, Wish, cost
from skyhold.holding.drag_paths import DragPath, DragPaths, Sinking
from skyhold.holding.linear import Optimum, Proof
from skyhold.holding.reliefs import Relief, outside, reliefs, without
from skyhold.holding.supply import Refusal, Supply, supply_of
from skyhold.scenario.scenario import StationScenario
from skyhold.units import DAY_S, KM

Floats = NDArray[np.float64]

TARGET_TOLERANCE_M = 500.0
YEAR_DAYS = 365.25
BURN_KG = 10.0  # price of a burn in a tidy schedule, for its attitude; an undocking took 10 to 40 kg [B]
LEAST_BURN_M_S = 0.1  # smaller ones are tests
LEAST_PUSH_M_S = 1e-3  # less is dust of the solver


@dataclass(frozen=True, slots=True)
class PlannedBurn:
    """One push of the schedule; altitudes are means over 6,378.137 km, in m."""

    edge: int
    when: datetime
    source: str
    vehicle: str
    partner: str
    delta_v_m_s: float
    seconds: float
    propellant_kg: float
    before_m: float
    after_m: float
    turns_station: bool
    proven: bool
    trust: str


@dataclass(frozen=True)
class Plan:
    """A schedule: burns, propellant by pool, altitude after the burns of each edge and at its span's end, (T,) m.

    `scarce` says what one unit more of a pool, or of another wish, would save: (group, name, kg per unit).
    """

    burns: tuple[PlannedBurn, ...]
    supply: Supply
    wish: Wish
    drag: DragPath
    above_m: Floats
    below_m: Floats
    spent_kg: dict[str, float]
    avoidance_kg: float
    attitude_kg: float
    scarce: tuple[tuple[str, str, float], ...]

    @property
    def delta_v_m_s(self) -> float:
        """Sum over the burns."""
        return sum(burn.delta_v_m_s for burn in self.burns)

    @property
    def propellant_kg(self) -> float:
        """What is spent on burns, avoidance and attitude."""
        return sum(self.spent_kg.values())

    @property
    def years(self) -> float:
        """Length of the plan."""
        return self.supply.edge_day[-1] / YEAR_DAYS

    def raises(self) -> tuple[tuple[float, ...], tuple[float, ...]]:
        """Days from the start, and metres of mean altitude, of the burns."""
        days = tuple(self.supply.edge_day[burn.edge] for burn in self.burns)
        return days, tuple(burn.after_m - burn.before_m for burn in self.burns)

    def verdict(self) -> str:
        """One sentence."""
        return (
            f"holds: {self.delta_v_m_s:.1f} m/s in {len(self.burns)} burns over {self.supply.edge_day[-1]:.0f} days, "
            f"{self.propellant_kg:,.0f} kg of propellant"
        )


@dataclass(frozen=True)
class Conflict:
    """Wishes that do not go together: the proof, and the rows it weighs, as (group, which)."""

    proof: Proof
    rows: tuple[tuple[str, str], ...]

    @property
    def groups(self) -> tuple[str, ...]:
        """The constraints that the proof needs: one of them has to give."""
        return tuple(dict.fromkeys(group for group, _ in self.rows))


@dataclass(frozen=True)
class Impossible:
    """No schedule exists: conflicts with their proofs, what would have to give, what others must bring.

    A second conflict is one that stays when the wishes of the first are dropped. `reliefs` and `outside` are least
    amounts.
    """

    conflicts: tuple[Conflict, ...]
    reliefs: tuple[Relief, ...]
    outside: tuple[Relief, ...]
    refused: tuple[Refusal, ...]

    def verdict(self) -> str:
        """One sentence."""
        clash = ", ".join(" against ".join(conflict.groups) for conflict in self.conflicts if conflict.groups)
        alone = [f"{r.what} by {_amount(r.amount)} {r.unit}" for r in self.reliefs if r.amount is not None]
        brought = [f"{_amount(r.amount)} {r.unit} ({r.what})" for r in self.outside if r.amount is not None]
        way = (
            f"{' or '.join(alone)} would have to give" if alone else "giving up one wish alone is not enough"
        )
        rest = f"others would have to bring {', '.join(brought)}" if brought else "no help of others would do"
        narrow = any(set(conflict.groups) == {LOW, HIGH} for conflict in self.conflicts)
        hint = "; the band is narrower than the fall of a span: shorten step_days" if narrow else ""
        return f"no schedule exists, for want of: {clash}; {way}; {rest}{hint}"


def _amount(value: float) -> str:
    return f"{value:,.1f}" if value >= 1.0 else f"{value:.2g}"


def plan(
    wish: Wish, supply: Supply, drag: DragPath, *, explain: bool = True, tidy: bool = False
) -> Plan | Impossible:
    """The schedule of least propellant in one path of drag, or the proof that there is none.

    `explain` False leaves out what would have to give. `tidy` asks for few burns, each worth its while, at a little
    more propellant. Raises SolverError where numbers are so extreme that neither schedule nor proof is found.
    """
    burns = BurnProgram.build(wish, supply, drag)
    answer, program = burns.refined()
    if isinstance(answer, Optimum):
        fewer = burns.in_fewer_burns(program, BURN_KG, LEAST_BURN_M_S) if tidy else None
        return _schedule(burns, answer if fewer is None else replace(answer, values=fewer))
    if not explain:
        return Impossible((_conflict(burns, answer),), (), (), supply.refused)
    return Impossible(_conflicts(burns, answer), reliefs(burns), outside(burns), supply.refused)


def _conflict(burns: BurnProgram, proof: Proof) -> Conflict:
    rows = tuple(
        (row.group, row.name)
        for row, weight in zip(burns.program.rows, proof.multipliers, strict=False)
        if abs(weight) > 1e-9 and row.group not in PHYSICS
    )
    return Conflict(proof, tuple(dict.fromkeys(rows)))


def _conflicts(burns: BurnProgram, first: Proof) -> tuple[Conflict, ...]:
    """The first proof, and those that follow when the wishes it weighs are dropped."""
    found: list[Conflict] = []
    answer: Optimum | Proof = first
    while isinstance(answer, Proof):
        found.append(_conflict(burns, answer))
        dropped = [group for group in found[-1].groups if group in WISHES]
        if not dropped:
            break
        burns = without(burns, dropped)
        answer = burns.solved()
    return tuple(found)


def wish_of(scenario: StationScenario, supply: Supply, altitude_m: float) -> Wish:
    """What a scenario asks for, from a mean altitude at its start: band, reserves, attitude, target.

    A band is held if the plan ends as high as it began (or at the nearer edge of the band); with a target, that is the
    end's stead.
    """
    spec = scenario.reboost
    low, high = spec.low_km * KM, spec.high_km * KM
    spans = np.diff(supply.edge_day)
    target = None
    if spec.target_km is not None and spec.target_utc is not None:
        day = (spec.target_utc - scenario.start_utc).total_seconds() / DAY_S
        edge = int(np.argmin(np.abs(np.array(supply.edge_day) - day)))
        target = (edge, spec.target_km * KM, TARGET_TOLERANCE_M)
        low, high = min(low, target[1] - target[2]), max(high, target[1] + target[2])
    return Wish(
        altitude_m=altitude_m,
        low_m=low,
        high_m=high,
        attitude_kg=tuple(spec.attitude_kg_year * span / YEAR_DAYS for span in spans),
        end_m=None if target else min(max(altitude_m, low), high),
        target=target,
        avoidance_m_s=spec.avoidance_m_s_year * supply.edge_day[-1] / YEAR_DAYS,
        reserve_m_s=spec.deorbit_reserve_m_s,
    )


@dataclass(frozen=True)
class Robust:
    """A plan for an ensemble: the schedule that a share of members needs at most, and the plans of members by rank.

    `ranked` has (share, member, its own plan or impossibility), lightest drag first.
    """

    share: float
    schedule: Plan | Impossible
    ranked: tuple[tuple[float, int, Plan | Impossible], ...]
    paths: DragPaths

    def possible_share(self) -> float:
        """Share of the ranked members that can be held at all."""
        return sum(isinstance(own, Plan) for _, _, own in self.ranked) / len(self.ranked)

    def spread(self, what: str) -> tuple[float, float, float]:
        """5, 50 and 95 % of `delta_v_m_s` or `propellant_kg` among ranked members that can be held; NaN if none."""
        values = [getattr(own, what) for _, _, own in self.ranked if isinstance(own, Plan)]
        if not values:
            return math.nan, math.nan, math.nan
        low, middle, high = np.quantile(values, (0.05, 0.5, 0.95))
        return float(low), float(middle), float(high)


RANKS = tuple((n + 0.5) / 20 for n in range(20))


def plan_robust(
    wish: Wish, supply: Supply, sinking: Sinking, share: float = 0.9, ranks: Sequence[float] = RANKS
) -> Robust:
    """The schedule for the drag that a share of members never exceeds, and a plan of its own for members by rank.

    The schedule flown blindly leaves that share above the lower edge; lighter members would drift above the upper
    edge and burn less, which their own plans say.
    """
    paths = paths_for(wish, supply, sinking)
    members = paths.ranked(ranks)
    own = tuple(
        (rank, member, plan(wish, supply, paths.member(member), explain=False))
        for rank, member in zip(ranks, members, strict=True)
    )
    return Robust(share, plan(wish, supply, paths.covering(share), tidy=True), own, paths)


def paths_for(wish: Wish, supply: Supply, sinking: Sinking) -> DragPaths:
    """The losses of the members between the edges of a supply, over the altitudes of a wish."""
    low, high = min(wish.low_m, wish.altitude_m), max(wish.high_m, wish.altitude_m)
    return DragPaths.build(sinking, supply.edge_day, low, high)


@dataclass(frozen=True, slots=True)
class Flown:
    """A schedule flown in the decay model: share of members that stay above the lower edge, and the worst deviation.

    `worst_m`: greatest distance at an edge between the altitude of one member's own plan and its own flight; NaN
    where no member has a plan.
    """

    share_above: float
    worst_m: float


def flown(robust: Robust, sinking: Sinking) -> Flown:
    """Fly the schedule, and the plans of the ranked members, in the model the drag was taken from."""
    above = math.nan
    if isinstance(robust.schedule, Plan):
        altitude = _edges_flown(robust.schedule, sinking)
        above = float(np.mean(np.nan_to_num(altitude).min(axis=1) >= robust.schedule.wish.low_m - 1.0))
    chosen = [(member, own) for _, member, own in robust.ranked if isinstance(own, Plan)]
    worst = [
        np.abs(_edges_flown(own, sinking)[member] - own.below_m).max()
        for member, own in chosen[:: max(1, len(chosen) // 5)]
    ]
    return Flown(above, float(max(worst)) if worst else math.nan)


def _edges_flown(made: Plan, sinking: Sinking) -> Floats:
    """(N, T) altitudes at the ends of the spans, just before the burns there."""
    days, raises = made.raises()
    before = [day - 1e-6 for day in made.supply.edge_day[1:]]
    return sinking.fly(made.wish.altitude_m, days, raises, before)


def _schedule(burns: BurnProgram, answer: Optimum) -> Plan:
    values, supply, wish = answer.values, burns.supply, burns.wish
    made: list[PlannedBurn] = []
    below = wish.altitude_m
    aboves, belows = [], []
    for t in range(supply.spans):
        here = sorted(s for s, e in burns.push if e == t and values[burns.push[s, e]] > LEAST_PUSH_M_S)
        for s in here:
            burn = _burn(burns, s, t, float(values[burns.push[s, t]]), below)
            made.append(burn)
            below = burn.after_m
        aboves.append(below)
        below = burns.drag.after_m(below, t)
        belows.append(below)
    spent, avoidance, attitude = _books(burns, values)
    return Plan(tuple(made), supply, wish, burns.drag, np.array(aboves), np.array(belows), spent, avoidance,
                attitude, _scarce(burns, answer))  # fmt: skip


def _burn(burns: BurnProgram, s: int, t: int, delta_v: float, before_m: float) -> PlannedBurn:
    source, mass = burns.supply.sources[s], burns.supply.mass_kg[t]
    burn = reboost.burn(mass, before_m, delta_v, source.thrust_n, source.isp_s)
    return PlannedBurn(t, burns.supply.when(t), source.name, source.vehicle, source.partner, delta_v, burn.seconds,
                       burn.propellant_kg, before_m, before_m + burn.rise.mean_m, source.turns_station,
                       source.proven, source.trust)  # fmt: skip


def _books(burns: BurnProgram, values: Floats) -> tuple[dict[str, float], float, float]:
    """Propellant by pool, and of it for avoidance and for attitude (kg), as the program booked them."""
    supply = burns.supply
    spent = {pool.name: 0.0 for pool in supply.pools}
    for (s, t), column in burns.push.items():
        source = supply.sources[s]
        spent[source.pool] += float(values[column]) * cost(supply, source, t)
    avoidance = 0.0
    for s, column in burns.avoid.items():
        kg = float(values[column]) * burns.program.columns[column].cost
        spent[supply.sources[s].pool] += kg
        avoidance += kg
    attitude = 0.0
    for (p, _), column in burns.turn.items():
        spent[supply.pools[p].name] += float(values[column])
        attitude += float(values[column])
    return spent, avoidance, attitude


def _scarce(burns: BurnProgram, answer: Optimum) -> tuple[tuple[str, str, float], ...]:
    rows = burns.program.rows
    found = [
        (row.group, row.name, abs(float(price)))
        for row, price in zip(rows, answer.prices, strict=False)
        if abs(price) > 1e-6 and row.group not in PHYSICS
    ]
    return tuple(sorted(found, key=lambda item: -item[2]))


def scenario_plan(
    scenario: StationScenario, sinking: Sinking, altitude_m: float, share: float = 0.9
) -> Robust:
    """The plan of a scenario from a mean altitude at its start, over an ensemble."""
    supply = supply_of(scenario)
    return plan_robust(wish_of(scenario, supply, altitude_m), supply, sinking, share)
