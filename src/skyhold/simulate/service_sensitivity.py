"""What the service of a run hangs on: the uncertain numbers of the radio and of jammers, each at its ends."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from skyhold.geometry.visibility import Candidates, look_up
from skyhold.jamming.field import Field
from skyhold.links import budgets
from skyhold.nouns.jammers import Jammer
from skyhold.results.tables import Table
from skyhold.scenario.scenario import BroadbandScenario
from skyhold.simulate.prepare import Line
from skyhold.simulate.service import ServiceLine, depth, serve_block
from skyhold.times import Instants

SLOTS = 6
MOVES_PERCENT = 0.05  # changes of the share carried that are smaller are left out

NOTES = {
    "carried_percent": "of the bits wanted, with every number at its middle",
    "carried_at_low_percent": "the same with this number at its low end, all others at their middles",
    "cells_at_low_percent": "cells that get something, of those that ask, with this number at its low end",
}


@dataclass(frozen=True, eq=False)
class _Sky:
    """A few slots over the whole run: what every choice of numbers is served under."""

    instants: Instants
    xyz: NDArray[np.float32]
    candidates: Candidates


def sensitivity_table(line: Line) -> Table:
    """One row a number that moves what is carried, the strongest first, over `SLOTS` slots spread over the run.

    One at a time: joint effects are not seen. Empty where the run has no service or nobody asks.
    """
    service = line.service
    if service is None or not len(service.rows):
        return Table("service_sensitivity", {})
    sky = _sky(line)
    carried, cells = _shares(service, sky)
    rows = []
    for name, low, high, source, changed in _ends(service.scenario):
        (low_bits, low_cells), (high_bits, high_cells) = (_shares(_with(service, s), sky) for s in changed)
        rows.append(
            {
                "parameter": name,
                "low": low,
                "high": high,
                "carried_percent": carried,
                "carried_at_low_percent": low_bits,
                "carried_at_high_percent": high_bits,
                "cells_percent": cells,
                "cells_at_low_percent": low_cells,
                "cells_at_high_percent": high_cells,
                "source": source,
            }
        )
    moving = [row for row in rows if _swing(row) > MOVES_PERCENT]
    return Table.of_rows("service_sensitivity", sorted(moving, key=_swing, reverse=True), NOTES)


def _sky(line: Line) -> _Sky:
    index = np.unique(np.linspace(0, len(line.instants) - 1, SLOTS).round().astype(np.int64))
    instants = Instants(line.instants.epoch, line.instants.offset_s[index])
    xyz = line.fleet.positions(instants)
    cost = line.ground.backhaul(xyz, instants).delay_s
    found = look_up(xyz, line.sites, line.mask, cost, depth(len(line.fleet)), pop_index=line.pop_index)
    return _Sky(instants, xyz, found)


def _shares(service: ServiceLine, sky: _Sky) -> tuple[float, float]:
    """Shares of the bits wanted that are carried, and of the cells that ask that get something, %."""
    block = serve_block(service, sky.candidates, sky.xyz, sky.instants)
    wanted = service.demand.wanted_bit_s[service.demand.hour(sky.instants)]
    asking = wanted > 0.0
    carried = np.minimum(block.rate_bit_s, wanted).sum() / max(float(wanted.sum()), 1.0)
    lit = (block.rate_bit_s > 0.0)[asking].mean() if asking.any() else 0.0
    return 100.0 * float(carried), 100.0 * float(lit)


def _with(service: ServiceLine, scenario: BroadbandScenario) -> ServiceLine:
    old = service.field
    field = Field.of(scenario, old.sites, old.gateways)
    return replace(service, scenario=scenario, field=field)


Pair = tuple[BroadbandScenario, BroadbandScenario]


def _ends(scenario: BroadbandScenario) -> Iterator[tuple[str, float, float, str, Pair]]:
    """Each uncertain number: its name, its ends, where they are from, and the scenario at both."""
    for path, prior in budgets.priors(scenario.radio):
        low, high = (
            scenario.model_copy(update={"radio": budgets.with_value(scenario.radio, path, end)})
            for end in (prior.low, prior.high)
        )
        yield "radio." + ".".join(path), prior.low, prior.high, prior.source, (low, high)
    if scenario.jammers:
        least, most = (
            scenario.model_copy(update={"jammers": tuple(_at(j, end) for j in scenario.jammers)})
            for end in ("low", "high")
        )
        eirp = [jammer.eirp_dbw for jammer in scenario.jammers]
        ends = min(one.low for one in eirp), max(one.high for one in eirp)
        yield "jammers.eirp_dbw, all of them", *ends, "every one an estimate", (least, most)


def _at(jammer: Jammer, end: str) -> Jammer:
    power = jammer.eirp_dbw.model_copy(update={"value": getattr(jammer.eirp_dbw, end)})
    return jammer.model_copy(update={"eirp_dbw": power})


def _swing(row: Mapping[str, Any]) -> float:
    pairs = (
        ("carried_at_low_percent", "carried_at_high_percent"),
        ("cells_at_low_percent", "cells_at_high_percent"),
    )
    middles = ("carried_percent", "cells_percent")
    moved = [abs(row[end] - row[middle]) for ends, middle in zip(pairs, middles, strict=True) for end in ends]
    return float(max(moved))
