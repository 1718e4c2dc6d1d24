"""`skyhold latency`: one user three ways, low orbit, geostationary and fibre."""

from __future__ import annotations

from typing import Annotated, Any

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
    Start,
    quick_scenario,
)
from skyhold.errors import ScenarioError


def latency(
    place: Annotated[str | None, Parameter(help="A city, such as Kyiv; or give --lat and --lon.")] = None,
    /,
    *,
    latitude_deg: Latitude | None = None,
    longitude_deg: Longitude | None = None,
    fleet: FleetName = DEFAULT_FLEET,
    catalogue: Catalogue = None,
    date: Start = DEFAULT_START,
    hours: Hours = 1.0,
    voice: Voice = Voice(),
) -> int:
    """One user three ways: low orbit, geostationary, fibre. Gateways are all that were open on the day."""
    import skyhold

    where = _place(place, latitude_deg, longitude_deg)
    scenario = quick_scenario({"start_utc": date, "duration_h": hours}, fleet, catalogue, places=[where])
    with voice.progress() as bars:
        result = skyhold.simulate(scenario, progress=bars)
    rows = result.tables["three_ways"].rows()
    columns = tuple(rows[0]) if rows else ("way",)
    title = (
        f"{where['name']} ({where['latitude_deg']:.2f}, {where['longitude_deg']:.2f}), {date}, {hours:g} h"
    )
    voice.table(title, columns, [tuple(row.values()) for row in rows])
    return 0


def _place(name: str | None, latitude_deg: float | None, longitude_deg: float | None) -> dict[str, Any]:
    """The place typed: a city by name, or coordinates."""
    if latitude_deg is not None and longitude_deg is not None:
        return {"name": name or "here", "latitude_deg": latitude_deg, "longitude_deg": longitude_deg}
    if name is None or latitude_deg is not None or longitude_deg is not None:
        raise ScenarioError(
            "no place", expected="a city, or both --lat and --lon", remedy="try: skyhold latency Kyiv"
        )
    return _city(name)


def _city(name: str) -> dict[str, Any]:
    """The most populous city of that name."""
    from difflib import get_close_matches

    from skyhold.data.cities import cities

    known = {city.name.casefold(): city for city in reversed(cities(count=None, districts=True))}
    city = known.get(name.casefold())
    if city is None:
        near = get_close_matches(name.casefold(), known, n=1)
        hint = (
            f"did you mean {known[near[0]].name}, or give --lat and --lon" if near else "give --lat and --lon"
        )
        raise ScenarioError(f"no city {name!r} of 15,000 people or more", where="GeoNames", remedy=hint)
    return {"name": city.name, "latitude_deg": city.latitude_deg, "longitude_deg": city.longitude_deg}
