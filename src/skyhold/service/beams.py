"""Which satellite lights which cell: the auction of beams."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from skyhold.errors import SkyholdError
from skyhold.service import kernels


@dataclass(frozen=True, eq=False)
class BeamPlan:
    """`pair` (C,) the pair that each cell got, -1 none; `satellite` (C,) likewise; `worth` of all pairs together."""

    pair: NDArray[np.int64]
    satellite: NDArray[np.int64]
    worth: float

    @property
    def served(self) -> int:
        """Cells that got a beam."""
        return int((self.pair >= 0).sum())


def assign_beams(
    value: NDArray[np.floating[Any]],
    cell: NDArray[np.integer[Any]],
    satellite: NDArray[np.integer[Any]],
    slots: NDArray[np.integer[Any]],
    cells: int,
    *,
    eps: float = 0.05,
    unserved: float = 3.0,
) -> BeamPlan:
    """One beam to each cell, so that the values of the pairs chosen come near the greatest sum.

    `value`, `cell`, `satellite` (P,) pairs in order of cell; `slots` (S,) beams of each satellite. A cell without a
    beam costs `unserved`, in the unit of the values. The sum is within `eps` a cell of the optimum (single
    precision: eps above 1e-6 of the largest value plus `unserved`); bids, and time, grow as its inverse.

    Errors: SkyholdError where pairs are not in order of cell or a satellite has no entry in `slots`.
    """
    if len(cell) and ((np.diff(cell) < 0).any() or cell[-1] >= cells or satellite.max() >= len(slots)):
        raise SkyholdError(
            "pairs and slots do not belong together",
            expected=f"cells in rising order below {cells}, satellites below {len(slots)}",
            came=f"cells up to {cell.max()}, satellites up to {satellite.max()}",
            where="service.beams",
        )
    first = np.searchsorted(cell, np.arange(cells + 1)).astype(np.int64)
    chosen, sold, count = np.empty(cells, np.int64), int(slots.sum()), len(slots)
    queue = np.arange(cells, -1, -1)
    queue[:cells] = np.arange(cells - 1, -1, -1)
    kernels.auction(
        first, np.asarray(satellite, np.int32), np.asarray(value, np.float32), np.asarray(slots, np.int64),
        np.float32(unserved), np.float32(eps), queue, cells, chosen,
        np.empty(count, np.uint64), np.empty(sold, np.float32), np.empty(sold, np.int64), np.empty(count, np.int64),
        np.empty(count, np.float32),
    )  # fmt: skip
    got = chosen >= 0
    lit = np.full(cells, -1, np.int64)
    lit[got] = satellite[chosen[got]]
    return BeamPlan(chosen, lit, float(value[chosen[got]].sum()))
