"""The day of a user: traffic by local hour as a share of the busy hour."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from skyhold.times import Instants
from skyhold.units import DAY_S, HOUR_S

RESIDENTIAL: tuple[float, ...] = (
    0.72, 0.55, 0.43, 0.36, 0.32, 0.31, 0.34, 0.41, 0.50, 0.57, 0.62, 0.65,
    0.68, 0.69, 0.69, 0.71, 0.74, 0.80, 0.87, 0.94, 1.00, 0.99, 0.93, 0.84,
)  # fmt: skip
"""Traffic of homes by local hour, busy hour 1: the daily curve that large exchanges and access networks publish (least
at 5 h at about 0.3, most at 20 to 21 h) [R]. Its extremes stand at the hours at which WetLinks measured the best (5 h)
and the worst (20 h) median rate in Osnabrueck; the rest of the shape was not measured there."""
WETLINKS = RESIDENTIAL

WETLINKS_BEST_MBIT_S, WETLINKS_WORST_MBIT_S = 257.0, 194.0
"""Median downlink at 5 h and at 20 h (WetLinks, Osnabrueck, 2023-24): how fast it was, not how much was asked."""


def busy_share(
    longitude_deg: NDArray[np.float64], instants: Instants, profile: Sequence[float] = ()
) -> NDArray[np.float64]:
    """(T, C) share of the busy hour by local mean solar hour: UTC + longitude / 15 degrees.

    `profile` is 24 values at the middles of the hours (`RESIDENTIAL` if empty), scaled to a greatest of 1 and joined
    by straight lines. Civil time differs from solar time by up to two hours.
    """
    shape = np.asarray(profile or RESIDENTIAL, np.float64)
    shape = shape / shape.max()
    utc_h = (instants.unix_s() % DAY_S) / HOUR_S
    local = (utc_h[:, None] + np.asarray(longitude_deg)[None, :] / 15.0 - 0.5) % 24.0
    before = np.floor(local).astype(np.int64) % 24
    part = local - np.floor(local)
    return np.asarray(shape[before] * (1.0 - part) + shape[(before + 1) % 24] * part)


def implied_utilisation(best: float = WETLINKS_BEST_MBIT_S, worst: float = WETLINKS_WORST_MBIT_S) -> float:
    """Share of a cell's capacity that the busy hour takes, if a test gets what the others leave.

    rate(h) = R (1 - k load(h)): k from the best and the worst hour and the least load of `RESIDENTIAL`. An inference
    from two numbers, not a measurement.
    """
    ratio, least = worst / best, min(RESIDENTIAL)
    return (1.0 - ratio) / (1.0 - ratio * least)
