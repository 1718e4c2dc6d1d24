"""The orbit of one object as its element sets tell it, sets that contradict the others left out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from skyhold.catalogues.element_set import ElementSet
from skyhold.catalogues.forensics import SAME_EPOCH_S, Finding, check_set, check_sets
from skyhold.constants import WGS84_A_M
from skyhold.decay.mean_orbit import MeanOrbit, brouwer_axis_m, radius_ratio
from skyhold.errors import CatalogError
from skyhold.times import Epoch, Instants
from skyhold.units import DAY_S, DEG

Floats = NDArray[np.float64]

NEIGHBOURS = 2  # sets on each side that a doubted set is compared with


@dataclass(frozen=True)
class OrbitHistory:
    """(T,) sets in time: mean altitude (over 6,378.137 km), eccentricity, tilt and unwrapped node, SI and radians.

    `rejected` are the sets left out, each with the finding that speaks against it.
    """

    records: tuple[ElementSet, ...]
    instants: Instants
    axis_m: Floats
    altitude_m: Floats
    eccentricity: Floats
    inclination_rad: Floats
    node_rad: Floats
    rejected: tuple[tuple[ElementSet, Finding], ...]

    @staticmethod
    def of(records: Iterable[ElementSet]) -> OrbitHistory:
        """The history of the sets of one object.

        Left out is a set that physics rules out by itself, or that contradicts most of its neighbours in time (node
        against J2, inclination, height): see `catalogues.forensics`. Raises CatalogError for sets of several objects,
        or where fewer than two remain.
        """
        given = sorted(records, key=lambda record: (record.epoch.day, record.epoch.fraction))
        if len({record.catalog_number for record in given}) > 1:
            raise CatalogError(
                "these are sets of several objects",
                expected="sets of one catalogue number",
                came=", ".join(str(n) for n in sorted({record.catalog_number for record in given})[:5]),
                remedy="choose one",
            )
        rejected = contradicted(given)
        kept = _one_an_epoch([record for record in given if id(record) not in rejected])
        if len(kept) < 2:
            raise CatalogError(
                "too few element sets remain",
                expected="two or more that agree with each other",
                came=f"{len(kept)} of {len(given)}",
                remedy="fetch more sets",
            )
        return _history(kept, tuple(rejected.values()))

    def __len__(self) -> int:
        return len(self.records)

    @property
    def epoch(self) -> Epoch:
        """Epoch of the first set, from which offsets count."""
        return self.instants.epoch

    @property
    def offset_s(self) -> Floats:
        """(T,) seconds after the first set."""
        return self.instants.offset_s

    def between(self, first: Epoch, last: Epoch) -> OrbitHistory:
        """The part from one epoch (included) to another (not)."""
        low, high = (self.epoch.seconds_until(epoch) for epoch in (first, last))
        keep = [r for r, t in zip(self.records, self.offset_s, strict=True) if low <= t < high]
        return _history(keep, ())

    def rows(self, first: int, last: int) -> OrbitHistory:
        """Sets first..last-1."""
        return _history(self.records[first:last], ())

    def orbit(self, row: int) -> MeanOrbit:
        """The mean orbit of one set."""
        return MeanOrbit.from_element_set(self.records[row])

    def node_at(self, offset_s: Floats) -> Floats:
        """Node (rad, unwrapped) at offsets, straight between sets and beyond them."""
        slope = (self.node_rad[-1] - self.node_rad[0]) / (self.offset_s[-1] - self.offset_s[0])
        inside = np.interp(offset_s, self.offset_s, self.node_rad)
        before = np.minimum(offset_s - self.offset_s[0], 0.0)
        after = np.maximum(offset_s - self.offset_s[-1], 0.0)
        return np.asarray(inside + slope * (before + after))


def _history(records: Sequence[ElementSet], rejected: tuple[tuple[ElementSet, Finding], ...]) -> OrbitHistory:
    if not records:
        raise CatalogError("no element sets lie in this span", remedy="choose another")
    epoch = records[0].epoch
    offset = np.array([epoch.seconds_until(record.epoch) for record in records])
    motion, eccentricity, tilt, node = (
        np.array([getattr(record, name) for record in records])
        for name in ("mean_motion_rev_day", "eccentricity", "inclination_deg", "raan_deg")
    )
    axis = brouwer_axis_m(motion, eccentricity, tilt * DEG)
    altitude = axis * (radius_ratio(axis, tilt * DEG) + 0.5 * eccentricity**2) - WGS84_A_M
    return OrbitHistory(
        tuple(records),
        Instants(epoch, offset),
        axis,
        altitude,
        eccentricity,
        tilt * DEG,
        _unwrapped(offset, node * DEG),
        rejected,
    )


def _unwrapped(offset: Floats, node: Floats) -> Floats:
    """Nodes freed of turns, although sets may be many days apart: the drift is at most 8 degrees a day."""
    drift = np.median(_wrap(np.diff(node)) / np.maximum(np.diff(offset), 60.0)) if len(node) > 1 else 0.0
    return np.asarray(np.unwrap(node - drift * offset) + drift * offset)


def _wrap(angle: Floats) -> Floats:
    return np.asarray((angle + np.pi) % (2.0 * np.pi) - np.pi)


def contradicted(in_time: Sequence[ElementSet]) -> dict[int, tuple[ElementSet, Finding]]:
    """Sets to leave out, by identity: ruled out alone, or against most of `NEIGHBOURS` sets on each side."""
    rejected = {
        id(record): (record, strong[0])
        for record in in_time
        if (strong := [finding for finding in check_set(record) if finding.strength == "strong"])
    }
    sound = [record for record in in_time if id(record) not in rejected]
    for row in _doubted(sound):
        around = sound[max(row - NEIGHBOURS, 0) : row] + sound[row + 1 : row + 1 + NEIGHBOURS]
        against = [finding for other in around if (finding := _conflict(other, sound[row]))]
        if 2 * len(against) > len(around):
            rejected[id(sound[row])] = (sound[row], against[0])
    return rejected


def _doubted(in_time: Sequence[ElementSet]) -> list[int]:
    """Rows with a neighbour that they contradict."""
    rows: set[int] = set()
    for row, (earlier, later) in enumerate(pairwise(in_time)):
        if _conflict(earlier, later):
            rows |= {row, row + 1}
    return sorted(rows)


def _conflict(one: ElementSet, other: ElementSet) -> Finding | None:
    return next((finding for finding in check_sets([one, other]) if finding.strength == "strong"), None)


def _one_an_epoch(in_time: Sequence[ElementSet]) -> list[ElementSet]:
    """The last of the sets that share an epoch."""
    kept: list[ElementSet] = []
    for record in in_time:
        if kept and kept[-1].epoch.seconds_until(record.epoch) <= SAME_EPOCH_S:
            kept.pop()
        kept.append(record)
    return kept


def reasons(history: OrbitHistory) -> dict[str, int]:
    """How many sets were left out for each kind of finding."""
    return dict(Counter(finding.kind for _, finding in history.rejected))


def day_span(history: OrbitHistory) -> float:
    """Days from the first set to the last."""
    return float(history.offset_s[-1] / DAY_S)
