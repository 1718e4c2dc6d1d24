"""`skyhold run`: a scenario in; a folder of results, a summary and a report out."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter, validators

from skyhold.cli.console import ProgressBars, Voice, finite
from skyhold.errors import ResultError

if TYPE_CHECKING:
    from skyhold.results.station import Result

RUNS = Path("runs")


def run(
    scenario: str,
    /,
    *,
    sets: Annotated[tuple[str, ...], Parameter(name="--set", negative="")] = (),
    out: Annotated[Path | None, Parameter(name=["--out", "-o"])] = None,
    resume: Annotated[bool, Parameter(negative="")] = False,
    threads: Annotated[int | None, Parameter(validator=validators.Number(gte=1))] = None,
    report: Annotated[bool, Parameter(negative="--no-report")] = True,
    open_: Annotated[bool, Parameter(name="--open", negative="")] = False,
    voice: Voice = Voice(),
) -> int:
    """Run a scenario: a folder of results, a summary and a report.

    Parameters
    ----------
    scenario
        A scenario file, or the name of one in the library (ukraine-2022, iss-2022, february-2022).
    sets
        path.to.key=value, set over the file; may be repeated.
    out
        Folder of the run; runs/NAME-TIME if not given.
    resume
        Go on with a run that was interrupted: the folder of --out, or the newest of that name.
    threads
        How many threads; all cores if not given. Results do not depend on it.
    report
        Write report.html into the folder.
    open_
        Show the report in the browser.
    """
    import skyhold

    what = skyhold.load(scenario, sets=sets)
    folder = out or (_newest(what.name) if resume else _fresh(what.name))
    with voice.progress() as bars:
        result = skyhold.simulate(what, folder, threads=threads, progress=bars, resume=resume)
        page = _write_report(result, folder, bars) if report else None
    _tell(voice, result, folder, page)
    if page and open_:
        import webbrowser

        webbrowser.open(page.resolve().as_uri())
    return 0


def _fresh(name: str) -> Path:
    """A folder that no other run has."""
    stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%SZ")
    folder, count = RUNS / f"{name}-{stamp}", 1
    while folder.exists():
        count += 1
        folder = RUNS / f"{name}-{stamp}-{count}"
    return folder


def _newest(name: str) -> Path:
    """The folder that `--resume` means when none is given."""
    partial = sorted(RUNS.glob(f"{name}-[0-9]*.partial"))
    if not partial:
        raise ResultError(
            f"no interrupted run of {name}", where=str(RUNS), remedy="name its folder with --out"
        )
    return partial[-1].with_suffix("")


def _write_report(result: Result, folder: Path, bars: ProgressBars) -> Path:
    from skyhold.report.html import write_report

    page = folder / "report.html"
    bars("report", 0, 1)
    write_report(result, page)
    bars("report", 1, 1)
    return page


def _tell(voice: Voice, result: Result, folder: Path, page: Path | None) -> None:
    from skyhold.report.text import summary_lines

    payload = {"folder": str(folder), "report": str(page) if page else None, "summary": result.summary()}
    places = {"results": str(folder)} | ({"report": str(page)} if page else {})
    if voice.quiet and not voice.json:
        voice.answer(None, [str(page or folder)])
        return
    lines = [] if voice.json else summary_lines(result)
    lines += [f"Catalogue: {line}." for line in result.manifest.get("catalogue", ())]
    voice.answer(finite(payload), [*lines, "", *(f"{k:8} {v}" for k, v in places.items())])
