"""What a broadband run found: immutable, named axes, units."""

from __future__ import annotations

import html
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from skyhold.errors import ResultError
from skyhold.results.arrays import GATEWAY_LOAD, SERVICE, VARIABLES
from skyhold.results.tables import Table
from skyhold.scenario.scenario import BroadbandScenario

Group = Literal["places", "cells", "service", "gateways"]
STORED = {"places": VARIABLES, "cells": VARIABLES, "service": SERVICE, "gateways": GATEWAY_LOAD}


@dataclass(frozen=True)
class BroadbandResult:
    """A finished broadband run, from memory or from its folder.

    Tables (columns named with their units; `table.notes` explains them):

    * `places` and `cells`: a row per terminal with position, means and minima of satellites in view, allowed and
      usable, availability, outages, RTT percentiles, handovers; `cells` also has the H3 index.
    * `coverage_places` and `coverage_cells`: figures of merit for satellites in view and for usable ones.
    * `hours`: availability and median RTT of each place in each hour.
    * `satellites`: shell, and where each satellite is at `snapshot_utc`, with whether it has a gateway in view.
    * `gateways`: position, share of served slots that used it.
    * `shells`: filed, operational, missing and raising satellites.
    * `three_ways`: the first place by LEO, GEO and terrestrial fibre.
    """

    scenario: BroadbandScenario
    manifest: Mapping[str, Any]
    tables: Mapping[str, Table]
    store: Any = field(repr=False)
    folder: Path | None = None
    variants: Mapping[str, BroadbandResult] = field(default_factory=dict)

    @property
    def times(self) -> NDArray[np.datetime64]:
        """(T,) UTC slot starts."""
        return self.times_of("places" if len(self.tables["places"]) else "cells")

    def times_of(self, of: Group) -> NDArray[np.datetime64]:
        """(T,) UTC starts of the slots that a group holds: of service and gateways perhaps every n-th alone."""
        time = self.store[of]["time"]
        since = np.datetime64(time.attrs["units"].removeprefix("seconds since ").replace(" ", "T"), "ns")
        return np.asarray(since + np.round(time[...] * 1e9).astype("timedelta64[ns]"))

    @property
    def place_names(self) -> tuple[str, ...]:
        """(U,) names of the places, in the order of the arrays."""
        return tuple(str(name) for name in self.tables["places"]["name"])

    def array(self, variable: str, of: Group = "places", slots: slice | int = slice(None)) -> NDArray[Any]:
        """Values of one variable of a group, (T, U), NaN where there is none: see `skyhold.results.arrays`."""
        if variable not in STORED[of]:
            raise ResultError(f"no variable {variable!r}", expected="one of " + ", ".join(STORED[of]))
        if of not in self.store:
            raise ResultError(f"this run has no {of}", where=str(self.folder or "in memory"))
        return STORED[of][variable].decode(np.asarray(self.store[of][variable][slots]))

    def series(self, variable: str, place: str) -> NDArray[Any]:
        """(T,) values of one variable at one named place."""
        if place not in self.place_names:
            raise ResultError(
                f"no place {place!r} in this run", expected="one of " + ", ".join(self.place_names)
            )
        return VARIABLES[variable].decode(
            np.asarray(self.store["places"][variable][:, self.place_names.index(place)])
        )

    def to_xarray(self, of: Group = "cells") -> Any:
        """The arrays of the places or the cells as a lazy `xarray.Dataset` with CF attributes."""
        import xarray

        if of not in self.store:
            raise ResultError(f"this run has no {of}", where=str(self.folder or "in memory"))
        dataset = xarray.open_zarr(self.store.store, group=of, consolidated=False, chunks=None)
        return dataset.assign_coords(place=list(self.place_names)) if of == "places" else dataset

    def summary(self) -> dict[str, Any]:
        """The figures that the report's tiles show, as plain numbers."""
        from skyhold.results.summary import summarise

        return summarise(self)

    def _repr_html_(self) -> str:
        rows = "".join(
            f"<tr><th>{html.escape(k)}</th><td>{html.escape(_shown(v))}</td></tr>"
            for k, v in self.summary().items()
        )
        title = html.escape(self.scenario.title or self.scenario.name)
        return f"<h3>{title}</h3><table>{rows}</table>{self.tables['places']._repr_html_()}"


def _shown(value: Any) -> str:
    return f"{value:,.4g}" if isinstance(value, float) else str(value)
