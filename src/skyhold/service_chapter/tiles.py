"""Service at a glance: a tile for each figure that decides, its cases below it."""

from __future__ import annotations

import math
from collections.abc import Callable

from skyhold.drawing import numerals
from skyhold.drawing.page import BAD, GOOD, SAME, Change, Tile, variant_label
from skyhold.results.results import BroadbandResult
from skyhold.service_chapter import findings as found
from skyhold.service_chapter import text
from skyhold.service_chapter.findings import Standing

Number = Callable[[Standing], float]
Write = Callable[[float], str]


def tiles(result: BroadbandResult) -> list[Tile]:
    """The tiles of a run with demand."""
    stands = {name: found.standing(run) for name, run in found.runs(result).items()}
    now = stands[""]
    made = [
        _tile("People with service", f"of {text.people(now.dependents)} without another network, mean over the run",
              stands, lambda one: one.served, text.people),
        _tile("Terminals in place", "that have come by then, less losses", stands,
              lambda one: one.terminals, text.people),
        _tile("Offered to a busy terminal", "down, median over the run, in the middle of the people behind terminals",
              stands, lambda one: one.offered_mbit_s, text.rate),
        _tile("Carried of what is asked", "the rest lacks satellites, gateways, beams or a clear link", stands,
              _carried, _percent),
    ]  # fmt: skip
    sites = _sites(result)
    return [*made, sites] if sites else made


def _carried(one: Standing) -> float:
    return 100.0 - one.unserved_percent if one.wanted_gbit_s > 0 else float("nan")


def _percent(value: float) -> str:
    return numerals.share(value, 100.0)


def _tile(label: str, note: str, stands: dict[str, Standing], number: Number, write: Write) -> Tile:
    before = number(stands[""])
    changes = [
        _change(variant_label(name), before, number(one), write) for name, one in stands.items() if name
    ]
    return Tile(label, write(before), note, changes)


def _change(label: str, before: float, after: float, write: Write) -> Change:
    if write(before) == write(after) or not math.isfinite(after - before):
        return Change(label, write(after), "", SAME)
    words = f"{'+' if after > before else numerals.MINUS}{write(abs(after - before))}"
    return Change(label, write(after), words, GOOD if after > before else BAD)


def _sites(result: BroadbandResult) -> Tile | None:
    counts = {name: met for name, run in found.runs(result).items() if (met := found.sites_met(run))}
    if "" not in counts:
        return None
    before, of = counts[""]
    changes = [
        _change(variant_label(name), before, met, numerals.whole) for name, (met, _) in counts.items() if name
    ]
    return Tile(
        "Priority sites served",
        f"{before} of {of}",
        "get what they need from a satellite, 99 % of the time",
        changes,
    )
