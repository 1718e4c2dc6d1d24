"""`skyhold coverage`: figures of merit of a fleet over a country."""

from __future__ import annotations

from typing import Annotated

from cyclopts import Parameter

from skyhold.cli.console import Voice
from skyhold.cli.sky import DEFAULT_FLEET, DEFAULT_START, Catalogue, FleetName, Hours, MinElevation, Start


def coverage(
    *,
    country: Annotated[str, Parameter(help="ISO 3166-1 alpha-3 code.", show_default=True)] = "UKR",
    fleet: FleetName = DEFAULT_FLEET,
    catalogue: Catalogue = None,
    date: Start = DEFAULT_START,
    hours: Hours = 2.0,
    step_s: Annotated[float, Parameter(help="Seconds between instants.", show_default=True)] = 15.0,
    min_elevation_deg: MinElevation = 25.0,
    resolution: Annotated[
        int, Parameter(help="H3 resolution: 4 is 26 km, 5 is 10 km.", show_default=True)
    ] = 4,
    voice: Voice = Voice(),
) -> int:
    """Figures of merit of a fleet over a country: who has a satellite in view, how often, with which gaps.

    Counts satellites in view, with or without a gateway; `skyhold run` asks for the gateway too.
    """
    raise NotImplementedError
