"""The table of all rows: each fact of the world beside our value."""

from __future__ import annotations

import importlib
import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from validation.case import Case

NO_ROWS = {"__init__", "case", "table"}
State = Literal["yes", "NO", "NO (known)", "absent"]


@dataclass(frozen=True)
class Row:
    """A case with our value for it (NaN where data are absent or our function failed), and why it failed."""

    part: str
    case: Case
    state: State
    value: float = math.nan
    note: str = ""

    @property
    def fails(self) -> bool:
        """Whether this row is a failure that nobody has declared, or a declared one that has gone."""
        return self.state == "NO" or (self.state == "yes" and bool(self.case.known_failure))


def parts() -> tuple[str, ...]:
    """Names of the files of this folder that hold cases."""
    names = (path.stem for path in sorted(Path(__file__).parent.glob("*.py")))
    return tuple(name for name in names if name not in NO_ROWS)


def cases(part: str) -> tuple[Case, ...]:
    """The cases of one part."""
    return tuple(importlib.import_module(f"validation.{part}").CASES)


def judge(part: str, case: Case) -> Row:
    """Compute our value for one case and say whether it stands beside the world's."""
    if missing := case.missing():
        return Row(part, case, "absent", note="needs " + ", ".join(missing))
    try:
        value = float(case.ours())
    except Exception as error:
        return _failed(part, case, math.nan, f"{type(error).__name__}: {error}")
    if not case.holds(value):
        return _failed(part, case, value, case.known_failure)
    note = "declared as a known failure, but it holds: remove the declaration" if case.known_failure else ""
    return Row(part, case, "yes", value, note)


def rows(wanted: Iterable[str] = ()) -> Iterator[Row]:
    """Judge every case of the wanted parts (all if none is named), one after the other."""
    for part in wanted or parts():
        for case in cases(part):
            yield judge(part, case)


def _failed(part: str, case: Case, value: float, note: str) -> Row:
    return Row(part, case, "NO (known)" if case.known_failure else "NO", value, note)
