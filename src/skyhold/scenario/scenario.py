"""The whole of what is to be simulated."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from skyhold.scenario.constellation import FleetSpec
from skyhold.scenario.ground import Area, Cities, Gateways, Place, SkyMaskSpec
from skyhold.scenario.noun import Noun
from skyhold.scenario.service import Clock, Event, Internet, Scheduler, Variant


class BroadbandScenario(Noun):
    """Who stays connected: a fleet, a ground segment, places and cells, and what goes wrong."""

    schema_version: Literal[1]
    kind: Literal["broadband"] = "broadband"
    name: str = Field(pattern="^[a-z0-9][a-z0-9-]*$")
    title: str = ""
    description: str = ""
    clock: Clock
    fleet: FleetSpec
    area: Area | None = None
    cities: Cities | None = None
    places: tuple[Place, ...] = ()
    terminal: SkyMaskSpec = SkyMaskSpec()
    gateways: Gateways = Gateways()
    scheduler: Scheduler = Scheduler()
    internet: Internet = Internet()
    events: tuple[Event, ...] = ()
    variants: tuple[Variant, ...] = ()
