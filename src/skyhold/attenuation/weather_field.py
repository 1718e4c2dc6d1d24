"""A drawn weather: a standard normal number for every place and instant, correlated in both."""

from __future__ import annotations

import math
import threading
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import ArrayLike, NDArray

from skyhold.attenuation import kernels
from skyhold.times import Instants
from skyhold.units import DEG

RATE_PER_S = 2e-4  # beta of Maseng and Bakken, IEEE Trans. Comm. 29, 1981: rain forgets in 5,000 s
STEP_S = 120.0  # between nodes in time, where the correlation is 0.976
SPAN = 256  # steps between two draws that know nothing of each other: 8.5 h, correlation 0.002
SPANS_KEPT = 4
SPHERE_KM = 6371.0

# Spacing in km of the lattices that add up to the weather, and the share of its variance that each carries.
OCTAVES = ((10.0, 0.2402), (25.0, 0.2282), (75.0, 0.3408), (250.0, 0.0476), (800.0, 0.1432))


@dataclass(frozen=True, eq=False)
class Lattice:
    """One octave: the nodes that touch the sites, `key` (M,) their hashes, `index` and `weight` (N, 4) of each site."""

    key: NDArray[np.uint64]
    index: NDArray[np.int64]
    weight: NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class WeatherField:
    """Standard normal values at sites (N,), given in degrees, for a seed.

    Each octave is a lattice over the globe, rows of latitude a spacing apart, with an Ornstein-Uhlenbeck path at
    every node (rate `RATE_PER_S`); sites and instants between nodes are interpolated and brought back to variance 1.
    The octaves are fitted to the correlation in space that two sites need for the joint exceedance of P.618-14,
    2.2.4.1 (0.3 % of the time, 5 % rain): 0.77 at 10 km, 0.43 at 40, 0.21 at 110, 0.13 at 300, met to 0.02
    from 10 km on and to 0.06 nearer by. Storms
    do not travel. A value depends on seed, place and time alone, through hashes: not on the other sites, nor on how
    a run is cut into blocks or threads.
    """

    latitude_deg: NDArray[np.float64]
    longitude_deg: NDArray[np.float64]
    seed: int
    lattices: tuple[Lattice, ...]
    _spans: dict[int, NDArray[np.float32]] = field(default_factory=dict, repr=False)
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    @staticmethod
    def over(latitude_deg: ArrayLike, longitude_deg: ArrayLike, seed: int) -> WeatherField:
        """The weather of a seed over sites."""
        latitude = np.atleast_1d(np.asarray(latitude_deg, np.float64))
        longitude = np.atleast_1d(np.asarray(longitude_deg, np.float64))
        lattices = tuple(
            _lattice(latitude, longitude, spacing, math.sqrt(share), (seed * 64 + octave) % 2**62)
            for octave, (spacing, share) in enumerate(OCTAVES)
        )
        return WeatherField(latitude, longitude, seed, lattices)

    def values(self, instants: Instants) -> NDArray[np.float32]:
        """(T, N) standard normal values."""
        step = instants.unix_s() / STEP_S
        node = np.floor(step).astype(np.int64)
        after = (step - node).astype(np.float32)
        size = np.sqrt(
            (1 - after) ** 2 + after**2 + 2 * after * (1 - after) * np.float32(_step_correlation())
        )
        out = np.empty((len(instants), len(self.latitude_deg)), np.float32)
        for span in np.unique(node // SPAN):
            rows = np.flatnonzero(node // SPAN == span)
            first = node[rows] - span * SPAN
            weights = (1 - after[rows]) / size[rows], after[rows] / size[rows]
            kernels.between_steps(self._span(int(span)), rows, first, *weights, out)
        return out

    def _span(self, span: int) -> NDArray[np.float32]:
        """(SPAN + 1, N) values at the nodes in time of one span; kept for the blocks that follow."""
        with self._lock:
            if span in self._spans:
                return self._spans[span]
        sites = np.zeros((SPAN + 1, len(self.latitude_deg)), np.float32)
        for lattice in self.lattices:
            nodes = np.empty((SPAN + 1, len(lattice.key)), np.float32)
            kernels.span_of_nodes(lattice.key, span, _step_correlation(), nodes)
            kernels.gather(nodes, lattice.index, lattice.weight, sites)
        with self._lock:
            while len(self._spans) >= SPANS_KEPT:
                del self._spans[next(iter(self._spans))]
            self._spans[span] = sites
        return sites


def _step_correlation() -> float:
    return math.exp(-RATE_PER_S * STEP_S)


def _lattice(
    latitude_deg: NDArray[np.float64],
    longitude_deg: NDArray[np.float64],
    spacing_km: float,
    size: float,
    octave: int,
) -> Lattice:
    """The four nodes about each site, two on each of two rows, with weights whose squares add up to size^2."""
    y = (latitude_deg + 90.0) * DEG * SPHERE_KM / spacing_km
    turn = (longitude_deg / 360.0) % 1.0
    low = np.floor(y)
    rows, columns, weights = [], [], []
    for row, share in ((low, 1.0 - (y - low)), (low + 1.0, y - low)):
        around = 2.0 * math.pi * SPHERE_KM * np.cos(row * spacing_km / SPHERE_KM - math.pi / 2)
        count = np.maximum(1.0, np.round(around / spacing_km))
        x = turn * count
        column = np.floor(x)
        for step, part in ((0.0, 1.0 - (x - column)), (1.0, x - column)):
            rows.append(row)
            columns.append((column + step) % count)
            weights.append(share * part)
    place = np.stack(rows, -1) * 2.0**20 + np.stack(columns, -1)
    nodes, index = np.unique(place.astype(np.int64), return_inverse=True)
    weight = np.stack(weights, -1)
    weight *= size / np.sqrt((weight**2).sum(-1, keepdims=True))
    key = np.empty(len(nodes), np.uint64)
    kernels.keys(octave, nodes, key)
    return Lattice(key, index.reshape(place.shape), weight.astype(np.float32))
