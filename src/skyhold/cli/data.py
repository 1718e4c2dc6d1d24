"""`skyhold data`: the data sets that the world publishes, as they lie here."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

from cyclopts import App, Parameter

from skyhold.cli.console import Voice

if TYPE_CHECKING:
    from skyhold.data.store import Holding

app = App(name="data", help="List or update the data sets that the world publishes.", help_format="plaintext")

COLUMNS = ("data set", "state", "age", "sha256", "licence", "used by")
Names = Literal["scenarios", "fleets", "stations", "vehicles", "gateways", "pops", "countries"]


@app.command(name="list")
def listing(names: Names | None = None, /, *, voice: Voice = Voice()) -> int:
    """Show each data set with its age, hash and licence; or the names that scenarios may use.

    Parameters
    ----------
    names
        Which names: of library scenarios, fleets, stations, vehicles, gateways, points of presence or countries.
    """
    if names is not None:
        found = _names(names)
        voice.answer(found, found)
        return 0
    from skyhold.data import store

    holdings = store.listing()
    rows = [(h.name, h.state, _age(h), h.sha256[:12] or None, h.licence, h.used_by) for h in holdings]
    voice.table(
        f"Data sets; fetched ones lie in {store.data_root()}", COLUMNS, rows, [dict(h) for h in holdings]
    )
    return int(any(h.state == "changed" for h in holdings))


@app.command
def update(
    names: tuple[str, ...] = (),
    /,
    *,
    force: Annotated[bool, Parameter(negative="")] = False,
    voice: Voice = Voice(),
) -> int:
    """Fetch data sets that are old enough to be asked for again. This is the only verb that uses the network.

    Exits with 1 if one could not be fetched; the copy that was here stays.

    Parameters
    ----------
    names
        Which data sets; all if not given.
    force
        Ask even if the copy here is young.
    """
    from skyhold.data import store

    outcomes = store.update(names, force=force)
    voice.answer([dict(outcome) for outcome in outcomes], [str(outcome) for outcome in outcomes])
    return int(any(outcome.done == "failed" for outcome in outcomes))


def _age(holding: Holding) -> str | None:
    """How long ago the server confirmed a fetched file; the date of an embedded one."""
    if holding.age_h is None:
        return holding.fetched_utc or None
    return f"{holding.age_h:.0f} h" if holding.age_h < 72 else f"{holding.age_h / 24:.0f} days"


def _names(kind: Names) -> list[str]:
    """The names of one kind that a scenario may use."""
    from skyhold.data.countries import all_countries
    from skyhold.data.gateways import library_gateways, library_pops
    from skyhold.scenario import library

    if kind == "scenarios":
        return list(library.scenario_names())
    if kind == "fleets":
        return list(library.fleet_names())
    if kind == "stations":
        return list(library.station_names())
    if kind == "vehicles":
        return [f"{vehicle.name:18} {vehicle.title}" for vehicle in library.vehicles().values()]
    if kind == "gateways":
        return [gateway.name for gateway in library_gateways()]
    if kind == "pops":
        return [pop.name for pop in library_pops()]
    return [f"{country.iso3} {country.name}" for country in all_countries()]
