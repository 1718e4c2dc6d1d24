"""Tables of a station that comes down: by itself, or on purpose into the sea."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from skyhold.earth.atmosphere import by_name
from skyhold.entry.archetypes import hosts, inventory
from skyhold.entry.breakup import Debris, come_apart, fall
from skyhold.entry.deorbit import Ellipse
from skyhold.entry.descent import Plane, Push, apogee_state
from skyhold.entry.flight import Sky
from skyhold.entry.targeted import Targeted, core_ballistic_kg_m2, target
from skyhold.nouns.fate import DeorbitSpec
from skyhold.results.tables import Table
from skyhold.scenario import library
from skyhold.simulate.fate import Fate
from skyhold.times import Epoch
from skyhold.units import DEG, KM

NATURAL_RUNS = 60
NATURAL_KM = 125.0  # height of the near-circular orbit from which a station that nobody steers falls
MOST_POINTS = 1500
WHAT = {"perigee": "lower the perigee", "apogee": "lower the apogee", "last": "the last burn"}


@dataclass(frozen=True)
class Air:
    """Activity at the start, which the descents fly in."""

    f107: float
    ap: float


def air_at_start(fate: Fate) -> Air:
    """Medians over the members of the first month."""
    weather = fate.air.weather
    return Air(float(np.median(weather.f107[:, 0])), float(np.median(weather.ap[:, 0])))


def sky_of(fate: Fate, epoch: Epoch) -> Sky:
    """The air of one day, for descents."""
    air = air_at_start(fate)
    return Sky.build(epoch, air.f107, air.f107, air.ap, by_name(fate.scenario.atmosphere))


def natural(fate: Fate) -> Debris:
    """Break-up and fall of the station as nobody steers it, from a near-circular orbit at 125 km."""
    scenario, now = fate.scenario, fate.configuration
    sky = sky_of(fate, fate.orbit.epoch)
    rng = np.random.default_rng(scenario.ensemble.seed)
    low = Ellipse(NATURAL_KM * KM, NATURAL_KM * KM)
    state = apogee_state(sky, fate.orbit.inclination_rad, fate.orbit.node_rad, 0.0, low)
    whole = Push(now.mass_kg, 1.0, 300.0, now.ballistic_kg_m2)
    core = core_ballistic_kg_m2(now)
    loose = come_apart(sky, whole, state, 0.0, 0.0, core, scenario.risk, NATURAL_RUNS, rng)
    return fall(sky, loose, inventory(hosts(now)), rng)


def survivors_table(debris: Debris) -> Table:
    """`survivors`: archetypes of pieces, how many reach the ground, what they add to the casualty area."""
    rows = [
        {
            "archetype": row["title"],
            "count": row["survive"],
            "pieces": row["pieces"],
            "mass_kg": row["landed_kg"],
            "casualty_area_m2": row["casualty_area_m2"],
            "survived_share": row["survive"] / row["pieces"] if row["pieces"] else 0.0,
            "trust": row["trust"],
        }
        for row in debris.by_archetype()
    ]
    notes = {
        "archetype": "kinds of pieces, not a parts list of this station",
        "count": "with 15 J or more, mean",
    }
    return Table.of_rows("survivors", rows, notes)


def targeted_tables(fate: Fate, spec: DeorbitSpec) -> list[Table]:
    """`burns`, `deorbit`, `failures`, `footprint` and `survivors` of a deorbit on purpose."""
    found = targeted(fate, spec)
    return [
        _burns(found),
        _deorbit(found, spec),
        _failures(found),
        _footprint(found),
        survivors_table(found.debris),
    ]


def targeted(fate: Fate, spec: DeorbitSpec) -> Targeted:
    """The deorbit of a scenario, from its hold orbit on the first days."""
    scenario = fate.scenario
    kind = library.vehicles(*fate.configuration.spec.vehicles, *scenario.vehicles)[spec.vehicle]
    epoch = Epoch.from_datetime(scenario.start_utc)
    plane = Plane(fate.orbit.inclination_rad, fate.orbit.node_rad, 0.0, spec.hold_altitude_km * KM)
    sky = sky_of(fate, epoch)
    return target(sky, plane, fate.configuration, kind, spec, scenario.risk, seed=scenario.ensemble.seed)


def _burns(found: Targeted) -> Table:
    rows: list[dict[str, Any]] = [
        {
            "number": number,
            "what": {"perigee": "lower the perigee", "apogee": "lower the apogee", "last": "the last burn"}[
                burn.step.kind
            ],
            "vehicle": ", ".join(name for name, _ in burn.share) or found.budget.vehicle.title,
            "delta_v_m_s": burn.delta_v_m_s,
            "propellant_kg": burn.propellant_kg,
            "short_kg": burn.short_kg,
            "burn_s": burn.duration_s,
            "revolutions": burn.revolutions,
            "perigee_km": burn.step.after.perigee_m / KM,
            "apogee_km": burn.step.after.apogee_m / KM,
        }
        for number, burn in enumerate(found.budget.burns, 1)
    ]
    return Table.of_rows("burns", rows, {"short_kg": "propellant of it that the craft do not have"})


def _deorbit(found: Targeted, spec: DeorbitSpec) -> Table:
    budget, descent, land = found.budget, found.aim.descent, found.keep_out
    problems = "; ".join(budget.problems)
    rows = [
        ("feasible", float(budget.feasible), "", problems or "nothing stands against it"),
        ("delta_v", budget.delta_v_m_s, "m/s", "all burns"),
        ("propellant_needed", budget.propellant_kg, "kg", ""),
        ("propellant_available", budget.available_kg, "kg", f"{budget.count} x {budget.vehicle.title}"),
        ("craft_needed", float(budget.craft_needed), "", "that would bring enough propellant"),
        ("entry_angle", descent.entry_angle_rad / DEG, "deg", "flight path at 120 km"),
        ("final_perigee", descent.perigee_m / KM, "km", "without air"),
        ("impact_latitude", descent.impact_latitude_rad / DEG, "deg", "middle fragment"),
        ("impact_longitude", descent.impact_longitude_rad / DEG, "deg", "middle fragment"),
        ("footprint_length", found.footprint.length_m / KM, "km", "99 % of the pieces"),
        ("footprint_width", found.footprint.width_m / KM, "km", "99 % of the pieces"),
        (
            "nearest_foreign_land",
            land.foreign_m / KM,
            "km",
            f"{land.foreign}; {spec.keep_out_km:g} km are to be kept",
        ),
        (
            "nearest_own_land",
            land.own_m / KM,
            "km",
            f"{land.own}; {spec.keep_out_own_km:g} km are to be kept",
        ),
        ("keeps_out", float(land.kept), "", "every piece keeps its distance from land"),
        ("survivor_share", float(found.debris.survivor_share.mean()), "", "of the mass"),
    ]
    notes = {"value": found.as_if or "flown with the craft of the scenario"}
    keys = ("quantity", "value", "unit", "note")
    return Table.of_rows("deorbit", [dict(zip(keys, row, strict=True)) for row in rows], notes)


def _failures(found: Targeted) -> Table:
    rows: list[dict[str, Any]] = [
        {
            "share_percent": 100.0 * one.share,
            "delta_v_m_s": one.delta_v_m_s,
            "perigee_km": one.perigee_m / KM,
            "days": one.days,
            "same_revolution": one.same_revolution,
            "note": f"{one.miss_m / KM:,.0f} km from the aim"
            if one.same_revolution
            else "anywhere under its orbit",
        }
        for one in found.failures
    ]
    return Table.of_rows("failures", rows, {"share_percent": "of the last burn done when it stops"})


def _footprint(found: Targeted) -> Table:
    debris = found.debris
    kept = np.flatnonzero(debris.survives)
    kept = kept[:: max(1, len(kept) // MOST_POINTS)]
    titles = np.array([one.title for one in debris.inventory.archetypes], dtype=object)
    return Table(
        "footprint",
        {
            "latitude_deg": debris.latitude_rad[kept] / DEG,
            "longitude_deg": debris.longitude_rad[kept] / DEG,
            "mass_kg": debris.mass_kg[kept],
            "kind": titles[debris.kind[kept]],
        },
        {"kind": "archetype"},
    )
