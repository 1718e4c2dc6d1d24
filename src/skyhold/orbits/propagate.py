"""The fleet of a scenario: filed shells, constellation codes and a catalogue, side by side."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import DTypeLike, NDArray

from skyhold.catalogues.catalog import read_catalog
from skyhold.catalogues.census import KINDS, Census, census
from skyhold.catalogues.forensics import check_catalog
from skyhold.errors import CatalogError
from skyhold.nouns.constellation import CatalogueFile, FleetSpec
from skyhold.orbits.faults import Fault
from skyhold.orbits.secular import SecularFleet
from skyhold.orbits.sgp4 import Sgp4Fleet
from skyhold.scenario.library import shells
from skyhold.times import Epoch, Instants
from skyhold.units import DAY_S

ELEMENTS_KEEP_DAYS = (
    7  # along-track errors of SGP4 grow by 1 to 3 km a day, faster where thrust or drag change
)
ELEMENTS_LAST_DAYS = 90  # from there on some Starlinks of a real catalogue fly below the ground


class Fleet(Protocol):
    """Satellites that can be asked where they are; NaN where one cannot be placed."""

    names: tuple[str, ...]
    shells: tuple[str, ...]
    shell_index: NDArray[np.int16]

    def __len__(self) -> int:
        """Satellites."""

    def positions(self, instants: Instants, dtype: DTypeLike = np.float32) -> NDArray[Any]:
        """(T, S, 3) m, Earth-fixed; a view of a contiguous (T, 3, S) array."""

    def positions_velocities(
        self, instants: Instants, dtype: DTypeLike = np.float32
    ) -> tuple[NDArray[Any], NDArray[Any]]:
        """Positions, and velocities in the Earth-fixed frame, (T, S, 3) m/s."""

    def faults(self, instants: Instants) -> tuple[Fault, ...]:
        """Satellites that cannot be placed at one or more of the instants, and why."""

    def summary(self) -> list[dict[str, Any]]:
        """A row a shell: filed, operational (flown), missing, raising."""

    def account(self) -> tuple[str, ...]:
        """What became of the records of a catalogue, and how old they are; nothing of filed shells."""


class CatalogueFleet(Sgp4Fleet):
    """Satellites of a catalogue file, by the shell that the census found for each, for a run that begins at `start`.

    `rejected` keeps the records that could not be read, `census` the class of every other, `inconsistent` what speaks
    against sets that could be read (they fly), `age_days` how long before `start` the elements held, in the median
    (below zero: after it).

    Raises CatalogError where no record can be read or none of the classes kept is there, and for elements further than
    `ELEMENTS_LAST_DAYS` from the start.
    """

    def __init__(self, source: CatalogueFile, start: Epoch):
        read = read_catalog(source.path)
        catalogue = read.latest()
        self.rejected = catalogue.rejected
        self.census: Census = census(catalogue.records)
        self.inconsistent = tuple(found for found in check_catalog(read) if found.kind != "checksum")
        self._read = f"{read.source} ({read.format}): {len(read)} element sets of {read.objects()} objects"
        self._keep = source.keep
        members = self.census.select(source.keep)
        if not members:
            raise self._nothing_flies(source)
        ages = [member.record.epoch.seconds_until(start) / DAY_S for member in members]
        self.age_days = float(np.median(ages))
        if abs(self.age_days) > ELEMENTS_LAST_DAYS:
            raise _too_far(self.age_days, start, source.path)
        super().__init__([member.record for member in members])
        named = [member.shell or "no shell" for member in members]
        self.shells = tuple(dict.fromkeys(named))
        self.shell_index = np.array([self.shells.index(name) for name in named], np.int16)

    def account(self) -> tuple[str, ...]:
        """Read and rejected, the census, and the age of the elements."""
        turned_away = f"{len(self.rejected)} rejected" + (
            f", first {self.rejected[0]}" if self.rejected else ""
        )
        classes = ", ".join(f"{self.census.total(kind)} {kind}" for kind in KINDS)
        before = f"{abs(self.age_days):.1f} days {'before' if self.age_days >= 0 else 'after'} the start"
        stale = abs(self.age_days) > ELEMENTS_KEEP_DAYS
        warned = ": positions along the track are off by tens to hundreds of km" if stale else ""
        return (
            f"{self._read}, {turned_away}",
            f"{classes}; flown: {' and '.join(self._keep)}, {len(self)} satellites",
            f"elements of {before} in the median{warned}",
            *self._doubts(),
        )

    def _doubts(self) -> tuple[str, ...]:
        """One line where sets contradict themselves or each other, as forged ones do; nothing otherwise."""
        strong = [found for found in self.inconsistent if found.strength == "strong"]
        if not strong:
            return ()
        return (f"{len(strong)} findings against the sets, forged or damaged; first: {strong[0]}",)

    def _nothing_flies(self, source: CatalogueFile) -> CatalogError:
        where = str(source.path)
        if not self.census.members:
            return CatalogError(
                "no element set of the catalogue can be used",
                expected="one or more",
                came=f"{len(self.rejected)} rejected, first {self.rejected[0]}",
                where=where,
                remedy="mend the file, or fetch it again",
            )
        return CatalogError(
            f"no satellite of the catalogue is {' or '.join(source.keep)}",
            expected="one satellite or more to fly",
            came=", ".join(f"{self.census.total(kind)} {kind}" for kind in KINDS),
            where=where,
            remedy="keep another class: fleet.catalogue.keep in a scenario, --keep on the command line",
        )

    def summary(self) -> list[dict[str, Any]]:
        """A row a shell; `filed` counts its records, `operational` those that fly, the rest is missing or raising."""
        rows = []
        for shell, counts in self.census.counts().items():
            found = sum(counts.values())
            flown = sum(counts[kind] for kind in self._keep)
            raising = 0 if "raising" in self._keep else counts["raising"]
            if found:
                rows.append(
                    {
                        "shell": shell or "no shell",
                        "filed": found,
                        "operational": flown,
                        "missing": found - flown - raising,
                        "raising": raising,
                    }
                )
        return rows


class MixedFleet:
    """Several fleets as one, in order."""

    def __init__(self, parts: tuple[Fleet, ...]):
        self.parts = parts
        self.names = tuple(name for part in parts for name in part.names)
        self.shells = tuple(shell for part in parts for shell in part.shells)
        before = np.cumsum([0, *(len(part.shells) for part in parts)])
        self.shell_index = np.concatenate(
            [part.shell_index + first for part, first in zip(parts, before, strict=False)]
        ).astype(np.int16)

    def __len__(self) -> int:
        return len(self.names)

    def positions(self, instants: Instants, dtype: DTypeLike = np.float32) -> NDArray[Any]:
        """(T, S, 3) m, Earth-fixed; a view of a contiguous (T, 3, S) array."""
        return _joined([part.positions(instants, dtype) for part in self.parts])

    def positions_velocities(
        self, instants: Instants, dtype: DTypeLike = np.float32
    ) -> tuple[NDArray[Any], NDArray[Any]]:
        """Positions, and velocities in the Earth-fixed frame, (T, S, 3) m/s."""
        both = [part.positions_velocities(instants, dtype) for part in self.parts]
        return _joined([position for position, _ in both]), _joined([velocity for _, velocity in both])

    def faults(self, instants: Instants) -> tuple[Fault, ...]:
        """Faults of all parts, numbered in the whole fleet."""
        before = np.cumsum([0, *(len(part) for part in self.parts)])
        return tuple(
            replace(fault, index=fault.index + int(first))
            for part, first in zip(self.parts, before, strict=False)
            for fault in part.faults(instants)
        )

    def summary(self) -> list[dict[str, Any]]:
        """Rows of all parts."""
        return [row for part in self.parts for row in part.summary()]

    def account(self) -> tuple[str, ...]:
        """Of all parts."""
        return tuple(line for part in self.parts for line in part.account())


def _joined(parts: list[NDArray[Any]]) -> NDArray[Any]:
    """Satellites of all parts, still component-major."""
    return np.concatenate([part.transpose(0, 2, 1) for part in parts], axis=2).transpose(0, 2, 1)


def _too_far(age_days: float, start: Epoch, path: Path) -> CatalogError:
    side = "after" if age_days >= 0 else "before"
    return CatalogError(
        f"the run starts {abs(age_days):,.0f} days {side} the elements of the catalogue",
        expected=f"at most {ELEMENTS_LAST_DAYS}: SGP4 of older elements puts satellites underground or into deep space",
        came=f"a start on {start.datetime():%Y-%m-%d}",
        where=str(path),
        remedy="take a catalogue of the run's date, or set clock.start_utc to the catalogue's",
    )


def build_fleet(spec: FleetSpec, start: Epoch) -> Fleet:
    """The fleet of a scenario: shells (library, typed, codes) as they stand at `start`, then the catalogue.

    Raises ScenarioError for an unknown library fleet or a wrong code, CatalogError for a catalogue that cannot be read
    or of which nothing flies, or whose elements are too far from `start`.
    """
    filed = shells(spec)
    parts: list[Fleet] = []
    if filed:
        parts.append(SecularFleet(filed, start, missing_seed=spec.missing_seed))
    if spec.catalogue:
        parts.append(CatalogueFleet(spec.catalogue, start))
    return parts[0] if len(parts) == 1 else MixedFleet(tuple(parts))
