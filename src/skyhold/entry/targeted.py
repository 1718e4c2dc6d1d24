"""A station brought down on purpose, from the budget of burns to the debris on the sea: the parts in their order."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np

from skyhold.entry import keep_out
from skyhold.entry.archetypes import hosts, inventory
from skyhold.entry.breakup import Debris, Spread, come_apart, fall
from skyhold.entry.deorbit import Budget, plan
from skyhold.entry.descent import Aim, Failure, Plane, Push, aim, failures, passes
from skyhold.entry.flight import Sky
from skyhold.entry.footprint import Footprint, of_debris
from skyhold.entry.keep_out import KeepOut
from skyhold.errors import SkyholdError
from skyhold.nouns.fate import DeorbitSpec, RiskSpec
from skyhold.nouns.vehicles import Vehicle
from skyhold.scenario.fragments import FragmentLibrary
from skyhold.station.configuration import Configuration
from skyhold.units import DEG, KM

CRAFT_FACE_M2 = 20.0
PASSES_TRIED = 6


@dataclass(frozen=True)
class Targeted:
    """A deorbit: burns, the last one aimed, debris with its footprint and distance from land, failures.

    `passing` counts from 1: which of the passes, the nearest first, it is on.

    Where the craft cannot do it `as_if` says with what the last burn was flown all the same; else it is "".
    """

    budget: Budget
    push: Push
    aim: Aim
    as_if: str
    debris: Debris
    footprint: Footprint
    keep_out: KeepOut
    failures: tuple[Failure, ...]
    passing: int


def target(
    sky: Sky,
    plane: Plane,
    configuration: Configuration,
    vehicle: Vehicle,
    spec: DeorbitSpec,
    risk: RiskSpec,
    *,
    days: float = 5.0,
    runs: int = 100,
    seed: int = 1,
    library: FragmentLibrary | None = None,
    spread: Spread | None = None,
) -> Targeted:
    """Plan the burns, light the last one on the pass nearest to the aim whose debris keeps off land, let it fall.

    `plane` is the hold orbit at the sky's epoch; passes of the coming `days` are tried, the nearest first, at most
    six; where none keeps its distance the first stands. Craft not docked yet add their mass. Raises `SkyholdError`
    where no pass comes within 2,500 km.
    """
    mass = configuration.mass_kg + _arriving_kg(configuration, vehicle, spec.count)
    budget = plan(spec, vehicle, mass)
    found = passes(sky, plane, *_point(spec), days)
    if not found:
        raise _no_pass(spec, plane, days)
    push, as_if = _push(budget, configuration)
    breakup_m = risk.breakup_altitude_km * KM
    tried: list[Targeted] = []
    for number, passing in enumerate(found[:PASSES_TRIED], 1):
        orbit, final_m = budget.burns[-1].step.before, spec.final_perigee_km * KM
        try:
            aimed = aim(sky, plane, push, orbit, final_m, _point(spec), passing, breakup_m)
        except SkyholdError:
            if number == min(len(found), PASSES_TRIED) and not tried:
                raise
            continue
        debris = _fallen(sky, aimed, configuration, risk, runs, seed, library, spread)
        kept = debris.survives
        land = keep_out.distances(
            debris.latitude_rad[kept], debris.longitude_rad[kept], spec, debris.count[kept]
        )
        tried.append(Targeted(budget, push, aimed, as_if, debris, of_debris(debris), land, (), number))
        if land.kept:
            break
    chosen = tried[-1] if tried[-1].keep_out.kept else tried[0]
    return replace(chosen, failures=failures(sky, chosen.aim, breakup_m))


def _point(spec: DeorbitSpec) -> tuple[float, float]:
    """The point aimed at, rad."""
    return spec.aim_latitude_deg * DEG, spec.aim_longitude_deg * DEG


def _fallen(
    sky: Sky,
    aimed: Aim,
    configuration: Configuration,
    risk: RiskSpec,
    runs: int,
    seed: int,
    library: FragmentLibrary | None,
    spread: Spread | None,
) -> Debris:
    """Debris of an aimed descent; each pass has the same draws."""
    lit, rng = aimed.descent, np.random.default_rng(seed)
    core = core_ballistic_kg_m2(configuration)
    loose = come_apart(sky, lit.push, lit.start, lit.start_s, lit.delta_v_m_s, core, risk, runs, rng, spread)
    return fall(sky, loose, inventory(hosts(configuration), library), rng, spread)


def core_ballistic_kg_m2(configuration: Configuration) -> float:
    """m/(Cd A) once wings and radiators are gone: mass over the modules' and craft's side faces, Cd 1."""
    face = sum(module.length_m * module.diameter_m for module in configuration.modules)
    face += CRAFT_FACE_M2 * len(configuration.visits)
    return configuration.mass_kg / max(face, 1.0)


def _arriving_kg(configuration: Configuration, vehicle: Vehicle, count: int) -> float:
    """Mass of the craft that push and are not docked yet."""
    docked = sum(1 for visit in configuration.visits if visit.vehicle == vehicle.name)
    return 0.0 if vehicle.role == "engine" else vehicle.mass_kg * max(0, count - docked)


def _push(budget: Budget, configuration: Configuration) -> tuple[Push, str]:
    """What makes the last burn: the craft, or one with thrust enough where theirs does not do."""
    spent = sum(burn.propellant_kg for burn in budget.burns[:-1])
    thrust = budget.thrust_needed_n
    words = []
    if budget.shortfall_kg > 0.5:
        words.append(f"{budget.shortfall_kg:,.0f} kg more propellant")
    if thrust > budget.vehicle.thrust_n * (1.0 + 1e-9):
        words.append(f"{thrust:,.0f} N instead of {budget.vehicle.thrust_n:,.0f}")
    push = Push(budget.mass_kg - spent, thrust, budget.vehicle.isp_s, configuration.ballistic_kg_m2)
    return push, f"flown as if there were {' and '.join(words)}" if words else ""


def _no_pass(spec: DeorbitSpec, plane: Plane, days: float) -> SkyholdError:
    return SkyholdError(
        "no pass comes near the point aimed at",
        expected=f"a latitude within {math.degrees(plane.inclination_rad):.0f} degrees of the equator",
        came=f"{spec.aim_latitude_deg:g} N {spec.aim_longitude_deg:g} E, {days:g} days",
        where="deorbit.aim_latitude_deg",
        remedy="aim at another point, or allow more days",
    )
