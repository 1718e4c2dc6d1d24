"""`skyhold capacity`: what people ask of a fleet, what they get, and why some get less."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

from cyclopts import Parameter, validators

from skyhold.cli.console import Voice, finite
from skyhold.cli.sky import FleetName, quick_scenario
from skyhold.errors import ScenarioError

if TYPE_CHECKING:
    from skyhold.results.tables import Table
    from skyhold.scenario.scenario import BroadbandScenario
    from skyhold.simulate.capacity import Capacity

DAY = "2022-02-28"
GLOBE = "starlink-global-capacity"
CITIES, RESOLUTION = 12, 5
FLEET_COLUMNS = {
    "fleet": "fleet",
    "satellites": "satellites",
    "could_carry_tbit_s": "could carry, Tbit/s",
    "wanted_tbit_s": "wanted",
    "carried_tbit_s": "carried by gateways",
    "over_lasers_tbit_s": "over lasers",
    "kbit_s_per_person": "kbit/s each",
    "reached_million": "reached, million",
    "reached_over_lasers_million": "over lasers, million",
    "usd_per_user_month": "USD a user, month",
    "usd_low": "5 %",
    "usd_high": "95 %",
}
PLACE_COLUMNS = {
    "name": "place",
    "terminals": "terminals",
    "wanted_mbit_s": "wanted, Mbit/s",
    "rate_mean_mbit_s": "gets, Mbit/s",
    "unserved_percent": "unserved, %",
    "offered_median_mbit_s": "one more gets, Mbit/s",
    "main_reason": "because",
}
GATEWAY_COLUMNS = {
    "name": "gateway",
    "carried_mean_gbit_s": "carries, Gbit/s",
    "carried_max_gbit_s": "most",
    "antennas_mean": "antennas in use",
    "all_antennas_percent": "none left, %",
}
REASON_COLUMNS = {
    "reason": "reason",
    "unserved_percent": "unserved, %",
    "unserved_gbit_s": "Gbit/s",
    "cells": "cells",
    "meaning": "meaning",
}

Positive = validators.Number(gt=0)
Percent = validators.Number(gt=0, lte=100)


def capacity(
    scenario: Annotated[
        str | None, Parameter(help="A scenario file with [demand], or the name of one in the library.")
    ] = None,
    /,
    *,
    country: Annotated[str | None, Parameter(help="Instead: a country, ISO 3166-1 alpha-3.")] = None,
    globe: Annotated[
        bool, Parameter(negative="", help="Instead: four fleets over the globe, by gateways and over lasers.")
    ] = False,
    date: Annotated[str | None, Parameter(help=f"Start, UTC; {DAY} without a scenario.")] = None,
    fleet: Annotated[
        FleetName | None, Parameter(help="A library fleet or code; by the day if left out.")
    ] = None,
    terminals: Annotated[
        int | None, Parameter(help="Terminals, where people live.", validator=Positive)
    ] = None,
    adoption: Annotated[
        float | None,
        Parameter(help="Else: percent of the homes that are not online; 1 if left out.", validator=Percent),
    ] = None,
    busy_hour: Annotated[
        float | None, Parameter(help="Mbit/s of a terminal in the busy hour.", validator=Positive)
    ] = None,
    hours: Annotated[
        float | None,
        Parameter(help="How long; 2 of a country if left out, else the scenario's.", validator=Positive),
    ] = None,
    lasers: Annotated[
        bool, Parameter(negative="", help="Every satellite has a way down: an upper bound.")
    ] = False,
    sets: Annotated[tuple[str, ...], Parameter(name="--set", negative="", help="path.to.key=value.")] = (),
    voice: Voice = Voice(),
) -> int:
    """What people ask of a fleet, what they get, who gets less and why: in all, by reason, by city, by gateway.

    Of a scenario, of a country, or of the globe. Every slot shares beams, satellites and gateways anew.
    """
    _one_question(scenario, country, globe)
    if terminals is not None and adoption is not None:
        raise ScenarioError("terminals are counted twice", expected="--terminals or --adoption", came="both")
    typed = _typed(date, fleet, busy_hour, hours)
    if country is not None:
        chosen = _quick(country, typed, terminals, adoption)
    else:
        chosen = _read(scenario or GLOBE, sets, typed, terminals, adoption)
    return _fleets(chosen, voice) if globe else _served(chosen, lasers, voice)


def _one_question(scenario: str | None, country: str | None, globe: bool) -> None:
    asked = [
        word
        for word, given in (("a scenario", scenario), ("--country", country), ("--globe", globe))
        if given
    ]
    if len(asked) != 1:
        raise ScenarioError(
            "there are several questions" if asked else "there is no question",
            expected="one of a scenario, --country or --globe",
            came=" and ".join(asked) or "none",
            remedy="try: skyhold capacity --country UKR",
        )


def _typed(
    date: str | None, fleet: str | None, busy_hour: float | None, hours: float | None
) -> dict[str, Any]:
    """What was typed, as keys of a scenario."""
    flies = None if fleet is None else {"codes": [fleet]} if ":" in fleet else {"library": fleet}
    given = {
        "clock.start_utc": date,
        "clock.duration_h": hours,
        "fleet": flies,
        "demand.busy_hour_mbit_s": busy_hour,
    }
    return {key: value for key, value in given.items() if value is not None}


def _read(
    name: str, sets: tuple[str, ...], typed: dict[str, Any], terminals: int | None, adoption: float | None
) -> BroadbandScenario:
    """The scenario with what was typed over it; a demand of its defaults where it has none."""
    from skyhold.scenario.load import load, with_values
    from skyhold.scenario.scenario import BroadbandScenario

    found = load(name, sets=sets, kind=BroadbandScenario)
    if terminals is not None:
        raise ScenarioError(
            "a scenario says itself which terminals there are",
            expected="--terminals with --country",
            came=f"--terminals {terminals} with {name}",
            remedy="set deliveries in the scenario, or take --adoption",
        )
    if adoption is not None:
        typed |= {"demand.adoption_percent": adoption, "demand.basis": "population"}
    if found.demand is None:
        typed = {"demand": {}, **typed}
    return with_values(found, typed) if typed else found


def _quick(
    country: str, typed: dict[str, Any], terminals: int | None, adoption: float | None
) -> BroadbandScenario:
    """A country on a day with all gateways that were open then."""
    from skyhold.nouns.noun import as_day
    from skyhold.scenario.load import with_values
    from skyhold.simulate.activation import fleet_of

    day = str(typed.pop("clock.start_utc", DAY))
    try:
        nearest = fleet_of(as_day(day[:10]))
    except ValueError as error:
        raise ScenarioError(
            "this is not a day", expected=f"a date such as {DAY}", came=day, where="--date"
        ) from error
    found = quick_scenario(
        {"start_utc": day, "duration_h": typed.pop("clock.duration_h", 2.0)},
        nearest,
        None,
        area={"country": country, "h3_resolution": RESOLUTION},
        cities={"country": country, "count": CITIES},
        terminal={"gso_exclusion_deg": 22.0},
        demand={"adoption_percent": adoption or 1.0},
    )
    changed = with_values(found, typed) if typed else found
    return changed if terminals is None else _with_terminals(changed, terminals)


def _with_terminals(scenario: BroadbandScenario, terminals: int) -> BroadbandScenario:
    """So many terminals, in place before the run begins, parted by where people live."""
    from datetime import timedelta

    from skyhold.data.countries import country
    from skyhold.scenario.load import with_values

    assert scenario.area is not None
    west, south, east, north = country(str(scenario.area.country)).bbox_deg
    day = scenario.clock.start_utc.date() - timedelta(days=30)
    lorry = {
        "name": "typed",
        "terminals": terminals,
        "arrives": day,
        "latitude_deg": 0.5 * (south + north),
        "longitude_deg": 0.5 * (west + east),
        "per_truck": terminals,
        "trucks_per_day": 1,
        "speed_km_day": 1e6,
    }
    return with_values(scenario, {"demand.basis": "terminals", "deliveries": [lorry]})


def _served(scenario: BroadbandScenario, lasers: bool, voice: Voice) -> int:
    """Serve one scenario and tell."""
    from skyhold.simulate.capacity import capacity as serve

    with voice.progress() as bars:
        found = serve(scenario, lasers=lasers, progress=bars)
    tables = found.tables()
    figures = summary(found)
    if voice.json:
        told = {name: table.rows() for name, table in tables.items() if name != "capacity_cells"}
        voice.answer(finite({"figures": figures, **told}))
        return 0
    clock = scenario.clock
    where = scenario.title or (scenario.area.country if scenario.area else "") or scenario.name
    voice.say(
        f"{where}, {clock.start_utc:%Y-%m-%d %H:%M} UTC, {clock.duration_h:g} h, {len(found.line.fleet)} satellites, "
        f"{len(found.line.ground.names)} gateways{', every satellite with a way down over lasers' if lasers else ''}"
    )
    voice.table("", ("figure", "value", "unit"), [(k, *v) for k, v in _shown(figures)])
    _print(voice, tables["capacity_reasons"], "\nWhat is not carried, and why", REASON_COLUMNS)
    if "capacity_places" in tables:
        _print(voice, tables["capacity_places"], "\nBy place: the cell it lies in", PLACE_COLUMNS)
    if not lasers:
        _print(voice, _busiest(tables["capacity_gateways"]), "\nGateways that carry most", GATEWAY_COLUMNS)
    return 0


def summary(found: Capacity) -> dict[str, float]:
    """The figures of a run: people, terminals, wanted, carried, served."""
    import numpy as np

    globe, cells = found.globe(), found.tables()["capacity_cells"]
    asking = np.isfinite(cells["rate_mean_mbit_s"])
    return {
        "people_without_network": globe.people,
        "people_with_a_terminal": globe.subscribers,
        "terminals": float(found.service.demand.terminals.mean(axis=0).sum()),
        "cells_asking": float(asking.sum()),
        "wanted_gbit_s": globe.wanted_bit_s / 1e9,
        "carried_gbit_s": globe.carried_bit_s / 1e9,
        "unserved_percent": 100.0 * (1.0 - globe.served_share) if globe.wanted_bit_s else 0.0,
        "with_service_percent": float(cells["with_service_percent"][asking].mean()) if asking.any() else 0.0,
        "one_more_gets_mbit_s": float(np.median(cells["offered_median_mbit_s"][asking]))
        if asking.any()
        else 0.0,
    }


UNITS = {"_gbit_s": "Gbit/s", "_mbit_s": "Mbit/s", "_percent": "%"}


def _shown(figures: dict[str, float]) -> list[tuple[str, tuple[float | int, str]]]:
    """Names for people, and units apart; counts whole."""
    rows: list[tuple[str, tuple[float | int, str]]] = []
    for key, value in figures.items():
        for ending, unit in UNITS.items():
            if key.endswith(ending):
                rows.append((key.removesuffix(ending).replace("_", " "), (value, unit)))
                break
        else:
            rows.append((key.replace("_", " "), (round(value), "")))
    return rows


def _fleets(scenario: BroadbandScenario, voice: Voice) -> int:
    """The table of fleets over the globe."""
    from skyhold.simulate.capacity import fleets_table

    with voice.progress() as bars:
        table = fleets_table(scenario, progress=bars)
    if voice.json:
        voice.answer(finite(table.rows()))
        return 0
    _print(voice, table, "", FLEET_COLUMNS)
    for sentence in (
        "Carried: to people who were offline, mean over the slots, with the radio of the scenario in every fleet.",
        "Over lasers every satellite has a way down: an upper bound. Cost: stated assumptions, see docs/why/globe.md.",
    ):
        voice.say(sentence)
    return 0


def _busiest(table: Table, count: int = 12) -> Table:
    import numpy as np

    from skyhold.results.tables import Table

    most = np.argsort(-table["carried_mean_gbit_s"], kind="stable")[:count]
    most = most[table["carried_mean_gbit_s"][most] > 0.0]
    return Table(table.name, {key: values[most] for key, values in table.columns.items()}, table.notes)


def _print(voice: Voice, table: Table, title: str, columns: dict[str, str]) -> None:
    if len(table):
        rows = [[row[key] for key in columns] for row in table.rows()]
        voice.table(title, tuple(columns.values()), rows)
