"""`skyhold passes`: when satellites rise and set at a place."""

from __future__ import annotations

from typing import Annotated

from cyclopts import Parameter

from skyhold.cli.console import Voice
from skyhold.cli.sky import (
    DEFAULT_FLEET,
    DEFAULT_START,
    Catalogue,
    FleetName,
    Hours,
    Latitude,
    Longitude,
    MinElevation,
    Start,
)


def passes(
    *,
    latitude_deg: Latitude,
    longitude_deg: Longitude,
    altitude_m: Annotated[float, Parameter(name="--altitude-m", help="Metres above the ellipsoid.")] = 0.0,
    fleet: FleetName = DEFAULT_FLEET,
    catalogue: Catalogue = None,
    date: Start = DEFAULT_START,
    hours: Hours = 1.0,
    min_elevation_deg: MinElevation = 25.0,
    voice: Voice = Voice(),
) -> int:
    """When satellites rise, culminate and set at a place."""
    raise NotImplementedError
