"""Budgets of the links of a scenario as tables: line by line, and what the rate hangs on."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from skyhold.attenuation.total import clear_db, exceeded_db
from skyhold.geometry.sites import Sites
from skyhold.links import budgets
from skyhold.links.ledger import Ledger
from skyhold.nouns.radio import RadioSpec
from skyhold.results.tables import Table
from skyhold.scenario.scenario import BroadbandScenario
from skyhold.simulate.weather import climate_of
from skyhold.units import DEG

ELEVATION_DEG = 40.0
RAIN_PERCENT = 0.1
MBIT = 1e6

Budget = Callable[..., Ledger]
LINKS: dict[str, tuple[Budget, Callable[[RadioSpec], float]]] = {
    "user-down": (budgets.user_down, lambda radio: radio.user_down.frequency_ghz),
    "user-up": (budgets.user_up, lambda radio: radio.user_up.frequency_ghz),
    "gateway-up": (budgets.gateway_up, lambda radio: radio.gateway_up.frequency_ghz),
    "gateway-down": (budgets.gateway_down, lambda radio: radio.gateway_down.frequency_ghz),
}


def ledger_tables(scenario: BroadbandScenario, where: Sites) -> list[Table]:
    """The four links at 40 degrees over one place (a `Sites` of one), in clear air and in rain; and the sensitivity."""
    climate, elevation = climate_of(scenario.weather, where), ELEVATION_DEG * DEG
    rows = []
    for link, (budget, frequency) in LINKS.items():
        f_ghz = frequency(scenario.radio)
        gas = float(clear_db(climate, f_ghz, elevation)[0])
        whole = float(exceeded_db(climate, f_ghz, elevation, RAIN_PERCENT).total_db[0])
        skies = {"clear": 0.0, f"exceeded {RAIN_PERCENT:g} % of the year": max(0.0, whole - gas)}
        for sky, rain in skies.items():
            rows += _lines(link, sky, budget(scenario.radio, elevation, rain, 0.0, gas))
    return [Table.of_rows("ledgers", rows), sensitivity_table(scenario.radio)]


def _lines(link: str, sky: str, ledger: Ledger) -> list[dict[str, object]]:
    return [
        {
            "link": link,
            "sky": sky,
            "title": ledger.title,
            "line": line.name,
            "value": line.value,
            "unit": line.unit,
            "note": line.note,
            "rate_mbit_s": ledger.rate_bit_s / MBIT,
        }
        for line in ledger.lines
    ]


def sensitivity_table(radio: RadioSpec) -> Table:
    """What the user's downlink at 40 degrees hangs on, one uncertain number at a time."""

    def budget(changed: RadioSpec) -> Ledger:
        return budgets.user_down(changed, float(np.radians(ELEVATION_DEG)))

    rows = [
        {
            "parameter": one.parameter,
            "low": one.low,
            "high": one.high,
            "rate_at_low_mbit_s": one.rate_low / MBIT,
            "rate_at_high_mbit_s": one.rate_high / MBIT,
            "source": one.source,
        }
        for one in budgets.sensitivity(budget, radio)
    ]
    return Table.of_rows("sensitivity", rows)
