"""What a station run found, and a run that joins both branches."""

from __future__ import annotations

import html
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from skyhold.errors import ResultError
from skyhold.results.results import BroadbandResult
from skyhold.results.tables import Table
from skyhold.scenario.scenario import CombinedScenario, StationScenario


@dataclass(frozen=True)
class StationResult:
    """A finished station run, from memory or from its folder.

    Tables (columns named with their units; those that a variant has no use for are absent):

    * `altitude`: a row a day: percentiles 5, 25, 50, 75, 95 of the mean altitude over the members still up, and the
      share that is up.
    * `reentry`: percentiles of the date of re-entry when nobody pushes; `thresholds`: of reaching given altitudes.
    * `drivers`: a row a month: F10.7 (81-day) and Ap, percentiles over the members.
    * `parts`, `vehicles`, `masses`: the configuration on the first day.
    * `attitude`: what holds the attitude, down to which altitude.
    * `reboosts`: the planned burns; `holders`: who could hold the station alone, and what stops the others.
    * `burns`, `footprint`, `survivors`: the deorbit, where debris falls, what survives.
    * `risk`: casualty expectation and its interval, limits beside it; `risk_countries`, `risk_cities`: where.
    * `crew`, `seats`, `flights`: who is aboard, the way home of each, the ledger of flights.
    * `claims`: what was said, and what the numbers say.
    """

    scenario: StationScenario
    manifest: Mapping[str, Any]
    tables: Mapping[str, Table]
    folder: Path | None = None
    variants: Mapping[str, StationResult] = field(default_factory=dict)

    def table(self, name: str) -> Table:
        """A table by name. Errors: ResultError naming those there are."""
        if name not in self.tables:
            raise ResultError(f"this run has no table {name!r}", expected="one of " + ", ".join(self.tables))
        return self.tables[name]

    def to_xarray(self) -> Any:
        """Altitude over time as an `xarray.Dataset`: percentile by day, and the share still up."""
        import xarray

        table = self.table("altitude")
        quantiles = [5, 25, 50, 75, 95]
        fan = np.stack([table[f"p{q:02d}_km"] for q in quantiles])
        named = {"long_name": "mean altitude over the equatorial radius", "units": "km"}
        return xarray.Dataset(
            {"altitude": (("percentile", "time"), fan, named), "share_up": ("time", table["share_up"])},
            coords={"time": table["date"].astype("datetime64[ns]"), "percentile": quantiles},
            attrs={"Conventions": "CF-1.11", "title": self.scenario.title},
        )

    def summary(self) -> dict[str, Any]:
        """The figures that fit in a sentence."""
        found: dict[str, Any] = {"start_utc": self.scenario.start_utc.isoformat()}
        if "reentry" in self.tables:
            reentry = self.tables["reentry"]
            dates = zip(reentry["percentile"].astype(int), reentry["date"], strict=True)
            found |= {f"reentry_p{percent:02d}": str(day) for percent, day in dates}
        if "risk" in self.tables:
            risk = self.tables["risk"]
            found |= {
                str(name): float(value) for name, value in zip(risk["quantity"], risk["value"], strict=True)
            }
        if "reboosts" in self.tables:
            reboosts = self.tables["reboosts"]
            found |= {
                "reboosts": len(reboosts),
                "propellant_kg": float(reboosts["propellant_kg"].sum()) if len(reboosts) else 0.0,
            }
        return found

    def _repr_html_(self) -> str:
        rows = "".join(
            f"<tr><th>{html.escape(k)}</th><td>{html.escape(str(v))}</td></tr>"
            for k, v in self.summary().items()
        )
        return f"<h3>{html.escape(self.scenario.title or self.scenario.name)}</h3><table>{rows}</table>"


@dataclass(frozen=True)
class CombinedResult:
    """Both branches of one scenario."""

    scenario: CombinedScenario
    manifest: Mapping[str, Any]
    broadband: BroadbandResult
    station: StationResult
    folder: Path | None = None

    def summary(self) -> dict[str, Any]:
        """The figures of both branches, each under its name."""
        return {"broadband": self.broadband.summary(), "station": self.station.summary()}

    def _repr_html_(self) -> str:
        return self.broadband._repr_html_() + self.station._repr_html_()


Result = BroadbandResult | StationResult | CombinedResult
