"""`skyhold report`: write the report of a run again."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from skyhold.cli.console import Voice


def report(
    run: Path,
    /,
    *,
    out: Annotated[Path | None, Parameter(name=["--out", "-o"])] = None,
    open_: Annotated[bool, Parameter(name="--open", negative="")] = False,
    voice: Voice = Voice(),
) -> int:
    """Write the report of a run again: one file, no network.

    Parameters
    ----------
    run
        Folder of the run.
    out
        The file to write; report.html in the folder if not given.
    open_
        Show it in the browser.
    """
    import skyhold
    from skyhold.report.html import write_report

    page = out or run / "report.html"
    write_report(skyhold.open(run), page)
    voice.answer({"report": str(page)}, [str(page)])
    if open_:
        import webbrowser

        webbrowser.open(page.resolve().as_uri())
    return 0
