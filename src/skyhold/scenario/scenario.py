"""The whole of what is to be simulated."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, model_validator

from skyhold.scenario.constellation import FleetSpec
from skyhold.scenario.ground import Area, Cities, Gateways, Place, SkyMaskSpec
from skyhold.scenario.noun import Noun, Slug, fault, forbid_twice
from skyhold.scenario.service import Clock, Event, Internet, Scheduler, Variant

SCHEMA_VERSION = 1


class BroadbandScenario(Noun):
    """Who stays connected: a fleet, a ground segment, places and cells, and what goes wrong."""

    schema_version: Literal[1] = Field(description="version of the words of this file; this Skyhold reads 1")
    kind: Literal["broadband"] = Field(default="broadband", description="which line of the simulator runs")
    name: Slug = Field(description="name of the run: small letters, digits, hyphens")
    title: str = Field(default="", description="title of the report")
    description: str = Field(default="", description="a paragraph for the report")
    clock: Clock = Field(description="when, and the slots")
    fleet: FleetSpec = Field(description="which satellites")
    area: Area | None = Field(default=None, description="cells to cover")
    cities: Cities | None = Field(default=None, description="cities to serve, from the embedded list")
    places: tuple[Place, ...] = Field(default=(), description="places to serve, typed here")
    terminal: SkyMaskSpec = Field(default=SkyMaskSpec(), description="directions a user terminal may use")
    gateways: Gateways = Field(default=Gateways(), description="the ground segment")
    scheduler: Scheduler = Field(default=Scheduler(), description="who is served by which satellite")
    internet: Internet = Field(default=Internet(), description="from the gateway to the internet")
    events: tuple[Event, ...] = Field(default=(), description="what goes wrong")
    variants: tuple[Variant, ...] = Field(default=(), description="the same with some values set otherwise")

    @model_validator(mode="after")
    def _names_differ(self) -> BroadbandScenario:
        forbid_twice((place.name for place in self.places), "places")
        forbid_twice((variant.name for variant in self.variants), "variants")
        if self.name in {variant.name for variant in self.variants}:
            raise fault(
                f"a variant bears the scenario's name {self.name!r}",
                expected="a name of its own",
                remedy="rename the variant",
                key="variants",
            )
        return self

    @model_validator(mode="after")
    def _events_name_gateways(self) -> BroadbandScenario:
        typed = [*self.gateways.names, *(site.name for site in self.gateways.sites)]
        if not typed or self.gateways.file is not None:
            return self
        known = {name.casefold() for name in typed}
        for number, event in enumerate(self.events):
            if event.gateway.casefold() not in known:
                raise fault(
                    f"no gateway of the scenario is named {event.gateway!r}",
                    expected=f"one of {', '.join(typed)}",
                    remedy="write the gateway's name as under gateways, or add it there",
                    key=("events", number, "gateway"),
                )
        return self
