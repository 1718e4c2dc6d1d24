"""The straight line of a station run, from the orbit of the day to the people under the track."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import Any

import numpy as np

from skyhold.earth.atmosphere import by_name
from skyhold.results.manifest import now_utc
from skyhold.results.tables import Table
from skyhold.scenario.load import dumps, loads
from skyhold.scenario.scenario import StationScenario
from skyhold.simulate.aboard import attitude_table, configuration_tables, crew_tables
from skyhold.simulate.coming_down import air_at_start, natural, survivors_table, targeted_tables
from skyhold.simulate.fate import Fate, fate_of, fate_tables_of
from skyhold.simulate.ground_risk import risk_tables
from skyhold.simulate.holding import holder_tables, plan_tables
from skyhold.station.configuration import resolve
from skyhold.station.crew import ledger
from skyhold.station.launches import outlook

Progress = Callable[[str, int, int], None]
Tables = dict[str, Table]


def simulate_station(scenario: StationScenario, progress: Progress | None) -> tuple[Tables, dict[str, Any]]:
    """All tables of one station scenario, and what its manifest adds."""
    steps = (aboard_tables, fate_tables, holding_tables, descent_tables, ground_tables)
    tables: Tables = {}
    for done, step in enumerate(steps, 1):
        tables |= step(scenario)
        if progress is not None:
            progress(scenario.name, done, len(steps))
    fate = ensemble_of(scenario)
    said = {
        "finished_utc": now_utc(),
        "space_weather": {"kind": fate.drivers.kind, "source": fate.drivers.source},
        "atmosphere": fate.air.density.name,
        "assumed": list(fate.configuration.notes),
    }
    return tables, said


def ensemble_of(scenario: StationScenario) -> Fate:
    """The ensemble of a scenario, drawn once for all its tables."""
    return _drawn(dumps(scenario))


@lru_cache(maxsize=4)
def _drawn(text: str) -> Fate:
    scenario = loads(text, kind=StationScenario)
    return fate_of(scenario, resolve(scenario))


def aboard_tables(scenario: StationScenario) -> Tables:
    """`parts`, `masses`, `vehicles`, `attitude`, `crew`, `seats` and `flights`."""
    fate = ensemble_of(scenario)
    whole = resolve(scenario.model_copy(update={"withdrawals": (), "detachments": ()}))
    air, model = air_at_start(fate), by_name(scenario.atmosphere)
    return _named(
        [
            *configuration_tables(scenario, whole, fate.configuration),
            attitude_table(fate.configuration, model, fate.orbit.epoch, air.f107, air.ap),
            *crew_tables(ledger(scenario), outlook(scenario)),
        ]
    )


def fate_tables(scenario: StationScenario) -> Tables:
    """`altitude`, `reentry`, `thresholds` and `drivers`: if nobody pushes."""
    fate = ensemble_of(scenario)
    return _named(fate_tables_of(fate, fate.unpushed()))


def holding_tables(scenario: StationScenario) -> Tables:
    """`reboosts`, `plan`, `holders` and `marginal`; none where the scenario lets the station sink."""
    if scenario.reboost.policy == "none":
        return {}
    fate = ensemble_of(scenario)
    tables = plan_tables(fate)
    return _named(tables if scenario.withdrawals else [*tables, *holder_tables(fate)])


def descent_tables(scenario: StationScenario) -> Tables:
    """`burns`, `deorbit`, `failures`, `footprint` and `survivors` of a deorbit on purpose, where one is asked for."""
    if scenario.deorbit is None:
        return {}
    return _named(targeted_tables(ensemble_of(scenario), scenario.deorbit))


def ground_tables(scenario: StationScenario) -> Tables:
    """`risk`, `limits`, `risk_countries`, `risk_cities` and `survivors` of an entry that nobody steers.

    A casualty area typed in the scenario is taken as it is, without the spread of the break-up.
    """
    fate, typed = ensemble_of(scenario), scenario.risk.casualty_area_m2
    debris = natural(fate)
    areas = debris.casualty_area_m2 if typed is None else np.array([typed])
    tables = risk_tables(scenario.risk, fate.orbit.inclination_rad, areas, scenario.ensemble.seed)
    return _named(tables if scenario.deorbit else [*tables, survivors_table(debris)])


def _named(tables: Iterable[Table]) -> Tables:
    return {table.name: table for table in tables}
