"""Which satellites there are: shells as filed, codes, or a catalogue file."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from pydantic import Field

from skyhold.scenario.noun import Noun


class Shell(Noun):
    """A Walker shell: `planes` x `satellites_per_plane` circular orbits at one altitude and inclination."""

    name: str
    altitude_km: float = Field(gt=120, lt=36_000, description="mean altitude over the equatorial radius 6,378.137 km")
    inclination_deg: float = Field(ge=0, le=180)
    planes: int = Field(ge=1)
    satellites_per_plane: int = Field(ge=1)
    phasing: int = Field(default=0, ge=0, description="Walker phasing factor F, 0..planes-1")
    pattern: Literal["delta", "star"] = "delta"
    raan_offset_deg: float = 0.0
    missing: int = Field(default=0, ge=0, description="filed but not in place on the date")
    raising: int = Field(default=0, ge=0, description="launched but still climbing: they do not serve")
    source: str = ""


class CatalogueFile(Noun):
    """A TLE or OMM file; which classes of its census fly in the scenario."""

    path: Path
    keep: tuple[Literal["operational", "raising", "lowering", "other"], ...] = ("operational",)


class FleetSpec(Noun):
    """The fleet: any mix of a library fleet, shells, constellation codes and a catalogue."""

    library: str | None = Field(default=None, description="a library fleet, e.g. starlink-2022-02-28")
    shells: tuple[Shell, ...] = ()
    codes: tuple[str, ...] = Field(default=(), description="IRTF constellation codes, e.g. D:550:53.0:1584/72/17")
    catalogue: CatalogueFile | None = None
    missing_seed: int = Field(default=1, description="which satellites are missing is not public: drawn with this seed")
