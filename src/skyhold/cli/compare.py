"""`skyhold compare`: what differs between two runs."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from skyhold.cli.console import Voice, finite

if TYPE_CHECKING:
    from skyhold.results.compare import Comparison

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
    """Show what differs between two runs: their settings, their figures, their places.

    Parameters
    ----------
    a
        Folder of the run to start from.
    b
        Folder of the run to set beside it.
    report
        Also write the comparison as a page: this HTML file.
    """
    from skyhold.results.compare import compare as set_beside
    from skyhold.results.files import open_run
    from skyhold.results.results import BroadbandResult

    found = set_beside(open_run(a, kind=BroadbandResult), open_run(b, kind=BroadbandResult))
    if report is not None:
        from skyhold.report.html import write_comparison

        write_comparison(found, report)
    if voice.json:
        voice.answer(finite(_payload(found)))
    else:
        _show(found, voice)
    return 0


def _show(found: Comparison, voice: Voice) -> None:
    settings = [(path, *values) for path, values in found.settings().items()]
    voice.table("Settings that differ", ("setting", "A", "B"), settings)
    voice.table("Figures", FIGURES, [(name, *values) for name, values in found.summary().items()])
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


def _payload(found: Comparison) -> dict[str, Any]:
    return {
        "settings": found.settings(),
        "figures": found.summary(),
        "places": found.places.rows(),
        "cells": found.cells.rows(),
        "only_before": found.only_before,
        "only_after": found.only_after,
    }
