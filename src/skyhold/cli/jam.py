"""`skyhold jam`: what a jammer takes from whom, and what helps."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated, Any, Literal

from cyclopts import Parameter

from skyhold.cli.console import Voice
from skyhold.cli.sky import DEFAULT_FLEET, DEFAULT_START, FleetName, Hours, Start, quick_scenario
from skyhold.errors import ScenarioError

if TYPE_CHECKING:
    from skyhold.nouns.jammers import Jammer
    from skyhold.results.tables import Table
    from skyhold.scenario.scenario import BroadbandScenario

Letter = Literal["A", "B", "C", "D", "E", "F"]
Receiver = Literal["user-down", "user-up", "gnss"]
Strategy = Literal["spot", "sweep", "barrage"]

# word on the command line, key of the countermeasures, value where none is typed
WORDS: dict[str, tuple[str, Any]] = {
    "null": ("terminal_null_db", 25.0),
    "nulls": ("terminal_nulls", 4),
    "true-delay": ("null_true_delay", True),
    "satellite-null": ("satellite_null_db", 20.0),
    "satellite-sidelobes": ("satellite_sidelobe_db", 20.0),
    "taper": ("taper", True),
    "choose": ("choose_satellite", True),
    "hop": ("hop_channels", True),
    "fall-back": ("fall_back", True),
    "power": ("raise_power_db", 10.0),
    "narrow": ("narrow_uplink_mhz", 15.0),
    "ignore-gnss": ("ignore_gnss", True),
    "dig-in": ("dug_in_db", 20.0),
}
MOST_PLACES = 40
LOST_PERCENT = 10.0
NEXT_TO_NOTHING = 0.5  # percent
MOST_DISTANCES = 16


def jam(
    *,
    at: Annotated[
        str | None,
        Parameter(allow_leading_hyphen=True, help='Where the jammer stands: "latitude,longitude", degrees.'),
    ] = None,
    class_: Annotated[
        Letter, Parameter(name="--class", help="Class of jammer; A backpack to F GNSS.", show_default=True)
    ] = "C",
    height_m: Annotated[float | None, Parameter(name="--height", help="Antenna over the ground, m.")] = None,
    eirp_dbw: Annotated[float | None, Parameter(name="--eirp", help="Instead of the class's range.")] = None,
    against: Annotated[Receiver | None, Parameter(help="The receiver; left out: the class's.")] = None,
    strategy: Annotated[Strategy | None, Parameter(help="Left out: the class's.")] = None,
    scenario: Annotated[
        str | None,
        Parameter(help="Scenario file or name of the library: its jammers over its places and cells."),
    ] = None,
    variant: Annotated[
        str | None, Parameter(help="A variant of the scenario instead of its baseline.")
    ] = None,
    countermeasures: Annotated[
        tuple[str, ...],
        Parameter(
            negative="", consume_multiple=True, help="What is switched on, such as null=25,hop; see below."
        ),
    ] = (),
    fleet: FleetName = DEFAULT_FLEET,
    date: Start = DEFAULT_START,
    hours: Hours = 1.0,
    voice: Voice = Voice(),
) -> int:
    """What a jammer takes from whom, over which area, and which countermeasure gives most back.

    Every jammer's EIRP is an estimate: low, middle and high are told. It models consequences and protection; it does
    not look for places from which to jam. Countermeasures: null=dB, nulls=N, true-delay, taper, choose, hop,
    fall-back, power=dB, dig-in=dB, satellite-null=dB, satellite-sidelobes=dB, narrow=MHz, ignore-gnss.
    """
    keys = read_countermeasures(countermeasures)
    if scenario is not None:
        typed = _jammers(at, class_, height_m, eirp_dbw, against, strategy)
        return _over_scenario(scenario, variant, typed, keys, voice)
    if at is None:
        raise ScenarioError(
            "no jammer", expected="--at, or --scenario", remedy='try: skyhold jam --at "48.0,37.8" --class C'
        )
    [jammer] = _jammers(at, class_, height_m, eirp_dbw, against, strategy)
    sky = quick_scenario(
        {"start_utc": date, "duration_h": hours},
        fleet,
        None,
        terminal={"min_elevation_deg": 25.0, "gso_exclusion_deg": 22.0},
        jammers=[jammer],
        countermeasures=keys,
    )
    return _around(sky, voice)


def read_countermeasures(typed: tuple[str, ...]) -> dict[str, Any]:
    """The countermeasures typed: words, some with a value, between commas or apart.

    Errors: ScenarioError for a word or a value that is none.
    """
    from skyhold.scenario.document import nearest

    found: dict[str, Any] = {}
    for word in (part.strip() for text in typed for part in text.split(",")):
        name, _, value = word.partition("=")
        if name not in WORDS:
            near = nearest(name, WORDS)
            raise ScenarioError(
                f"no countermeasure {name!r}",
                expected=f"one of {', '.join(WORDS)}",
                where="--countermeasures",
                remedy=f"did you mean {near}" if near else "put commas between several",
            )
        key, default = WORDS[name]
        found[key] = _value(name, value, default) if value else default
    return found


def _value(name: str, value: str, default: Any) -> Any:
    try:
        if isinstance(default, bool):
            raise ValueError
        return int(value) if isinstance(default, int) else float(value)
    except ValueError:
        number = "a whole number" if isinstance(default, int) else "a number"
        switch = isinstance(default, bool)
        raise ScenarioError(
            "a countermeasure cannot be read",
            expected=f"{name} alone" if switch else f"{number}, such as {name}={default:g}",
            came=f"{name}={value}",
            where="--countermeasures",
            remedy="leave the value out" if switch else "type the number behind the equals sign",
        ) from None


def _jammers(
    at: str | None,
    letter: str,
    height_m: float | None,
    eirp_dbw: float | None,
    against: str | None,
    strategy: str | None,
) -> list[dict[str, Any]]:
    """The jammer typed, as a scenario file would have it; none where no place is typed."""
    if at is None:
        return []
    latitude, longitude = _coordinates(at)
    typed = {"height_m": height_m, "eirp_dbw": eirp_dbw, "against": against, "strategy": strategy}
    given = {key: value for key, value in typed.items() if value is not None}
    name = f"class {letter} at {latitude:g}, {longitude:g}"
    return [{"name": name, "preset": letter, "latitude_deg": latitude, "longitude_deg": longitude, **given}]


def _coordinates(at: str) -> tuple[float, float]:
    try:
        latitude, longitude = (float(part) for part in at.split(","))
    except ValueError:
        raise ScenarioError(
            "this is not a place",
            expected='"latitude,longitude" in degrees',
            came=repr(at),
            where="--at",
            remedy='write it like --at "50.45,30.52"',
        ) from None
    return latitude, longitude


def _around(scenario: BroadbandScenario, voice: Voice) -> int:
    from skyhold.simulate.jamming import around_tables, map_tables, surroundings

    [jammer] = scenario.jammers
    place = surroundings(scenario, jammer)
    tables = around_tables(place)
    if voice.json:
        maps = map_tables(place)
        voice.answer({"jammer": jammer.model_dump(mode="json"), **_records(tables), **_records(maps)})
        return 0
    for sentence in introduction(jammer):
        voice.say(sentence)
    for name, title in (
        ("by_distance", "What is left, by distance"),
        ("areas", "Area, by the estimate of the EIRP"),
        ("countermeasures", "Which countermeasure gives most back, each alone"),
        ("sensitivity", "What it hangs on"),
        ("classes", "Other classes in the same place"),
    ):
        _print(voice, tables[name], f"\n{title}", _telling if name == "by_distance" else list)
    return 0


def introduction(jammer: Jammer) -> list[str]:
    """Sentences that say what is taken as given."""
    power = jammer.eirp_dbw
    spans = f"{power.low:g} to {power.high:g} dBW" if power.low < power.high else f"{power.value:g} dBW"
    beam = f"a dish of {jammer.dish_m:g} m" if jammer.dish_m else "a wide beam"
    return [
        f"{jammer.name}: {jammer.against}, {spans}, {jammer.strategy}, {beam}, {jammer.height_m:g} m over the ground.",
        "Every jammer's EIRP is an estimate. Level ground, no clutter, and a gateway behind every satellite.",
    ]


def _telling(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Distances worth printing: the last with nothing left, then some up to where nothing is lost."""
    nothing = [row for row in rows if row["rate_left_percent"] < NEXT_TO_NOTHING]
    some = [
        row
        for row in rows[len(nothing) :]
        if row["rate_left_percent"] < 100.0 - NEXT_TO_NOTHING or row["gnss_denied_percent"] > 0.0
    ]
    return nothing[-1:] + some[:: 1 + len(some) // MOST_DISTANCES]


def _over_scenario(
    source: str, variant: str | None, more: list[dict[str, Any]], keys: dict[str, Any], voice: Voice
) -> int:
    from skyhold.scenario.load import load, with_values, with_variant
    from skyhold.scenario.scenario import BroadbandScenario
    from skyhold.simulate.jamming import scenario_tables

    whole = load(source, kind=BroadbandScenario)
    scenario = whole if variant is None else with_variant(whole, variant)
    changes: dict[str, Any] = {f"countermeasures.{key}": value for key, value in keys.items()}
    if more:
        own = [jammer.model_dump(mode="json", exclude_unset=True) for jammer in scenario.jammers]
        changes["jammers"] = [*own, *more]
    changed = with_values(scenario, changes) if changes else scenario
    tables = scenario_tables(changed)
    if voice.json:
        voice.answer(_records(tables))
        return 0
    told = tables.pop("jammers")
    _print(voice, told, "Every jammer's EIRP is an estimate", list)
    if not told["on_percent"].any():
        voice.say(f"\n{_silence(changed, [one.name for one in whole.variants])}")
        return 0
    for name, table in tables.items():
        _tell_loss(voice, name, table)
    return 0


def _silence(scenario: BroadbandScenario, variants: list[str]) -> str:
    """Why nothing is lost where no jammer radiates while the clock runs."""
    clock = scenario.clock
    span = f"{clock.start_utc:%Y-%m-%d %H:%M} to {clock.end_utc:%Y-%m-%d %H:%M} UTC"
    others = f" Its variants: {', '.join(variants)} (--variant)." if variants else ""
    return f"None of them radiates from {span}, so nothing is lost.{others}"


def _tell_loss(voice: Voice, name: str, table: Table) -> None:
    """How many lose service, and the places by what is left to them."""
    ways = [[table[f"{way}_{word}_percent"] for way in ("down", "up")] for word in ("jammed", "defended")]
    lost, still = (int(((down < LOST_PERCENT) | (up < LOST_PERCENT)).sum()) for down, up in ways)
    have = "has" if lost == 1 else "have"
    voice.say(
        f"\nOf {_count(len(table), name)}, {lost} {have} less than {LOST_PERCENT:g} % of their downlink or uplink left "
        f"without countermeasures, {still} with those of the scenario."
    )
    shown = [
        row for row in table.rows() if min(list(row.values())[1:5]) < 99.5 or row["gnss_denied_percent"] > 0
    ]
    shown.sort(key=lambda row: min(list(row.values())[1:5]))
    if shown:
        more = f", the worst {MOST_PLACES} of {len(shown)}" if len(shown) > MOST_PLACES else ""
        rows = [tuple(row.values()) for row in shown[:MOST_PLACES]]
        voice.table(f"{name} that lose{more}", _heads(table), rows)


def _count(number: int, plural: str) -> str:
    """How many: 1 cell, 2 cells."""
    return f"{number:,} {plural.removesuffix('s') if number == 1 else plural}"


def _print(voice: Voice, table: Table, title: str, keep: Callable[[list[Any]], list[Any]]) -> None:
    rows = [tuple(row.values()) for row in keep(table.rows())]
    if rows:
        voice.table(title, _heads(table), rows)


def _heads(table: Table) -> tuple[str, ...]:
    """Column names as people read them: the unit behind a comma."""
    units = {"percent": "%", "km2": "km2", "km": "km", "db": "dB", "dbw": "dBW"}
    heads = []
    for key in table.columns:
        name, _, unit = key.rpartition("_")
        heads.append(
            f"{name.replace('_', ' ')}, {units[unit]}" if unit in units and name else key.replace("_", " ")
        )
    return tuple(heads)


def _records(tables: dict[str, Table]) -> dict[str, Any]:
    from skyhold.cli.console import finite

    return {name: finite(table.rows()) for name, table in tables.items()}
