"""What the station is at one instant: parts, mass, drag, thrusters, propellant, ports, seats, and who is left."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from skyhold.errors import ScenarioError
from skyhold.nouns.station import MassRecord, Module, StationSpec
from skyhold.nouns.vehicles import DockedVehicle, Vehicle
from skyhold.scenario import library
from skyhold.scenario.scenario import StationScenario
from skyhold.station.parts import Part, evening, kind_of, parts, present, record_for, seats_of, visits_on

MASS_SIGMA = 0.005
"""Spread of the mass of the whole, one sigma: records a year apart are met within 0.15 % by visits and modules alone
(validation), and cargo of a single craft is uncertain by a tonne or two."""

SHARE_SIGMA = 0.5
"""Spread of ln(area) per unit of ln(area after / area before): shares of single parts in the drag are side-on areas."""


@dataclass(frozen=True, slots=True)
class Thruster:
    """Something aboard that can push the station along its velocity."""

    name: str
    vehicle: str
    partner: str
    thrust_n: float
    isp_s: float
    propellant_kg: float
    turns_station: bool
    proven: bool


@dataclass(frozen=True)
class Configuration:
    """The station at one instant, after what was withdrawn and detached.

    `ballistic_kg_m2` is the median of a lognormal whose logarithm spreads by `ballistic_sigma`; `area_m2` goes with the
    drag coefficient of the mass record, a fit of whoever published it. `seats` and `emergency_seats` count those in
    docked craft. `notes` say what was assumed.
    """

    station: str
    when: datetime
    parts: tuple[Part, ...]
    modules: tuple[Module, ...]
    visits: tuple[DockedVehicle, ...]
    kinds: Mapping[str, Vehicle]
    partners: tuple[str, ...]
    mass_kg: float
    mass_sigma_kg: float
    area_m2: float
    drag_coefficient: float
    ballistic_kg_m2: float
    ballistic_sigma: float
    ports_free: tuple[str, ...]
    thrusters: tuple[Thruster, ...]
    attitude_thrust_n: float
    attitude_isp_s: float
    propellant_kg: float
    gyro_momentum_nms: float
    power_kw: float
    life_support_crew: int
    seats: int
    emergency_seats: int
    spec: StationSpec
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Change:
    """One line of the explanation of how one configuration became another."""

    what: str
    mass_kg: float
    why: str


def withdrawn(scenario: StationScenario, when: datetime) -> frozenset[str]:
    """Partners that have left by an instant."""
    return frozenset(item.partner for item in scenario.withdrawals if item.from_utc <= when)


def resolve(scenario: StationScenario, when: datetime | None = None) -> Configuration:
    """The station of a scenario at an instant (its start if none is given), withdrawals and detachments applied.

    A partner that has left takes its craft along and runs nothing any more; its modules stay where they are. Of a
    detached segment the modules go that are not kept, and the craft docked to them.

    Errors: ScenarioError where nothing is left, or where a craft is of a kind nobody knows.
    """
    at = when or scenario.start_utc
    spec = library.station(scenario.station)
    kinds = library.vehicles(*spec.vehicles, *scenario.vehicles)
    gone = withdrawn(scenario, at)
    modules = present(spec, at.date())
    kept = tuple(module for module in modules if not _cut(scenario, module, at))
    docked = visits_on(spec, at)
    stay = tuple(
        v for v in docked if kind_of(v, kinds).partner not in gone and not _port_cut(v, modules, kept)
    )
    if not kept:
        raise ScenarioError(
            "nothing of the station is left",
            came=f"{len(modules)} modules, all in detached segments",
            where=f"scenario {scenario.name}, detachments",
            remedy="detach fewer segments, or name modules under keeps",
        )
    return _configured(scenario, spec, kinds, at, gone, kept, docked, stay)


def explain(before: Configuration, after: Configuration) -> tuple[Change, ...]:
    """Part by part, how the mass of one configuration became that of another; the changes sum to the difference."""
    old = {part.name: part for part in before.parts}
    new = {part.name: part for part in after.parts}
    changes = [Change(name, -old[name].mass_kg, "gone") for name in old if name not in new]
    changes += [Change(name, new[name].mass_kg, "came") for name in new if name not in old]
    grown = sum(new[name].mass_kg - old[name].mass_kg for name in new if name in old)
    if abs(grown) > 1.0:
        changes.append(Change("stores and propellant aboard", grown, "another mass record"))
    return tuple(changes)


def drag_spread(spec: StationSpec) -> tuple[float, float]:
    """Least and greatest m / (Cd A) (kg/m2) among the mass records that give all three; NaN where none does."""
    found = [
        record.mass_kg / (record.area_m2 * record.drag_coefficient)
        for record in spec.masses
        if record.area_m2 and record.drag_coefficient
    ]
    return (min(found), max(found)) if found else (math.nan, math.nan)


def _configured(
    scenario: StationScenario,
    spec: StationSpec,
    kinds: Mapping[str, Vehicle],
    at: datetime,
    gone: frozenset[str],
    kept: tuple[Module, ...],
    docked: tuple[DockedVehicle, ...],
    stay: tuple[DockedVehicle, ...],
) -> Configuration:
    record = record_for(spec, at)
    all_parts = parts(spec, kinds, at, record, kept, stay)
    mass, area = sum(part.mass_kg for part in all_parts), sum(part.area_m2 for part in all_parts)
    ballistic, sigma = _ballistic(scenario, spec, kinds, record, mass, area)
    run = tuple(module for module in kept if module.run_by not in gone)
    fuelled = {module.segment for module in run if module.gives.attitude_thrusters}
    tanks = sum(module.gives.propellant_kg for module in kept if module.segment in fuelled)
    thrusters = _thrusters(kinds, run, stay, tanks, at)
    holders = [module.gives for module in run if module.gives.attitude_thrusters]
    seats = [seats_of(visit, kinds) for visit in stay]
    taken = {visit.port for visit in stay}
    return Configuration(
        station=spec.title,
        when=at,
        parts=all_parts,
        modules=kept,
        visits=stay,
        kinds=kinds,
        partners=tuple(partner.name for partner in spec.partners if partner.name not in gone),
        mass_kg=mass,
        mass_sigma_kg=MASS_SIGMA * mass,
        area_m2=area,
        drag_coefficient=record.drag_coefficient or math.nan,
        ballistic_kg_m2=ballistic,
        ballistic_sigma=sigma,
        ports_free=tuple(port for module in kept for port in module.gives.ports if port not in taken),
        thrusters=thrusters,
        attitude_thrust_n=max((gives.attitude_thrust_n for gives in holders), default=0.0),
        attitude_isp_s=max((gives.isp_s for gives in holders), default=0.0),
        propellant_kg=tanks + sum(t.propellant_kg for t in thrusters if kinds[t.vehicle].role != "engine"),
        gyro_momentum_nms=sum(module.gives.gyros * module.gives.gyro_momentum_nms for module in run),
        power_kw=sum(module.gives.power_kw for module in run),
        life_support_crew=sum(module.gives.life_support_crew for module in run),
        seats=sum(nominal for nominal, _ in seats),
        emergency_seats=sum(reach for _, reach in seats),
        spec=spec,
        notes=_notes(spec, record, all_parts, gone, kept, docked, stay),
    )


def _cut(scenario: StationScenario, module: Module, at: datetime) -> bool:
    return any(
        item.segment == module.segment and item.from_utc <= at and module.name not in item.keeps
        for item in scenario.detachments
    )


def _port_cut(visit: DockedVehicle, modules: Iterable[Module], kept: Iterable[Module]) -> bool:
    """Whether the port of a visit is on a module that was cut off."""
    before = {port for module in modules for port in module.gives.ports}
    after = {port for module in kept for port in module.gives.ports}
    return visit.port in before - after


def _ballistic(
    scenario: StationScenario,
    spec: StationSpec,
    kinds: Mapping[str, Vehicle],
    record: MassRecord,
    mass_kg: float,
    area_m2: float,
) -> tuple[float, float]:
    """Median and log-spread of m / (Cd A): the station's prior, changed as mass and area changed since its day."""
    prior = spec.ballistic
    median = prior.median_kg_m2
    if scenario.atmosphere == "msis-2.1" and prior.median_msis21_kg_m2 is not None:
        median = prior.median_msis21_kg_m2
    day = evening(spec.day)
    whole = parts(spec, kinds, day, record, present(spec, spec.day), visits_on(spec, day))
    mass_ratio = mass_kg / sum(part.mass_kg for part in whole)
    old_area = sum(part.area_m2 for part in whole)
    area_ratio = area_m2 / old_area if old_area > 0 and area_m2 > 0 else mass_ratio
    own = scenario.ensemble.ballistic_sigma
    sigma = prior.sigma_long if own is None else own
    return median * mass_ratio / area_ratio, math.hypot(sigma, SHARE_SIGMA * math.log(area_ratio))


def _thrusters(
    kinds: Mapping[str, Vehicle],
    run: tuple[Module, ...],
    stay: tuple[DockedVehicle, ...],
    tanks_kg: float,
    at: datetime,
) -> tuple[Thruster, ...]:
    """What can push: engines of modules that are run, then docked craft."""
    run_by = {module.name: module.run_by for module in run}
    found = [
        _thruster(kind.title, kind, run_by[kind.module], tanks_kg, at)
        for kind in kinds.values()
        if kind.role == "engine" and kind.module in run_by and kind.thrust_n > 0
    ]
    for visit in stay:
        kind = kind_of(visit, kinds)
        propellant = kind.usable_propellant_kg if visit.propellant_kg is None else visit.propellant_kg
        if kind.thrust_n > 0 and propellant > 0:
            found.append(_thruster(visit.name, kind, kind.partner, propellant, at))
    return tuple(found)


def _thruster(name: str, kind: Vehicle, partner: str, propellant_kg: float, at: datetime) -> Thruster:
    proven = kind.pushes_from is not None and kind.pushes_from <= at
    return Thruster(
        name, kind.name, partner, kind.thrust_n, kind.isp_s, propellant_kg, kind.turns_station, proven
    )


def _notes(
    spec: StationSpec,
    record: MassRecord,
    found: tuple[Part, ...],
    gone: frozenset[str],
    kept: tuple[Module, ...],
    docked: tuple[DockedVehicle, ...],
    stay: tuple[DockedVehicle, ...],
) -> tuple[str, ...]:
    """What was assumed, in sentences."""
    stores = sum(part.stores_kg for part in found)
    notes = [
        f"mass from the record of {record.day} ({record.source}), {record.mass_kg:,.0f} kg, and visits since",
        f"{stores / 1000:,.1f} t of it are stores and fittings, spread over pressurised modules by volume",
    ]
    if record.area_m2:
        notes.append(f"areas of parts are side on, scaled to the {record.area_m2:,.0f} m2 of that record")
    left = [visit.name for visit in docked if visit not in stay]
    if left:
        notes.append(f"gone with their partner or segment: {', '.join(left)}")
    idle = [module.name for module in kept if module.run_by in gone]
    if idle:
        notes.append(f"still attached, run by nobody: {', '.join(idle)}")
    lost = [m.name for m in present(spec, record.day) if m not in kept and m.owner not in gone]
    if lost:
        notes.append(f"cut off though owned by those who stay: {', '.join(lost)}")
    return tuple(notes)
