"""Which satellites there are: shells as filed, codes, or a catalogue file."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from pydantic import Field, model_validator

from skyhold.nouns.noun import Count, Name, Noun, Number, fault, forbid_twice


class Shell(Noun):
    """A Walker shell: `planes` x `satellites_per_plane` circular orbits at one altitude and inclination."""

    name: Name = Field(description="name of the shell, as results show it")
    altitude_km: Number = Field(
        gt=120, lt=36_000, description="mean altitude over the equatorial radius 6,378.137 km"
    )
    inclination_deg: Number = Field(ge=0, le=180, description="over 90 is retrograde")
    planes: Count = Field(ge=1, le=10_000, description="orbital planes")
    satellites_per_plane: Count = Field(ge=1, le=10_000, description="satellites in each plane")
    phasing: Count = Field(default=0, ge=0, description="Walker phasing factor F, 0..planes-1")
    pattern: Literal["delta", "star"] = Field(
        default="delta", description="ascending nodes spread over 360 (delta) or 180 (star) degrees"
    )
    raan_offset_deg: Number = Field(
        default=0.0, ge=-360, le=360, description="ascending node of the first plane at the start"
    )
    missing: Count = Field(default=0, ge=0, description="filed but not in place on the date")
    raising: Count = Field(default=0, ge=0, description="launched but still climbing: they do not serve")
    source: str = Field(default="", description="where the numbers come from")

    @property
    def filed(self) -> int:
        """Satellites of the whole shell."""
        return self.planes * self.satellites_per_plane

    @property
    def operational(self) -> int:
        """Satellites that serve on the date."""
        return self.filed - self.missing - self.raising

    @model_validator(mode="after")
    def _phasing_below_planes(self) -> Shell:
        if self.phasing >= self.planes:
            raise fault(
                f"phasing {self.phasing} does not exist with {self.planes} planes",
                expected=f"0..{self.planes - 1}",
                came=str(self.phasing),
                remedy="take the phasing modulo the number of planes",
                key="phasing",
            )
        return self

    @model_validator(mode="after")
    def _absent_within_filed(self) -> Shell:
        if self.operational < 0:
            raise fault(
                f"{self.missing} missing and {self.raising} raising are more than the shell holds",
                expected=f"together at most {self.planes} x {self.satellites_per_plane} = {self.filed}",
                came=str(self.missing + self.raising),
                remedy="lower missing or raising",
                key="missing",
            )
        return self


class CatalogueFile(Noun):
    """A TLE or OMM file; which classes of its census fly in the scenario."""

    path: Path = Field(description="TLE or OMM file; a relative path starts at the scenario's folder")
    keep: tuple[Literal["operational", "raising", "lowering", "other"], ...] = Field(
        default=("operational",), min_length=1, description="classes of the census that fly"
    )


class FleetSpec(Noun):
    """The fleet: any mix of a library fleet, shells, constellation codes and a catalogue."""

    library: str | None = Field(default=None, description="a library fleet, e.g. starlink-2022-02-28")
    shells: tuple[Shell, ...] = Field(default=(), description="Walker shells typed here")
    codes: tuple[str, ...] = Field(
        default=(), description="IRTF constellation codes, e.g. D:550:53.0:1584/72/17"
    )
    catalogue: CatalogueFile | None = Field(default=None, description="a file of orbital elements")
    missing_seed: Count = Field(
        default=1, ge=0, description="which satellites are missing is not public: drawn with this seed"
    )

    @model_validator(mode="after")
    def _something_flies(self) -> FleetSpec:
        if not (self.library or self.shells or self.codes or self.catalogue):
            raise fault(
                "the fleet is empty",
                expected="one or more of library, shells, codes, catalogue",
                remedy='name a library fleet, e.g. library = "starlink-gen1"',
            )
        forbid_twice((shell.name for shell in self.shells), "shells")
        forbid_twice(self.codes, "codes")
        return self
