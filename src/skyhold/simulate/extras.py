"""Tables of a run beside its slots: jammers, moving terminals, the plan, what is missing, link budgets."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator

import numpy as np

from skyhold.errors import SkyholdError
from skyhold.jamming.effects import LEGS
from skyhold.nouns.jammers import Countermeasures, Jammer
from skyhold.results.tables import Table
from skyhold.scenario.scenario import BroadbandScenario
from skyhold.simulate import (
    activation,
    jamming,
    ledgers,
    mobility,
    plan_tables,
    planning,
    service_sensitivity,
)
from skyhold.simulate.prepare import Line

LOG = logging.getLogger(__name__)
Part = Callable[[Line], Iterator[Table]]


def extra_tables(line: Line, baseline: bool) -> list[Table]:
    """The tables that a scenario's jammers, tracks, plan and demand ask for.

    Of a variant those alone that its own day changes: plan, needs and budgets belong to the baseline. A part that
    fails is told in the table "not_computed" and in the log: the slots are computed, and are not lost for it.
    """
    parts: dict[str, Part] = {"jamming": _jamming, "moving terminals": _moving, "sensitivity": _sensitivity}
    if baseline and line.service is not None:
        parts |= {"link budgets": _ledgers, "what is missing": _activation, "the plan": _plan}
    found: list[Table] = []
    failed: list[dict[str, str]] = []
    for name, part in parts.items():
        try:
            found += [table for table in part(line) if len(table)]
        except SkyholdError as problem:
            LOG.warning("%s of %s: %s", name, line.scenario.name, problem)
            failed.append({"part": name, "problem": str(problem)})
    return [*found, Table.of_rows("not_computed", failed)] if failed else found


def _jamming(line: Line) -> Iterator[Table]:
    active = tuple(jammer for jammer in line.scenario.jammers if radiates(jammer, line.scenario))
    if not active:
        return
    scenario = line.scenario.model_copy(update={"jammers": active})
    for name, table in jamming.scenario_tables(scenario).items():
        yield Table(f"jamming_{name}", table.columns, table.notes)
    if scenario.countermeasures == Countermeasures() and scenario.weather.kind == "clear":
        yield from _each_jammer(scenario)


def _each_jammer(scenario: BroadbandScenario) -> Iterator[Table]:
    """What each jammer that stands denies by itself, and which countermeasure helps most against it."""
    around = [
        (jammer.name, jamming.surroundings(scenario, jammer))
        for jammer in scenario.jammers
        if jammer.latitude_deg is not None and jammer.against in LEGS
    ]
    areas = [
        {"jammer": name} | row
        for name, place in around
        for row in jamming.areas(place, place.left(place.field)).rows()
    ]
    ranked = [
        {"jammer": name} | row for name, place in around for row in jamming.countermeasures(place).rows()
    ]
    yield Table.of_rows("jamming_areas", areas)
    yield Table.of_rows("jamming_countermeasures", ranked)


def radiates(jammer: Jammer, scenario: BroadbandScenario) -> bool:
    """Whether a jammer is on at any time of the run."""
    start, end = scenario.clock.start_utc, scenario.clock.end_utc
    spans = [(span.from_utc, span.to_utc) for span in jammer.on] or [(start, None)]
    return any(begin < end and (until is None or until > start) for begin, until in spans)


def _moving(line: Line) -> Iterator[Table]:
    scenario = mobility.under_way(line.scenario)
    if not scenario.moving:
        return
    around = mobility.surroundings(scenario, line.instants)
    found = mobility.journeys(scenario, around)
    yield from mobility.moving_tables(found, scenario, around).values()


def _sensitivity(line: Line) -> Iterator[Table]:
    plain = line.scenario.countermeasures == Countermeasures() and line.scenario.weather.kind == "clear"
    if plain and (line.scenario.area is None or not line.scenario.area.globe):
        yield service_sensitivity.sensitivity_table(line)


def _ledgers(line: Line) -> Iterator[Table]:
    yield from ledgers.ledger_tables(line.scenario, line.sites.take(np.array([0])))


def _activation(line: Line) -> Iterator[Table]:
    if line.scenario.area is not None and line.scenario.area.globe:
        return  # a country is switched on, not the globe
    rows = [dict(vars(need), verdict=str(need.verdict)) for need in activation.activation(line.scenario)]
    yield Table.of_rows("activation", rows)


def _plan(line: Line) -> Iterator[Table]:
    if line.scenario.plan is not None:
        for name, table in plan_tables.plan_tables(planning.plan_scenario(line.scenario)).items():
            yield Table(name if name.startswith("plan") else f"plan_{name}", table.columns, table.notes)
