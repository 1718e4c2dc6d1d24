"""The sky that a quick question is about: a fleet by name, code or file, and a start."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from skyhold.errors import ScenarioError

if TYPE_CHECKING:
    from skyhold.orbits.propagate import Fleet
    from skyhold.times import Epoch

DEFAULT_FLEET = "starlink-2022-02-28"
DEFAULT_START = "2022-02-28T00:00:00Z"

CODE = "D:550:53.0:1584/72/17"
FleetName = Annotated[str, Parameter(help=f"A library fleet, or a code such as {CODE}.", show_default=True)]
Catalogue = Annotated[Path | None, Parameter(help="A TLE or OMM file instead of a fleet.")]
Start = Annotated[str, Parameter(help="Start, UTC.", show_default=True)]
Hours = Annotated[float, Parameter(help="How long.", show_default=True)]
MinElevation = Annotated[float, Parameter(help="Lowest elevation that counts.", show_default=True)]
Latitude = Annotated[float, Parameter(name="--lat", help="Degrees north.")]
Longitude = Annotated[float, Parameter(name="--lon", help="Degrees east.")]


def start_epoch(text: str) -> Epoch:
    """The start of a quick question: an ISO date or date and time, UTC unless it says otherwise."""
    from skyhold.times import Epoch

    try:
        when = datetime.fromisoformat(text)
    except ValueError:
        raise ScenarioError(
            "--date is no date", expected="such as 2022-02-28 or 2022-02-28T12:00Z", came=text
        ) from None
    return Epoch.from_datetime(when if when.tzinfo else when.replace(tzinfo=UTC))


def build_sky(fleet: str, catalogue: Path | None, start: Epoch) -> Fleet:
    """The fleet of `--catalogue`, or of `--fleet`: a library name or a constellation code."""
    from skyhold.orbits.propagate import build_fleet
    from skyhold.scenario.constellation import CatalogueFile, FleetSpec

    if catalogue is not None:
        if not catalogue.is_file():
            raise ScenarioError("no such catalogue", where=str(catalogue), remedy="give a TLE or OMM file")
        return build_fleet(FleetSpec(catalogue=CatalogueFile(path=catalogue)), start)
    spec = FleetSpec(codes=(fleet,)) if ":" in fleet else FleetSpec(library=fleet)
    return build_fleet(spec, start)
