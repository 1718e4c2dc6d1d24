"""`skyhold data`: the data sets that the world publishes, as they lie here."""

from __future__ import annotations

from typing import Annotated, Literal

from cyclopts import App, Parameter

from skyhold.cli.console import Voice

app = App(name="data", help="List or update the data sets that the world publishes.", help_format="plaintext")

Names = Literal["scenarios", "fleets", "gateways", "pops", "countries"]


@app.command(name="list")
def listing(names: Names | None = None, /, *, voice: Voice = Voice()) -> int:
    """Show each data set with its age, hash and licence; or the names that scenarios may use.

    Parameters
    ----------
    names
        Which names: of library scenarios, fleets, gateways, points of presence or countries.
    """
    if names is not None:
        found = _names(names)
        voice.answer(found, found)
        return 0
    from skyhold.data import store

    records = [dict(row) for row in store.listing()]
    columns = list(records[0]) if records else ["name"]
    voice.table("Data sets", columns, [[row[name] for name in columns] for row in records], payload=records)
    return 0


@app.command
def update(
    names: tuple[str, ...] = (),
    /,
    *,
    force: Annotated[bool, Parameter(negative="")] = False,
    voice: Voice = Voice(),
) -> int:
    """Fetch data sets that are old enough to be asked for again. This is the only verb that uses the network.

    Parameters
    ----------
    names
        Which data sets; all if not given.
    force
        Ask even if the copy here is young.
    """
    from skyhold.data import store

    outcomes = store.update(names, force=force)
    voice.answer(outcomes, [str(outcome) for outcome in outcomes])
    return 0


def _names(kind: Names) -> list[str]:
    """The names of one kind that a scenario may use."""
    from skyhold.data.countries import all_countries
    from skyhold.data.gateways import library_gateways, library_pops
    from skyhold.scenario import library

    if kind == "scenarios":
        return list(library.scenario_names())
    if kind == "fleets":
        return list(library.fleet_names())
    if kind == "gateways":
        return [gateway.name for gateway in library_gateways()]
    if kind == "pops":
        return [pop.name for pop in library_pops()]
    return [f"{country.iso3} {country.name}" for country in all_countries()]
