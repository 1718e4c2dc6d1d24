"""Terminals placed by hand: where they stand, from when until when, and what losses leave of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from skyhold.demand.arrivals import left_over
from skyhold.demand.roads import site_cells
from skyhold.errors import ScenarioError
from skyhold.geometry.cells import Cells
from skyhold.nouns.demand import TerminalLoss
from skyhold.nouns.ground import PlacedTerminals
from skyhold.nouns.noun import Noun

Floats = NDArray[np.float64]


def standing(
    placed: Sequence[PlacedTerminals],
    events: Iterable[Noun],
    cells: Cells,
    people: Floats,
    days: NDArray[np.datetime64],
) -> Floats:
    """(D, C) terminals placed by hand that are there and allowed at each of (D,) instants (numpy datetimes, UTC).

    A terminal-loss without an end takes those that stand there at its beginning and spares those that come later.
    `people` (C,) bound them. Raises ScenarioError for a place outside the cells, and for more terminals than people.
    """
    total, listed = np.zeros((len(days), len(cells))), tuple(events)
    if not placed:
        return total
    count = _counts(placed, cells, people)
    for begin, end in sorted({(one.from_utc, one.to_utc) for one in placed}, key=str):
        mine = [(one.from_utc, one.to_utc) == (begin, end) for one in placed]
        later = [event for event in listed if not _over_before(event, begin)]
        total += _there(begin, end, days)[:, None] * count[mine].sum(axis=0) * left_over(later, cells, days)
    return total


def _counts(placed: Sequence[PlacedTerminals], cells: Cells, people: Floats) -> Floats:
    """(N, C) terminals of each."""
    at = site_cells([(one.latitude_deg, one.longitude_deg) for one in placed], cells)
    if (at < 0).any():
        number = int(at.argmin())
        one = placed[number]
        raise ScenarioError(
            f"the terminals {one.name!r} stand outside the area",
            expected="a place in one of its cells",
            came=f"{one.latitude_deg:g}, {one.longitude_deg:g}",
            where=f"placed[{number}]",
            remedy="move them, or choose a larger area",
        )
    count = np.array([one.terminals for one in placed], np.float64)
    if count.sum() > people.sum():
        raise ScenarioError(
            "more terminals are placed than the area has people",
            expected=f"at most {people.sum():,.0f}",
            came=f"{count.sum():,.0f}",
            where="placed",
            remedy="place fewer, or choose a larger area",
        )
    return np.where(at[:, None] == np.arange(len(cells)), count[:, None], 0.0)


def _there(begin: datetime | None, end: datetime | None, days: NDArray[np.datetime64]) -> NDArray[np.bool_]:
    """(D,) whether terminals are there between the two."""
    when = np.asarray(days).astype("datetime64[us]").astype(np.int64) / 1e6
    since = begin is None or when >= begin.timestamp()
    return np.asarray(np.broadcast_to(since & (end is None or when < end.timestamp()), when.shape))


def _over_before(event: Noun, begin: datetime | None) -> bool:
    """Whether an event is a loss that destroyed what stood there before these terminals came."""
    if begin is None or not isinstance(event, TerminalLoss) or event.to_utc is not None:
        return False
    return event.from_utc < begin
