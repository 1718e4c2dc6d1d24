"""`skyhold compare`: what differs between two runs."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from skyhold.cli.console import Voice, finite
from skyhold.errors import ResultError

if TYPE_CHECKING:
    from skyhold.results.compare import Comparison, FateComparison
    from skyhold.results.station import Result

FIGURES = ("figure", "A", "B", "change")
PLACES = ("place", "service %, A", "B", "change", "median RTT ms, A", "B", "change")


def compare(
    a: Path,
    b: Path,
    /,
    *,
    report: Path | None = None,
    voice: Voice = Voice(),
) -> int:
    """Show what differs between two runs of one kind: their settings, their figures, their places.

    Of two runs of both branches, each branch is compared.

    Parameters
    ----------
    a
        Folder of the run to start from.
    b
        Folder of the run to set beside it.
    report
        Also write the comparison as a page: this HTML file. Of broadband runs only.
    """
    import skyhold

    found = _beside(skyhold.open(a), skyhold.open(b))
    if report is not None:
        _write(found, report)
    if voice.json:
        payloads = {branch: _payload(one) for branch, one in found.items()}
        voice.answer(finite(payloads if len(payloads) > 1 else next(iter(payloads.values()))))
        return 0
    for branch, one in found.items():
        _show(one, voice, f", {branch}" if len(found) > 1 else "")
    return 0


def _beside(first: Result, second: Result) -> dict[str, Comparison | FateComparison]:
    """The comparison of each branch that the two runs have.

    Errors: ResultError where they are of different kinds.
    """
    from skyhold.results.compare import FateComparison
    from skyhold.results.compare import compare as set_beside
    from skyhold.results.results import BroadbandResult
    from skyhold.results.station import CombinedResult, StationResult

    if isinstance(first, BroadbandResult) and isinstance(second, BroadbandResult):
        return {"broadband": set_beside(first, second)}
    if isinstance(first, StationResult) and isinstance(second, StationResult):
        return {"station": FateComparison(first, second)}
    if isinstance(first, CombinedResult) and isinstance(second, CombinedResult):
        return _beside(first.broadband, second.broadband) | _beside(first.station, second.station)
    raise ResultError(
        "the two runs are of different kinds",
        expected="two broadband runs, two station runs, or two of both",
        came=f"{first.scenario.name}, {first.scenario.kind}, and {second.scenario.name}, {second.scenario.kind}",
        remedy="of a run of both branches, name its folder broadband or station",
    )


def _write(found: dict[str, Comparison | FateComparison], page: Path) -> None:
    from skyhold.report.html import write_comparison
    from skyhold.results.compare import Comparison

    service = found.get("broadband")
    if not isinstance(service, Comparison):
        raise ResultError(
            "a comparison of station runs has no page",
            expected="two broadband runs",
            where="--report",
            remedy="leave --report out, or make the second run a variant of the first and read its report",
        )
    write_comparison(service, page)


def _show(found: Comparison | FateComparison, voice: Voice, branch: str) -> None:
    from skyhold.results.compare import Comparison

    settings = [(path, *values) for path, values in found.settings().items()]
    voice.table(f"Settings that differ{branch}", ("setting", "A", "B"), settings)
    voice.table(f"Figures{branch}", FIGURES, [(name, *values) for name, values in found.summary().items()])
    if isinstance(found, Comparison):
        _show_places(found, voice)


def _show_places(found: Comparison, voice: Voice) -> None:
    if len(found.places) and not voice.quiet:
        voice.table("Places", PLACES, [_place(row) for row in found.places.rows()])
    for label, names in (("only in A", found.only_before), ("only in B", found.only_after)):
        if names:
            voice.say(f"{label}: {', '.join(names)}")


def _place(row: dict[str, Any]) -> tuple[Any, ...]:
    names = [
        f"{name}_{when}"
        for name in ("service_percent", "rtt_median_ms")
        for when in ("before", "after", "change")
    ]
    return (row["name"], *(row[name] for name in names))


def _payload(found: Comparison | FateComparison) -> dict[str, Any]:
    from skyhold.results.compare import Comparison

    both = {"settings": found.settings(), "figures": found.summary()}
    if not isinstance(found, Comparison):
        return both
    return both | {
        "places": found.places.rows(),
        "cells": found.cells.rows(),
        "only_before": found.only_before,
        "only_after": found.only_after,
    }
