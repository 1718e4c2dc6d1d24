"""How a verb speaks: text and tables on stdout, or JSON; progress on stderr."""

from __future__ import annotations

import json as _json
import sys
from collections.abc import Iterable, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any

from cyclopts import Parameter

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rich.progress import Progress, TaskID


@Parameter(name="*")
@dataclass(frozen=True)
class Voice:
    """Options that every verb takes, and the ways to print that obey them."""

    json: Annotated[bool, Parameter(negative="", help="Print JSON instead of text.")] = False
    quiet: Annotated[
        bool, Parameter(name=["--quiet", "-q"], negative="", help="Print only what was asked for.")
    ] = False
    debug: Annotated[bool, Parameter(negative="", help="Show the traceback of an error.")] = False

    def say(self, sentence: str) -> None:
        """Print a line of text, unless JSON or quiet is wanted."""
        if not (self.json or self.quiet):
            print(sentence)

    def answer(self, payload: Any, lines: Iterable[str] = ()) -> None:
        """Print what was asked for: the payload as JSON, or its lines of text."""
        if self.json:
            print(_json.dumps(payload, indent=2, default=plain, allow_nan=False))
            return
        for line in lines:
            print(line)

    def table(
        self, title: str, columns: Sequence[str], rows: Iterable[Sequence[Any]], payload: Any = None
    ) -> None:
        """Print rows as a table, or as JSON records (`payload` where it says more than the cells)."""
        rows = [tuple(row) for row in rows]
        if self.json:
            records = [dict(zip(columns, row, strict=True)) for row in rows]
            self.answer(finite(records if payload is None else payload))
            return
        _print_table(title, columns, rows)

    @contextmanager
    def progress(self) -> Iterator[ProgressBars]:
        """Bars on stderr while work goes on; silent where stderr is no terminal, and for JSON and quiet."""
        if self.json or self.quiet or not sys.stderr.isatty():
            yield ProgressBars(None)
            return
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

        bars = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
        with Progress(*bars, console=Console(stderr=True), transient=True) as shown:
            yield ProgressBars(shown)


class ProgressBars:
    """What `simulate(progress=...)` calls: a name, how many are done, and of how many; a bar a name."""

    def __init__(self, shown: Progress | None):
        self._shown = shown
        self._tasks: dict[str, TaskID] = {}

    def __call__(self, what: str, done: int, total: int) -> None:
        """Move the bar of `what` to `done` of `total`."""
        if self._shown is None:
            return
        if what not in self._tasks:
            self._tasks[what] = self._shown.add_task(what, total=total)
        self._shown.update(self._tasks[what], completed=done, total=total)


def tell(sentence: str) -> None:
    """One line on stderr: what went wrong."""
    print("skyhold: " + " ".join(sentence.split()), file=sys.stderr)


def plain(value: Any) -> Any:
    """What JSON can hold for a value it does not know: numpy scalars and arrays, dates, paths."""
    if hasattr(value, "tolist"):
        return value.tolist()
    return value.isoformat() if hasattr(value, "isoformat") else str(value)


def finite(value: Any) -> Any:
    """The same payload with NaN and infinity as null, which JSON can hold."""
    if isinstance(value, Mapping):
        return {str(key): finite(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [finite(item) for item in value]
    if hasattr(value, "tolist"):
        return finite(value.tolist())
    return None if isinstance(value, float) and (value != value or abs(value) == float("inf")) else value


def shown(value: Any) -> str:
    """One cell of a table: four significant digits, a dash for what is not there."""
    if value is None or (isinstance(value, float) and value != value):
        return "-"
    if isinstance(value, bool):
        return "yes" if value else "NO"
    if isinstance(value, float):
        value += 0.0  # no minus before a zero
        return f"{value:,.0f}" if abs(value) >= 10_000 else f"{value:.4g}"
    return str(value)


def _print_table(title: str, columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    """Draw with rich; a pipe gets lines as wide as they need to be."""
    from rich import box
    from rich.console import Console
    from rich.table import Table

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False)
    for i, name in enumerate(columns):
        numeric = any(isinstance(row[i], (int, float)) and not isinstance(row[i], bool) for row in rows)
        table.add_column(name, justify="right" if numeric else "left", overflow="fold")
    for row in rows:
        table.add_row(*(shown(value) for value in row))
    console = Console(highlight=False, markup=False, width=None if sys.stdout.isatty() else 200)
    if title:
        console.print(title, style="italic", soft_wrap=True)
    console.print(table)
