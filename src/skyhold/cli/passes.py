"""`skyhold passes`: when satellites rise and set at a place."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

from cyclopts import Parameter

from skyhold.cli.console import Voice
from skyhold.cli.sky import (
    DEFAULT_FLEET,
    DEFAULT_START,
    EVERY,
    Catalogue,
    FleetName,
    Hours,
    Keep,
    Latitude,
    Longitude,
    MinElevation,
    Start,
    quick_scenario,
)

if TYPE_CHECKING:
    from skyhold.geometry.passes import Passes
    from skyhold.scenario.scenario import BroadbandScenario

COLUMNS = (
    "satellite", "rise UTC", "azimuth deg", "culmination UTC", "azimuth deg", "elevation deg", "set UTC", "azimuth deg",
    "seconds", "cut",
)  # fmt: skip
KEYS = (
    "satellite", "rise_utc", "rise_azimuth_deg", "culmination_utc", "culmination_azimuth_deg",
    "culmination_elevation_deg", "set_utc", "set_azimuth_deg", "duration_s", "cut",
)  # fmt: skip


def passes(
    *,
    latitude_deg: Latitude,
    longitude_deg: Longitude,
    altitude_m: Annotated[float, Parameter(name="--altitude-m", help="Metres above the ellipsoid.")] = 0.0,
    fleet: FleetName = DEFAULT_FLEET,
    catalogue: Catalogue = None,
    keep: Keep = EVERY,
    date: Start = DEFAULT_START,
    hours: Hours = 1.0,
    min_elevation_deg: MinElevation = 25.0,
    voice: Voice = Voice(),
) -> int:
    """When satellites rise, culminate and set at a place, by rise.

    A pass that began before the start or ends after the end is cut there, and says so.
    """
    place = {
        "name": "here",
        "latitude_deg": latitude_deg,
        "longitude_deg": longitude_deg,
        "altitude_m": altitude_m,
    }
    scenario = quick_scenario(
        {"start_utc": date, "duration_h": hours},
        fleet,
        catalogue,
        keep,
        places=[place],
        terminal={"min_elevation_deg": min_elevation_deg},
    )
    rows, account = _passes(scenario)
    for line in account:
        voice.say(line)
    title = f"{len(rows)} passes at {latitude_deg:g}, {longitude_deg:g} from {date}, {hours:g} h"
    voice.table(title, COLUMNS, rows, [dict(zip(KEYS, row, strict=True)) for row in rows])
    return 0


def _passes(scenario: BroadbandScenario) -> tuple[list[tuple[Any, ...]], tuple[str, ...]]:
    """A row for each pass over the only place of a scenario, and the account of its catalogue."""
    from skyhold.geometry.masks import from_spec
    from skyhold.geometry.passes import passes as find
    from skyhold.geometry.sites import Sites
    from skyhold.orbits.propagate import build_fleet
    from skyhold.times import Epoch

    [place] = scenario.places
    site = Sites.from_degrees(place.latitude_deg, place.longitude_deg, place.altitude_m)
    start = Epoch.from_datetime(scenario.clock.start_utc)
    fleet = build_fleet(scenario.fleet, start)
    found = find(fleet, site, start, scenario.clock.duration_h * 3600.0, from_spec(scenario.terminal))
    return _rows(found, fleet.names), fleet.account()


def _rows(found: Passes, names: tuple[str, ...]) -> list[tuple[Any, ...]]:
    """A row a pass, times to the second and angles to a tenth of a degree."""
    import numpy as np

    def degrees(values: Any) -> Any:
        return np.round(np.degrees(values), 1).tolist()

    def clock(seconds: Any) -> list[str]:
        return [
            found.start.plus(float(each)).datetime().isoformat(timespec="seconds")[:19] for each in seconds
        ]

    columns = (
        [names[index] for index in found.satellite],
        clock(found.rise_s),
        degrees(found.rise_azimuth_rad),
        clock(found.culmination_s),
        degrees(found.culmination_azimuth_rad),
        degrees(found.culmination_elevation_rad),
        clock(found.set_s),
        degrees(found.set_azimuth_rad),
        np.round(found.set_s - found.rise_s, 1).tolist(),
        ["cut" if cut else "" for cut in found.cut],
    )
    return list(zip(*columns, strict=True))
