"""What a station run takes for granted, with marks of trust, and what it leaves out."""

from __future__ import annotations

import re
from typing import Any, Literal

from skyhold.drawing import numerals
from skyhold.drawing.numerals import NBSP
from skyhold.drawing.page import View
from skyhold.results.station import StationResult
from skyhold.station_chapter import findings as found

Mark = Literal["published", "press", "derived", "recollection", "assumed"]
MEANS: dict[Mark, str] = {
    "published": "an agency, a standard, or its own data",
    "press": "press or an encyclopaedia that quotes such a source",
    "derived": "worked out by others or by us from such data",
    "recollection": "recalled, not read again in its source",
    "assumed": "chosen for this scenario",
}
OF_LETTER: dict[str, Mark] = {"A": "published", "B": "press", "C": "derived", "R": "recollection"}
LETTER = re.compile(r"\[([ABCR])\]\s*")
LEFT_OUT = (
    "Politics: who would in fact allow whom to push, to dock or to undock.",
    "Damage: the station is whole until the air breaks it up; leaks and failed parts are not in it.",
    "Manoeuvres against debris one by one: a reserve of delta-v a year stands for them.",
    "The modules’ own lists of parts: fragments are archetypes, labelled as such.",
    "Ships and aircraft under the track: casualties are people on land, out of doors or not alike.",
)
DRIVERS = {
    "climatology": "past cycles at this phase, one drawn for each member",
    "forecast": "a forecast as issued, with its own spread",
    "as-observed": "as it then was; nobody knew it on the day",
}


def marked(letter: str) -> tuple[str]:
    """A letter of trust as the word that the page shows as a badge."""
    return (OF_LETTER.get(letter.strip()[:1].upper(), "assumed"),)


def sourced(source: str, otherwise: Mark = "assumed") -> tuple[tuple[str], str]:
    """A source without its letters, and the badge of the weakest of them."""
    letters = LETTER.findall(source)
    weakest = max(letters, key="ABCR".index) if letters else ""
    return (OF_LETTER[weakest] if weakest else otherwise,), LETTER.sub("", source)


def assumptions(result: StationResult) -> View:
    """All that the run takes for granted, in the order of the line from orbit to ground."""
    rows = [
        *_orbit(result),
        *_air(result),
        *_station(result),
        *_pushing(result),
        *_craft(result),
        *_ground(result),
    ]
    return View("Assumptions of the station run", ["What", "Value", "Trust", "Source"], "llll", rows)


def _row(what: str, value: str, source: str, otherwise: Mark = "assumed") -> list[Any]:
    badge, words = sourced(source, otherwise)
    return [what, value, badge, words]


def _orbit(result: StationResult) -> list[list[Any]]:
    orbit = result.scenario.orbit
    value = (
        f"{orbit.mean_motion_rev_day:.6f} revolutions a day, eccentricity {orbit.eccentricity:g}, "
        f"{orbit.inclination_deg:g}°, at {orbit.epoch_utc:%Y-%m-%d %H:%M} UTC"
    )
    return [_row("Orbit", value, orbit.source, "published")]


def _air(result: StationResult) -> list[list[Any]]:
    scenario = result.scenario
    weather, members = scenario.space_weather, scenario.ensemble
    issued = f", issued {weather.issued}" if weather.issued else ""
    spread = f"{100 * members.density_bias_sigma:.0f}{NBSP}% (one sigma, over months)"
    return [
        _row("The Sun", f"{weather.kind}{issued}: {DRIVERS[weather.kind]}", _driven_by(result), "derived"),
        _row("Air", scenario.atmosphere.upper(), "the model as its authors published it", "published"),
        _row("Bias of the air’s density", spread, "set in the scenario"),
        _row(
            "Ensemble",
            f"{numerals.whole(members.members)} members, seed {members.seed}",
            "set in the scenario",
        ),
    ]


def _driven_by(result: StationResult) -> str:
    """The record that the run says it took its Sun from."""
    said = result.manifest.get("space_weather")
    return str(said.get("source", "")) if isinstance(said, dict) else ""


def _station(result: StationResult) -> list[list[Any]]:
    spec = found.spec_of(result)
    if spec is None:
        return []
    prior, sigma = spec.ballistic, result.scenario.ensemble.ballistic_sigma
    spread = prior.sigma_long if sigma is None else sigma
    value = f"{prior.median_kg_m2:g}{NBSP}kg/m², spread {100 * spread:.0f}{NBSP}% (one sigma)"
    rows = [_row("Ballistic number, m / (Cd A)", value, prior.source, "derived")]
    record = found.mass_record(result)
    if record is not None:
        value = f"{numerals.whole(record.mass_kg)}{NBSP}kg on {record.day}, and what docked since"
        rows.append(_row("Mass of the whole", value, f"[{record.trust}] {record.source}", "published"))
    rows += [
        _row("Station", str(note), "worked out", "derived") for note in result.manifest.get("assumed", ())
    ]
    offset = ", ".join(f"{v:g}" for v in spec.attitude.offset_m)
    arms = f"centres {offset}{NBSP}m apart (low, mid, high)"
    rows.append(_row("Attitude", arms, spec.attitude.source or "estimates", "recollection"))
    return [*rows, *(_row("Station", text, source) for source, text in map(_split, spec.sources))]


def _split(source: str) -> tuple[str, str]:
    """A source of a station file: who says it, and of what."""
    who, _, what = source.partition(": ")
    return who, what or "as a whole"


def _pushing(result: StationResult) -> list[list[Any]]:
    plan, given = result.scenario.reboost, result.scenario.thresholds
    rows = [
        _row("The last crew leaves", f"{given.crew_departure_km:g}{NBSP}km", "set in the scenario"),
        _row("Point of no return", f"{given.point_of_no_return_km:g}{NBSP}km", "set in the scenario"),
    ]
    if plan.policy == "hold":
        rows += [
            _row("Band to hold", f"{plan.low_km:g} to {plan.high_km:g}{NBSP}km", "set in the scenario"),
            _row("Against debris", f"{plan.avoidance_m_s_year:g}{NBSP}m/s a year", "set in the scenario"),
            _row("For attitude", f"{plan.attitude_kg_year:g}{NBSP}kg a year", "set in the scenario"),
        ]
    return rows


def _craft(result: StationResult) -> list[list[Any]]:
    """What each craft brings, and who says so."""
    return [
        [f"{row['name']}", f"{float(row['propellant_kg']):,.0f}{NBSP}kg to spare", marked(str(row["trust"])),
         sourced(str(row["note"] or ""))[1]]
        for row in found.rows(result, "vehicles") if found.yes(row["can_push"])
    ]  # fmt: skip


def _ground(result: StationResult) -> list[list[Any]]:
    risk = result.scenario.risk
    low, high = (f"{100 * v:.0f}{NBSP}%" for v in (risk.survival_low, risk.survival_high))
    breakup = f"{risk.breakup_altitude_km:g}{NBSP}km, one sigma {risk.breakup_sigma_km:g}{NBSP}km"
    area = "from archetypes" if risk.casualty_area_m2 is None else f"{risk.casualty_area_m2:g}{NBSP}m²"
    return [
        _row("Main break-up", breakup, "set in the scenario"),
        _row("Mass that reaches the ground", f"{low} to {high}", "set in the scenario"),
        _row("Casualty area", area, "NASA-STD-8719.14", "published"),
        _row("People", f"of {risk.population_year}", "the embedded grid", "derived"),
    ]
