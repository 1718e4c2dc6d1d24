"""What moves: terminals on vehicles, ships, aircraft and drones, and jammers on a track."""

from __future__ import annotations

from itertools import pairwise
from math import asin, cos, radians, sin, sqrt
from pathlib import Path
from typing import Literal

from pydantic import Field, model_validator

from skyhold.nouns.noun import Latitude, Longitude, Name, Noun, Number, Utc, fault

FASTEST_KM_H = 30_000.0  # nothing stays in the air faster than orbit


class Waypoint(Noun):
    """Where something is at an instant."""

    utc: Utc = Field(description="when it is there")
    latitude_deg: Latitude
    longitude_deg: Longitude
    altitude_m: Number = Field(default=0.0, ge=-450, le=60_000, description="over the ellipsoid")


class Obstruction(Noun):
    """What stands in the antenna's way on its own carrier: a mast, a fin, a cargo."""

    from_deg: Number = Field(ge=-180, le=360, description="first direction, clockwise from the bow")
    to_deg: Number = Field(ge=-180, le=360, description="last direction, clockwise from the first")
    up_to_deg: Number = Field(gt=0, le=90, description="elevation up to which it hides the sky")


class MovingTerminal(Noun):
    """A terminal that moves along a track."""

    name: Name = Field(description="how results call it")
    kind: Literal["vehicle", "ship", "aircraft", "drone"] = Field(
        default="vehicle", description="what carries it"
    )
    track: tuple[Waypoint, ...] = Field(default=(), description="in order of time; or give a file")
    file: Path | None = Field(
        default=None,
        description="GPX, GeoJSON or CSV (utc,latitude_deg,longitude_deg[,altitude_m]) instead of a track; a relative "
        "path starts at the scenario's folder",
    )
    departs_utc: Utc | None = Field(default=None, description="start of a file without times")
    speed_km_h: Number | None = Field(
        default=None, gt=0, le=FASTEST_KM_H, description="speed along a file without times"
    )
    between: Literal["great-circle", "rhumb"] = Field(
        default="great-circle", description="the way from point to point: shortest, or of one heading"
    )
    bank_deg: Number | None = Field(
        default=None, ge=0, le=60, description="in turns; left out: from speed and turn"
    )
    roll_deg: Number = Field(default=0.0, ge=0, le=45, description="amplitude of roll, e.g. of a ship")
    pointing_deg: Number = Field(default=0.0, ge=0, le=10, description="error of pointing by vibration, rms")
    field_of_view_deg: Number = Field(
        default=100.0, gt=0, le=180, description="cone about the antenna's axis"
    )
    tilt_deg: Number = Field(
        default=0.0, ge=0, lt=90, description="of the axis from the body's up, backwards"
    )
    min_elevation_deg: Number | None = Field(
        default=None,
        ge=-15,
        lt=90,
        description="lowest elevation used, never below the horizon it sees; left out: as every terminal",
    )
    obstructions: tuple[Obstruction, ...] = Field(default=(), description="what its carrier hides")
    speed_limit_km_h: Number | None = Field(default=None, gt=0, description="service stops above it")

    @model_validator(mode="after")
    def _one_track(self) -> MovingTerminal:
        if (self.file is None) == (not self.track):
            raise fault(
                "it has a track and a file" if self.track else "it has neither a track nor a file",
                expected="exactly one of track, file",
                remedy="write two or more [[moving.track]], or name a GPX, GeoJSON or CSV file",
                key="track",
            )
        if self.track:
            forbid_backwards(self.track)
        return self


def forbid_backwards(track: tuple[Waypoint, ...]) -> None:
    """Refuse a track of one point, and one that goes back in time."""
    if len(track) < 2:
        raise fault(
            "a track of one point leads nowhere",
            expected="two waypoints or more",
            came=str(len(track)),
            remedy="add where it is at a later time",
            key="track",
        )
    for number, (before, after) in enumerate(pairwise(track), 1):
        if after.utc <= before.utc:
            raise fault(
                "the track goes back in time",
                expected=f"a time after {before.utc:%Y-%m-%dT%H:%M:%SZ}, the waypoint before",
                came=f"{after.utc:%Y-%m-%dT%H:%M:%SZ}",
                remedy="put the waypoints in order of time; for a stop give the place again at a later time",
                key=("track", number, "utc"),
            )
        speed_km_h = 3600.0 * _apart_km(before, after) / (after.utc - before.utc).total_seconds()
        if speed_km_h > FASTEST_KM_H:
            raise fault(
                "the track is faster than anything that flies",
                expected=f"at most {FASTEST_KM_H:,.0f} km/h from waypoint to waypoint",
                came=f"{speed_km_h:,.0f} km/h",
                remedy="check the place and the time of this waypoint",
                key=("track", number),
            )


def _apart_km(a: Waypoint, b: Waypoint) -> float:
    """Great circle on a sphere of 6,371 km, by half-versed sines."""
    south, north = radians(a.latitude_deg), radians(b.latitude_deg)
    turn = radians(b.longitude_deg - a.longitude_deg)
    half = sin(0.5 * (north - south)) ** 2 + cos(south) * cos(north) * sin(0.5 * turn) ** 2
    return 2.0 * 6371.0 * asin(sqrt(min(half, 1.0)))
