"""Weights that carry values on the nodes of an axis to points between them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]


class Axis(Protocol):
    """Nodes of an axis, and the matrix from values on them to values at points."""

    @property
    def nodes(self) -> Floats:
        """(n,) places where values are known."""
        ...

    def weights(self, points: ArrayLike) -> Floats:
        """(P, n): values at (P,) points are this matrix times the (n,) values on the nodes."""
        ...


@dataclass(frozen=True)
class Chebyshev:
    """`count` Chebyshev nodes of the second kind in [low, high]: for functions smooth over the whole axis.

    Barycentric Lagrange interpolation (Berrut and Trefethen, SIAM Review 46, 2004, eqs. 4.2 and 5.4). Outside the
    interval the polynomial grows without bound: the caller keeps points inside. One node gives a constant.
    """

    low: float
    high: float
    count: int

    @cached_property
    def nodes(self) -> Floats:
        """(n,) ascending."""
        if self.count == 1:
            return np.array([0.5 * (self.low + self.high)])
        turn = np.cos(np.pi * np.arange(self.count) / (self.count - 1))[::-1]
        return 0.5 * (self.low + self.high) + 0.5 * (self.high - self.low) * turn

    def weights(self, points: ArrayLike) -> Floats:
        """(P, n), exact on the nodes."""
        x = np.atleast_1d(np.asarray(points, float))
        if self.count == 1:
            return np.ones((len(x), 1))
        gap = x[:, None] - self.nodes
        on_node = np.isclose(gap, 0.0, atol=1e-12 * (self.high - self.low))
        sign = np.where(np.arange(self.count) % 2, -1.0, 1.0)
        sign[[0, -1]] *= 0.5
        terms = sign / np.where(on_node, 1.0, gap)
        lagrange = terms / terms.sum(axis=1, keepdims=True)
        return np.where(on_node.any(axis=1, keepdims=True), on_node.astype(float), lagrange)


@dataclass(frozen=True)
class Periodic:
    """`count` (odd) even nodes from 0 round a period: trigonometric interpolation of (count - 1)/2 harmonics."""

    period: float
    count: int

    @cached_property
    def nodes(self) -> Floats:
        """(n,) ascending from 0, the period itself left out."""
        return self.period * np.arange(self.count) / self.count

    def weights(self, points: ArrayLike) -> Floats:
        """(P, n), points of any turn."""
        gap = np.atleast_1d(np.asarray(points, float))[:, None] - self.nodes
        angle = 2.0 * np.pi / self.period * gap
        harmonics = sum(2.0 * np.cos(k * angle) for k in range(1, (self.count - 1) // 2 + 1))
        return np.asarray((1.0 + harmonics) / self.count)


@dataclass(frozen=True)
class LocalCubic:
    """`count` nodes even in ln(x - origin): the cubic through the four nearest, for functions with kinks.

    Density falls nearly as a power of height above some 60 km, so its logarithm is nearly straight in this variable.
    """

    low: float
    high: float
    count: int
    origin: float

    @cached_property
    def nodes(self) -> Floats:
        """(n,) ascending."""
        ends = np.log(np.array([self.low, self.high]) - self.origin)
        nodes = self.origin + np.exp(np.linspace(ends[0], ends[1], self.count))
        nodes[[0, -1]] = self.low, self.high
        return nodes

    def weights(self, points: ArrayLike) -> Floats:
        """(P, n), four of each row not zero; straight on beyond the ends by the last cubic."""
        x = np.atleast_1d(np.asarray(points, float))
        first = np.log(self.low - self.origin)
        step = (np.log(self.high - self.origin) - first) / (self.count - 1)
        place = (np.log(x - self.origin) - first) / step
        start = np.clip(np.floor(place).astype(int) - 1, 0, self.count - 4)
        s = place - start
        four = (
            -(s - 1) * (s - 2) * (s - 3) / 6,
            s * (s - 2) * (s - 3) / 2,
            -s * (s - 1) * (s - 3) / 2,
            s * (s - 1) * (s - 2) / 6,
        )
        matrix = np.zeros((len(x), self.count))
        for offset, weight in enumerate(four):
            matrix[np.arange(len(x)), start + offset] = weight
        return matrix
