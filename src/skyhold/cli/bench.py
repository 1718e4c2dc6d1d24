"""`skyhold bench`: how fast Skyhold is here, beside its peers."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from skyhold.cli.checkout import find_checkout, import_from
from skyhold.cli.console import Voice
from skyhold.errors import DataError

COLUMNS = ("part", "what", "ours", "unit", "peer", "peer is", "times faster", "required", "OK")
NO_ROWS = {"__init__", "row"}
RELATIONS = {"at most": "<=", "at least": ">=", "ratio at least": "ratio >="}


def bench(*, part: tuple[str, ...] = (), path: Path | None = None, voice: Voice = Voice()) -> int:
    """Measure the hot parts and print them beside the peer's figure of the same run.

    Ratios hold on a busy machine; absolute times do not. Exits with 1 if a requirement is not met.

    Parameters
    ----------
    part
        Only these parts, such as orbits; may be repeated.
    path
        The checkout that holds benchmarks/, if it is not found by itself.
    """
    root = find_checkout("benchmarks", path)
    parts = tuple(
        file.stem for file in sorted((root / "benchmarks").glob("*.py")) if file.stem not in NO_ROWS
    )
    if unknown := sorted(set(part) - set(parts)):
        raise DataError(f"no part {unknown[0]!r} in benchmarks/", expected="one of " + ", ".join(parts))
    measured = _measured(root, part or parts, voice)
    voice.table("Speed on this machine", COLUMNS, [_cells(name, row) for name, row in measured])
    if not voice.json:
        for name, row in measured:
            if row.note:
                voice.say(f"{name}: {row.what}: {row.note}")
    return int(any(row.holds is False for _, row in measured))


def _measured(root: Path, parts: tuple[str, ...], voice: Voice) -> list[tuple[str, Any]]:
    """Rows of each part, each with the name of its part."""
    measured = []
    with voice.progress() as bars:
        for done, name in enumerate(parts):
            bars("benchmarks", done, len(parts))
            module = import_from(root, f"benchmarks.{name}")
            measured += [(name, row) for row in module.rows()]
    return measured


def _cells(name: str, row: Any) -> tuple[Any, ...]:
    required = f"{RELATIONS[row.relation]} {row.required:g}" if row.required is not None else None
    return (name, row.what, row.ours, row.unit, row.peer, row.peer_name, row.ratio, required, row.holds)
