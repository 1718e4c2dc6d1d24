"""Who wants how much: people, terrestrial networks and their outages, terminals that arrive, sites of priority."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pydantic import Field, model_validator

from skyhold.nouns.noun import Count, Day, Latitude, Longitude, Name, Noun, Number, Utc, fault


class DemandSpec(Noun):
    """What users ask of the satellites, cell by cell."""

    basis: Literal["population", "terminals"] = Field(
        default="population",
        description="people without another network times adoption, or the terminals that are there",
    )
    adoption_percent: Number = Field(
        default=1.0, gt=0, le=100, description="of the households without service that have a terminal"
    )
    people_per_household: Number = Field(
        default=2.6, ge=1, le=1000, description="people behind one terminal at home"
    )
    users_per_terminal: Number = Field(
        default=15.0, ge=1, le=1e6, description="people behind a shared terminal: 150,000 users on 10,000 [P]"
    )
    busy_hour_mbit_s: Number = Field(
        default=3.0, gt=0, le=1e6, description="down, of one terminal in the busy hour, mean over terminals"
    )
    uplink_share: Number = Field(default=0.1, gt=0, le=1, description="of the downlink's demand, upwards")
    profile: tuple[Number, ...] = Field(
        default=(), description="24 shares of the busy hour by local hour; left out: that of homes"
    )
    online_percent: Number | None = Field(
        default=None,
        ge=0,
        le=100,
        description="people online without the satellites; left out: the country's",
    )
    every_slots: Count = Field(
        default=1,
        ge=1,
        le=10_000,
        description="beams are planned in every n-th slot: fewer are enough for shares and distributions",
    )
    backup_h: Number = Field(
        default=24.0,
        ge=0,
        le=1e6,
        description="hours a terminal goes on without mains: battery, car, generator [A]",
    )

    @model_validator(mode="after")
    def _profile_is_a_day(self) -> DemandSpec:
        least, most = min(self.profile, default=0.0), max(self.profile, default=1.0)
        if len(self.profile) not in (0, 24) or least < 0.0 or not 0.0 < most <= 1000.0:
            raise fault(
                "the profile is not a day",
                expected="24 shares from 0 to 1000, one for each local hour, not all zero",
                came=f"{len(self.profile)} numbers from {least:g} to {most:g}",
                remedy="give 24 numbers, or leave profile out for the library's",
                key="profile",
            )
        return self


class Circle(Noun):
    """Everything within a distance of a point."""

    latitude_deg: Latitude
    longitude_deg: Longitude
    radius_km: Number = Field(gt=0, le=20_000, description="of the circle, on the ground")


class TerrestrialNetwork(Noun):
    """A network on the ground: fibre or cell towers."""

    name: Literal["fibre", "towers"] = Field(description="which one")
    coverage_percent: Number = Field(
        ge=0, le=100, description="people it serves in the area when it is whole"
    )
    rate_mbit_s: Number = Field(default=50.0, gt=0, le=1e6, description="median rate of its users")
    battery_h: Number = Field(default=4.0, ge=0, le=1e6, description="hours it goes on without mains")


class TerrestrialOutage(Noun):
    """A network on the ground, or the mains, fails in an area for a while."""

    kind: Literal["terrestrial-outage"] = Field(description="what happens")
    network: Literal["fibre", "towers", "power"] = Field(
        description="what fails; power takes the others after their batteries, and terminals without one"
    )
    name: str = Field(default="", description="how the report calls it")
    circles: tuple[Circle, ...] = Field(default=(), description="where; left out: everywhere")
    lost_percent: Number = Field(default=100.0, gt=0, le=100, description="share of users who lose it")
    from_utc: Utc = Field(description="first instant without it")
    to_utc: Utc | None = Field(default=None, description="first instant with it again; left out: for good")

    @model_validator(mode="after")
    def _ends_after_start(self) -> TerrestrialOutage:
        _in_time_order(self.from_utc, self.to_utc)
        return self


class TerminalLoss(Noun):
    """Terminals in an area are destroyed, switched off or barred."""

    kind: Literal["terminal-loss"] = Field(description="what happens")
    circles: tuple[Circle, ...] = Field(min_length=1, description="where")
    lost_percent: Number = Field(default=100.0, gt=0, le=100, description="share of the terminals there")
    from_utc: Utc = Field(description="from when")
    to_utc: Utc | None = Field(default=None, description="until when; left out: for good")

    @model_validator(mode="after")
    def _ends_after_start(self) -> TerminalLoss:
        _in_time_order(self.from_utc, self.to_utc)
        return self


class Delivery(Noun):
    """Terminals that come to the border and go on by road."""

    name: Name = Field(description="how the report calls it")
    terminals: Count = Field(ge=1, le=10_000_000, description="how many")
    arrives: Day = Field(description="the day they stand at the border")
    crossing: Name | None = Field(default=None, description="border crossing of the library")
    latitude_deg: Latitude | None = Field(default=None, description="of the crossing, where it is not named")
    longitude_deg: Longitude | None = Field(
        default=None, description="of the crossing, where it is not named"
    )
    per_truck: Count = Field(default=250, ge=1, le=10_000_000, description="terminals on a truck")
    trucks_per_day: Count = Field(
        default=10, ge=1, le=1_000_000, description="trucks that leave the border on a day"
    )
    speed_km_day: Number = Field(
        default=300.0, ge=1, le=1e7, description="road kilometres a truck makes a day"
    )
    to: Literal["population", "outage", "sites"] = Field(
        default="population", description="where they go: people, people who lost their network, sites first"
    )
    lost_percent_year: Number = Field(default=0.0, ge=0, le=100, description="lost in use each year")
    source: str = Field(default="", description="where the number comes from")

    @model_validator(mode="after")
    def _starts_somewhere(self) -> Delivery:
        typed = (self.latitude_deg is not None) + (self.longitude_deg is not None)
        if typed == 1 or (typed == 2) == (self.crossing is not None):
            raise fault(
                "the delivery starts nowhere"
                if not typed and self.crossing is None
                else "the start is not clear",
                expected="crossing, or latitude_deg and longitude_deg",
                came=f"crossing {self.crossing!r} and {typed} coordinates",
                remedy='write e.g. crossing = "Medyka"',
            )
        return self


class PrioritySite(Noun):
    """A place that must be served before others: a hospital, an operator of the grid."""

    name: Name = Field(description="how results call it")
    kind: Literal["hospital", "power", "water", "government", "rescue", "other"] = Field(
        default="hospital", description="what it is"
    )
    latitude_deg: Latitude
    longitude_deg: Longitude
    need_mbit_s: Number = Field(default=20.0, gt=0, le=1e6, description="least rate down that it needs")
    generator_h: Number = Field(default=24.0, ge=0, le=1e6, description="hours it goes on without mains")


def _in_time_order(begin: datetime, end: datetime | None) -> None:
    if end is not None and end <= begin:
        raise fault(
            "the event ends before it begins",
            expected=f"to_utc after {begin:%Y-%m-%dT%H:%M:%SZ}",
            came=f"{end:%Y-%m-%dT%H:%M:%SZ}",
            remedy="swap the two, or leave to_utc out where it lasts",
            key="to_utc",
        )
