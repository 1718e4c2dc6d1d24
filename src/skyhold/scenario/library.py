"""Scenarios, fleets, stations and vehicles that come with Skyhold, as TOML files beside this module."""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from importlib.resources import files
from typing import Literal

from pydantic import Field, model_validator

from skyhold.errors import ScenarioError
from skyhold.nouns.constellation import FleetSpec, Shell
from skyhold.nouns.noun import Name, Noun, forbid_twice, twice
from skyhold.nouns.radio import RadioSpec
from skyhold.nouns.station import StationChoice, StationSpec
from skyhold.nouns.vehicles import Vehicle
from skyhold.scenario.codes import parse_code
from skyhold.scenario.document import Document, nearest, parse, read, validate


class LibraryFleet(Noun):
    """A fleet of the library: its shells, when it was so, and who says it."""

    schema_version: Literal[1] = Field(description="version of the words of this file")
    title: Name = Field(description="name of the fleet for people")
    day: date | None = Field(default=None, description="the date a dated fleet stands for")
    description: str = Field(default="", description="what the numbers mean and what is doubtful")
    sources: tuple[str, ...] = Field(
        min_length=1, description="where the numbers come from, with a mark of trust"
    )
    shells: tuple[Shell, ...] = Field(min_length=1, description="the shells")


class LibraryRadio(Noun):
    """A radio system of the library, and who says it."""

    schema_version: Literal[1] = Field(description="version of the words of this file")
    title: Name = Field(description="name of the system for people")
    description: str = Field(default="", description="what the numbers mean and what is doubtful")
    sources: tuple[str, ...] = Field(
        min_length=1, description="where the numbers come from, with a mark of trust"
    )
    radio: RadioSpec = Field(description="bands, powers, antennas, waveform, beams")


class VehicleLibrary(Noun):
    """The kinds of craft that come with Skyhold."""

    schema_version: Literal[1] = Field(description="version of the words of this file")
    title: Name = Field(description="name of the list for people")
    description: str = Field(default="", description="what the numbers mean and what is doubtful")
    sources: tuple[str, ...] = Field(
        min_length=1, description="where the numbers come from, with a mark of trust"
    )
    vehicles: tuple[Vehicle, ...] = Field(min_length=1, description="the craft")

    @model_validator(mode="after")
    def _names_differ(self) -> VehicleLibrary:
        forbid_twice((vehicle.name for vehicle in self.vehicles), "vehicles")
        return self


def scenario_names() -> tuple[str, ...]:
    """Names of the embedded scenarios, sorted."""
    return _names("library")


def fleet_names() -> tuple[str, ...]:
    """Names of the embedded fleets, sorted."""
    return _names("library", "fleets")


def scenario_text(name: str) -> str:
    """The TOML text of an embedded scenario, comments and all.

    Errors: ScenarioError with the nearest name.
    """
    return _text(name, scenario_names(), "scenario", "library")


def scenario_document(name: str) -> Document:
    """An embedded scenario, not yet checked against the nouns."""
    return parse(scenario_text(name), f"library scenario {name}")


@lru_cache(maxsize=64)
def library_fleet(name: str, where: str = "") -> LibraryFleet:
    """An embedded fleet with its title, date and sources; `where` says who asked, for the error.

    Errors: ScenarioError with the nearest name.
    """
    text = _text(name, fleet_names(), "fleet", "library", "fleets", where=where)
    return validate(LibraryFleet, parse(text, f"library fleet {name}"))


def fleet(name: str) -> FleetSpec:
    """The shells of an embedded fleet as a fleet of their own."""
    return FleetSpec(shells=library_fleet(name).shells)


def shells(spec: FleetSpec, where: str = "fleet") -> tuple[Shell, ...]:
    """Every shell of a fleet: library, typed, and from codes, in this order; a catalogue adds none.

    Errors: ScenarioError for an unknown library fleet, a wrong code, or two shells of one name.
    """
    found = (library_fleet(spec.library, f"{where}.library").shells if spec.library else ()) + spec.shells
    found += tuple(parse_code(code, f"{where}.codes[{number}]") for number, code in enumerate(spec.codes))
    again = twice(shell.name for shell in found)
    if again:
        raise ScenarioError(
            f"two shells of the fleet are named {again[0]!r}",
            expected="names that differ",
            where=where,
            remedy="rename the shell typed in the scenario, or give the code a name in brackets",
        )
    return found


def radio_names() -> tuple[str, ...]:
    """Names of the embedded radio systems, sorted."""
    return _names("library", "radio")


@lru_cache(maxsize=64)
def library_radio(name: str, where: str = "") -> LibraryRadio:
    """An embedded radio system with its title and sources; `where` says who asked, for the error.

    Errors: ScenarioError with the nearest name.
    """
    text = _text(name, radio_names(), "radio system", "library", "radio", where=where)
    return validate(LibraryRadio, parse(text, f"library radio system {name}"))


def radio(name: str) -> RadioSpec:
    """An embedded radio system, such as starlink-v1-2022."""
    return library_radio(name).radio


def station_names() -> tuple[str, ...]:
    """Names of the embedded stations, sorted."""
    return _names("library", "stations")


@lru_cache(maxsize=64)
def library_station(name: str, where: str = "") -> StationSpec:
    """An embedded station; `where` says who asked, for the error.

    Errors: ScenarioError with the nearest name.
    """
    text = _text(name, station_names(), "station", "library", "stations", where=where)
    return validate(StationSpec, parse(text, f"library station {name}"))


def station(choice: StationChoice, where: str = "station") -> StationSpec:
    """The station that a scenario chooses: of the library, of a file, or typed.

    Errors: ScenarioError for an unknown name, or a file that is none or says what cannot be.
    """
    if choice.spec is not None:
        return choice.spec
    if choice.file is not None:
        return validate(StationSpec, read(choice.file))
    return library_station(choice.library or "", f"{where}.library")


@lru_cache(maxsize=1)
def vehicle_library() -> VehicleLibrary:
    """The embedded kinds of craft with their sources."""
    text = str(_folder("library", "vehicles", "craft.toml").read_text(encoding="utf-8"))
    return validate(VehicleLibrary, parse(text, "library vehicles"))


def vehicles(*own: Vehicle) -> dict[str, Vehicle]:
    """The kinds of craft by name: those of the library, and `own` ones, which take the place of their namesakes."""
    return {vehicle.name: vehicle for vehicle in (*vehicle_library().vehicles, *own)}


def _folder(*parts: str):  # type: ignore[no-untyped-def]
    return files("skyhold.scenario").joinpath(*parts)


def _names(*parts: str) -> tuple[str, ...]:
    names = (item.name for item in _folder(*parts).iterdir())
    return tuple(sorted(name.removesuffix(".toml") for name in names if name.endswith(".toml")))


def _text(name: str, known: tuple[str, ...], kind: str, *parts: str, where: str = "") -> str:
    if name in known:
        return str(_folder(*parts, f"{name}.toml").read_text(encoding="utf-8"))
    near = nearest(name, known)
    raise ScenarioError(
        f"there is no library {kind} named {name[:100]!r}",
        expected=f"one of {', '.join(known)}",
        where=where or f"library {kind}s",
        remedy=f"did you mean {near}"
        if near
        else f"choose one of these {kind}s, or give the path of a .toml file",
    )
