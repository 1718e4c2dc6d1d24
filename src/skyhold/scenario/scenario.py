"""The whole of what is to be simulated."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import Literal

from pydantic import Field, model_validator

from skyhold.nouns.constellation import FleetSpec
from skyhold.nouns.demand import Delivery, DemandSpec, PrioritySite, TerrestrialNetwork
from skyhold.nouns.fate import (
    DeorbitSpec,
    Detachment,
    Ensemble,
    OrbitState,
    ReboostSpec,
    RiskSpec,
    SpaceWeather,
    Thresholds,
    Withdrawal,
)
from skyhold.nouns.ground import Area, Cities, Gateways, Place, PlacedTerminals, SkyMaskSpec
from skyhold.nouns.jammers import Countermeasures, Jammer, forbid_misfits
from skyhold.nouns.mobility import MovingTerminal
from skyhold.nouns.noun import Noun, Number, Slug, Utc, fault, forbid_twice
from skyhold.nouns.planning import PlanSpec
from skyhold.nouns.radio import RadioSpec, WeatherSpec
from skyhold.nouns.service import Clock, Event, GatewayDown, Internet, Scheduler, Variant
from skyhold.nouns.station import StationChoice
from skyhold.nouns.vehicles import Vehicle

SCHEMA_VERSION = 1


def _variants_differ(name: str, variants: tuple[Variant, ...]) -> None:
    forbid_twice((variant.name for variant in variants), "variants")
    if name in {variant.name for variant in variants}:
        raise fault(
            f"a variant bears the scenario's name {name!r}",
            expected="a name of its own",
            remedy="rename the variant",
            key="variants",
        )


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
    radio: RadioSpec = Field(default=RadioSpec(), description="bands, powers, antennas, waveform, beams")
    weather: WeatherSpec = Field(default=WeatherSpec(), description="rain and cloud on the links")
    demand: DemandSpec | None = Field(
        default=None, description="who wants how much; left out: no capacity is computed"
    )
    terrestrial: tuple[TerrestrialNetwork, ...] = Field(default=(), description="networks on the ground")
    deliveries: tuple[Delivery, ...] = Field(default=(), description="terminals that arrive by road")
    placed: tuple[PlacedTerminals, ...] = Field(
        default=(), description="terminals placed by hand, besides those of deliveries"
    )
    sites: tuple[PrioritySite, ...] = Field(default=(), description="sites served before others")
    jammers: tuple[Jammer, ...] = Field(default=(), description="who jams, from where, how")
    countermeasures: Countermeasures = Field(
        default=Countermeasures(), description="what is done against jamming"
    )
    moving: tuple[MovingTerminal, ...] = Field(default=(), description="terminals that move along a track")
    plan: PlanSpec | None = Field(default=None, description="terminals to place")
    events: tuple[Event, ...] = Field(default=(), description="what goes wrong")
    variants: tuple[Variant, ...] = Field(default=(), description="the same with some values set otherwise")

    @model_validator(mode="after")
    def _names_differ(self) -> BroadbandScenario:
        forbid_twice((place.name for place in self.places), "places")
        forbid_twice((one.name for one in self.moving), "moving")
        forbid_twice((jammer.name for jammer in self.jammers), "jammers")
        forbid_twice((site.name for site in self.sites), "sites")
        forbid_twice((delivery.name for delivery in self.deliveries), "deliveries")
        forbid_twice((network.name for network in self.terrestrial), "terrestrial")
        forbid_twice((one.name for one in self.placed), "placed")
        _variants_differ(self.name, self.variants)
        return self

    @model_validator(mode="after")
    def _placed_terminals_count(self) -> BroadbandScenario:
        if self.placed and self.demand is not None and self.demand.basis != "terminals":
            raise fault(
                "terminals are placed by hand, and the demand counts households",
                expected='demand.basis = "terminals"',
                came=f"demand.basis = {self.demand.basis!r}",
                remedy="change it, or take placed out",
                key="placed",
            )
        return self

    @model_validator(mode="after")
    def _jammers_fit_the_radio(self) -> BroadbandScenario:
        forbid_misfits(self.radio, self.jammers, self.countermeasures)
        return self

    @model_validator(mode="after")
    def _events_name_gateways(self) -> BroadbandScenario:
        typed = [*self.gateways.names, *(site.name for site in self.gateways.sites)]
        if not typed or self.gateways.file is not None:
            return self
        known = {name.casefold() for name in typed}
        for number, event in enumerate(self.events):
            if isinstance(event, GatewayDown) and event.gateway.casefold() not in known:
                raise fault(
                    f"no gateway of the scenario is named {event.gateway!r}",
                    expected=f"one of {', '.join(typed)}",
                    remedy="write the gateway's name as under gateways, or add it there",
                    key=("events", number, "gateway"),
                )
        return self


class StationScenario(Noun):
    """Who stays up: a station, its orbit on a day, who leaves, and what is done about it."""

    schema_version: Literal[1] = Field(description="version of the words of this file; this Skyhold reads 1")
    kind: Literal["station"] = Field(description="which line of the simulator runs")
    name: Slug = Field(description="name of the run: small letters, digits, hyphens")
    title: str = Field(default="", description="title of the report")
    description: str = Field(default="", description="a paragraph for the report")
    start_utc: Utc = Field(
        description="first instant; a time without a zone is UTC, a date alone its midnight"
    )
    horizon_days: Number = Field(default=1826.0, gt=0, le=36_525, description="how far the run looks ahead")
    station: StationChoice = Field(description="which station")
    orbit: OrbitState = Field(description="its orbit near the start")
    space_weather: SpaceWeather = Field(default=SpaceWeather(), description="which Sun")
    atmosphere: Literal["nrlmsise-00", "msis-2.1"] = Field(
        default="nrlmsise-00", description="model of the air; the licence of msis-2.1 forbids commercial use"
    )
    ensemble: Ensemble = Field(default=Ensemble(), description="members and their spread")
    withdrawals: tuple[Withdrawal, ...] = Field(default=(), description="partners that leave")
    detachments: tuple[Detachment, ...] = Field(default=(), description="segments that are cut off")
    thresholds: Thresholds = Field(default=Thresholds(), description="altitudes whose day is reported")
    reboost: ReboostSpec = Field(default=ReboostSpec(), description="whether and how it is held up")
    deorbit: DeorbitSpec | None = Field(
        default=None, description="how it is brought down on purpose, if it is"
    )
    risk: RiskSpec = Field(default=RiskSpec(), description="what reaches the ground, and who is there")
    vehicles: tuple[Vehicle, ...] = Field(
        default=(), description="kinds of craft typed here; one named as in the library takes its place"
    )
    variants: tuple[Variant, ...] = Field(default=(), description="the same with some values set otherwise")

    @property
    def end_utc(self) -> datetime:
        """The instant the run ends."""
        return self.start_utc + timedelta(days=self.horizon_days)

    @model_validator(mode="after")
    def _names_differ(self) -> StationScenario:
        forbid_twice((item.partner for item in self.withdrawals), "withdrawals")
        forbid_twice((item.segment for item in self.detachments), "detachments")
        forbid_twice((item.name for item in self.vehicles), "vehicles")
        _variants_differ(self.name, self.variants)
        return self


class ScenarioChoice(Noun):
    """Another scenario: one of the library, or a file (exactly one)."""

    library: Slug | None = Field(default=None, description="a library scenario")
    file: Path | None = Field(default=None, description="a scenario file; starts at this file's folder")

    @model_validator(mode="after")
    def _exactly_one(self) -> ScenarioChoice:
        if (self.library is None) == (self.file is None):
            raise fault(
                "no scenario is chosen" if self.library is None else "library and file choose two scenarios",
                expected="exactly one of library, file",
                remedy='write e.g. library = "iss-2022"',
            )
        return self

    @property
    def source(self) -> str | Path:
        """What `load` takes."""
        return self.library if self.file is None else self.file  # type: ignore[return-value]


class CombinedScenario(Noun):
    """Both questions in one report: a broadband scenario and a station scenario."""

    schema_version: Literal[1] = Field(description="version of the words of this file; this Skyhold reads 1")
    kind: Literal["combined"] = Field(description="which line of the simulator runs")
    name: Slug = Field(description="name of the run: small letters, digits, hyphens")
    title: str = Field(default="", description="title of the report")
    description: str = Field(default="", description="a paragraph for the report")
    broadband: ScenarioChoice = Field(description="who stays connected")
    station: ScenarioChoice = Field(description="who stays up")
    variants: tuple[Variant, ...] = Field(default=(), max_length=0, description="none: they stand in the two")


Scenario = BroadbandScenario | StationScenario | CombinedScenario
KINDS: dict[str, type[Scenario]] = {
    "broadband": BroadbandScenario,
    "station": StationScenario,
    "combined": CombinedScenario,
}
