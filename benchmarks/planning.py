"""The plan of a country: 2,469 cells, 10,000 terminals, 20 slots; the peer is one program with every flow as an unknown."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace

import highspy
import numpy as np

from benchmarks.row import Row
from skyhold.nouns.radio import RadioSpec
from skyhold.planning.placement import Planner
from skyhold.planning.problem import Problem, Slot
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


def whole_program(problem: Problem) -> float:
    """The same bound with every flow as an unknown, which is what one writes first. Gives people served."""
    beams, cells = problem.payload.beams, problem.cells
    full = np.maximum(np.minimum(problem.most, problem.people / problem.users), 1e-9)
    solver = highspy.Highs()
    solver.setOptionValue("output_flag", False)
    solver.setOptionValue("threads", 1)
    solver.addVars(cells, np.zeros(cells), full)
    solver.changeColsCost(cells, np.arange(cells, dtype=np.int32), np.ones(cells))
    solver.changeObjectiveSense(highspy.ObjSense.kMaximize)
    solver.addRow(-np.inf, problem.terminals, cells, np.arange(cells, dtype=np.int32), np.ones(cells))
    for slot in problem.slots:
        draw = np.maximum(
            problem.payload.least_share / full, problem.terminal_bit_s / np.maximum(slot.beam_bit_s, 1.0)
        )
        _slot_rows(solver, problem, slot, draw, beams)
    solver.run()
    return problem.users * float(solver.getInfo().objective_function_value)


def _slot_rows(solver: highspy.Highs, problem: Problem, slot: Slot, draw: np.ndarray, beams: float) -> None:
    first = solver.getNumCol()
    pairs, links = len(slot.cell), len(slot.gateway)
    solver.addVars(pairs + links, np.zeros(pairs + links), np.full(pairs + links, 1e9))
    for cell in range(problem.cells):
        at = first + np.flatnonzero(slot.cell == cell)
        _row(solver, [cell, *at], [-draw[cell], *np.ones(len(at))], 0.0, np.inf)
    for satellite in range(slot.satellites):
        down = first + np.flatnonzero(slot.satellite == satellite)
        up = first + pairs + np.flatnonzero(slot.from_satellite == satellite)
        _row(solver, [*down, *up], [*np.ones(len(down)), *-np.ones(len(up))], -np.inf, 0.0)
        _row(solver, down, np.ones(len(down)), -np.inf, beams)
    for number, gateway in enumerate(problem.gateways):
        at = first + pairs + np.flatnonzero(slot.gateway == number)
        _row(solver, at, np.ones(len(at)), -np.inf, gateway.antennas * problem.payload.link_beams)


def _row(solver: highspy.Highs, at: object, values: object, low: float, high: float) -> None:
    index = np.asarray(at, np.int32)
    if len(index):
        solver.addRow(low, high, len(index), index, np.asarray(values, np.float64))


def rows() -> list[Row]:
    """The performance rows of the plan."""
    return [*country(), *against_one_program()]


def country() -> list[Row]:
    """Ukraine with 10,000 terminals: the plan alone, and with the sky it is made from."""
    scenario = with_values(load("ukraine-2022", kind=BroadbandScenario), {"plan": {"terminals": 10_000}})
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
    plan = {"terminals": 20_000, "least_mbit_s": 20.0}
    scenario = with_values(load("ukraine-2022", kind=BroadbandScenario), {"plan": plan})
    problem = build(scenario, PEER_SLOTS).problem
    bounds: list[float] = []
    ours = cpu_s(lambda: bounds.append(problem.users * Planner(problem).bound().bound))
    peer = cpu_s(lambda: bounds.append(whole_program(problem)))
    note = f"bounds {bounds[0]:,.1f} and {bounds[1]:,.1f} people; {PEER_SLOTS} slots"
    return [Row("bound of a plan short of capacity", ours, "CPU-s", peer, PEER, 1.0, "ratio at least", note)]
