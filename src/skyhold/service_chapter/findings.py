"""The numbers of a run with demand as its chapter needs them: who is served, how fast, who is not and why."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from skyhold.coverage_chapter.findings import has
from skyhold.demand.load import PER_TERMINAL
from skyhold.results.results import BroadbandResult
from skyhold.results.tables import Table
from skyhold.service.reasons import QUIET, Reason

Floats = NDArray[np.float64]
OF_WORDS = {reason.words: reason for reason in Reason}
HOUR = np.timedelta64(1, "h")
SAMPLED_VALUES = 2_000_000
NOTHING = Reason.SERVED
FAR_MORE = 5.0


@dataclass(frozen=True)
class Standing:
    """Who gets what in one run: people of all cells, mean over its hours; what is wanted and carried in the busiest.

    `lacking` are the people without another network who do not get all they ask, by the main reason of their cell;
    those without a terminal, or with one that has no power, are among them. `offered_mbit_s` is what one more busy
    terminal would get, in the middle of the people behind terminals.
    """

    dependents: float
    terminals: float
    users: float
    served: float
    lacking: Mapping[Reason, float]
    wanted_gbit_s: float
    carried_gbit_s: float
    unserved_percent: float
    lost_to: Mapping[Reason, float]
    offered_mbit_s: float

    @property
    def main(self) -> Reason:
        """Why most of those who lack something lack it; SERVED where nobody does."""
        return max(self.lacking, key=lambda reason: self.lacking[reason]) if self.lacking else NOTHING

    @property
    def main_on_air(self) -> Reason:
        """What costs those behind terminals most bits; SERVED where nothing is lost."""
        return max(self.lost_to, key=lambda reason: self.lost_to[reason]) if self.lost_to else NOTHING


def has_service(result: BroadbandResult) -> bool:
    """Whether the run was asked who wants how much."""
    return has(result, "capacity_cells") and result.scenario.demand is not None


def standing(result: BroadbandResult) -> Standing:
    """Who gets what in a run with demand."""
    cells, reasons = result.tables["capacity_cells"], result.tables["capacity_reasons"]
    full, lacking = people_by_reason(result)
    wanted, carried = busiest_hour(result)
    lost = {
        OF_WORDS[str(words)]: float(share)
        for words, share in zip(reasons["reason"], reasons["unserved_percent"], strict=True)
        if share > 0
    }
    return Standing(
        dependents=float(floats(cells, "dependents").sum()),
        terminals=float(floats(cells, "terminals").sum()),
        users=float(floats(cells, "users").sum()),
        served=float(full.sum()),
        lacking={r: float(v.sum()) for r, v in lacking.items() if v.sum() > 0},
        wanted_gbit_s=wanted,
        carried_gbit_s=carried,
        unserved_percent=min(100.0, sum(lost.values())),
        lost_to=lost,
        offered_mbit_s=weighted_median(floats(cells, "offered_median_mbit_s"), floats(cells, "users")),
    )


def busiest_hour(result: BroadbandResult) -> tuple[float, float]:
    """What is wanted and carried, Gbit/s, in the hour of the day in which most is wanted; zeros without slots."""
    table = result.tables["capacity_hours"]
    wanted, carried = (np.nan_to_num(floats(table, f"{key}_gbit_s")) for key in ("wanted", "carried"))
    hour = int(wanted.argmax())
    return float(wanted[hour]), float(carried[hour])


def fullest(result: BroadbandResult) -> tuple[str, BroadbandResult] | None:
    """The case with far more people behind terminals than the baseline, the first of those with most; or None."""
    users = {
        name: float(floats(run.tables["capacity_cells"], "users").sum()) for name, run in runs(result).items()
    }
    name = max(users, key=lambda one: round(users[one]))
    return (name, result.variants[name]) if users[name] > FAR_MORE * users[""] + 1.0 else None


def people_by_reason(result: BroadbandResult) -> tuple[Floats, dict[Reason, Floats]]:
    """(C,) people who get what they ask, and by reason (C,) people who do not.

    Of the people behind powered terminals, the share of their bits that is not carried counts as lacking, for the
    main reason of the cell. People behind terminals beyond those with power have none; the rest no terminal.
    """
    cells = result.tables["capacity_cells"]
    dependents, users = floats(cells, "dependents"), floats(cells, "users")
    main = np.array([OF_WORDS[str(words)] for words in cells["main_reason"]])
    short = np.where(main == NOTHING, 0.0, users * np.nan_to_num(floats(cells, "unserved_percent")) / 100.0)
    asking = [Reason(r) for r in np.unique(main) if Reason(r) not in (NOTHING, *QUIET)]
    lacking = {reason: np.where(main == reason, short, 0.0) for reason in asking}
    full = users - sum(lacking.values(), np.zeros(len(users)))
    reached = np.minimum(floats(cells, "terminals") * people_per_terminal(result), dependents)
    lacking[Reason.NO_POWER] = np.maximum(reached - users, 0.0)
    lacking[Reason.NO_TERMINAL] = np.maximum(dependents - np.maximum(users, reached), 0.0)
    return full, lacking


def people_per_terminal(result: BroadbandResult) -> float:
    """People behind one terminal, by the basis of the demand."""
    spec = result.scenario.demand
    return float(PER_TERMINAL[spec.basis](spec)) if spec else 1.0


def floats(table: Table, column: str) -> Floats:
    """A column as floats."""
    return np.asarray(table[column], np.float64)


def weighted_median(values: Floats, weights: Floats) -> float:
    """The value at the middle of the weights; NaN where nothing weighs."""
    known = np.isfinite(values) & (weights > 0)
    order = np.argsort(values[known])
    ladder = np.cumsum(weights[known][order])
    if not len(ladder):
        return float("nan")
    return float(values[known][order][np.searchsorted(ladder, 0.5 * ladder[-1])])


def runs(result: BroadbandResult) -> dict[str, BroadbandResult]:
    """The baseline, under an empty name, and the variants that have demand too."""
    return {"": result} | {name: run for name, run in result.variants.items() if has_service(run)}


def aligned(result: BroadbandResult, table: Table, values: Floats) -> Floats:
    """(C,) values of a table with a column h3 in the order of the run's cells; NaN for cells it lacks."""
    found = dict(zip(table["h3"].astype(str).tolist(), values.tolist(), strict=True))
    return np.array([found.get(str(cell), np.nan) for cell in result.tables["cells"]["h3"]])


def sites_met(result: BroadbandResult) -> tuple[int, int] | None:
    """Priority sites that ask and get what they need in 99 % of those slots, and sites in all; None without sites."""
    if not has(result, "sites"):
        return None
    table = result.tables["sites"]
    met = (floats(table, "asking_percent") > 0) & (floats(table, "met_percent") >= 99.0)
    return int(met.sum()), len(table)


@dataclass(frozen=True)
class Hourly:
    """People behind terminals by hour of the run: (H,) starts, and (H,) people by what their cell got."""

    starts: NDArray[np.datetime64]
    people: Mapping[Reason, Floats]


def by_hour(result: BroadbandResult) -> Hourly | None:
    """People behind terminals by the hour and by what their cell got, from the stored slots; None without them."""
    if result.store is None or "service" not in result.store or not len(result.times_of("service")):
        return None
    users, times = floats(result.tables["capacity_cells"], "users"), result.times_of("service")
    step = max(1, len(times) * len(users) // SAMPLED_VALUES)
    reason, times = result.array("reason", "service", slice(None, None, step)), times[::step]
    start = times[0].astype("datetime64[h]")
    hours = np.asarray((times - start) // HOUR, np.int64)
    firsts = np.flatnonzero(np.diff(hours, prepend=-1))
    slots = np.diff(np.append(firsts, len(hours)))
    asking = users > 0
    reason, users = reason[:, asking], users[asking].astype(np.float32)
    present = [one for one in Reason if one not in QUIET and (reason == one).any()]
    of_cells = {
        one: np.add.reduceat((reason == one).astype(np.float32) @ users, firsts, dtype=np.float64) / slots
        for one in present
    }
    return Hourly(start + hours[firsts] * HOUR, {r: v for r, v in of_cells.items() if v.any()})


@dataclass(frozen=True)
class Jammed:
    """What jammers leave of the clear rate in the cells, %: (C,) without and with the defence of the scenario."""

    name: str
    run: BroadbandResult
    bare: Floats
    defended: Floats

    @property
    def defence(self) -> bool:
        """Whether anything is switched on that changes it."""
        return bool(np.abs(self.bare - self.defended).max(initial=0.0) > 0.05)


DENIED_PERCENT, HALF_PERCENT = 10.0, 50.0


def jammed(result: BroadbandResult) -> Jammed | None:
    """The run in which jammers take most and something is switched on against them; None where nobody jams."""
    found = [
        _jammed(name, run)
        for name, run in ({"": result} | dict(result.variants)).items()
        if has(run, "jamming_cells")
    ]
    return max(found, key=lambda one: (one.defence, -float(one.bare.mean()), one.name == ""), default=None)


def _jammed(name: str, run: BroadbandResult) -> Jammed:
    table = run.tables["jamming_cells"]
    bare, defended = (
        np.minimum(floats(table, f"down_{word}_percent"), floats(table, f"up_{word}_percent"))
        for word in ("jammed", "defended")
    )
    return Jammed(name, run, aligned(run, table, bare), aligned(run, table, defended))


def touched(one: Jammed, left: Floats, below_percent: float) -> tuple[int, float]:
    """Cells with less than that of the clear rate left, and the people who live there (NaN where unknown)."""
    cells = left < below_percent
    if not has(one.run, "capacity_cells"):
        return int(cells.sum()), float("nan")
    return int(cells.sum()), float(floats(one.run.tables["capacity_cells"], "people")[cells].sum())
