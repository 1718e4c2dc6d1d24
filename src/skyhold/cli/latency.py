"""`skyhold latency`: one user three ways, low orbit, geostationary and fibre."""

from __future__ import annotations

from typing import Annotated, Any

from cyclopts import Parameter

from skyhold.cli.console import Voice
from skyhold.cli.sky import (
    DEFAULT_FLEET,
    DEFAULT_START,
    OPERATIONAL,
    Catalogue,
    FleetName,
    Hours,
    Keep,
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
    country: Annotated[str | None, Parameter(help="Country of the city, ISO 3166-1 alpha-3.")] = None,
    latitude_deg: Latitude | None = None,
    longitude_deg: Longitude | None = None,
    fleet: FleetName = DEFAULT_FLEET,
    catalogue: Catalogue = None,
    keep: Keep = OPERATIONAL,
    date: Start = DEFAULT_START,
    hours: Hours = 1.0,
    voice: Voice = Voice(),
) -> int:
    """One user three ways: low orbit, geostationary, fibre. Gateways are all that were open on the day."""
    import skyhold

    where = place_typed(place, latitude_deg, longitude_deg, country, voice)
    scenario = quick_scenario(
        {"start_utc": date, "duration_h": hours}, fleet, catalogue, keep, places=[where]
    )
    with voice.progress() as bars:
        result = skyhold.simulate(scenario, progress=bars)
    rows = result.tables["three_ways"].rows()
    columns = tuple(rows[0]) if rows else ("way",)
    title = (
        f"{where['name']} ({where['latitude_deg']:.2f}, {where['longitude_deg']:.2f}), {date}, {hours:g} h"
    )
    voice.table(title, columns, [tuple(row.values()) for row in rows])
    return 0


def place_typed(
    name: str | None,
    latitude_deg: float | None,
    longitude_deg: float | None,
    country: str | None,
    voice: Voice,
) -> dict[str, Any]:
    """The place typed: a city by name, or coordinates."""
    if latitude_deg is not None and longitude_deg is not None:
        if not (abs(latitude_deg) <= 90.0 and abs(longitude_deg) <= 180.0):
            raise ScenarioError(
                "this place is off the globe",
                expected="--lat of -90 to 90 and --lon of -180 to 180 degrees",
                came=f"{latitude_deg:g}, {longitude_deg:g}",
                where="command line",
                remedy="check the order of latitude and longitude",
            )
        return {"name": name or "here", "latitude_deg": latitude_deg, "longitude_deg": longitude_deg}
    if name is None or latitude_deg is not None or longitude_deg is not None:
        raise ScenarioError(
            "no place", expected="a city, or both --lat and --lon", remedy="give a city, such as Kyiv"
        )
    return _city(name, country, voice)


def _city(name: str, country: str | None, voice: Voice) -> dict[str, Any]:
    """The city of that name; says which others there are."""
    from skyhold.data.cities import named

    found = named(name, country)
    if not found:
        inside = f" in {country.upper()}" if country else ""
        raise ScenarioError(
            f"no city {name!r} of 15,000 people or more{inside}",
            where="GeoNames",
            remedy=_near(name, country),
        )
    city, *others = found
    if others:
        listed = ", ".join(f"{c.name} ({c.country}, {c.population:,} people)" for c in others[:3])
        more = f" and {len(others) - 3} more" if len(others) > 3 else ""
        voice.say(f"Also of that name: {listed}{more}; choose with --country, or --lat and --lon.")
    return {
        "name": f"{city.name}, {city.country}",
        "latitude_deg": city.latitude_deg,
        "longitude_deg": city.longitude_deg,
    }


def _near(name: str, country: str | None) -> str:
    """What to do about a name that no city has."""
    from difflib import get_close_matches

    from skyhold.data.cities import cities

    known = {
        city.name.casefold(): city.name for city in reversed(cities(country, count=None, districts=True))
    }
    near = get_close_matches(name.casefold(), known, n=1)
    return f"did you mean {known[near[0]]}, or give --lat and --lon" if near else "give --lat and --lon"
