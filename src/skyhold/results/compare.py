"""Two runs side by side: what changes, where."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from skyhold.errors import ResultError
from skyhold.results.results import BroadbandResult, Group
from skyhold.results.station import StationResult
from skyhold.results.tables import Table

COMPARED = (
    "service_percent",
    "in_view_mean",
    "usable_mean",
    "rtt_median_ms",
    "rtt_p95_ms",
    "handovers_per_hour",
)
KEYS = {"places": "name", "cells": "h3"}


@dataclass(frozen=True)
class Comparison:
    """Run `before` beside run `after`: a table of places and one of cells with before, after and change."""

    before: BroadbandResult
    after: BroadbandResult
    places: Table
    cells: Table
    only_before: tuple[str, ...]
    only_after: tuple[str, ...]

    def summary(self) -> dict[str, Any]:
        """Figures of both runs and their difference, by name: (before, after, change)."""
        first, second = self.before.summary(), self.after.summary()
        return {
            key: (first[key], second[key], second[key] - first[key])
            for key in first
            if key in second and isinstance(first[key], int | float) and isinstance(second[key], int | float)
        }

    def settings(self) -> dict[str, tuple[Any, Any]]:
        """Values of the two scenarios that differ, by dotted path."""
        return settings_changed(
            self.before.scenario.model_dump(mode="json"), self.after.scenario.model_dump(mode="json")
        )


@dataclass(frozen=True)
class FateComparison:
    """Station run `before` beside station run `after`."""

    before: StationResult
    after: StationResult

    def summary(self) -> dict[str, Any]:
        """Figures and dates of both runs by name: (before, after, change), of dates in days, None where one is none."""
        first, second = self.before.summary(), self.after.summary()
        return {
            key: (first[key], second[key], _change(first[key], second[key])) for key in first if key in second
        }

    def settings(self) -> dict[str, tuple[Any, Any]]:
        """Values of the two scenarios that differ, by dotted path."""
        return settings_changed(
            self.before.scenario.model_dump(mode="json"), self.after.scenario.model_dump(mode="json")
        )


def _change(before: Any, after: Any) -> float | None:
    if isinstance(before, int | float) and isinstance(after, int | float):
        return after - before
    try:
        return float((date.fromisoformat(str(after)[:10]) - date.fromisoformat(str(before)[:10])).days)
    except ValueError:
        return None


def compare(before: BroadbandResult, after: BroadbandResult) -> Comparison:
    """Match the places by name and the cells by H3 index. Errors: ResultError when nothing matches."""
    places, only_before, only_after = _matched(before, after, "places")
    cells, _, _ = _matched(before, after, "cells")
    if not len(places) and not len(cells):
        raise ResultError(
            "the two runs share no place and no cell",
            came=f"{before.scenario.name} and {after.scenario.name}",
            remedy="compare runs of the same area",
        )
    return Comparison(before, after, places, cells, only_before, only_after)


def settings_changed(
    before: Mapping[str, Any], after: Mapping[str, Any], path: str = ""
) -> dict[str, tuple[Any, Any]]:
    """Leaves that differ between two nested mappings, by dotted path; names, titles and variants left out."""
    changed: dict[str, tuple[Any, Any]] = {}
    for key in sorted(set(before) | set(after)):
        if not path and key in ("name", "title", "description", "variants"):
            continue
        one, two, where = before.get(key), after.get(key), f"{path}{key}"
        if isinstance(one, Mapping) and isinstance(two, Mapping):
            changed |= settings_changed(one, two, where + ".")
        elif one != two:
            changed[where] = (one, two)
    return changed


def _matched(
    before: BroadbandResult, after: BroadbandResult, group: Group
) -> tuple[Table, tuple[str, ...], tuple[str, ...]]:
    first, second, key = before.tables[group], after.tables[group], KEYS[group]
    if not len(first) or not len(second):
        return Table(group, {}), (), ()
    keys_first, keys_second = first[key].astype(str), second[key].astype(str)
    shared, one, two = np.intersect1d(keys_first, keys_second, return_indices=True)
    order = np.argsort(one)
    one, two = one[order], two[order]
    columns: dict[str, NDArray[Any]] = {
        name: first[name][one] for name in (key, "latitude_deg", "longitude_deg")
    }
    for name in COMPARED:
        columns[f"{name}_before"], columns[f"{name}_after"] = first[name][one], second[name][two]
        columns[f"{name}_change"] = columns[f"{name}_after"].astype(float) - columns[f"{name}_before"]
    return (
        Table(group, columns),
        tuple(sorted(set(keys_first) - set(shared))),
        tuple(sorted(set(keys_second) - set(shared))),
    )
