"""What moves: terminals on vehicles, ships, aircraft and drones, and jammers on a track."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pydantic import Field

from skyhold.nouns.noun import Latitude, Longitude, Name, Noun, Number, Utc


class Waypoint(Noun):
    """Where something is at an instant."""

    utc: Utc = Field(description="when it is there")
    latitude_deg: Latitude
    longitude_deg: Longitude
    altitude_m: Number = Field(default=0.0, ge=-450, le=60_000, description="over the ellipsoid")


class MovingTerminal(Noun):
    """A terminal that moves along a track."""

    name: Name = Field(description="how results call it")
    kind: Literal["vehicle", "ship", "aircraft", "drone"] = Field(
        default="vehicle", description="what carries it"
    )
    track: tuple[Waypoint, ...] = Field(min_length=2, description="in order of time; straight between them")
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
    speed_limit_km_h: Number | None = Field(default=None, gt=0, description="service stops above it")


def in_order(track: tuple[Waypoint, ...]) -> list[datetime]:
    """Instants of a track."""
    return [point.utc for point in track]
