"""The craft that serve a station, and what each can do for it."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, model_validator

from skyhold.nouns.noun import Count, Name, Noun, Number, Slug, Switch, Utc, fault

Trust = Literal["A", "B", "C", "R"]
"""How far a number is to be trusted: A primary (agency, standard, its own data), B press or encyclopaedia that quotes a
primary, C derived, R recollection that nobody has confirmed."""


class Need(Noun):
    """What a vehicle needs from a partner that is not its own: without it, only what lies in stock still flies."""

    partner: Slug = Field(description="who delivers it")
    what: Name = Field(description="what is delivered")
    flights_in_stock: Count = Field(default=0, ge=0, description="flights that can still be made without it")


class Vehicle(Noun):
    """A kind of craft, or an engine of the station itself, that can push a station or carry people to it."""

    name: Slug = Field(description="name other parts refer to: small letters, digits, hyphens")
    title: Name = Field(description="name for people")
    partner: Slug = Field(description="who sends it; what a partner sends goes with the partner")
    role: Literal["crew", "cargo", "tug", "engine"] = Field(
        description="crew or cargo craft, a craft only for pushing, or an engine of the station itself"
    )
    mass_kg: Number = Field(default=0.0, ge=0, lt=200_000, description="typical mass while docked")
    area_m2: Number = Field(
        default=25.0, ge=0, lt=10_000, description="mean area facing the flow while docked, wings included"
    )
    thrust_n: Number = Field(
        default=0.0, ge=0, lt=1e6, description="thrust along the velocity in a reboost; 0: it cannot push"
    )
    isp_s: Number = Field(default=0.0, ge=0, lt=1000, description="specific impulse of that thrust")
    usable_propellant_kg: Number = Field(
        default=0.0, ge=0, lt=200_000, description="propellant of one flight that is the station's to use"
    )
    usable_low_kg: Number | None = Field(default=None, ge=0, description="the same, low estimate")
    usable_high_kg: Number | None = Field(default=None, ge=0, description="the same, high estimate")
    refuels: Switch = Field(default=False, description="can pump propellant into the station's tanks")
    module: str = Field(default="", description="for an engine: the module it is part of")
    port: str = Field(default="", description="docking ports it uses")
    turns_station: Switch = Field(
        default=False, description="the station must leave its attitude to be pushed along the velocity"
    )
    seats: Count = Field(default=0, ge=0, le=20, description="seats")
    emergency_seats: Count = Field(default=0, ge=0, le=20, description="people it could bring home in need")
    docked_life_days: Number | None = Field(default=None, gt=0, description="how long it may stay docked")
    launcher: str = Field(default="", description="rocket")
    pad: str = Field(default="", description="where it starts")
    needs: tuple[Need, ...] = Field(default=(), description="what it needs from other partners")
    available_from: Utc | None = Field(default=None, description="first flight; left out: always")
    available_to: Utc | None = Field(default=None, description="last flight; left out: still flying")
    pushes_from: Utc | None = Field(
        default=None, description="first time it pushed a station; left out: it has not done so"
    )
    flights_per_year: Number = Field(default=0.0, ge=0, le=100, description="flights in a usual year")
    trust: Trust = Field(description="trust of the weakest number of weight: A, B, C or R")
    source: Name = Field(description="where the numbers come from")

    @property
    def pushes(self) -> bool:
        """Whether it can change the orbit of a station at all."""
        return self.thrust_n > 0 and self.isp_s > 0 and self.usable_propellant_kg > 0

    @model_validator(mode="after")
    def _times_in_order(self) -> Vehicle:
        if self.available_from and self.available_to and self.available_to <= self.available_from:
            raise fault(
                f"{self.name} ends before it begins",
                expected=f"available_to after {self.available_from:%Y-%m-%d}",
                came=f"{self.available_to:%Y-%m-%d}",
                remedy="swap the two dates, or leave available_to out",
                key="available_to",
            )
        return self

    @model_validator(mode="after")
    def _thrust_has_isp(self) -> Vehicle:
        if self.thrust_n > 0 and self.isp_s <= 0:
            raise fault(
                f"{self.name} has a thrust without a specific impulse",
                expected="isp_s, e.g. 300 for hypergolic propellants",
                remedy="add isp_s, or set thrust_n to 0",
                key="isp_s",
            )
        return self

    @model_validator(mode="after")
    def _estimates_in_order(self) -> Vehicle:
        low = self.usable_propellant_kg if self.usable_low_kg is None else self.usable_low_kg
        high = self.usable_propellant_kg if self.usable_high_kg is None else self.usable_high_kg
        if not low <= self.usable_propellant_kg <= high:
            raise fault(
                f"the usable propellant of {self.name} lies outside its own estimates",
                expected=f"between {low:g} and {high:g} kg",
                came=f"{self.usable_propellant_kg:g} kg",
                remedy="mend usable_low_kg or usable_high_kg",
                key="usable_propellant_kg",
            )
        return self


class DockedVehicle(Noun):
    """One visit of one craft to the station."""

    name: Name = Field(description="name of the flight, e.g. Progress MS-18")
    vehicle: Slug = Field(description="its kind, a name of the vehicle library")
    docked_utc: Utc = Field(description="first instant docked")
    undocked_utc: Utc | None = Field(default=None, description="first instant gone; left out: it stays")
    port: str = Field(default="", description="docking port")
    mass_kg: Number | None = Field(
        default=None, gt=0, lt=200_000, description="mass while docked; left out: as is typical of its kind"
    )
    propellant_kg: Number | None = Field(
        default=None, ge=0, description="propellant the station may use; left out: as is typical of its kind"
    )
    seats: Count | None = Field(
        default=None, ge=0, le=20, description="seats of this craft; left out: as is typical of its kind"
    )
    trust: Trust = Field(default="B", description="trust of dates and masses: A, B, C or R")
    source: str = Field(default="", description="where they come from")

    @model_validator(mode="after")
    def _leaves_after_it_came(self) -> DockedVehicle:
        if self.undocked_utc is not None and self.undocked_utc <= self.docked_utc:
            raise fault(
                f"{self.name} leaves before it comes",
                expected=f"undocked_utc after {self.docked_utc:%Y-%m-%dT%H:%MZ}",
                came=f"{self.undocked_utc:%Y-%m-%dT%H:%MZ}",
                remedy="swap the two, or leave undocked_utc out",
                key="undocked_utc",
            )
        return self


class CrewMember(Noun):
    """A person aboard, and the seat that person is to come home in."""

    name: Name = Field(description="name")
    partner: Slug = Field(description="whose astronaut or cosmonaut")
    nationality: str = Field(
        default="", description="citizenship, where it differs from the partner's usual one"
    )
    aboard_utc: Utc = Field(description="first instant aboard")
    home_utc: Utc | None = Field(default=None, description="instant of leaving; left out: stays")
    seat: Name = Field(description="name of the docked vehicle with the seat home")
    source: str = Field(default="", description="where this comes from")


class Flight(Noun):
    """A launch of the ledger: what it was to bring, whose rocket from whose ground, and what became of it."""

    name: Name = Field(description="name of the flight")
    launch_utc: Utc | None = Field(default=None, description="launch; left out: it had no date yet")
    vehicle: str = Field(default="", description="its kind, where it goes to the station")
    launcher: Name = Field(description="rocket")
    launcher_partner: Slug = Field(description="whose rocket: without this partner there is no launch")
    pad: Name = Field(description="where it starts")
    purpose: Name = Field(description="what it brings, and to whom")
    needs: tuple[Slug, ...] = Field(default=(), description="other partners whose parts or ground it needs")
    seats_up: Count = Field(default=0, ge=0, le=20, description="people it brings")
    propellant_kg: Number = Field(default=0.0, ge=0, description="propellant it brings for the station")
    flown: Switch = Field(default=True, description="whether it flew in the end as planned")
    trust: Trust = Field(description="A, B, C or R")
    source: str = Field(default="", description="where this comes from")
