"""`skyhold latency`: one user three ways, low orbit, geostationary and fibre."""

from __future__ import annotations

from typing import Annotated

from cyclopts import Parameter

from skyhold.cli.console import Voice
from skyhold.cli.sky import DEFAULT_FLEET, DEFAULT_START, FleetName, Hours, Latitude, Longitude, Start


def latency(
    place: Annotated[str | None, Parameter(help="A city, such as Kyiv; or give --lat and --lon.")] = None,
    /,
    *,
    latitude_deg: Latitude | None = None,
    longitude_deg: Longitude | None = None,
    fleet: FleetName = DEFAULT_FLEET,
    date: Start = DEFAULT_START,
    hours: Hours = 1.0,
    voice: Voice = Voice(),
) -> int:
    """One user three ways: low orbit, geostationary, fibre. Gateways are those of the day."""
    raise NotImplementedError
