"""What the world says about where terminals went and when service could begin, and what every plan must obey."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from itertools import product

import highspy
import numpy as np

from skyhold.planning.activation import Need
from skyhold.planning.flow import networks
from skyhold.planning.placement import Planner, plan
from skyhold.planning.problem import Gateway, Payload, Problem, Slot
from skyhold.planning.rounding import asked
from skyhold.scenario.load import load, loads, with_values
from skyhold.scenario.scenario import BroadbandScenario
from skyhold.simulate.activation import activation
from skyhold.simulate.planning import Planned, build, plan_scenario
from validation.case import Case

FACTS = "collected facts on the radio system, 1.8: Ukraine 2022"
ALONE = {"sites": [], "jammers": [], "plan.gateways": 0, "plan.objective": "people"}
PLAN = {"plan.terminals": 10_000, "plan.least_mbit_s": 1.0}
SHORT = {"plan.terminals": 20_000, "plan.least_mbit_s": 20.0}
QUICK = """
schema_version = 1
name = "activation"
clock = {{start_utc = {day}T00:00:00Z, duration_h = 24.0}}
fleet = {{library = "starlink-2022-02-28"}}
area = {{country = "{country}", h3_resolution = 3}}
terminal = {{gso_exclusion_deg = 22.0}}
"""


def needs(country: str, day: str) -> dict[str, Need]:
    """What a country lacked on a day."""
    scenario = loads(QUICK.format(country=country, day=day), kind=BroadbandScenario)
    return {need.what: need for need in activation(scenario)}


@cache
def ukraine() -> Planned:
    """Ten thousand terminals in Ukraine, as in May 2022."""
    scenario = with_values(load("ukraine-2022", kind=BroadbandScenario), {**ALONE, **PLAN})
    return plan_scenario(scenario, worth=False)


def region(seed: int, terminals: int = 4) -> Problem:
    """A small region drawn at random."""
    rng = np.random.default_rng(seed)
    return Problem(
        people=np.round(30.0 * rng.random(4)),
        slots=tuple(_slot(rng) for _ in range(2)),
        gateways=(Gateway("standing", 2.0), Gateway("may open", 1.0, optional=True)),
        terminals=terminals,
        users=10.0,
        terminal_bit_s=1.0,
        payload=Payload(beams=1.0, link_beams=1.0, links=1, cell_beams=1.0, least_share=0.3),
        more_gateways=1,
    )


def _slot(rng: np.random.Generator) -> Slot:
    cell, satellite = np.nonzero(rng.random((4, 3)) < 0.8)
    up, gateway = np.nonzero(rng.random((3, 2)) < 0.8)
    return Slot(3, 2.0 + 2.0 * rng.random(4), cell, satellite, up, gateway)


def best_of_all(problem: Problem) -> float:
    """People served by the best plan of all, tried one by one."""
    nets, best = networks(problem), 0.0
    nobody = np.zeros(0, np.int64)
    for opened in ((0.0,), (1.0,)):
        for way in product(*(range(most + 1) for most in problem.most)):
            terminals = np.array(way, np.int64)
            if terminals.sum() <= problem.terminals and all(
                net.carry(asked(problem, net.number, terminals, nobody), np.array(opened)).cut is None
                for net in nets
            ):
                best = max(best, float(np.minimum(problem.people, problem.users * terminals).sum()))
    return best


def against_all_flows() -> float:
    """People by which the bound differs from that of the program with a flow for each cell and satellite."""
    problem = build(with_values(load("ukraine-2022", kind=BroadbandScenario), {**ALONE, **SHORT}), 1).problem
    return abs(problem.users * Planner(problem).bound().bound - whole_program(problem))


def worst_miss() -> float:
    """Most people by which a plan differs from the best of all plans, over forty small regions."""
    return max(abs(plan(region(seed)).served - best_of_all(region(seed))) for seed in range(40))


def worst_fall() -> float:
    """Most people that a terminal or a gateway more, or a jammer less, took away."""
    falls = []
    for seed in range(40):
        problem = region(seed)
        served = plan(problem).served
        jammed = tuple(replace(slot, beam_bit_s=0.7 * slot.beam_bit_s) for slot in problem.slots)
        falls.append(served - plan(problem.with_terminals(5)).served)
        falls.append(plan(replace(problem, more_gateways=0)).served - served)
        falls.append(plan(replace(problem, slots=jammed)).served - served)
    return max(falls)


def over_the_bound() -> float:
    """Most people by which a plan passes its bound."""
    return max(plan(region(seed)).served - Planner(region(seed)).bound().bound * 10.0 for seed in range(40))


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
        draw[problem.most == 0] = 0.0
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


CASES = (
    Case(
        name="Ukraine, 26 February 2022: gateways in reach when service was switched on",
        kind="published",
        says=100.0,
        unit="% of cells and slots",
        margin=1.0,
        why="service was announced as active in the country; a percent of cells and slots is what 48 instants resolve",
        source=f"{FACTS} [P]; the gateways are those of crowd-made lists [RE]",
        ours=lambda: needs("UKR", "2022-02-26")["gateway in reach"].figure,
    ),
    Case(
        name="Tonga, February 2022: service is possible through a gateway on Fiji alone",
        kind="published",
        says=50.0,
        unit="% of cells and slots",
        margin=0.0,
        why="press says only that terminals in Tonga were served by way of Fiji; read as: more often than not",
        source="press of February 2022 on the terminals given to Tonga and the gateway on Fiji [R]",
        ours=lambda: needs("TON", "2022-02-24")["gateway in reach"].figure,
        relation="at least",
    ),
    Case(
        name="Kerguelen and the French southern lands: no gateway in reach",
        kind="law",
        says=0.0,
        unit="% of cells and slots",
        margin=0.0,
        why="the nearest gateway is 4,279 km away, a bent pipe reaches 1,881 km at 25 degrees on both ends",
        source="geometry of a satellite at 550 km",
        ours=lambda: needs("ATF", "2022-02-24")["gateway in reach"].figure,
    ),
    Case(
        name="users of 10,000 terminals in Ukraine, May 2022, as the scheduler flies the plan",
        kind="published",
        says=150_000.0,
        unit="people a day",
        margin=15_000.0,
        why="two round figures of the press; the users of a terminal are taken from the same pair, so this tests only "
        "that capacity does not stop them",
        source=f"{FACTS} [P]",
        ours=lambda: float(ukraine().flown.mean()),
    ),
    Case(
        name="gap between the plan for Ukraine and its bound",
        kind="law",
        says=0.0,
        unit="% of the bound",
        margin=1.0,
        why="asked of the plan: within a percent of what no plan can pass",
        source="weak duality",
        ours=lambda: 100.0 * ukraine().placement.gap,
        relation="at most",
    ),
    Case(
        name="the plan for Ukraine over terminals spread by population",
        kind="law",
        says=1.0,
        unit="",
        margin=0.0,
        why="a plan that loses to a rule of thumb is none",
        source="by definition",
        ours=lambda: ukraine().placement.served / ukraine().by_population.served,
        relation="at least",
    ),
    Case(
        name="bound for Ukraine, one slot, short of capacity: cuts against one program with every flow in it",
        kind="crossed",
        says=0.0,
        unit="people",
        margin=0.1,
        why="tolerances of two programs, 1e-6 beams a cut",
        source="the transport problem written out, solved by HiGHS",
        ours=against_all_flows,
        relation="at most",
    ),
    Case(
        name="plans of forty small regions against every plan there is",
        kind="crossed",
        says=0.0,
        unit="people",
        margin=1e-6,
        why="both are exact",
        source="enumeration",
        ours=worst_miss,
        relation="at most",
    ),
    Case(
        name="a terminal or gateway more, or less jamming, never serves fewer",
        kind="law",
        says=0.0,
        unit="people",
        margin=1e-6,
        why="every plan of the poorer region is a plan of the richer one",
        source="inclusion",
        ours=worst_fall,
        relation="at most",
    ),
    Case(
        name="a plan never passes its bound",
        kind="law",
        says=0.0,
        unit="people",
        margin=1e-6,
        why="the bound leaves out rules, it adds none",
        source="relaxation",
        ours=over_the_bound,
        relation="at most",
    ),
)
