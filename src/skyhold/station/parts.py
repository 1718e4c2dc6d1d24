"""The parts of a station on a day and what each weighs: modules, their stores, and the craft docked to it.

The mass of the whole comes from the mass record of the day before and from who docked, left, was added or was removed
since. What a record holds beyond dry modules, their propellant and the docked craft (racks, stores, fluids) is not
public part by part: it is spread over the pressurised modules by volume, and a detached segment takes its share along.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from skyhold.errors import ScenarioError
from skyhold.nouns.station import MassRecord, Module, StationSpec
from skyhold.nouns.vehicles import DockedVehicle, Vehicle

LIGHTER = 0.05
"""How much lighter than its modules a record may be before it is refused: launch masses are rounded."""


@dataclass(frozen=True, slots=True)
class Part:
    """A module or a docked craft as it counts now."""

    name: str
    segment: str
    partner: str
    dry_kg: float
    stores_kg: float
    propellant_kg: float
    area_m2: float

    @property
    def mass_kg(self) -> float:
        """All of it; a craft's propellant is inside its typical mass."""
        return self.dry_kg + self.stores_kg + self.propellant_kg


def visits_on(spec: StationSpec, when: datetime) -> tuple[DockedVehicle, ...]:
    """Craft docked at an instant if nobody withdraws."""
    return tuple(
        visit
        for visit in spec.docked
        if visit.docked_utc <= when and (visit.undocked_utc is None or when < visit.undocked_utc)
    )


def kind_of(visit: DockedVehicle, kinds: Mapping[str, Vehicle]) -> Vehicle:
    """The kind of a docked craft.

    Errors: ScenarioError where nobody knows it.
    """
    if visit.vehicle in kinds:
        return kinds[visit.vehicle]
    raise ScenarioError(
        f"{visit.name} is of a kind nobody knows",
        expected=f"one of {', '.join(kinds)}",
        came=repr(visit.vehicle),
        where="docked vehicles of the station",
        remedy="add it under [[vehicles]]",
    )


def seats_of(visit: DockedVehicle, kinds: Mapping[str, Vehicle]) -> tuple[int, int]:
    """Seats of a docked craft, and how many people it could bring home in need."""
    kind = kind_of(visit, kinds)
    if visit.seats is None:
        return kind.seats, max(kind.seats, kind.emergency_seats)
    extra = max(0, kind.emergency_seats - kind.seats) if visit.seats else 0
    return visit.seats, visit.seats + extra


def mass_on(
    spec: StationSpec, kinds: Mapping[str, Vehicle], when: datetime, record: MassRecord | None = None
) -> float:
    """Mass of the whole at an instant (kg), from a mass record and what came, left, was added or removed since.

    `record`: by default the last one before the instant, or the first of all.
    """
    known = record or record_for(spec, when)
    return _complex_kg(spec, kinds, when.date(), known) + _docked_kg(visits_on(spec, when), kinds)


def record_for(spec: StationSpec, when: datetime) -> MassRecord:
    """The last mass record of or before an instant's day, or the first of all."""
    ordered = sorted(spec.masses, key=lambda record: record.day)
    before = [record for record in ordered if record.day <= when.date()]
    return before[-1] if before else ordered[0]


def present(spec: StationSpec, day: date) -> tuple[Module, ...]:
    """Modules in place on a day."""
    return tuple(
        module
        for module in spec.modules
        if (module.since is None or module.since <= day) and (module.until is None or day < module.until)
    )


def evening(day: date) -> datetime:
    """The end of a day; a record of a day holds what docked during it."""
    return datetime.combine(day, time(), UTC) + timedelta(days=1)


def _docked_kg(visits: Iterable[DockedVehicle], kinds: Mapping[str, Vehicle]) -> float:
    return sum(kind_of(visit, kinds).mass_kg if visit.mass_kg is None else visit.mass_kg for visit in visits)


def _complex_kg(spec: StationSpec, kinds: Mapping[str, Vehicle], day: date, record: MassRecord) -> float:
    """Mass without docked craft on a day: that of the record, and modules added or removed since."""
    bare = record.mass_kg - _docked_kg(visits_on(spec, evening(record.day)), kinds)
    added = sum(module.mass_kg for module in present(spec, day))
    return bare + added - sum(module.mass_kg for module in present(spec, record.day))


def _stores(
    spec: StationSpec, kinds: Mapping[str, Vehicle], day: date, record: MassRecord
) -> dict[str, float]:
    """What the record holds beyond dry modules and propellant, by module: by volume over the pressurised ones.

    Errors: ScenarioError where the record is lighter than the modules.
    """
    there = present(spec, day)
    known = sum(module.mass_kg + module.gives.propellant_kg for module in there)
    rest = _complex_kg(spec, kinds, day, record) - known
    if rest < -LIGHTER * known:
        raise ScenarioError(
            "the modules weigh more than the whole",
            expected=f"at least {known:,.0f} kg, the sum of its modules and their propellant",
            came=f"{known + rest:,.0f} kg without docked craft, from the record of {record.day}",
            where=f"station {spec.name}, masses",
            remedy="mend the masses of modules or docked craft, or the record",
        )
    inside = [module for module in there if module.pressurised] or list(there)
    volume = {module.name: module.length_m * module.diameter_m**2 for module in inside}
    total = sum(volume.values())
    if total <= 0:
        volume, total = {module.name: module.mass_kg for module in inside}, sum(m.mass_kg for m in inside)
    return {name: rest * share / total for name, share in volume.items()}


def _area_scale(spec: StationSpec, kinds: Mapping[str, Vehicle], record: MassRecord) -> float:
    """What side-on areas are multiplied by, so that their sum on the record's day is the record's area."""
    if not record.area_m2:
        return 1.0
    visits = visits_on(spec, evening(record.day))
    typed = sum(module.area_m2 for module in present(spec, record.day))
    typed += sum(kind_of(visit, kinds).area_m2 for visit in visits)
    return record.area_m2 / typed if typed > 0 else 1.0


def parts(
    spec: StationSpec,
    kinds: Mapping[str, Vehicle],
    at: datetime,
    record: MassRecord,
    kept: tuple[Module, ...],
    stay: tuple[DockedVehicle, ...],
) -> tuple[Part, ...]:
    """The parts that are kept and the craft that stay, each with its mass and its share of the record's area."""
    stores = _stores(spec, kinds, at.date(), record)
    scale = _area_scale(spec, kinds, record)
    found = [
        Part(
            module.name,
            module.segment,
            module.run_by,
            module.mass_kg,
            stores.get(module.name, 0.0),
            module.gives.propellant_kg,
            scale * module.area_m2,
        )
        for module in kept
    ]
    for visit in stay:
        kind = kind_of(visit, kinds)
        mass = kind.mass_kg if visit.mass_kg is None else visit.mass_kg
        found.append(Part(visit.name, "visitors", kind.partner, mass, 0.0, 0.0, scale * kind.area_m2))
    return tuple(found)
