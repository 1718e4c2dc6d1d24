"""Max-min fair rates of flows over shared links."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from skyhold.errors import SkyholdError
from skyhold.service import kernels

Reals = NDArray[np.floating[Any]]
Indices = NDArray[np.integer[Any]]


@dataclass(frozen=True, eq=False)
class Flows:
    """F flows: flow f goes over `link[first[f]:first[f + 1]]`, of each of which it takes `use` for each bit/s.

    `first` (F + 1,), `link`, `use` (N,); `use` None is 1 everywhere (bit/s of a cable); a beam of B Hz at e bit/s/Hz
    has capacity 1 and use 1 / (B e). `demand` (F,) bit/s, inf without a cap; `weight` (F,) default 1: rates rise in
    proportion to it.
    """

    first: Indices
    link: Indices
    use: Reals | None = None
    demand: Reals | None = None
    weight: Reals | None = None

    def __len__(self) -> int:
        return len(self.first) - 1


@dataclass(frozen=True, eq=False)
class Shares:
    """`rate` (F,) bit/s, and how many links hold a flow down."""

    rate: NDArray[np.float64]
    full: int


def max_min(flows: Flows, capacity: Reals) -> Shares:
    """The max-min fair rates: none can rise without lowering one that is not larger for its weight.

    `capacity` (M,) of the links. Exact to rounding. A flow's own rate never rises when its own use of a link grows,
    its demand falls, or a capacity of its own bottleneck falls; those of others may, since it leaves them room.

    Errors: SkyholdError for a negative or missing capacity, use or weight, and for a flow without demand and link.
    """
    count = len(flows)
    link = np.ascontiguousarray(flows.link, np.int64)
    use = np.ones(len(link)) if flows.use is None else np.ascontiguousarray(flows.use, np.float64)
    weight = np.ones(count) if flows.weight is None else np.ascontiguousarray(flows.weight, np.float64)
    demand = (
        np.full(count, np.inf) if flows.demand is None else np.ascontiguousarray(flows.demand, np.float64)
    )
    room = np.ascontiguousarray(capacity, np.float64)
    _check(flows, link, use, weight, demand, room)
    of_link = np.zeros(len(room) + 1, np.int64)
    flow, entry = np.empty(len(link), np.int64), np.empty(len(link), np.int64)
    first = np.ascontiguousarray(flows.first, np.int64)
    kernels.turn(first, link, len(room), of_link, flow, entry)
    rate = np.empty(count)
    full = kernels.max_min(
        first, link, use, weight, demand, np.argsort(demand / weight, kind="stable"), room, of_link, flow, entry,
        rate, np.empty_like(room), np.empty_like(room), np.empty_like(room), np.empty(len(room), np.int64),
    )  # fmt: skip
    return Shares(rate, int(full))


def _check(flows: Flows, link: Indices, use: Reals, weight: Reals, demand: Reals, room: Reals) -> None:
    alone = (np.diff(flows.first) == 0) & np.isinf(demand)
    wrong = {
        "a capacity that is negative or not finite": not (np.isfinite(room) & (room >= 0.0)).all(),
        "a use of a link that is not positive": not (np.isfinite(use) & (use > 0.0)).all(),
        "a weight that is not positive": not (np.isfinite(weight) & (weight > 0.0)).all(),
        "a negative demand": not (demand >= 0.0).all(),
        "a link that is not there": bool(len(link)) and not 0 <= link.min() <= link.max() < len(room),
        "a flow with neither a link nor a demand": bool(alone.any()),
    }
    found = [what for what, is_so in wrong.items() if is_so]
    if found:
        raise SkyholdError(
            "flows cannot be shared", came=", ".join(found), where="service.sharing", remedy="mend the inputs"
        )
