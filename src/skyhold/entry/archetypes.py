"""How many pieces of each archetype a station has, and how each flies, warms and melts."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from skyhold.entry.flight import Bodies, Floats
from skyhold.errors import SkyholdError
from skyhold.nouns.station import Module
from skyhold.scenario.fragments import Archetype, FragmentLibrary, Host, fragment_library
from skyhold.station.configuration import Configuration

CD_FREE, CD_CONTINUUM = 2.2, 1.0
TUMBLING_HEAT = 0.275
"""Mean over the surface of a tumbling sphere, of the flux at its nose; taken for all shapes (0.1 to 0.3 in re-entry
tools)."""

SHELL_GONE_AT, SOLID_GONE_AT = 0.5, 0.01
"""Share of the mass at which nothing is left: a shell of which half has melted tears into drops [R]; a solid melts to
the end."""


@dataclass(frozen=True, slots=True)
class HostMass:
    """A part of a station that breaks into pieces: its kind, its mass without propellant, its gyroscopes."""

    name: str
    host: Host
    mass_kg: float
    gyros: int = 0


@dataclass(frozen=True)
class Inventory:
    """Archetypes and the number of such pieces (A,); `whole_kg` is the mass that they and all else came from."""

    archetypes: tuple[Archetype, ...]
    count: Floats
    whole_kg: float
    library: FragmentLibrary

    @property
    def mass_kg(self) -> Floats:
        """(A,) of one piece."""
        return np.array([one.mass_kg for one in self.archetypes])

    @property
    def accounted_kg(self) -> float:
        """Mass of all pieces; what is left of the whole is taken to burn."""
        return float(self.count @ self.mass_kg)

    def bodies(self, kind: NDArray[np.int64], air_scale: Floats, heat_scale: Floats) -> Bodies:
        """(M,) pieces of archetypes `kind`: drag and casualties by the mean face, a quarter of the surface.

        A convex body that tumbles every way shows a quarter of its surface (Cauchy), and has Cd = 1 there in
        Newtonian flow, whatever its shape.
        """
        surface = np.array([surface_m2(one) for one in self.archetypes])[kind]
        nose = np.array([nose_m(one) for one in self.archetypes])[kind]
        materials = [self.library.material(one.material) for one in self.archetypes]
        solid = np.array([one.solid for one in self.archetypes])[kind]
        bodies = Bodies.of(
            len(kind),
            area_m2=0.25 * surface,
            cd_free=CD_FREE,
            cd_continuum=CD_CONTINUUM,
            length_m=np.sqrt(surface / math.pi),
            air_scale=air_scale,
        )
        return bodies.melting(
            heat_capacity_j_kg_k=np.array([one.heat_capacity_j_kg_k for one in materials])[kind],
            melting_k=np.array([one.melting_k for one in materials])[kind],
            latent_j_kg=np.array([one.latent_j_kg for one in materials])[kind],
            emissivity=np.array([one.emissivity for one in materials])[kind],
            wetted_m2=surface,
            nose_m=nose,
            heat_share=TUMBLING_HEAT * heat_scale,
            shrink=np.where(solid, 2.0 / 3.0, 0.0),
            gone_at=np.where(solid, SOLID_GONE_AT, SHELL_GONE_AT),
        )

    def face_m2(self, kind: NDArray[np.int64], mass_kg: Floats) -> Floats:
        """(M,) mean face of what is left of pieces: that of a solid has shrunk."""
        surface = np.array([surface_m2(one) for one in self.archetypes])[kind]
        solid = np.array([one.solid for one in self.archetypes])[kind]
        left = np.clip(mass_kg / self.mass_kg[kind], 0.0, 1.0)
        return np.asarray(0.25 * surface * np.where(solid, left ** (2.0 / 3.0), 1.0))


def surface_m2(one: Archetype) -> float:
    """Outer surface of one piece."""
    a, b, c = one.size_m
    if one.shape == "sphere":
        return math.pi * a * a
    if one.shape == "cylinder":
        return math.pi * b * (a + 0.5 * b)
    return 2.0 * (a * b + b * c + c * a)


def nose_m(one: Archetype) -> float:
    """Radius that the heat flux is taken at: half the middle one of the three sizes."""
    return 0.5 * sorted(one.size_m)[1]


def hosts(configuration: Configuration) -> tuple[HostMass, ...]:
    """What breaks up: modules, docked craft, and stores as hosts of their own; propellant is no piece."""
    modules = {module.name: module for module in configuration.modules}
    found = []
    for part in configuration.parts:
        module = modules.get(part.name)
        gyros = module.gives.gyros if module else 0
        found.append(HostMass(part.name, host_of(module), part.dry_kg, gyros))
        if part.stores_kg > 0.0:
            found.append(HostMass(f"{part.name}, stores", "stores", part.stores_kg))
    return tuple(found)


def host_of(module: Module | None) -> Host:
    """Kind of host of a module; None is a docked craft."""
    if module is None:
        return "craft"
    if module.pressurised:
        return "pressurised"
    return "powered" if module.gives.power_kw > 0.0 else "structure"


def inventory(parts: Sequence[HostMass], library: FragmentLibrary | None = None) -> Inventory:
    """Count the pieces of all hosts. Raises `SkyholdError` where there is nothing to break."""
    library = library or fragment_library()
    whole = sum(part.mass_kg for part in parts)
    if not whole > 0.0:
        raise SkyholdError(
            "there is nothing to break up", expected="parts with a mass", came=f"{len(parts)} parts"
        )
    count = [_count(one, parts) for one in library.archetypes]
    kept = [n for n, number in enumerate(count) if number > 0.0]
    return Inventory(
        tuple(library.archetypes[n] for n in kept), np.array([count[n] for n in kept]), whole, library
    )


def _count(one: Archetype, parts: Iterable[HostMass]) -> float:
    """Pieces of one archetype, as a mean: need not be whole."""
    its = [part for part in parts if part.host == one.host]
    if one.gyro:
        return one.gyro * sum(part.gyros for part in its)
    if one.each:
        return one.each * sum(1 for part in its if part.mass_kg >= 3.0 * one.each * one.mass_kg)
    return one.share * sum(part.mass_kg for part in its) / one.mass_kg
