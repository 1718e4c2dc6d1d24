"""The few figures of a run that fit in a sentence."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from skyhold.results.tables import Table

if TYPE_CHECKING:
    from skyhold.results.results import BroadbandResult


def summarise(result: BroadbandResult) -> dict[str, Any]:
    """Figures over the places and over the cells, NaN where nothing was served."""
    summary: dict[str, Any] = {
        "start_utc": result.scenario.clock.start_utc.isoformat(),
        "duration_h": result.scenario.clock.duration_h,
        "slots": int(result.manifest["slots"]),
        "satellites": len(result.tables["satellites"]),
        "gateways": len(result.tables["gateways"]),
    }
    for group in ("places", "cells"):
        table = result.tables[group]
        if len(table):
            summary |= {f"{group}_{key}": value for key, value in _terminals(table).items()}
    return summary


def _terminals(table: Table) -> dict[str, Any]:
    served = table["slots_served"]
    always = served == table["slots"]
    never = served == 0
    medians = table["rtt_median_ms"]
    known = ~np.isnan(medians)
    return {
        "count": len(table),
        "always_served": int(always.sum()),
        "never_served": int(never.sum()),
        "in_view_percent": float(table["in_view_percent"].mean()),
        "service_percent": float(table["service_percent"].mean()),
        "worst_service_percent": float(table["service_percent"].min()),
        "in_view_mean": float(table["in_view_mean"].mean()),
        "usable_mean": float(table["usable_mean"].mean()),
        "rtt_median_ms": float(np.median(medians[known])) if known.any() else float("nan"),
        "handovers_per_hour": float(table["handovers_per_hour"].mean()),
    }
