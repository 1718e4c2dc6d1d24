"""The plan of a country: 2,469 cells, 10,000 terminals, 20 slots; the peer is one program with all flows in it."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace

from validation.planning import ALONE, PLAN, SHORT, whole_program

from benchmarks.row import Row
from skyhold.nouns.radio import RadioSpec
from skyhold.planning.placement import Planner
from skyhold.scenario.load import load, with_values
from skyhold.scenario.scenario import BroadbandScenario
from skyhold.simulate.planning import build

PEER = "HiGHS, a flow for each cell, satellite and slot"
PEER_SLOTS = 2


def cpu_s(task: Callable[[], object]) -> float:
    """CPU-seconds of this thread."""
    before = time.thread_time()
    task()
    return time.thread_time() - before


def rows() -> list[Row]:
    """The performance rows of the plan."""
    return [*country(), *against_one_program()]


def country() -> list[Row]:
    """Ukraine with 10,000 terminals: the plan alone, and with the sky it is made from."""
    scenario = with_values(load("ukraine-2022", kind=BroadbandScenario), {**ALONE, **PLAN})
    build(scenario, 2)
    found = []
    problem_s = cpu_s(lambda: found.append(build(scenario)))
    problem = found[0].problem
    Planner(replace(problem, slots=problem.slots[:1])).plan()
    plan_s = cpu_s(lambda: found.append(Planner(problem).plan()))
    what = f"plan, {problem.cells:,} cells, {problem.terminals:,} terminals, {len(problem.slots)} slots"
    gap = f"gap {100.0 * found[1].gap:.2g} % of the bound, {len(found[1].cuts)} inequalities"
    sky = f"{RadioSpec().name}: people, satellites, links, gateways"
    return [
        Row(what, plan_s, "CPU-s", required=5.0, note=gap),
        Row(f"{what}: its problem", problem_s, "CPU-s", required=10.0, note=sky),
    ]


def against_one_program() -> list[Row]:
    """The bound where capacity is short, beside one program with all flows in it."""
    scenario = with_values(load("ukraine-2022", kind=BroadbandScenario), {**ALONE, **SHORT})
    problem = build(scenario, PEER_SLOTS).problem
    bounds: list[float] = []
    ours = cpu_s(lambda: bounds.append(problem.users * Planner(problem).bound().bound))
    peer = cpu_s(lambda: bounds.append(whole_program(problem)))
    note = f"bounds {bounds[0]:,.1f} and {bounds[1]:,.1f} people; {PEER_SLOTS} slots"
    return [Row("bound of a plan short of capacity", ours, "CPU-s", peer, PEER, 1.0, "ratio at least", note)]
