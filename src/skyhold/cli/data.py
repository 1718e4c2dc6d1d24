"""`skyhold data`: the data sets that the world publishes, as they lie here."""

from __future__ import annotations

from typing import Annotated

from cyclopts import App, Parameter

from skyhold.cli.console import Voice

app = App(name="data", help="List or update the data sets that the world publishes.", help_format="plaintext")


@app.command(name="list")
def listing(*, voice: Voice = Voice()) -> int:
    """Show each data set: where it is from, its age, its hash and its licence."""
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
