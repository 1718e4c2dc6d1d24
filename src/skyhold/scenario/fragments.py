"""Into what a station breaks: kinds of pieces and their materials; archetypes, not the parts list of any station."""

from __future__ import annotations

from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Literal

from pydantic import Field, model_validator

from skyhold.nouns.noun import Name, Noun, Number, Slug, Switch, fault, forbid_twice
from skyhold.nouns.vehicles import Trust
from skyhold.scenario.document import parse, read, validate

Host = Literal["pressurised", "powered", "structure", "craft", "stores"]
"""A pressurised module, an unpressurised one with solar wings, another one, a docked craft, what people stowed."""


class Material(Noun):
    """What a piece is made of, as a lump of one temperature."""

    name: Slug = Field(description="name archetypes refer to")
    title: Name = Field(description="name for people")
    density_kg_m3: Number = Field(gt=0, lt=30_000, description="density of the bulk")
    heat_capacity_j_kg_k: Number = Field(gt=0, lt=20_000, description="specific heat, mean up to melting")
    melting_k: Number = Field(
        gt=300, lt=5_000, description="temperature at which it melts, chars or falls apart"
    )
    latent_j_kg: Number = Field(gt=0, lt=1e8, description="heat that a kilogramme takes to go")
    emissivity: Number = Field(gt=0, le=1, description="infrared emissivity, oxidised")
    trust: Trust = Field(description="A, B, C or R")


class Archetype(Noun):
    """A kind of piece: its size, its mass, what it is made of, and how many a station has.

    Either `share` of the mass of each host is made of such pieces, or there are `each` of them to a host, or `gyro`
    to a control moment gyroscope.
    """

    name: Slug = Field(description="name in tables")
    title: Name = Field(description="name for people")
    host: Host = Field(description="what it is part of")
    share: Number = Field(default=0.0, ge=0, le=1, description="share of the host's mass in such pieces")
    each: Number = Field(default=0.0, ge=0, le=10_000, description="such pieces to each host")
    gyro: Number = Field(default=0.0, ge=0, le=100, description="such pieces to each gyroscope")
    mass_kg: Number = Field(gt=0, lt=100_000, description="mass of one piece")
    shape: Literal["sphere", "cylinder", "box"] = Field(description="shape; a sheet is a thin box")
    size_m: tuple[Number, Number, Number] = Field(
        description="length, width, height; of a cylinder length and twice the diameter, of a sphere the diameter"
    )
    material: Slug = Field(description="name of the material that counts")
    solid: Switch = Field(
        default=False, description="melts from outside and shrinks; otherwise a shell that thins"
    )
    release: Literal["arrays", "main", "parts"] = Field(
        description="comes loose when the arrays go, at the main break-up, or later, from inside a part"
    )
    trust: Trust = Field(description="A, B, C or R")
    source: Name = Field(description="where it comes from")

    @model_validator(mode="after")
    def _is_counted_once(self) -> Archetype:
        if sum(value > 0 for value in (self.share, self.each, self.gyro)) != 1:
            raise fault(
                f"{self.name} is not counted in one way",
                expected="one of share, each, gyro above 0",
                remedy="give one of them",
                key="share",
            )
        if min(self.size_m) <= 0:
            raise fault(f"{self.name} has no size", expected="sizes above 0 m", key="size_m")
        return self


class FragmentLibrary(Noun):
    """Archetypes and materials, with what is doubtful about them."""

    schema_version: Literal[1] = Field(description="version of the words of this file")
    title: Name = Field(description="name of the list for people")
    description: str = Field(default="", description="what the numbers mean and what is doubtful")
    sources: tuple[str, ...] = Field(min_length=1, description="where they come from, with a mark of trust")
    materials: tuple[Material, ...] = Field(min_length=1, description="materials")
    archetypes: tuple[Archetype, ...] = Field(min_length=1, description="kinds of pieces")

    @model_validator(mode="after")
    def _names_are_known(self) -> FragmentLibrary:
        for key in ("materials", "archetypes"):
            forbid_twice((item.name for item in getattr(self, key)), key)
        known = {material.name for material in self.materials}
        for number, one in enumerate(self.archetypes):
            if one.material not in known:
                raise fault(
                    f"{one.name} is made of {one.material!r}, which is not in the list",
                    expected=f"one of {', '.join(sorted(known))}",
                    key=("archetypes", number, "material"),
                )
        return self

    @model_validator(mode="after")
    def _hosts_have_mass_enough(self) -> FragmentLibrary:
        for host in {one.host for one in self.archetypes}:
            total = sum(one.share for one in self.archetypes if one.host == host)
            if total > 1 + 1e-9:
                raise fault(
                    f"pieces of a host {host!r} have more than its mass",
                    expected="shares that add up to 1 at most",
                    came=f"{total:g}",
                    key="archetypes",
                )
        return self

    def material(self, name: str) -> Material:
        """The material of this name, which must be in the list."""
        return next(material for material in self.materials if material.name == name)


@lru_cache(maxsize=1)
def fragment_library() -> FragmentLibrary:
    """The archetypes that come with Skyhold."""
    file = files("skyhold.scenario").joinpath("library", "fragments", "archetypes.toml")
    return validate(FragmentLibrary, parse(file.read_text(encoding="utf-8"), "library fragments"))


def read_fragments(path: Path) -> FragmentLibrary:
    """Archetypes of a file of the user. Raises ScenarioError."""
    return validate(FragmentLibrary, read(path))
