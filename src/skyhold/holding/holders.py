"""Who could hold the station alone: every set of partners, with the craft they fly on that day."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np

from skyhold.holding import reboost
from skyhold.holding.drag_paths import DragPaths, Sinking
from skyhold.holding.planner import YEAR_DAYS, Impossible, Plan, paths_for, plan, wish_of
from skyhold.holding.supply import Supply, supply_of
from skyhold.nouns.fate import Withdrawal
from skyhold.nouns.station import StationChoice
from skyhold.nouns.vehicles import DockedVehicle, Vehicle
from skyhold.scenario import library
from skyhold.scenario.scenario import StationScenario
from skyhold.station.configuration import Configuration, resolve
from skyhold.station.launches import Available, available

REASONABLE_STAY_DAYS = 180.0
WEST = ("nasa", "esa", "jaxa")


@dataclass(frozen=True, slots=True)
class Craft:
    """What one kind of craft can do in a year, for those who send it.

    `delta_v_m_s` of one flight: low, mid, high of its usable propellant. `flights_year` in a usual year, `flights` in
    the first one, when parts of partners who left run out. `needed` flights a year if it were alone, from the drag a
    share of members never exceeds. `months` that one more flight holds the station. `flags` say what is doubtful.
    """

    vehicle: str
    title: str
    partner: str
    delta_v_m_s: tuple[float, float, float]
    propellant_kg: float
    flights_year: float
    flights: float
    needed: float
    months: float
    turns_station: bool
    proven: bool
    trust: str
    flags: tuple[str, ...]


@dataclass(frozen=True)
class Holder:
    """A set of partners that tries to hold the station from a day on.

    `need_m_s_year` is (median member, the wished share of members), avoidance of debris included; `have_m_s_year` what
    the flights of a usual year of craft that have pushed before can give, `unproven_m_s_year` those that have not.
    `aboard_m_s`: what is docked or in the tanks on the day and may push. `first_push_day` None: never within the plan.
    `if_turned` is the plan if somebody else turned the station, where the set cannot; None where it can. `limits` say
    what else goes with those who left.
    """

    name: str
    partners: tuple[str, ...]
    attitude_held: bool
    need_m_s_year: tuple[float, float]
    need_kg_year: float
    have_m_s_year: float
    unproven_m_s_year: float
    aboard_m_s: float
    first_push_day: float | None
    plan: Plan | Impossible
    if_turned: Plan | Impossible | None
    craft: tuple[Craft, ...]
    limits: tuple[str, ...]

    @property
    def holds(self) -> bool:
        """Whether a schedule exists with what is docked and due."""
        return isinstance(self.plan, Plan)

    @property
    def holds_for_years(self) -> bool:
        """Whether the flights of a usual year give what a year takes, and the attitude is held."""
        return self.attitude_held and self.have_m_s_year >= self.need_m_s_year[1]


def holders(
    scenario: StationScenario,
    sinking: Sinking,
    altitude_m: float,
    sets: Mapping[str, Iterable[str]] | None = None,
    share: float = 0.9,
) -> tuple[Holder, ...]:
    """The table of every set of partners (by default `partner_sets`), from the start of a scenario on."""
    spec = library.station(scenario.station)
    chosen = partner_sets(scenario) if sets is None else {name: tuple(who) for name, who in sets.items()}
    paths: dict[tuple[float, ...], DragPaths] = {}
    return tuple(
        _holder(
            scenario,
            name,
            tuple(p.name for p in spec.partners if p.name in who),
            sinking,
            altitude_m,
            share,
            paths,
        )
        for name, who in chosen.items()
    )


def partner_sets(scenario: StationScenario) -> dict[str, tuple[str, ...]]:
    """All; each alone, and all without each, of those who can push; and NASA with Europe and Japan, where they are."""
    spec = library.station(scenario.station)
    free = scenario.model_copy(update={"withdrawals": ()})
    state = resolve(free)
    everybody = tuple(partner.name for partner in spec.partners)
    senders = {item.vehicle.partner for item in available(free) if item.vehicle.pushes}
    engines = {t.partner for t in state.thrusters if state.kinds[t.vehicle].role == "engine"}
    able = [partner for partner in everybody if partner in senders | engines]
    sets = {"all": everybody} | {partner: (partner,) for partner in able}
    if len(everybody) > 2:
        sets |= {f"all without {p}": tuple(q for q in everybody if q != p) for p in able}
    if set(WEST) <= set(everybody):
        sets[", ".join(WEST)] = WEST
    return sets


def only(scenario: StationScenario, partners: Iterable[str]) -> StationScenario:
    """The scenario in which all others withdraw at its start."""
    stay = set(partners)
    others = [p.name for p in library.station(scenario.station).partners if p.name not in stay]
    kept = [item for item in scenario.withdrawals if item.partner in stay]
    left = [Withdrawal(partner=name, from_utc=scenario.start_utc) for name in others]
    return scenario.model_copy(update={"withdrawals": (*kept, *left)})


def with_flight(
    scenario: StationScenario, vehicle: str, docked_utc: datetime, days: float = REASONABLE_STAY_DAYS
) -> StationScenario:
    """The scenario with one more visit of a kind of craft, to see what it is worth."""
    spec = library.station(scenario.station)
    visit = _visit(f"one more {vehicle}", vehicle, docked_utc, days)
    more = spec.model_copy(update={"docked": (*spec.docked, visit)})
    return scenario.model_copy(update={"station": StationChoice(spec=more)})


def with_usual_flights(scenario: StationScenario, days: float = REASONABLE_STAY_DAYS) -> StationScenario:
    """The scenario with visits at their usual rate after the last one that is listed, to plan beyond the list.

    Of each kind that can fly on the first day and push: so many a year as usual, as far as its stock of parts goes.
    """
    spec = library.station(scenario.station)
    horizon = scenario.start_utc + timedelta(days=scenario.reboost.horizon_days)
    more = []
    for item in available(scenario):
        kind = item.vehicle
        if not kind.pushes or item.flights_per_year <= 0.0:
            continue
        gap = timedelta(days=YEAR_DAYS / item.flights_per_year)
        listed = [v.docked_utc for v in spec.docked if v.vehicle == kind.name]
        ahead = sum(when >= scenario.start_utc for when in listed)
        most = 10_000 if item.flights_left is None else max(0, item.flights_left - ahead)
        when = max([*listed, scenario.start_utc - gap]) + gap
        for number in range(1, most + 1):
            if when >= horizon:
                break
            more.append(_visit(f"{kind.title}, supposed {number}", kind.name, when, days))
            when += gap
    wider = spec.model_copy(update={"docked": (*spec.docked, *more)})
    return scenario.model_copy(update={"station": StationChoice(spec=wider)})


def _visit(name: str, vehicle: str, docked_utc: datetime, days: float) -> DockedVehicle:
    return DockedVehicle(
        name=name,
        vehicle=vehicle,
        docked_utc=docked_utc,
        undocked_utc=docked_utc + timedelta(days=days),
        trust="C",
        source="supposed",
    )


def missing_m_s(made: Plan | Impossible) -> float:
    """Delta-v that others would have to bring; 0 where a plan exists, infinite where even that would not do."""
    if isinstance(made, Plan):
        return 0.0
    parts = [relief.amount or 0.0 for relief in made.outside if relief.unit == "m/s"]
    return sum(parts) if made.outside else float("inf")


def _holder(
    scenario: StationScenario,
    name: str,
    partners: tuple[str, ...],
    sinking: Sinking,
    altitude_m: float,
    share: float,
    paths: dict[tuple[float, ...], DragPaths],
) -> Holder:
    alone = only(scenario, partners)
    state = resolve(alone)
    supply = supply_of(alone)
    made, drag = _planned(alone, supply, sinking, altitude_m, share, paths)
    turned = None
    if not all(supply.attitude_held):
        free = alone.model_copy(
            update={"reboost": alone.reboost.model_copy(update={"attitude_kg_year": 0.0})}
        )
        turned = _planned(free, supply_of(free, attitude_given=True), sinking, altitude_m, share, paths)[0]
    need = _need(drag, supply, altitude_m, scenario.reboost.avoidance_m_s_year, share)
    craft = tuple(
        _craft(item, partners, state.mass_kg, need[1]) for item in available(alone) if item.vehicle.pushes
    )
    return Holder(
        name=name,
        partners=partners,
        attitude_held=all(supply.attitude_held),
        need_m_s_year=need,
        need_kg_year=reboost.propellant_kg(state.mass_kg, need[1], _isp(craft, state))
        + scenario.reboost.attitude_kg_year,
        have_m_s_year=sum(item.flights_year * item.delta_v_m_s[1] for item in craft if item.proven),
        unproven_m_s_year=sum(item.flights_year * item.delta_v_m_s[1] for item in craft if not item.proven),
        aboard_m_s=_aboard(supply),
        first_push_day=_first_push(supply),
        plan=made,
        if_turned=turned,
        craft=craft,
        limits=_limits(resolve(scenario), state),
    )


def _planned(
    scenario: StationScenario,
    supply: Supply,
    sinking: Sinking,
    altitude_m: float,
    share: float,
    paths: dict[tuple[float, ...], DragPaths],
) -> tuple[Plan | Impossible, DragPaths]:
    """The plan for the drag a share never exceeds; losses are computed once for each list of edges."""
    wish = wish_of(scenario, supply, altitude_m)
    if supply.edge_day not in paths:
        paths[supply.edge_day] = paths_for(wish, supply, sinking)
    drag = paths[supply.edge_day]
    return plan(wish, supply, drag.covering(share)), drag


def _need(
    drag: DragPaths, supply: Supply, altitude_m: float, avoidance: float, share: float
) -> tuple[float, float]:
    """Delta-v a year (m/s), of the median member and of the wished share, to stay at the middle of the band."""
    metres = np.quantile(drag.lost_m[:, -1], (0.5, share)) * YEAR_DAYS / supply.edge_day[-1]
    low, high = (reboost.delta_v_for(float(m), reboost.axis_m(altitude_m)) + avoidance for m in metres)
    return low, high


def _craft(item: Available, partners: Sequence[str], mass_kg: float, need: float) -> Craft:
    kind = item.vehicle
    amounts = (kind.usable_low_kg, kind.usable_propellant_kg, kind.usable_high_kg)
    known = [kind.usable_propellant_kg if kg is None else kg for kg in amounts]
    low, mid, high = (reboost.delta_v_of(mass_kg, kg, kind.isp_s) for kg in known)
    left = item.flights_left
    lost = [want for want in kind.needs if want.partner not in partners]
    flags = [
        f"needs {want.what} of {want.partner}: {want.flights_in_stock} flights in stock" for want in lost
    ]
    flags += [] if item.proven else [_unproven(kind)]
    flags += ["the station must be turned for it"] if kind.turns_station else []
    return Craft(
        vehicle=kind.name,
        title=kind.title,
        partner=kind.partner,
        delta_v_m_s=(low, mid, high),
        propellant_kg=kind.usable_propellant_kg,
        flights_year=item.flights_per_year if left is None else 0.0,
        flights=item.flights_per_year if left is None else min(item.flights_per_year, float(left)),
        needed=need / mid,
        months=12.0 * mid / need,
        turns_station=kind.turns_station,
        proven=item.proven,
        trust=kind.trust,
        flags=tuple(flags),
    )


def _unproven(kind: Vehicle) -> str:
    if kind.pushes_from is None:
        return "never pushed a station"
    return f"had not pushed a station by then; first on {kind.pushes_from:%Y-%m-%d}"


def _isp(craft: Sequence[Craft], state: Configuration) -> float:
    """Specific impulse for the propellant of a year: the mean of what flies, 300 s where nothing does."""
    values = [state.kinds[item.vehicle].isp_s for item in craft if item.proven]
    return float(np.mean(values)) if values else 300.0


def _aboard(supply: Supply) -> float:
    """Delta-v (m/s) in what may push in the first span."""
    users: dict[str, float] = {}
    for source in supply.sources:
        if source.present[0]:
            users[source.pool] = max(users.get(source.pool, 0.0), source.isp_s)
    held = {pool.name: pool.propellant_kg for pool in supply.pools}
    return sum(reboost.delta_v_of(supply.mass_kg[0], held.get(pool, 0.0), isp) for pool, isp in users.items())


def _first_push(supply: Supply) -> float | None:
    days = [supply.edge_day[t] for source in supply.sources for t in range(supply.spans) if source.present[t]]
    return min(days, default=None)


def _limits(before: Configuration, after: Configuration) -> tuple[str, ...]:
    """What goes with those who left, in sentences."""
    said = []
    if after.attitude_thrust_n <= 0 < before.attitude_thrust_n:
        said.append("nobody can turn the station or dump the momentum of its gyroscopes")
    if after.gyro_momentum_nms <= 0 < before.gyro_momentum_nms:
        said.append("no gyroscopes: thrusters must hold the attitude all the time")
    if after.power_kw < before.power_kw:
        said.append(f"power of {after.power_kw:.0f} kW instead of {before.power_kw:.0f}")
    if after.seats < before.seats:
        said.append(f"{after.seats} seats home instead of {before.seats}")
    return tuple(said)
