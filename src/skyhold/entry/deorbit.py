"""Bringing a station down on purpose: which burns, how much propellant, and whether the craft at hand can do it.

Heights of perigee and apogee are over the equator's radius, orbits are Kepler's; `descent` flies the last burn.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from skyhold.constants import MU_M3_S2, WGS84_A_M
from skyhold.errors import ScenarioError
from skyhold.nouns.fate import DeorbitSpec
from skyhold.nouns.vehicles import Vehicle
from skyhold.station.rocket import exhaust_m_s, propellant_kg
from skyhold.units import KM

LONGEST_ARC = 0.25  # of a revolution: longer burns of a step are shared over revolutions
LONGEST_LAST_ARC = (
    0.5  # the last burn cannot be shared: beyond half a revolution it pushes the perigee back up
)


@dataclass(frozen=True, slots=True)
class Ellipse:
    """Perigee and apogee height, m over the equator's radius."""

    perigee_m: float
    apogee_m: float

    @property
    def axis_m(self) -> float:
        """Semi-major axis."""
        return WGS84_A_M + 0.5 * (self.perigee_m + self.apogee_m)

    @property
    def period_s(self) -> float:
        """Kepler's period."""
        return 2.0 * math.pi * math.sqrt(self.axis_m**3 / MU_M3_S2)

    def speed_m_s(self, height_m: float) -> float:
        """Speed where the orbit has a height (vis-viva)."""
        return math.sqrt(MU_M3_S2 * (2.0 / (WGS84_A_M + height_m) - 1.0 / self.axis_m))

    def delta_v_to(self, other: Ellipse) -> float:
        """Delta-v (m/s) at the apsis both share, without regard to sign."""
        shared = self.apogee_m if self.apogee_m == other.apogee_m else self.perigee_m
        return abs(self.speed_m_s(shared) - other.speed_m_s(shared))


@dataclass(frozen=True, slots=True)
class Step:
    """One lowering: what it is for, from which orbit to which."""

    kind: Literal["perigee", "apogee", "last"]
    before: Ellipse
    after: Ellipse


@dataclass(frozen=True)
class Burn:
    """A step as the craft at hand would do it: delta-v with what a long arc loses, propellant, time, who burns.

    `propellant_kg` is what it needs, `short_kg` what of that nobody has. `revolutions` is over how many the burn is
    shared, `arc` the part of a revolution that each piece takes. `share` holds names of craft and kilogrammes.
    """

    step: Step
    impulsive_m_s: float
    delta_v_m_s: float
    propellant_kg: float
    short_kg: float
    duration_s: float
    revolutions: int
    arc: float
    share: tuple[tuple[str, float], ...]


@dataclass(frozen=True)
class Budget:
    """All burns of a deorbit, and whether they can be done; `problems` names each reason why not."""

    vehicle: Vehicle
    count: int
    mass_kg: float
    burns: tuple[Burn, ...]
    problems: tuple[str, ...]

    @property
    def feasible(self) -> bool:
        """Whether nothing stands against it."""
        return not self.problems

    @property
    def delta_v_m_s(self) -> float:
        """Of all burns."""
        return sum(burn.delta_v_m_s for burn in self.burns)

    @property
    def propellant_kg(self) -> float:
        """That all burns need."""
        return sum(burn.propellant_kg for burn in self.burns)

    @property
    def available_kg(self) -> float:
        """That the craft bring."""
        return self.count * self.vehicle.usable_propellant_kg

    @property
    def shortfall_kg(self) -> float:
        """That is missing."""
        return sum(burn.short_kg for burn in self.burns)

    @property
    def craft_needed(self) -> int:
        """How many such craft would bring enough propellant."""
        return math.ceil(self.propellant_kg / self.vehicle.usable_propellant_kg - 1e-9)

    @property
    def thrust_needed_n(self) -> float:
        """Thrust that ends the last burn within half a revolution."""
        last = self.burns[-1]
        return self.vehicle.thrust_n * max(1.0, last.arc / LONGEST_LAST_ARC)


def perigee_drop_m(delta_v_m_s: float, axis_m: float) -> float:
    """First-order lowering of the perigee by a burn at apogee of a near-circular orbit: 4 a dv / v."""
    return 4.0 * axis_m * delta_v_m_s / math.sqrt(MU_M3_S2 / axis_m)


def arc_efficiency(arc: float) -> float:
    """Share of a delta-v that moves the opposite apsis when the burn lasts `arc` of a revolution, centred.

    Near-circular, first order: a push at angle x from the apsis moves the other by (1 + cos x)/2 of what it would
    there; the mean over the arc is (1 + sin x / x)/2, x = pi arc.
    """
    x = math.pi * min(arc, 1.0)
    return 0.5 * (1.0 + math.sin(x) / x) if x > 0.0 else 1.0


def steps(spec: DeorbitSpec) -> tuple[Step, ...]:
    """From the hold orbit down: perigee step by step, the apogee to where it is wanted, and the last burn.

    A perigee step that is not below the hold orbit is passed over; an apogee above the hold orbit stays at it.
    """
    now = Ellipse(spec.hold_altitude_km * KM, spec.hold_altitude_km * KM)
    found = []
    for perigee_km in spec.perigee_steps_km:
        if perigee_km * KM < now.perigee_m:
            found.append(Step("perigee", now, Ellipse(perigee_km * KM, now.apogee_m)))
            now = found[-1].after
    if now.perigee_m < spec.apogee_km * KM < now.apogee_m:
        found.append(Step("apogee", now, Ellipse(now.perigee_m, spec.apogee_km * KM)))
        now = found[-1].after
    return (*found, Step("last", now, Ellipse(spec.final_perigee_km * KM, now.apogee_m)))


def plan(spec: DeorbitSpec, vehicle: Vehicle, mass_kg: float) -> Budget:
    """Burns of `spec.count` craft of one kind, one after the other, on a station of `mass_kg` (craft included).

    Raises `ScenarioError` for a craft that cannot push and for a mass that is none.
    """
    if not vehicle.pushes:
        raise ScenarioError(
            f"{vehicle.title} cannot push a station",
            expected="a craft with thrust, specific impulse and propellant",
            where="deorbit.vehicle",
            remedy="choose another, e.g. usdv",
        )
    if not 0.0 < mass_kg < math.inf:
        raise ScenarioError("the station has no such mass", expected="kg above 0", came=f"{mass_kg:g}")
    stock = [vehicle.usable_propellant_kg] * spec.count
    burns, mass = [], mass_kg
    for step in steps(spec):
        burns.append(_burn(step, vehicle, mass, stock))
        mass -= burns[-1].propellant_kg
    return Budget(vehicle, spec.count, mass_kg, tuple(burns), tuple(_problems(burns, vehicle, spec.count)))


def _burn(step: Step, vehicle: Vehicle, mass_kg: float, stock: list[float]) -> Burn:
    """One step, longer by what its arc loses; takes its propellant from `stock` in order."""
    impulsive, period = step.before.delta_v_to(step.after), step.before.period_s
    exhaust = exhaust_m_s(vehicle.isp_s)
    delta_v, revolutions, arc = impulsive, 1, 0.0
    for _ in range(30):  # converges by a factor of about ten each time
        delta_v = impulsive / arc_efficiency(min(arc, LONGEST_LAST_ARC))
        needed = propellant_kg(mass_kg, delta_v, vehicle.isp_s)
        duration = needed * exhaust / vehicle.thrust_n
        if step.kind != "last":
            revolutions = max(revolutions, math.ceil(duration / (LONGEST_ARC * period)))
        arc = duration / revolutions / period
    share = tuple(_taken(needed, vehicle.name, stock))
    short = max(0.0, needed - sum(kg for _, kg in share))
    return Burn(step, impulsive, delta_v, needed, short, duration, revolutions, arc, share)


def _taken(needed_kg: float, name: str, stock: list[float]) -> Iterator[tuple[str, float]]:
    """Propellant from the craft in order; what is left stays in `stock`."""
    for number, held in enumerate(stock):
        part = min(held, needed_kg)
        if part > 0.0:
            stock[number] -= part
            needed_kg -= part
            yield f"{name} {number + 1}", part


def _problems(burns: list[Burn], vehicle: Vehicle, count: int) -> Iterator[str]:
    """Why these burns cannot be done."""
    short, needed = sum(burn.short_kg for burn in burns), sum(burn.propellant_kg for burn in burns)
    if short > 0.5:
        brought = count * vehicle.usable_propellant_kg
        yield (
            f"{count} x {vehicle.title} {'brings' if count == 1 else 'bring'} {brought:,.0f} kg of propellant, the "
            f"burns need {needed:,.0f}: {short:,.0f} kg are missing"
        )
    last = burns[-1]
    if last.arc > LONGEST_LAST_ARC:
        minutes, needed_n = last.duration_s / 60.0, vehicle.thrust_n * last.arc / LONGEST_LAST_ARC
        yield (
            f"the last burn would take {minutes:,.0f} minutes at {vehicle.thrust_n:,.0f} N, {last.arc:.1f} "
            f"revolutions; it must end within half of one, which needs {needed_n:,.0f} N"
        )
