"""The sky that a quick question is about: a fleet by name, code or file, and a start."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

from cyclopts import Parameter

if TYPE_CHECKING:
    from skyhold.scenario.scenario import BroadbandScenario

DEFAULT_FLEET = "starlink-2022-02-28"
DEFAULT_START = "2022-02-28T00:00:00Z"

CODE = "D:550:53.0:1584/72/17"
FleetName = Annotated[str, Parameter(help=f"A library fleet, or a code such as {CODE}.", show_default=True)]
Catalogue = Annotated[Path | None, Parameter(help="A TLE or OMM file instead of a fleet.")]
Kind = Literal["operational", "raising", "lowering", "other"]
Keep = Annotated[
    tuple[Kind, ...],
    Parameter(
        negative="", help="Which classes of a catalogue's census fly; may be repeated.", show_default=True
    ),
]
OPERATIONAL: tuple[Kind, ...] = ("operational",)
EVERY: tuple[Kind, ...] = ("operational", "raising", "lowering", "other")
Start = Annotated[str, Parameter(help="Start, UTC.", show_default=True)]
Hours = Annotated[float, Parameter(help="How long.", show_default=True)]
MinElevation = Annotated[float, Parameter(help="Lowest elevation that counts.", show_default=True)]
Latitude = Annotated[float, Parameter(name="--lat", help="Degrees north.")]
Longitude = Annotated[float, Parameter(name="--lon", help="Degrees east.")]


def quick_scenario(
    clock: dict[str, object],
    fleet: str,
    catalogue: Path | None,
    keep: tuple[Kind, ...] = OPERATIONAL,
    **parts: object,
) -> BroadbandScenario:
    """A scenario of what was typed: a clock, a fleet (library name or constellation code) or a file, and parts.

    Errors: ScenarioError, as for a file.
    """
    from skyhold.scenario.document import Document, validate
    from skyhold.scenario.scenario import BroadbandScenario

    if catalogue is not None:
        flies: dict[str, object] = {"catalogue": {"path": str(catalogue.resolve()), "keep": list(keep)}}
    else:
        flies = {"codes": [fleet]} if ":" in fleet else {"library": fleet}
    values = {"schema_version": 1, "name": "command-line", "clock": clock, "fleet": flies, **parts}
    return validate(BroadbandScenario, Document("", "command line", values))
