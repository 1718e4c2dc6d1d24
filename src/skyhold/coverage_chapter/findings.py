"""The numbers of a run as the report needs them: counts of slots, gaps, hours, pooled samples."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from skyhold.data import countries
from skyhold.drawing import numerals
from skyhold.errors import ResultError, SkyholdError
from skyhold.results.compare import Comparison, compare
from skyhold.results.results import BroadbandResult, Group
from skyhold.results.tables import Table

Floats = NDArray[np.float64]
SAMPLED_VALUES = 2_000_000
HOURS_SHOWN = 48


@dataclass(frozen=True)
class Subject:
    """What the run is about, in words: "Ukraine's 25 largest cities", its noun, and the area."""

    whole: str
    noun: str
    plural: str
    area: str
    named: bool = False


@dataclass(frozen=True)
class Served:
    """Service of one group of terminals, in slots: (U,) counts, and the names where there are any."""

    group: Group
    names: tuple[str, ...]
    slots: NDArray[np.int64]
    served: NDArray[np.int64]
    seen: NDArray[np.int64]

    @property
    def always(self) -> int:
        """Terminals served in every slot."""
        return int((self.served == self.slots).sum())

    @property
    def never(self) -> int:
        """Terminals served in no slot."""
        return int((self.served == 0).sum())

    @property
    def share(self) -> str:
        """Percent of all slots of all terminals that were served."""
        return numerals.share(float(self.served.sum()), float(self.slots.sum()))

    @property
    def percent(self) -> float:
        """The same as a number, NaN when there are no slots."""
        total = float(self.slots.sum())
        return 100.0 * float(self.served.sum()) / total if total else float("nan")

    @property
    def worst(self) -> int:
        """Index of the terminal with the least service."""
        return int(np.argmin(self.served / np.maximum(self.slots, 1)))


def main_group(result: BroadbandResult) -> Group | None:
    """The places when there are any, else the cells, else None."""
    groups: tuple[Group, ...] = ("places", "cells")
    return next((group for group in groups if has(result, group)), None)


def has(result: BroadbandResult, group: str) -> bool:
    """Whether the run has a table of that name with rows."""
    return group in result.tables and len(result.tables[group]) > 0


def column(table: Table, *names: str) -> NDArray[Any] | None:
    """The first of these columns that the table has."""
    return next((table[name] for name in names if name in table.columns), None)


def served(result: BroadbandResult, group: Group) -> Served:
    """Slots served and seen by each terminal of a group."""
    table = result.tables[group]
    names = tuple(str(name) for name in table["name"]) if "name" in table.columns else ()
    counts = (np.asarray(table[key], np.int64) for key in ("slots", "slots_served", "slots_in_view"))
    return Served(group, names, *counts)


def mean_of(result: BroadbandResult, group: Group, name: str) -> float:
    """Mean over the terminals of a column, NaN left out; NaN when there is nothing."""
    values = np.asarray(result.tables[group][name], float)
    known = values[np.isfinite(values)]
    return float(known.mean()) if len(known) else float("nan")


def median_rtt_ms(result: BroadbandResult, group: Group) -> float:
    """Round trip of the middle terminal: median over the terminals of their medians."""
    values = np.asarray(result.tables[group]["rtt_median_ms"], float)
    known = values[np.isfinite(values)]
    return float(np.median(known)) if len(known) else float("nan")


def area_name(result: BroadbandResult) -> str:
    """The country, "the world", or the limits of the box; empty where the scenario has no area."""
    area, chosen = result.scenario.area, result.scenario.cities
    if area and area.globe:
        return "the world"
    if area and area.bbox_deg:
        west, south, east, north = area.bbox_deg
        sides = f"{_degrees(south, 'NS')} to {_degrees(north, 'NS')}, {_degrees(west, 'EW')} to {_degrees(east, 'EW')}"
        return f"the box {sides}"
    code = area.country if area else chosen.country if chosen else None
    return _country_name(code) if code else ""


def _country_name(code: str) -> str:
    try:
        return countries.country(code).name
    except SkyholdError:
        return code


def _degrees(value: float, letters: str) -> str:
    return f"{abs(value):g}°{numerals.NBSP}{letters[value < 0]}"


def subject(result: BroadbandResult) -> Subject:
    """Words for the main group of the run."""
    group, area = main_group(result), area_name(result)
    scenario = result.scenario
    if group == "cells":
        of = f" of {area}" if area else ""
        return Subject(
            f"the {numerals.counted(len(result.tables['cells']), 'cell')}{of}", "cell", "cells", area
        )
    names = result.place_names if group else ()
    cities = scenario.cities
    if cities is not None and cities.count > 0 and not scenario.places and len(names) > 1:
        whose = _country_name(cities.country) if cities.country else "the world"
        owner = f"{whose}’" if whose.endswith("s") else f"{whose}’s"
        return Subject(f"{owner} {len(names)} largest cities", "city", "cities", area)
    if len(names) <= 3:
        return Subject(numerals.listed(names) if names else "the area", "place", "places", area, named=True)
    return Subject(f"the {len(names)} places", "place", "places", area)


def beside(before: BroadbandResult, after: BroadbandResult) -> Comparison | None:
    """The two runs matched by place and cell; None when they share none."""
    try:
        return compare(before, after)
    except ResultError:
        return None


def longest_outage_s(result: BroadbandResult) -> Floats:
    """(U,) the longest unbroken run of slots without service at each place, in seconds."""
    out = result.array("serving") < 0
    longest, current = np.zeros(out.shape[1]), np.zeros(out.shape[1])
    for row in out:
        current = np.where(row, current + 1, 0)
        longest = np.maximum(longest, current)
    return np.asarray(longest * result.scenario.clock.slot_period_s)


@dataclass(frozen=True)
class Strip:
    """Service by place and stretch of time: starts (H,); (U, H) slots, slots served, fewest usable satellites."""

    starts: NDArray[np.datetime64]
    hours: int
    slots: NDArray[np.int64]
    served: NDArray[np.int64]
    least: NDArray[np.int64]


def service_strip(result: BroadbandResult) -> Strip:
    """Service of each place in stretches of whole hours, at most 48 of them where the run allows."""
    times = result.times
    start = np.datetime64(times[0], "h")
    run_hours = float((times[-1] - start) / np.timedelta64(1, "h"))
    hours = next((h for h in (1, 2, 3, 6, 12, 24, 48, 168, 720) if run_hours / h <= HOURS_SHOWN), 2160)
    index = ((times - start) // np.timedelta64(hours, "h")).astype(np.int64)
    firsts = np.searchsorted(index, np.arange(int(index[-1]) + 1))
    slots = np.diff(np.append(firsts, len(index)))
    served = np.add.reduceat(result.array("serving") >= 0, firsts, axis=0, dtype=np.int64).T
    least = np.minimum.reduceat(result.array("usable"), firsts, axis=0).T.astype(np.int64)
    starts = start + np.arange(len(firsts)) * np.timedelta64(hours, "h")
    return Strip(starts, hours, np.broadcast_to(slots, served.shape), served, least)


@dataclass(frozen=True)
class DaySeries:
    """Satellites over time, in bins: hours since the start (B,), means over places, and the range of usable."""

    hours: Floats
    in_view: Floats
    allowed: Floats
    usable: Floats
    usable_low: Floats
    usable_high: Floats
    bin_minutes: float


def day_series(result: BroadbandResult, bins: int = 144) -> DaySeries:
    """Means over places in at most `bins` stretches of slots; lowest and highest usable count of any place."""
    group = main_group(result) or "places"
    step = _sampling(result, group)
    counts = {
        name: result.array(name, group, slice(None, None, step)) for name in ("in_view", "allowed", "usable")
    }
    slots = len(counts["usable"])
    edges = np.unique(np.linspace(0, slots, min(bins, slots) + 1).astype(np.int64))[:-1]
    size = np.diff(np.append(edges, slots))
    means = {name: np.add.reduceat(v.mean(axis=1), edges) / size for name, v in counts.items()}
    low = np.minimum.reduceat(counts["usable"].min(axis=1), edges)
    high = np.maximum.reduceat(counts["usable"].max(axis=1), edges)
    slot_h = result.scenario.clock.slot_period_s * step / 3600.0
    hours = (edges + size / 2) * slot_h
    return DaySeries(
        hours, means["in_view"], means["allowed"], means["usable"], low.astype(float), high.astype(float),
        float(size[0]) * slot_h * 60.0,
    )  # fmt: skip


def rtt_sample_ms(result: BroadbandResult) -> Floats:
    """All round trips of the main group, sorted, every terminal weighing the same; thinned evenly in time if huge."""
    group = main_group(result)
    if group is None:
        return np.empty(0)
    values = result.array("rtt_ms", group, slice(None, None, _sampling(result, group)))
    return np.sort(values[np.isfinite(values)].astype(np.float64))


def count_shares(result: BroadbandResult, variable: str) -> Floats:
    """(N,) share of slots with 0, 1, 2, ... satellites of that kind, over the main group."""
    group = main_group(result)
    if group is None:
        return np.empty(0)
    values = result.array(variable, group, slice(None, None, _sampling(result, group)))
    counts = np.bincount(values.ravel().astype(np.int64))
    return np.asarray(counts / max(1, counts.sum()), np.float64)


def stays_slots(result: BroadbandResult) -> NDArray[np.int64]:
    """Lengths in slots of every unbroken stay of a place with one satellite; first and last stays left out."""
    if not has(result, "places"):
        return np.empty(0, np.int64)
    serving = result.array("serving")
    lengths = [_runs(serving[:, u]) for u in range(serving.shape[1])]
    return np.concatenate(lengths) if lengths else np.empty(0, np.int64)


def _runs(serving: NDArray[Any]) -> NDArray[np.int64]:
    changes = np.flatnonzero(np.diff(serving)) + 1
    lengths = np.diff(changes)
    return np.asarray(lengths[serving[changes[:-1]] >= 0], np.int64)


def _sampling(result: BroadbandResult, group: Group) -> int:
    """Every how many slots to read so that a (T, U) array stays small."""
    values = int(result.manifest["slots"]) * len(result.tables[group])
    return max(1, -(-values // SAMPLED_VALUES))
