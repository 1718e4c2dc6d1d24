"""`skyhold plan`: where terminals go to serve most people, and what is missing before they can be switched on."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

from cyclopts import Parameter

from skyhold.cli.console import Voice, finite
from skyhold.cli.sky import FleetName, quick_scenario
from skyhold.errors import ScenarioError

if TYPE_CHECKING:
    from skyhold.results.tables import Table
    from skyhold.scenario.scenario import BroadbandScenario
    from skyhold.simulate.planning import Planned

DAY = "2022-02-28"
TERMINALS = 5_000
SHOWN = {"plan_places": 20, "plan_worth": 12}

Objective = Literal["people", "sites-first"]
Country = Annotated[str | None, Parameter(help="Instead of a scenario: a country, ISO 3166-1 alpha-3.")]
Activation = Annotated[
    str | None, Parameter(help="Say what this country lacks before service can be switched on.")
]


def plan(
    scenario: Annotated[
        str | None, Parameter(help="A scenario file, or the name of one in the library.")
    ] = None,
    /,
    *,
    country: Country = None,
    activation: Activation = None,
    terminals: Annotated[int | None, Parameter(help="Terminals to place.")] = None,
    gateways: Annotated[int | None, Parameter(help="Gateways that may be opened besides.")] = None,
    objective: Annotated[Objective | None, Parameter(help="What comes first.")] = None,
    date: Annotated[str | None, Parameter(help=f"Day, UTC; {DAY} without a scenario.")] = None,
    fleet: Annotated[
        FleetName | None, Parameter(help="A library fleet or code; by the day if left out.")
    ] = None,
    least_mbit_s: Annotated[
        float | None, Parameter(help="Rate that makes a terminal's users served.")
    ] = None,
    slots: Annotated[int | None, Parameter(help="Slots the plan must hold in; 20 if left out.")] = None,
    csv: Annotated[Path | None, Parameter(help="Also write terminals cell by cell to this file.")] = None,
    write: Annotated[
        Path | None, Parameter(help="Also write the scenario with the plan carried out, for skyhold run.")
    ] = None,
    sets: Annotated[tuple[str, ...], Parameter(name="--set", negative="", help="path.to.key=value.")] = (),
    voice: Voice = Voice(),
) -> int:
    """Where terminals go to serve most people, in every slot, with the bound, and what one more would be worth.

    Of a scenario with [plan], or of a country. With --activation: what is missing before service can be switched on.
    """
    if activation is not None and scenario is not None:
        _require_alone(scenario, {"--activation": activation})
    if activation is not None or (scenario is None and country is None):
        return _activate(activation, scenario, date, fleet, voice)
    asked = {
        "terminals": terminals,
        "gateways": gateways,
        "objective": objective,
        "least_mbit_s": least_mbit_s,
        "slots": slots,
    }
    typed: dict[str, object] = {key: value for key, value in asked.items() if value is not None}
    if scenario is not None:
        _require_alone(scenario, {"--country": country, "--date": date, "--fleet": fleet})
    chosen = _read(scenario, sets, typed) if scenario else _quick(str(country), date, fleet, typed)
    from skyhold.simulate.planning import plan_scenario

    planned = plan_scenario(chosen)
    if write is not None:
        _carry_out(planned, write)
    _tell(planned, csv, voice)
    return 0


def _require_alone(scenario: str, others: dict[str, str | None]) -> None:
    """Refuse what the scenario says itself."""
    typed = [f"{name} {value}" for name, value in others.items() if value is not None]
    if typed:
        raise ScenarioError(
            "a scenario says itself where, when and with which fleet",
            expected="the scenario alone, or --country, --date and --fleet without one",
            came=f"{scenario} and {', '.join(typed)}",
            where="command line",
            remedy="leave one of the two out, or change the scenario with --set clock.start_utc=...",
        )


def _read(name: str, sets: tuple[str, ...], typed: dict[str, object]) -> BroadbandScenario:
    """The scenario, with what was typed over its [plan]."""
    from skyhold.scenario.load import load, with_values
    from skyhold.scenario.scenario import BroadbandScenario

    found = load(name, sets=sets, kind=BroadbandScenario)
    if found.plan is None and typed:
        return with_values(found, {"plan": {"terminals": TERMINALS, **typed}})
    return with_values(found, {f"plan.{key}": value for key, value in typed.items()}) if typed else found


def _quick(country: str, date: str | None, fleet: str | None, typed: dict[str, object]) -> BroadbandScenario:
    """A country on a day, all gateways that were open, the terminal's mask of the filings."""
    return quick_scenario(
        {"start_utc": date or DAY, "duration_h": 24.0},
        fleet or _fleet(date),
        None,
        area={"country": country, "h3_resolution": 5},
        terminal={"gso_exclusion_deg": 22.0},
        plan={"terminals": TERMINALS, **typed},
    )


def _fleet(date: str | None) -> str:
    from skyhold.nouns.noun import as_day
    from skyhold.simulate.activation import fleet_of

    try:
        return fleet_of(as_day(date or DAY))
    except ValueError as error:
        raise ScenarioError(
            "this is not a day", expected="a date such as 2022-02-28", came=str(date), where="--date"
        ) from error


def _activate(
    country: str | None, scenario: str | None, date: str | None, fleet: str | None, voice: Voice
) -> int:
    """Print the needs of a country or a scenario; 1 where something is missing."""
    from skyhold.planning.activation import missing
    from skyhold.simulate.activation import activation, known_deliveries

    if country is None and scenario is None:
        raise ScenarioError(
            "nothing to plan",
            expected="a scenario, --country or --activation",
            remedy="try: skyhold plan --country UKR --terminals 5000",
        )
    if scenario is not None:
        chosen = _read(scenario, (), {})
    else:
        chosen = quick_scenario(
            {"start_utc": date or DAY, "duration_h": 24.0},
            fleet or _fleet(date),
            None,
            area={"country": country, "h3_resolution": 3},
            terminal={"gso_exclusion_deg": 22.0},
            deliveries=[delivery.model_dump() for delivery in known_deliveries(str(country))],
        )
    needs = activation(chosen)
    columns = ("need", "there", "figure", "unit", "because", "what would help")
    rows = [(n.what, str(n.verdict), n.figure, n.unit, n.says, n.remedy) for n in needs]
    where = country or chosen.title or chosen.name
    voice.table(f"{where}, {chosen.clock.start_utc:%Y-%m-%d}: can service be switched on?", columns, rows)
    lacking = missing(needs)
    voice.say(f"Missing: {', '.join(lacking)}." if lacking else "Nothing is missing that can be computed.")
    return 0


def _tell(planned: Planned, csv: Path | None, voice: Voice) -> None:
    """Print the plan, or all its tables as JSON."""
    from skyhold.simulate.plan_tables import plan_tables

    tables = plan_tables(planned)
    if csv is not None:
        _write(tables["plan_cells"], csv)
    if voice.json:
        kept = {name: table.rows() for name, table in tables.items() if name != "plan_cells"}
        voice.answer(finite({"flown": _flown(planned), "opened": list(planned.opened), **kept}))
        return
    for name, title in TITLES.items():
        table = tables[name]
        if len(table):
            rows = [
                tuple(row.values()) for row in table.rows()[: SHOWN.get(name)] if row.get("people") != 0.0
            ]
            voice.table(title, tuple(key.replace("_", " ") for key in table.columns), rows)
    for line in _lines(planned, len(tables["plan_places"])):
        voice.say(line)


TITLES = {
    "plan_places": "Where the terminals go",
    "plan": "The plan beside rules of thumb",
    "plan_sites": "Sites of priority",
    "plan_worth": "What one more is worth (people, by the bound, solved anew)",
    "plan_refused": "Who is left out",
}


def _lines(planned: Planned, rows: int) -> list[str]:
    """What the tables do not say."""
    more = rows - SHOWN["plan_places"]
    found, flown, problem = planned.placement, _flown(planned), planned.region.problem
    lines = [f"{more} more places: --json has them."] if more > 0 else []
    lines.append(
        f"{found.placed:,} of {problem.terminals:,} terminals placed in {int((found.terminals > 0).sum()):,} cells; "
        f"{found.served:,.0f} people served in each of {len(problem.slots)} slots; "
        f"no plan serves more than {found.bound + 0.0:,.0f} (gap {100.0 * found.gap:.2g} %)."
    )
    lines.append(
        f"Flown by the scheduler with whole antennas: {flown['mean']:,.0f} on average, "
        f"{flown['worst']:,.0f} in the worst slot."
    )
    if any(value.people == 0.0 for value in planned.values):
        lines.append("What adds nobody to the bound is left out of the worth of one more: --json has it.")
    if planned.opened:
        lines.append(f"Gateways to open: {', '.join(planned.opened)}.")
    return lines


def _flown(planned: Planned) -> dict[str, Any]:
    return {
        "mean": float(planned.flown.mean()),
        "worst": float(planned.flown.min()),
        "antennas_counted_on": planned.held,
    }


def _carry_out(planned: Planned, path: Path) -> None:
    """The scenario with the terminals of the plan in place, as a file."""
    from skyhold.scenario.load import dumps
    from skyhold.simulate.plan_tables import as_scenario

    path.write_text(dumps(as_scenario(planned)), encoding="utf-8")


def _write(table: Table, path: Path) -> None:
    import csv

    with path.open("w", newline="", encoding="utf-8") as handle:
        writer = csv.writer(handle)
        writer.writerow(table.columns)
        writer.writerows(row.values() for row in table.rows())
