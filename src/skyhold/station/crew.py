"""Who is aboard, which seat each is to come home in, and who has none when a craft or a partner goes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from skyhold.nouns.station import StationSpec
from skyhold.nouns.vehicles import CrewMember, DockedVehicle, Vehicle
from skyhold.scenario import library
from skyhold.scenario.scenario import StationScenario
from skyhold.station.configuration import Configuration, resolve, withdrawn
from skyhold.station.parts import evening, kind_of, seats_of

KEPT = timedelta(days=365)
FOREVER = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Aboard:
    """A person aboard: the craft with the seat home, empty where there is none; whether it is a seat only in need."""

    name: str
    partner: str
    craft: str
    emergency: bool
    planned: str


@dataclass(frozen=True, slots=True)
class Craft:
    """A docked craft and its seats."""

    name: str
    vehicle: str
    partner: str
    seats: int
    emergency_seats: int
    taken: int


@dataclass(frozen=True)
class CrewLedger:
    """The seats at one instant.

    `short` are people without a nominal seat, `stranded` those whom not even an emergency seat takes. `departed` left
    early with a partner that withdrew. `life_support_crew` is for how many the modules make air and water.
    """

    when: datetime
    people: tuple[Aboard, ...]
    craft: tuple[Craft, ...]
    departed: tuple[str, ...]
    life_support_crew: int

    @property
    def aboard(self) -> int:
        """How many are aboard."""
        return len(self.people)

    @property
    def seats(self) -> int:
        """Nominal seats docked."""
        return sum(craft.seats for craft in self.craft)

    @property
    def emergency_seats(self) -> int:
        """People whom the docked craft could bring home in need."""
        return sum(craft.emergency_seats for craft in self.craft)

    @property
    def short(self) -> tuple[str, ...]:
        """People without a nominal seat."""
        return tuple(person.name for person in self.people if person.emergency or not person.craft)

    @property
    def stranded(self) -> tuple[str, ...]:
        """People without any seat."""
        return tuple(person.name for person in self.people if not person.craft)


def ledger(scenario: StationScenario, when: datetime | None = None) -> CrewLedger:
    """Who is aboard at an instant (the start if none is given), and who sits where on the way home.

    A partner that withdraws takes its craft and its own people. Whoever of the others had a seat in that craft stays
    aboard and is given a free nominal seat of another, else an emergency seat, else none, and goes home with the first
    craft that has a nominal seat to spare. People who would have come in a craft that no longer comes are not aboard.

    Errors: ScenarioError, as `resolve`.
    """
    at = when or scenario.start_utc
    configuration = resolve(scenario, at)
    spec = library.station(scenario.station)
    docked = {visit.name: visit for visit in configuration.visits}
    people = _aboard(scenario, spec, configuration.kinds, at)
    seated = _seated(people, docked, configuration.kinds)
    craft = _craft(configuration, seated)
    return CrewLedger(at, seated, craft, _departed(scenario, spec, at), configuration.life_support_crew)


def history(scenario: StationScenario, until: datetime | None = None) -> tuple[CrewLedger, ...]:
    """The ledger at the start of a scenario and after every docking, departure and withdrawal.

    `until`: by default a year after the station's day, as far as its list of visits and people is kept.
    """
    spec = library.station(scenario.station)
    times = {scenario.start_utc}
    times |= {visit.docked_utc for visit in spec.docked}
    times |= {visit.undocked_utc for visit in spec.docked if visit.undocked_utc}
    times |= {item.from_utc for item in scenario.withdrawals}
    times |= {item.from_utc for item in scenario.detachments}
    last = min(until or evening(spec.day) + KEPT, scenario.end_utc)
    return tuple(ledger(scenario, time) for time in sorted(times) if scenario.start_utc <= time <= last)


def _aboard(
    scenario: StationScenario, spec: StationSpec, kinds: Mapping[str, Vehicle], at: datetime
) -> tuple[CrewMember, ...]:
    """Crew members who are aboard at an instant, in the order of the list."""
    leaves = {item.partner: item.from_utc for item in scenario.withdrawals}
    craft = {visit.name: visit for visit in spec.docked}
    rides = _rides(spec, kinds, leaves)
    found = []
    for member in spec.crew:
        own, seat = leaves.get(member.partner), craft[member.seat]
        came = _comes(member, seat, kinds, leaves)
        home = rides.get(member.name, member.home_utc)
        if came and member.aboard_utc <= at and (own is None or at < own) and (home is None or at < home):
            found.append(member)
    return tuple(found)


def _comes(
    member: CrewMember, seat: DockedVehicle, kinds: Mapping[str, Vehicle], leaves: Mapping[str, datetime]
) -> bool:
    """Whether a person comes at all: neither the own partner nor that of the craft has left before."""
    needed = (leaves.get(member.partner), leaves.get(kind_of(seat, kinds).partner))
    return all(left is None or member.aboard_utc < left for left in needed)


def _rides(
    spec: StationSpec, kinds: Mapping[str, Vehicle], leaves: Mapping[str, datetime]
) -> dict[str, datetime | None]:
    """When people whose craft left without them go home: with the first craft that has a nominal seat to spare."""
    craft = {visit.name: visit for visit in spec.docked}
    coming = [member for member in spec.crew if _comes(member, craft[member.seat], kinds, leaves)]
    free = {name: seats_of(visit, kinds)[0] for name, visit in craft.items()}
    for member in coming:
        free[member.seat] -= 1
    rides: dict[str, datetime | None] = {}
    for member in coming:
        left = leaves.get(kind_of(craft[member.seat], kinds).partner)
        if left is None or member.partner in leaves or (member.home_utc and member.home_utc <= left):
            continue
        away = [
            visit
            for visit in sorted(spec.docked, key=lambda v: v.undocked_utc or FOREVER)
            if free[visit.name] > 0
            and (visit.undocked_utc or FOREVER) > left
            and kind_of(visit, kinds).partner not in leaves
        ]
        rides[member.name] = away[0].undocked_utc if away else None
        if away:
            free[away[0].name] -= 1
    return rides


def _seated(
    people: tuple[CrewMember, ...], docked: Mapping[str, DockedVehicle], kinds: Mapping[str, Vehicle]
) -> tuple[Aboard, ...]:
    """Seats as planned where the craft is there; then free nominal seats; then emergency seats."""
    nominal = {name: seats_of(visit, kinds)[0] for name, visit in docked.items()}
    extra = {name: seats_of(visit, kinds)[1] - nominal[name] for name, visit in docked.items()}
    given: dict[str, tuple[str, bool]] = {}
    for member in people:
        if nominal.get(member.seat, 0) > 0:
            nominal[member.seat] -= 1
            given[member.name] = (member.seat, False)
    for member in people:
        if member.name not in given:
            given[member.name] = _free_seat(nominal, extra)
    return tuple(Aboard(m.name, m.partner, *given[m.name], m.seat) for m in people)


def _free_seat(nominal: dict[str, int], extra: dict[str, int]) -> tuple[str, bool]:
    """Take the first free nominal seat, else the first emergency one; the craft's name and whether it is the latter."""
    for seats, emergency in ((nominal, False), (extra, True)):
        for name, left in seats.items():
            if left > 0:
                seats[name] -= 1
                return name, emergency
    return "", False


def _craft(configuration: Configuration, seated: tuple[Aboard, ...]) -> tuple[Craft, ...]:
    found = []
    for visit in configuration.visits:
        kind = kind_of(visit, configuration.kinds)
        seats, reach = seats_of(visit, configuration.kinds)
        if reach:
            taken = sum(person.craft == visit.name for person in seated)
            found.append(Craft(visit.name, kind.name, kind.partner, seats, reach, taken))
    return tuple(found)


def _departed(scenario: StationScenario, spec: StationSpec, at: datetime) -> tuple[str, ...]:
    """People of partners that withdrew while they were aboard."""
    gone = withdrawn(scenario, at)
    leaves = {item.partner: item.from_utc for item in scenario.withdrawals}
    return tuple(
        member.name
        for member in spec.crew
        if member.partner in gone
        and member.aboard_utc <= leaves[member.partner]
        and (member.home_utc is None or member.home_utc > leaves[member.partner])
    )
