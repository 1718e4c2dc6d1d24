"""What a well-formed scenario can still get wrong: names nobody knows, files that are not there, likely slips."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from skyhold.errors import DataError, ScenarioError
from skyhold.nouns.constellation import Shell
from skyhold.nouns.demand import TerrestrialOutage
from skyhold.nouns.ground import BORDERS
from skyhold.nouns.service import GatewayDown
from skyhold.nouns.station import StationSpec
from skyhold.scenario import library
from skyhold.scenario.document import nearest
from skyhold.scenario.load import load, with_variant
from skyhold.scenario.scenario import BroadbandScenario, CombinedScenario, Scenario, StationScenario

if TYPE_CHECKING:
    from skyhold.data.gateways import Gateway, Pop

SAME_ALTITUDE_KM = 5.0
SAME_INCLINATION_DEG = 0.15
ELEMENTS_KEEP_DAYS = 7
STATION_KEEPS_DAYS = 366


@dataclass(frozen=True)
class Finding:
    """One thing found: an *error* stops a run, a *warning* is a likely slip, a *note* is worth knowing."""

    level: Literal["error", "warning", "note"]
    path: str
    problem: str
    remedy: str

    def __str__(self) -> str:
        return f"{self.level}: {self.path}: {self.problem}. {self.remedy[0].upper()}{self.remedy[1:]}."


def check(scenario: Scenario) -> tuple[Finding, ...]:
    """Everything found in a scenario and in its variants, errors first.

    Reads the embedded countries, cities and gateways, and looks whether named files exist; opens none of them.
    """
    own = tuple(_findings(scenario))
    varied = []
    for variant in scenario.variants:
        new = [found for found in _findings(with_variant(scenario, variant.name)) if found not in own]
        varied += [replace(found, path=f"variant {variant.name}: {found.path}") for found in new]
    order = ("error", "warning", "note")
    return tuple(sorted((*own, *varied), key=lambda found: order.index(found.level)))


def require(scenario: Scenario) -> None:
    """Refuse a scenario that cannot run.

    Errors: one ScenarioError for all errors that `check` finds.
    """
    wrong = [found for found in check(scenario) if found.level == "error"]
    where = f"scenario {scenario.name}"
    parts = [ScenarioError(found.problem, where=found.path, remedy=found.remedy) for found in wrong]
    if parts:
        raise ScenarioError.of(parts, where)


def _findings(scenario: Scenario) -> Iterator[Finding]:
    if isinstance(scenario, BroadbandScenario):
        yield from _broadband(scenario)
    elif isinstance(scenario, StationScenario):
        yield from _station(scenario)
    else:
        yield from _combined(scenario)


def _broadband(scenario: BroadbandScenario) -> Iterator[Finding]:
    yield from _someone_served(scenario)
    yield from _files(scenario)
    yield from _countries(scenario)
    yield from _fleet(scenario)
    yield from _gateways(scenario)
    yield from _events(scenario)
    yield from _pop(scenario)
    yield from _deliveries(scenario)
    yield from _demand(scenario)
    yield from _moving(scenario)


def _someone_served(scenario: BroadbandScenario) -> Iterator[Finding]:
    if not (scenario.area or scenario.places or (scenario.cities and scenario.cities.count)):
        yield Finding("error", "places", "nobody is to be served", "add places, [cities] or an [area]")


def _files(scenario: BroadbandScenario) -> Iterator[Finding]:
    catalogue, area = scenario.fleet.catalogue, scenario.area
    named = [("gateways.file", scenario.gateways.file)]
    named.append(("fleet.catalogue.path", catalogue.path if catalogue else None))
    named += [(f"moving[{number}].file", one.file) for number, one in enumerate(scenario.moving)]
    for number, jammer in enumerate(scenario.jammers):
        named.append((f"jammers[{number}].elevation_model", jammer.elevation_model))
    named.append(("area.boundaries", Path(area.boundaries) if area and area.boundaries != BORDERS else None))
    for path, file in named:
        if file is not None and not file.is_file():
            yield Finding(
                "error",
                path,
                f"there is no file {file}",
                "check the name; a relative path starts at the scenario's folder",
            )


def _countries(scenario: BroadbandScenario) -> Iterator[Finding]:
    from skyhold.data.cities import cities
    from skyhold.data.countries import country

    area, wanted = scenario.area, scenario.cities
    if area and area.country and (area.boundaries == BORDERS or Path(area.boundaries).is_file()):
        try:
            country(area.country, source=area.boundaries)
        except DataError as error:
            yield Finding("error", "area.country", error.problem, error.remedy)
    if wanted and wanted.country:
        try:
            found = cities(wanted.country, wanted.count, wanted.min_population)
        except DataError as error:
            yield Finding("error", "cities.country", error.problem, error.remedy)
            return
        if len(found) < wanted.count:
            yield Finding(
                "note",
                "cities.count",
                f"{wanted.country} has {len(found)} such cities, not {wanted.count}",
                "lower min_population for more; the data begin at 15,000 people",
            )


def _fleet(scenario: BroadbandScenario) -> Iterator[Finding]:
    shells = library.shells(scenario.fleet)
    if not scenario.fleet.catalogue and not sum(shell.operational for shell in shells):
        yield Finding("error", "fleet", "no satellite of the fleet serves", "lower missing and raising")
    typed = shells[len(shells) - len(scenario.fleet.shells) - len(scenario.fleet.codes) :]
    for shell in typed:
        mirror = mirrored(shell)
        if mirror:
            name, filed = mirror
            yield Finding(
                "warning",
                f"fleet, shell {shell.name}",
                f"{shell.planes} planes of {shell.satellites_per_plane} satellites mirror {filed.name} of {name}, "
                f"filed as {filed.planes} planes of {filed.satellites_per_plane}",
                "swap the two numbers, unless the mirror image is meant; Skyhold flies what is written",
            )


def mirrored(shell: Shell) -> tuple[str, Shell] | None:
    """The library shell of the same orbit whose planes and satellites per plane are the other way round."""
    if shell.planes == shell.satellites_per_plane:
        return None
    for name in library.fleet_names():
        for filed in library.library_fleet(name).shells:
            swapped = (filed.satellites_per_plane, filed.planes) == (shell.planes, shell.satellites_per_plane)
            near = abs(filed.altitude_km - shell.altitude_km) <= SAME_ALTITUDE_KM
            if (
                swapped
                and near
                and abs(filed.inclination_deg - shell.inclination_deg) <= SAME_INCLINATION_DEG
            ):
                return name, filed
    return None


def _gateways(scenario: BroadbandScenario) -> Iterator[Finding]:
    from skyhold.data.gateways import library_gateways

    known = {item.name.casefold(): item for item in library_gateways()}
    day = scenario.clock.start_utc.date()
    for number, name in enumerate(scenario.gateways.names):
        path = f"gateways.names[{number}]"
        item = known.get(name.casefold())
        if item is None:
            names = [other.name for other in known.values()]
            yield Finding("error", path, f"no library gateway is named {name!r}", _did_you_mean(name, names))
        elif _shut(item, day):
            problem = f"{name} was not open on {day}: {_shut(item, day)}"
            yield Finding("warning", path, problem, "take another gateway or another date")
        elif item.confidence == "unverified":
            yield Finding(
                "note", path, f"nobody has confirmed that {name} exists", "say so where you quote it"
            )


def _shut(item: Gateway | Pop, day: date) -> str:
    """Why a site was not open on a day, or nothing."""
    from skyhold.data.gateways import open_on

    if open_on([item], day):
        return ""
    if item.status != "live":
        return f"its status is {item.status}"
    return f"it worked from {item.opened or 'an unknown day'} to {item.closed or 'today'}"


def _events(scenario: BroadbandScenario) -> Iterator[Finding]:
    from skyhold.data.gateways import library_gateways

    start, end = scenario.clock.start_utc, scenario.clock.end_utc
    names = [item.name for item in library_gateways()]
    decidable = scenario.gateways.file is None
    spec = scenario.gateways
    used = [*spec.names, *(site.name for site in spec.sites)] or names
    for number, event in enumerate(scenario.events):
        path = f"events[{number}]"
        if decidable and isinstance(event, GatewayDown) and event.gateway not in used:
            remedy = _did_you_mean(event.gateway, used)
            yield Finding("error", f"{path}.gateway", f"no gateway is named {event.gateway!r}", remedy)
        if scenario.deliveries and not isinstance(event, GatewayDown):
            continue  # the curve of the deliveries goes beyond the run
        if event.from_utc >= end or (event.to_utc is not None and event.to_utc <= start):
            yield Finding(
                "warning",
                path,
                f"the event lies outside the run, {start:%Y-%m-%d %H:%M} to {end:%Y-%m-%d %H:%M} UTC",
                "change the times of the event or the clock",
            )


def _moving(scenario: BroadbandScenario) -> Iterator[Finding]:
    start, end = scenario.clock.start_utc, scenario.clock.end_utc
    for number, one in enumerate(scenario.moving):
        if one.track and (one.track[0].utc >= end or one.track[-1].utc <= start):
            problem = (
                f"{one.name} does not move in the run, {start:%Y-%m-%d %H:%M} to {end:%Y-%m-%d %H:%M} UTC"
            )
            remedy = "change the times of the track or the clock"
            yield Finding("note", f"moving[{number}].track", problem, remedy)


def _pop(scenario: BroadbandScenario) -> Iterator[Finding]:
    from skyhold.data.gateways import library_pops

    pop, day = scenario.internet.pop, scenario.clock.start_utc.date()
    if pop == "nearest":
        return
    known = library_pops()
    for item in known:
        if pop.casefold() in (item.name.casefold(), item.city.casefold()):
            if _shut(item, day):
                problem = f"{pop} was not open on {day}: {_shut(item, day)}"
                yield Finding(
                    "warning", "internet.pop", problem, "take another point of presence, or nearest"
                )
            return
    remedy = _did_you_mean(pop, [name for item in known for name in (item.city, item.name)])
    yield Finding("error", "internet.pop", f"no library point of presence is named {pop!r}", remedy)


def _deliveries(scenario: BroadbandScenario) -> Iterator[Finding]:
    from skyhold.data.crossings import crossing

    for number, delivery in enumerate(scenario.deliveries):
        if delivery.crossing is None:
            continue
        try:
            crossing(delivery.crossing)
        except DataError as error:
            yield Finding("error", f"deliveries[{number}].crossing", error.problem, error.remedy)


def _demand(scenario: BroadbandScenario) -> Iterator[Finding]:
    """Parts that have no effect, because another part that they need is left out."""
    demand, networks = scenario.demand, {network.name for network in scenario.terrestrial}
    if demand and scenario.area is None:
        problem = "demand without an area: there are no cells that could ask for anything"
        yield Finding("warning", "demand", problem, 'add [area], for example country = "UKR"')
    if demand and demand.basis == "terminals" and not (scenario.deliveries or scenario.placed):
        problem = "the demand is that of terminals that are there, and none are delivered or placed"
        yield Finding(
            "warning", "demand.basis", problem, 'add deliveries or placed, or take basis = "population"'
        )
    for key in ("plan", "deliveries", "placed", "sites", "terrestrial"):
        if demand is None and getattr(scenario, key):
            problem = f"nothing comes of {key} in a run without demand"
            yield Finding("warning", key, problem, f"add [demand], or take {key} out")
    for number, event in enumerate(scenario.events):
        if (
            isinstance(event, TerrestrialOutage)
            and event.network != "power"
            and event.network not in networks
        ):
            problem = f"the outage changes nothing: the scenario has no network {event.network!r}"
            yield Finding("warning", f"events[{number}]", problem, "add it as [[terrestrial]]")


def _combined(scenario: CombinedScenario) -> Iterator[Finding]:
    """What is found in the two scenarios of a combined one, each under its name."""
    for key, noun in (("broadband", BroadbandScenario), ("station", StationScenario)):
        try:
            part = load(getattr(scenario, key).source, kind=noun)
        except ScenarioError as error:
            yield Finding("error", key, str(error).removesuffix("."), "mend that scenario, or choose another")
            continue
        yield from (replace(found, path=f"{key}, {found.path}") for found in check(part))


def _station(scenario: StationScenario) -> Iterator[Finding]:
    try:
        spec = library.station(scenario.station)
    except ScenarioError as error:
        yield Finding(
            "error", "station", str(error).removesuffix("."), "mend the station's file, or choose another"
        )
        return
    weather = scenario.space_weather.file
    if weather is not None and not weather.is_file():
        yield Finding("error", "space_weather.file", f"there is no file {weather}", "check the name")
    yield from _leavers(scenario, spec)
    yield from _pushers(scenario, spec)
    yield from _station_days(scenario, spec)


def _leavers(scenario: StationScenario, spec: StationSpec) -> Iterator[Finding]:
    """Withdrawals and detachments that name nobody, nothing, or a time outside the run."""
    partners = [partner.name for partner in spec.partners]
    modules = [module.name for module in spec.modules]
    asked = [
        (f"withdrawals[{number}].partner", "partner", item.partner, partners)
        for number, item in enumerate(scenario.withdrawals)
    ]
    for number, part in enumerate(scenario.detachments):
        asked.append((f"detachments[{number}].segment", "segment", part.segment, list(spec.segments)))
        asked += [(f"detachments[{number}].keeps", "module", name, modules) for name in part.keeps]
    for path, what, name, known in asked:
        if name not in known:
            problem = f"{spec.title} has no {what} named {name!r}"
            yield Finding("error", path, problem, _one_of(name, known))
    for key in ("withdrawals", "detachments"):
        for number, item in enumerate(getattr(scenario, key)):
            if item.from_utc >= scenario.end_utc:
                problem = f"it begins after the run has ended, {scenario.end_utc:%Y-%m-%d}"
                yield Finding("warning", f"{key}[{number}]", problem, "change from_utc or the horizon")


def _pushers(scenario: StationScenario, spec: StationSpec) -> Iterator[Finding]:
    """Vehicles that nobody knows, that are named twice over, or that cannot push."""
    known = library.vehicles(*spec.vehicles, *scenario.vehicles)
    partners = {partner.name for partner in spec.partners}
    asked = [("reboost.vehicles", name) for name in scenario.reboost.vehicles]
    asked += [("reboost.excluded", name) for name in scenario.reboost.excluded]
    asked += [("deorbit.vehicle", scenario.deorbit.vehicle)] if scenario.deorbit else []
    for path, name in asked:
        if name not in known:
            yield Finding("error", path, f"no vehicle is named {name!r}", _one_of(name, list(known)))
        elif path != "reboost.excluded" and not known[name].pushes:
            problem = f"{known[name].title} cannot push a station"
            yield Finding("error", path, problem, "give it thrust, isp and propellant, or take another")
    for name in sorted({*scenario.reboost.vehicles} & {*scenario.reboost.excluded}):
        problem = f"{name} may push and must not push"
        yield Finding("error", "reboost.excluded", problem, "take it out of one of the two lists")
    for number, visit in enumerate(spec.docked):
        if visit.vehicle not in known:
            problem = f"{visit.name} is of a kind nobody knows, {visit.vehicle!r}"
            yield Finding("error", f"station, docked[{number}]", problem, _one_of(visit.vehicle, list(known)))
        elif known[visit.vehicle].partner not in partners:
            problem = (
                f"{visit.name} belongs to {known[visit.vehicle].partner}, who is no partner of {spec.title}"
            )
            yield Finding(
                "warning", f"station, docked[{number}]", problem, "add the partner, or type the vehicle"
            )


def _station_days(scenario: StationScenario, spec: StationSpec) -> Iterator[Finding]:
    """Days that do not fit: elements from another time than the start, a station of another time."""
    apart = (scenario.start_utc - scenario.orbit.epoch_utc).total_seconds() / 86_400
    if abs(apart) > ELEMENTS_KEEP_DAYS:
        problem = (
            f"the elements are {abs(apart):.0f} days {'older' if apart > 0 else 'younger'} than the start"
        )
        yield Finding("warning", "orbit.epoch_utc", problem, "take elements of the start's day")
    days = abs((scenario.start_utc.date() - spec.day).days)
    if days > STATION_KEEPS_DAYS:
        problem = f"the station is as on {spec.day}, {days} days from the start"
        yield Finding(
            "note", "station", problem, "add later modules, visits and crew, or say so where you quote it"
        )


def _one_of(name: str, known: list[str]) -> str:
    near = nearest(name, known)
    return f"did you mean {near}" if near else f"choose one of {', '.join(known)}"


def _did_you_mean(name: str, known: list[str]) -> str:
    near = nearest(name, known)
    if near:
        return f"did you mean {near}"
    return "see their names with: skyhold data list"
