"""`skyhold validate`: what the world says beside what Skyhold says."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from skyhold.cli.checkout import find_checkout, import_from
from skyhold.cli.console import Voice
from skyhold.errors import DataError

COLUMNS = ("part", "kind", "what", "world", "ours", "margin", "unit", "holds")
RELATIONS = {"within": "", "at most": "<= ", "at least": ">= "}


def validate(*, part: tuple[str, ...] = (), path: Path | None = None, voice: Voice = Voice()) -> int:
    """Print what the world says beside what Skyhold says, row by row.

    Exits with 1 if a row fails that is not declared as a known failure.

    Parameters
    ----------
    part
        Only these parts, such as orbits; may be repeated.
    path
        The checkout that holds validation/, if it is not found by itself.
    """
    table = import_from(find_checkout("validation", path), "validation.table")
    wanted = part or table.parts()
    if unknown := sorted(set(wanted) - set(table.parts())):
        raise DataError(
            f"no part {unknown[0]!r} in validation/", expected="one of " + ", ".join(table.parts())
        )
    rows = _judged(table, wanted, voice)
    voice.table(
        "What the world says, and what Skyhold says", COLUMNS, [_cells(row) for row in rows], _records(rows)
    )
    if not voice.json:
        _explain(rows, voice)
    return int(any(row.fails for row in rows))


def _judged(table: Any, wanted: tuple[str, ...], voice: Voice) -> list[Any]:
    pairs = [(part, case) for part in wanted for case in table.cases(part)]
    rows = []
    with voice.progress() as bars:
        for done, (part, case) in enumerate(pairs):
            bars("rows", done, len(pairs))
            rows.append(table.judge(part, case))
    return rows


def _cells(row: Any) -> tuple[Any, ...]:
    case = row.case
    says = f"{RELATIONS[case.relation]}{case.says:.6g}"
    ours = None if row.value != row.value else f"{row.value:.5g}"
    return (row.part, case.kind, case.name, says, ours, f"{case.margin:.3g}", case.unit, row.state)


def _records(rows: list[Any]) -> list[dict[str, Any]]:
    names = ("name", "kind", "says", "unit", "margin", "why", "source", "relation", "known_failure")
    return [
        {"part": row.part, **{name: getattr(row.case, name) for name in names}}
        | {"ours": row.value, "state": row.state, "note": row.note}
        for row in rows
    ]


def _explain(rows: list[Any], voice: Voice) -> None:
    """Below the table: why rows fail or were left out, and how many of each."""
    for row in rows:
        if row.note and row.state != "absent":
            voice.say(f"{row.part}: {row.case.name}: {row.note}")
    counts = {
        state: sum(row.state == state for row in rows) for state in ("yes", "NO", "NO (known)", "absent")
    }
    voice.say(
        f"{counts['yes']} hold, {counts['NO']} fail, {counts['NO (known)']} fail and are known to, "
        f"{counts['absent']} left out because their data are not here."
    )
