"""The run at a glance: a tile for each figure that decides, its variants below it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from skyhold.coverage_chapter import findings
from skyhold.drawing import numerals
from skyhold.drawing.page import BAD, GOOD, SAME, Change, Tile, variant_label
from skyhold.results.results import BroadbandResult, Group


@dataclass(frozen=True)
class Measure:
    """A figure that every run has: its number, how it is written, how its change is, and which way is better."""

    label: str
    note: str
    number: Callable[[BroadbandResult], float]
    write: Callable[[BroadbandResult], str]
    change: Callable[[float], str]
    more_is_better: bool = True


def tiles(result: BroadbandResult) -> list[Tile]:
    """The tiles of a run; none where it has nobody to serve."""
    return [_tile(measure, result) for measure in _measures(result)]


def delay_tile(result: BroadbandResult) -> list[Tile]:
    """The tile of the round trip alone, for a report whose other tiles say who is served."""
    group = findings.main_group(result)
    return [] if group is None else [_tile(_delay(group, findings.subject(result).noun), result)]


def _measures(result: BroadbandResult) -> list[Measure]:
    group = findings.main_group(result)
    if group is None:
        return []
    words = findings.subject(result)
    measures = [_service(group, words.plural), _always(group, words.plural)]
    if group == "places" and findings.has(result, "cells"):
        measures.append(_always("cells", "cells"))
    return [*measures, _delay(group, words.noun), _usable(group, words.plural), _handovers(group)]


def _service(group: Group, who: str) -> Measure:
    return Measure(
        "Time with service",
        f"mean over the {who}",
        lambda run: findings.served(run, group).percent,
        lambda run: findings.served(run, group).share,
        numerals.points,
    )


def _always(group: Group, who: str) -> Measure:
    def write(run: BroadbandResult) -> str:
        service = findings.served(run, group)
        return f"{numerals.whole(service.always)} of {numerals.whole(len(service.slots))}"

    return Measure(
        f"{who.capitalize()} never without",
        "served in every slot",
        lambda run: float(findings.served(run, group).always),
        write,
        lambda change: numerals.signed(change, 0),
    )


def _delay(group: Group, who: str) -> Measure:
    return Measure(
        "Round trip",
        f"median over time, in the middle {who}",
        lambda run: findings.median_rtt_ms(run, group),
        lambda run: numerals.milliseconds(findings.median_rtt_ms(run, group)),
        lambda change: f"{numerals.signed(change, 1)}{numerals.NBSP}ms",
        more_is_better=False,
    )


def _usable(group: Group, who: str) -> Measure:
    return Measure(
        "Usable satellites",
        f"with a gateway in view too, mean over the {who}",
        lambda run: findings.mean_of(run, group, "usable_mean"),
        lambda run: numerals.amount(findings.mean_of(run, group, "usable_mean")),
        lambda change: numerals.signed(change, 1),
    )


def _handovers(group: Group) -> Measure:
    return Measure(
        "Handovers an hour",
        "changes of satellite, mean",
        lambda run: findings.mean_of(run, group, "handovers_per_hour"),
        lambda run: numerals.amount(findings.mean_of(run, group, "handovers_per_hour")),
        lambda change: numerals.signed(change, 0 if abs(change) >= 10 else 1),
        more_is_better=False,
    )


def _tile(measure: Measure, result: BroadbandResult) -> Tile:
    group = findings.main_group(result)
    before = measure.number(result)
    changes = []
    for name, variant in result.variants.items():
        if group is None or not findings.has(variant, group):
            continue
        changes.append(_change(measure, variant_label(name), before, variant))
    return Tile(measure.label, measure.write(result), measure.note, changes)


def _change(measure: Measure, label: str, before: float, variant: BroadbandResult) -> Change:
    difference = measure.number(variant) - before
    short = measure.write(variant).split(" of ")[0]
    words = measure.change(difference) if np.isfinite(difference) else ""
    if not np.isfinite(difference) or words in ("0", "no change") or words.startswith(f"0{numerals.NBSP}"):
        return Change(label, short, "", SAME)
    better = (difference > 0) == measure.more_is_better
    return Change(label, short, words, GOOD if better else BAD)
