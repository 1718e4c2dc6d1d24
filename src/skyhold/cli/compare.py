"""`skyhold compare`: what differs between two runs."""

from __future__ import annotations

from pathlib import Path

from skyhold.cli.console import Voice


def compare(a: Path, b: Path, /, *, voice: Voice = Voice()) -> int:
    """Show what differs between two runs: their scenarios, their figures, their places.

    Parameters
    ----------
    a
        Folder of the run to start from.
    b
        Folder of the run to set beside it.
    """
    import skyhold
    from skyhold.results.compare import compare as difference

    found = difference(skyhold.open(a), skyhold.open(b))
    voice.answer(found, [str(found)])
    return 0
