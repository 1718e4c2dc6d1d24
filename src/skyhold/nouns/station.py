"""What a station is: modules, owners, mass on dates, the face it shows the air, gyros, visits, people."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from pydantic import Field, model_validator

from skyhold.nouns.noun import Count, Day, Name, Noun, Number, Slug, Switch, fault, forbid_twice
from skyhold.nouns.vehicles import CrewMember, DockedVehicle, Flight, Trust, Vehicle


class Partner(Noun):
    """Who owns parts of the station or flies to it."""

    name: Slug = Field(description="name other parts refer to")
    title: Name = Field(description="name for people")
    country: str = Field(default="", description="ISO 3166-1 alpha-3, or EUR for the European agency")


class Gives(Noun):
    """What a module gives the station."""

    attitude_thrusters: Switch = Field(default=False, description="thrusters that turn and hold the station")
    attitude_thrust_n: Number = Field(default=0.0, ge=0, description="thrust of one of them")
    isp_s: Number = Field(default=0.0, ge=0, lt=1000, description="specific impulse of its thrusters")
    tank_kg: Number = Field(default=0.0, ge=0, description="propellant its tanks hold when full")
    propellant_kg: Number = Field(default=0.0, ge=0, description="propellant in them on the station's day")
    gyros: Count = Field(default=0, ge=0, le=100, description="control moment gyroscopes")
    gyro_momentum_nms: Number = Field(default=0.0, ge=0, description="angular momentum of each, N m s")
    power_kw: Number = Field(default=0.0, ge=0, description="electric power")
    life_support_crew: Count = Field(
        default=0, ge=0, le=50, description="people whose air and water it makes"
    )
    ports: tuple[str, ...] = Field(default=(), description="docking ports for visitors")


class Module(Noun):
    """A part of the station that came up as one piece."""

    name: Name = Field(description="name")
    owner: Slug = Field(description="partner that owns it")
    operator: str = Field(default="", description="partner that runs it, where that is not the owner")
    segment: Slug = Field(description="segment it belongs to: segments can be detached")
    mass_kg: Number = Field(gt=0, lt=1e6, description="mass at launch or dry")
    length_m: Number = Field(default=0.0, ge=0, lt=500, description="length")
    diameter_m: Number = Field(default=0.0, ge=0, lt=500, description="diameter or width")
    drag_area_m2: Number | None = Field(
        default=None, ge=0, lt=1e5, description="mean area facing the flow; left out: length times diameter"
    )
    pressurised: Switch = Field(default=True, description="people and stores are inside")
    since: Day | None = Field(default=None, description="first day in place; left out: always")
    until: Day | None = Field(default=None, description="first day gone; left out: still there")
    gives: Gives = Field(default=Gives(), description="what it gives the station")
    trust: Trust = Field(description="trust of its mass: A, B, C or R")
    source: Name = Field(description="where the numbers come from")

    @property
    def run_by(self) -> str:
        """The partner whose people command it."""
        return self.operator or self.owner

    @property
    def area_m2(self) -> float:
        """Mean area facing the flow before it is scaled to the station's: typed, or length times diameter."""
        return self.length_m * self.diameter_m if self.drag_area_m2 is None else self.drag_area_m2

    @model_validator(mode="after")
    def _stays_after_it_came(self) -> Module:
        if self.since and self.until and self.until <= self.since:
            raise fault(
                f"{self.name} is gone before it comes",
                expected=f"until after {self.since}",
                came=str(self.until),
                remedy="swap the two dates",
                key="until",
            )
        return self


class MassRecord(Noun):
    """What somebody said of the whole on a day: mass with all that is docked, and the drag it was flown with."""

    day: Day = Field(description="day")
    mass_kg: Number = Field(gt=0, lt=1e7, description="mass of the whole, docked vehicles included")
    area_m2: Number | None = Field(default=None, gt=0, description="drag area")
    drag_coefficient: Number | None = Field(
        default=None, gt=0, le=10, description="drag coefficient, a fit to the flight with that area"
    )
    trust: Trust = Field(description="A, B, C or R")
    source: Name = Field(description="who says so")


class BallisticPrior(Noun):
    """What is believed of m / (Cd A) before element sets are looked at: a lognormal."""

    median_kg_m2: Number = Field(gt=0, lt=10_000, description="median with NRLMSISE-00, kg/m2")
    median_msis21_kg_m2: Number | None = Field(default=None, gt=0, description="median with MSIS 2.1, kg/m2")
    sigma_arc: Number = Field(default=0.2, ge=0, le=1, description="spread of the logarithm from arc to arc")
    sigma_long: Number = Field(default=0.12, ge=0, le=1, description="spread of the logarithm over months")
    trust: Trust = Field(description="A, B, C or R")
    source: Name = Field(description="where it comes from")


class AttitudeSpec(Noun):
    """What it takes to hold the attitude; every number with its low and high estimate."""

    offset_m: tuple[Number, Number, Number] = Field(
        default=(1.0, 2.0, 4.0),
        description="distance from centre of mass to centre of pressure: low, mid, high",
    )
    uncancelled: tuple[Number, Number, Number] = Field(
        default=(0.1, 0.3, 0.6),
        description="share of the aerodynamic torque that the attitude does not balance, low, mid, high",
    )
    usable_momentum: Number = Field(
        default=0.8, gt=0, le=1, description="share of the gyros' momentum that steering laws may use"
    )
    thruster_arm_m: Number = Field(default=20.0, gt=0, lt=500, description="lever of the attitude thrusters")
    trust: Trust = Field(default="R", description="A, B, C or R")
    source: str = Field(default="", description="where the numbers come from")

    @model_validator(mode="after")
    def _estimates_in_order(self) -> AttitudeSpec:
        for key in ("offset_m", "uncancelled"):
            low, mid, high = getattr(self, key)
            if not 0 <= low <= mid <= high:
                raise fault(
                    f"{key} is not in order",
                    expected="low, mid, high, none below 0",
                    came=f"{low:g}, {mid:g}, {high:g}",
                    remedy="sort the three",
                    key=key,
                )
        return self


class StationSpec(Noun):
    """A station: TOML of its own, so that another station is another file."""

    schema_version: Literal[1] = Field(description="version of the words of this file")
    name: Slug = Field(description="name of the station's file")
    title: Name = Field(description="name for people")
    day: Day = Field(description="the day the numbers stand for")
    description: str = Field(default="", description="what the numbers mean and what is doubtful")
    sources: tuple[str, ...] = Field(min_length=1, description="where they come from, with a mark of trust")
    partners: tuple[Partner, ...] = Field(min_length=1, description="who owns parts and who flies there")
    modules: tuple[Module, ...] = Field(min_length=1, description="the modules")
    masses: tuple[MassRecord, ...] = Field(min_length=1, description="mass of the whole on days")
    ballistic: BallisticPrior = Field(description="what is believed of its ballistic number")
    attitude: AttitudeSpec = Field(default=AttitudeSpec(), description="what it takes to hold its attitude")
    vehicles: tuple[Vehicle, ...] = Field(default=(), description="kinds of craft that the library lacks")
    docked: tuple[DockedVehicle, ...] = Field(default=(), description="visits")
    crew: tuple[CrewMember, ...] = Field(default=(), description="people")
    flights: tuple[Flight, ...] = Field(default=(), description="ledger of launches")

    @property
    def segments(self) -> tuple[str, ...]:
        """Names of the segments, in order of the modules."""
        return tuple(dict.fromkeys(module.segment for module in self.modules))

    @model_validator(mode="after")
    def _names_differ(self) -> StationSpec:
        for key in ("partners", "modules", "vehicles", "docked", "flights"):
            forbid_twice((item.name for item in getattr(self, key)), key)
        return self

    @model_validator(mode="after")
    def _owners_are_partners(self) -> StationSpec:
        known = {partner.name for partner in self.partners}
        for key in ("owner", "run_by"):
            for number, module in enumerate(self.modules):
                if getattr(module, key) not in known:
                    raise fault(
                        f"{module.name} belongs to {getattr(module, key)!r}, who is no partner",
                        expected=f"one of {', '.join(sorted(known))}",
                        remedy="add [[partners]] or mend the name",
                        key=("modules", number, "owner" if key == "owner" else "operator"),
                    )
        for number, member in enumerate(self.crew):
            if member.partner not in known:
                raise fault(
                    f"{member.name} flies for {member.partner!r}, who is no partner",
                    expected=f"one of {', '.join(sorted(known))}",
                    remedy="add [[partners]] or mend the name",
                    key=("crew", number, "partner"),
                )
        return self

    @model_validator(mode="after")
    def _seats_are_docked(self) -> StationSpec:
        visits = {visit.name for visit in self.docked}
        for number, member in enumerate(self.crew):
            if member.seat not in visits:
                raise fault(
                    f"the seat of {member.name} is in {member.seat!r}, which never docks",
                    expected=f"one of {', '.join(sorted(visits)) or 'the docked vehicles'}",
                    remedy="add the vehicle under [[docked]] or mend the name",
                    key=("crew", number, "seat"),
                )
        return self


class StationChoice(Noun):
    """Which station: a library one, a file, or one typed here (exactly one)."""

    library: Slug | None = Field(default=None, description="a library station, e.g. iss-2022-02-24")
    file: Path | None = Field(
        default=None, description="TOML file of a station; starts at the scenario's folder"
    )
    spec: StationSpec | None = Field(default=None, description="the station itself")

    @model_validator(mode="after")
    def _exactly_one(self) -> StationChoice:
        given = [key for key in ("library", "file", "spec") if getattr(self, key) is not None]
        if len(given) != 1:
            raise fault(
                "no station is chosen" if not given else f"{' and '.join(given)} choose two stations",
                expected="exactly one of library, file, spec",
                remedy='write e.g. library = "iss-2022-02-24"',
            )
        return self
