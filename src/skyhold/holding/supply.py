"""What can push a station on which day, and with what propellant: the supply side of a plan."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from skyhold.errors import ScenarioError
from skyhold.nouns.vehicles import Vehicle
from skyhold.scenario import library
from skyhold.scenario.scenario import StationScenario
from skyhold.station.configuration import Configuration, Thruster, resolve
from skyhold.units import DAY_S

TANKS = "tanks of the station"
CHECKOUT_DAYS = 1.0  # from docking to the first push
SHORTEST_SPAN_DAYS = 0.5  # edges nearer than this are one


@dataclass(frozen=True, slots=True)
class Pool:
    """Propellant that one or more sources draw on, there from an edge to an edge: `present` has a value per span."""

    name: str
    propellant_kg: float
    feeds_attitude: bool
    present: tuple[bool, ...]


@dataclass(frozen=True, slots=True)
class Source:
    """Something that can push: a craft while docked, or an engine of the station; `pool` is what it draws on."""

    name: str
    vehicle: str
    partner: str
    pool: str
    thrust_n: float
    isp_s: float
    turns_station: bool
    proven: bool
    trust: str
    present: tuple[bool, ...]


@dataclass(frozen=True, slots=True)
class Refusal:
    """A source that is aboard and may not, or cannot, push."""

    source: str
    reason: str


@dataclass(frozen=True)
class Supply:
    """T spans between T + 1 edges (days from `start`), and what is there in each.

    `attitude_held`: somebody aboard can turn the station and dump the momentum of its gyroscopes.
    """

    start: datetime
    edge_day: tuple[float, ...]
    mass_kg: tuple[float, ...]
    attitude_held: tuple[bool, ...]
    sources: tuple[Source, ...]
    pools: tuple[Pool, ...]
    refused: tuple[Refusal, ...] = ()

    @property
    def spans(self) -> int:
        """T."""
        return len(self.edge_day) - 1

    def when(self, edge: int) -> datetime:
        """Instant of an edge."""
        return self.start + timedelta(days=self.edge_day[edge])

    def without(self, name: str) -> Supply:
        """The supply less one source, and less its propellant where nothing else draws on it."""
        sources = tuple(source for source in self.sources if source.name != name)
        pools = {source.pool for source in sources} | {TANKS}
        kept = tuple(pool for pool in self.pools if pool.name in pools)
        return Supply(
            self.start, self.edge_day, self.mass_kg, self.attitude_held, sources, kept, self.refused
        )


def supply_of(scenario: StationScenario, *, attitude_given: bool = False) -> Supply:
    """Who can push the station of a scenario in each span, withdrawals and detachments applied.

    `attitude_given` asks what if somebody turned the station for those who stay. Edges lie every `step_days`, at each
    docking of something that pushes (a day later, after checks), at withdrawals, detachments, and at the target.
    Propellant of a craft is lost when it leaves.
    """
    edges = edges_of(scenario)
    states = [resolve(scenario, scenario.start_utc + timedelta(days=day)) for day in edges[:-1]]
    kinds = states[0].kinds
    refused: dict[str, str] = {}
    seen: dict[str, list[Thruster | None]] = {}
    for number, state in enumerate(states):
        held = attitude_given or state.attitude_thrust_n > 0
        for thruster in state.thrusters:
            reason = _reason(scenario, thruster, kinds[thruster.vehicle], held)
            if reason:
                refused[thruster.name] = reason
                continue
            seen.setdefault(thruster.name, [None] * len(states))[number] = thruster
    sources = tuple(_source(name, spans, kinds, scenario) for name, spans in seen.items())
    return Supply(
        start=scenario.start_utc,
        edge_day=edges,
        mass_kg=tuple(state.mass_kg for state in states),
        attitude_held=tuple(attitude_given or state.attitude_thrust_n > 0 for state in states),
        sources=sources,
        pools=_pools(states, kinds, sources, scenario),
        refused=tuple(Refusal(name, reason) for name, reason in refused.items()),
    )


def edges_of(scenario: StationScenario) -> tuple[float, ...]:
    """Days from the start at which something may change, ascending, 0 and the horizon included.

    Raises ScenarioError for a target outside the horizon.
    """
    spec = scenario.reboost
    horizon = min(spec.horizon_days, scenario.horizon_days)
    steps = math.ceil(horizon / spec.step_days - 1e-9)
    wanted = {min(number * spec.step_days, horizon) for number in range(steps + 1)}
    station = library.station(scenario.station)
    kinds = library.vehicles(*station.vehicles, *scenario.vehicles)
    dated = [
        _days(scenario, visit.docked_utc) + CHECKOUT_DAYS
        for visit in station.docked
        if visit.vehicle in kinds and kinds[visit.vehicle].pushes
    ]
    dated += [_days(scenario, item.from_utc) for item in scenario.withdrawals]
    dated += [_days(scenario, item.from_utc) for item in scenario.detachments]
    if spec.target_utc is not None:
        dated.append(_target_day(scenario, horizon))
    return _thinned(wanted | {day for day in dated if 0.0 < day < horizon}, _target_or_none(scenario))


def _target_day(scenario: StationScenario, horizon: float) -> float:
    day = _target_or_none(scenario)
    if day is None or not 0.0 < day <= horizon:
        raise ScenarioError(
            "the target lies outside the plan",
            expected=f"a time within {horizon:g} days of {scenario.start_utc:%Y-%m-%d}",
            came=str(scenario.reboost.target_utc),
            where="reboost.target_utc",
            remedy="move the target, or lengthen horizon_days",
        )
    return day


def _target_or_none(scenario: StationScenario) -> float | None:
    when = scenario.reboost.target_utc
    return None if when is None else _days(scenario, when)


def _days(scenario: StationScenario, when: datetime) -> float:
    return (when - scenario.start_utc).total_seconds() / DAY_S


def _thinned(days: Iterable[float], keep: float | None) -> tuple[float, ...]:
    """Days without those that follow another too closely; a pinned one and the last stay, and push the other out."""
    ordered = sorted(days)
    kept: list[float] = []
    for day in ordered:
        if kept and day - kept[-1] < SHORTEST_SPAN_DAYS:
            if day in (keep, ordered[-1]) and kept[-1] > 0.0:
                kept[-1] = day
            continue
        kept.append(day)
    return tuple(kept)


def _reason(scenario: StationScenario, thruster: Thruster, kind: Vehicle, attitude_held: bool) -> str:
    """Why a thruster aboard may not push; empty where it may."""
    spec = scenario.reboost
    if spec.vehicles and thruster.vehicle not in spec.vehicles:
        return "not among the vehicles that may push"
    if thruster.vehicle in spec.excluded:
        return "excluded"
    if not _proven(kind, scenario.start_utc) and not spec.allow_unproven:
        return "no craft of its kind had pushed a station by then"
    if thruster.turns_station and not attitude_held:
        return "the station must be turned for it, and nobody aboard can turn it"
    return ""


def _proven(kind: Vehicle, when: datetime) -> bool:
    return kind.pushes_from is not None and kind.pushes_from <= when


def _source(
    name: str, spans: Sequence[Thruster | None], kinds: Mapping[str, Vehicle], scenario: StationScenario
) -> Source:
    first = next(thruster for thruster in spans if thruster is not None)
    kind = kinds[first.vehicle]
    return Source(
        name=name,
        vehicle=first.vehicle,
        partner=first.partner,
        pool=TANKS if kind.role == "engine" else name,
        thrust_n=first.thrust_n,
        isp_s=first.isp_s,
        turns_station=first.turns_station,
        proven=_proven(kind, scenario.start_utc),
        trust=kind.trust,
        present=tuple(thruster is not None for thruster in spans),
    )


def _pools(
    states: Sequence[Configuration],
    kinds: Mapping[str, Vehicle],
    sources: Sequence[Source],
    scenario: StationScenario,
) -> tuple[Pool, ...]:
    held = [state.attitude_thrust_n > 0 for state in states]
    tanks = [_tanks_kg(state, kinds) for state in states]
    pools = [Pool(TANKS, max(tanks), True, tuple(h and kg > 0 for h, kg in zip(held, tanks, strict=True)))]
    craft: dict[str, list[Thruster | None]] = {}
    for number, state in enumerate(states):
        for thruster in state.thrusters:
            if kinds[thruster.vehicle].role != "engine":
                craft.setdefault(thruster.name, [None] * len(states))[number] = thruster
    pushing = {source.name for source in sources}
    for name, spans in craft.items():
        first = next(thruster for thruster in spans if thruster is not None)
        refuels = kinds[first.vehicle].refuels
        present = tuple(thruster is not None for thruster in spans)
        if refuels or name in pushing:
            pools.append(Pool(name, first.propellant_kg, refuels, present))
    return tuple(pool for pool in pools if pool.propellant_kg > 0 and any(pool.present))


def _tanks_kg(state: Configuration, kinds: Mapping[str, Vehicle]) -> float:
    """Propellant in the station's own tanks that those who stay can reach."""
    docked = sum(t.propellant_kg for t in state.thrusters if kinds[t.vehicle].role != "engine")
    return max(0.0, state.propellant_kg - docked)
