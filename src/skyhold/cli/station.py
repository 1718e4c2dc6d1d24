"""`skyhold station`: how long it stays up, who can hold it, how it comes down, who is below, who comes home."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated

from cyclopts import App, Parameter

from skyhold.cli.console import Voice
from skyhold.cli.station_choice import (
    Altitude,
    Ballistic,
    Choice,
    Days,
    Forecast,
    Inclination,
    Sun,
    object_values,
    orbit_values,
    sun_values,
)
from skyhold.cli.station_tables import tell_tables

if TYPE_CHECKING:
    from skyhold.results.station import StationResult
    from skyhold.results.tables import Table
    from skyhold.scenario.scenario import StationScenario

app = App(
    name="station",
    help="How long a station stays up, who can hold it, how it falls, on whom.",
    help_format="plaintext",
)

Members = Annotated[int | None, Parameter(help="Members of the ensemble.")]
Seed = Annotated[int | None, Parameter(help="Seed of the draws.")]


@app.command
def decay(
    *,
    choice: Choice = Choice(),
    altitude_km: Altitude = None,
    inclination_deg: Inclination = None,
    ballistic_kg_m2: Ballistic = None,
    sun: Sun = None,
    forecast: Forecast = None,
    days: Days = None,
    members: Members = None,
    seed: Seed = None,
    voice: Voice = Voice(),
) -> int:
    """When it comes down if nobody pushes, as a distribution, and when it is below which altitude.

    With --altitude, --inclination and --ballistic: any object on a circular orbit. With --date the elements are taken
    for that date.
    """
    from skyhold.simulate import station

    values = {
        "reboost.policy": "none",
        "horizon_days": days,
        "ensemble.members": members,
        "ensemble.seed": seed,
        **orbit_values(choice, altitude_km, inclination_deg),
        **object_values(ballistic_kg_m2),
        **sun_values(sun, forecast),
    }
    scenario = choice.resolve(values)
    tables = station.fate_tables(scenario)
    tell_tables(voice, scenario, _fate(scenario, tables), tables, ("reentry", "thresholds", "altitude"))
    if "drivers" in tables:
        voice.say(f"Sun: {tables['drivers'].notes.get('f107_p50', scenario.space_weather.kind)}")
    return 0


@app.command
def reboost(
    *,
    choice: Choice = Choice(),
    low_km: Annotated[float | None, Parameter(name="--low", help="Lower edge of the band, km.")] = None,
    high_km: Annotated[float | None, Parameter(name="--high", help="Upper edge of the band, km.")] = None,
    days: Annotated[float | None, Parameter(help="How long it is to be held, days.")] = None,
    vehicle: Annotated[tuple[str, ...], Parameter(negative="", help="Only these may push.")] = (),
    unproven: Annotated[
        bool | None, Parameter(negative="", help="Let craft push that had not done so by the date.")
    ] = None,
    members: Members = None,
    voice: Voice = Voice(),
) -> int:
    """Who could hold it between two altitudes, with how many flights and how much propellant; or what stops them."""
    from skyhold.simulate import station

    values = {
        "reboost.policy": "hold",
        "reboost.low_km": low_km,
        "reboost.high_km": high_km,
        "reboost.horizon_days": days,
        "reboost.vehicles": list(vehicle) or None,
        "reboost.allow_unproven": unproven,
        "ensemble.members": members,
    }
    scenario = choice.resolve(values)
    tables = station.holding_tables(scenario)
    tell_tables(voice, scenario, _fate(scenario, tables), tables, ("plan", "reboosts", "holders", "marginal"))
    for row in tables["holders"].rows() if "holders" in tables else ():
        voice.say(
            f"{row['partners']}: {row['binding'] or 'can'}{'; ' if row['limits'] else ''}{row['limits']}"
        )
    return 0


@app.command
def deorbit(
    *,
    choice: Choice = Choice(),
    vehicle: Annotated[str | None, Parameter(help="What pushes: progress-ms, usdv, ...")] = None,
    count: Annotated[int | None, Parameter(help="How many of them, in turn.")] = None,
    perigee_km: Annotated[
        float | None, Parameter(name="--perigee", help="Perigee after the last burn, km.")
    ] = None,
    voice: Voice = Voice(),
) -> int:
    """Bring it down on purpose: burns, propellant, where debris falls, and whether that can be done."""
    from skyhold.nouns.fate import DeorbitSpec
    from skyhold.simulate import station

    typed = {"vehicle": vehicle, "count": count, "final_perigee_km": perigee_km}
    before = choice.resolve({}).deorbit or DeorbitSpec()
    plan = before.model_dump() | {key: value for key, value in typed.items() if value is not None}
    scenario = choice.resolve({"reboost.policy": "none", "deorbit": plan})
    tables = station.descent_tables(scenario)
    shown = ("deorbit", "burns", "failures", "survivors")
    tell_tables(voice, scenario, _fate(scenario, tables)[:1], tables, shown)
    return 0


@app.command
def risk(
    *,
    choice: Choice = Choice(),
    inclination_deg: Inclination = None,
    area_m2: Annotated[
        float | None, Parameter(name="--area", help="Casualty area, m2, if not from the station's parts.")
    ] = None,
    year: Annotated[int | None, Parameter(help="Year of the population.")] = None,
    voice: Voice = Voice(),
) -> int:
    """Who is under it if it comes down by itself: casualty expectation, countries, cities, limits that it breaks."""
    from skyhold.simulate import station

    values = {
        "risk.casualty_area_m2": area_m2,
        "risk.population_year": year,
        **orbit_values(choice, None, inclination_deg),
    }
    scenario = choice.resolve(values)
    tables = station.ground_tables(scenario)
    shown = ("risk", "limits", "risk_countries", "risk_cities", "survivors")
    tell_tables(voice, scenario, _people(scenario, tables, "risk"), tables, shown)
    return 0


@app.command
def crew(*, choice: Choice = Choice(), voice: Voice = Voice()) -> int:
    """Who is aboard on the date, in which seat each comes home, and which launches are lost."""
    from skyhold.simulate import station

    scenario = choice.resolve({}, moved=False)
    tables = station.aboard_tables(scenario)
    tell_tables(voice, scenario, _people(scenario, tables, "crew"), tables, ("crew", "seats", "flights"))
    return 0


def _fate(scenario: StationScenario, tables: Mapping[str, Table]) -> list[str]:
    """What becomes of the station, in a sentence, and one on the Sun."""
    from skyhold.station_chapter import text as station_text

    found = _result(scenario, tables)
    return [station_text.headline(found), *station_text.supporting_lines(found)]


def _people(scenario: StationScenario, tables: Mapping[str, Table], table: str) -> list[str]:
    """The sentence on the people below or aboard, which `table` lists."""
    from skyhold.station_chapter import text as station_text

    if table not in tables or not len(tables[table]):
        return [f"Nobody is named in {table}."]
    return station_text.supporting_lines(_result(scenario, tables))[:1]


def _result(scenario: StationScenario, tables: Mapping[str, Table]) -> StationResult:
    from skyhold.results.station import StationResult

    return StationResult(scenario, {}, tables)
