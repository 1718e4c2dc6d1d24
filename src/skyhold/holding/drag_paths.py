"""How much altitude the air takes between the edges of a plan: for each member, and for a wished share of them all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from skyhold.errors import ScenarioError
from skyhold.units import KM

Floats = NDArray[np.float64]


class Sinking(Protocol):
    """An ensemble of N stations that sink, each in its own air. Days count from the start of the plan."""

    def loss_m(self, altitude_m: float, from_day: float, to_day: float) -> Floats:
        """(N,) metres of mean altitude lost between two days by stations that begin at one altitude."""
        ...

    def fly(
        self,
        altitude_m: float,
        raise_day: Sequence[float],
        raise_m: Sequence[float],
        out_day: Sequence[float],
    ) -> Floats:
        """(N, D) mean altitudes on days, pushed up by given metres on given days; NaN once down."""
        ...


@dataclass(frozen=True)
class DragPath:
    """Loss between T + 1 edges (days): `rate_m_day` at the reference altitude, falling by e in `scale_m`, both (T,)."""

    edge_day: Floats
    reference_m: float
    rate_m_day: Floats
    scale_m: Floats

    @property
    def span_day(self) -> Floats:
        """(T,) days between edges."""
        return np.diff(self.edge_day)

    def loss_m(self, middle_m: Floats) -> Floats:
        """(T,) loss of spans whose middle altitudes are given, rate dt exp(-(h - reference) / scale)."""
        return self.span_day * self.rate_m_day * np.exp(-(middle_m - self.reference_m) / self.scale_m)

    def slope(self, middle_m: Floats) -> Floats:
        """(T,) change of the loss for a metre of altitude (negative)."""
        return -self.loss_m(middle_m) / self.scale_m

    def coast_m(self, altitude_m: float) -> Floats:
        """(T + 1,) altitudes at the edges if nobody pushes."""
        out = [altitude_m]
        for t in range(len(self.rate_m_day)):
            out.append(self.after_m(out[-1], t))
        return np.array(out)

    def after_m(self, altitude_m: float, span: int) -> float:
        """Altitude at the end of a span: dh/dt = -rate exp(-(h - reference)/scale), in closed form."""
        scale, rate = float(self.scale_m[span]), float(self.rate_m_day[span])
        grown = np.exp((altitude_m - self.reference_m) / scale) - rate * float(self.span_day[span]) / scale
        return float(self.reference_m + scale * np.log(grown)) if grown > 0.0 else -np.inf


@dataclass(frozen=True)
class DragPaths:
    """The losses of N members: `rate_m_day` and `scale_m` are (N, T), see `DragPath`."""

    edge_day: Floats
    reference_m: float
    rate_m_day: Floats
    scale_m: Floats

    @staticmethod
    def build(sinking: Sinking, edge_day: Sequence[float], low_m: float, high_m: float) -> DragPaths:
        """Two falls of every member over every span, from either edge of the band, carried between as an exponential.

        Raises ScenarioError where a member comes down within a span.
        """
        edges = np.asarray(edge_day, float)
        reference = 0.5 * (low_m + high_m)
        rates, scales = [], []
        for begin, end in pairwise(edges.tolist()):
            above, below = sinking.loss_m(high_m, begin, end), sinking.loss_m(low_m, begin, end)
            _require_up(above, below, low_m)
            upper, lower = high_m - 0.5 * above, low_m - 0.5 * below
            scale = (upper - lower) / np.log(np.maximum(below / above, 1.0 + 1e-9))
            rates.append(above / (end - begin) * np.exp((upper - reference) / scale))
            scales.append(scale)
        return DragPaths(edges, reference, np.stack(rates, axis=1), np.stack(scales, axis=1))

    def __len__(self) -> int:
        return len(self.rate_m_day)

    @property
    def lost_m(self) -> Floats:
        """(N, T) metres lost by the end of each span at the reference altitude."""
        return np.asarray(np.cumsum(self.rate_m_day * np.diff(self.edge_day), axis=1))

    def member(self, number: int) -> DragPath:
        """The path of one member."""
        return DragPath(self.edge_day, self.reference_m, self.rate_m_day[number], self.scale_m[number])

    def ranked(self, shares: Sequence[float]) -> tuple[int, ...]:
        """Members whose total loss stands at these shares of the ensemble."""
        order = np.argsort(self.lost_m[:, -1], kind="stable")
        return tuple(int(order[min(int(share * len(self)), len(self) - 1)]) for share in shares)

    def covering(self, share: float) -> DragPath:
        """The path that a share of the members never exceeds, at no edge.

        Losses to date are a quantile of the members' losses to date; the quantile is raised until the wished share lies
        below it at all edges together.
        """
        lost = self.lost_m
        low, high = share, 1.0
        for _ in range(20):
            middle = 0.5 * (low + high)
            held = np.all(lost <= np.quantile(lost, middle, axis=0) + 1e-9, axis=1).mean()
            low, high = (low, middle) if held >= share else (middle, high)
        line = np.quantile(lost, high, axis=0)
        rate = np.diff(line, prepend=0.0) / np.diff(self.edge_day)
        return DragPath(self.edge_day, self.reference_m, rate, np.median(self.scale_m, axis=0))


def _require_up(above: Floats, below: Floats, low_m: float) -> None:
    if not (np.isfinite(above).all() and np.isfinite(below).all() and (above > 0.0).all()):
        raise ScenarioError(
            "a station comes down, or does not sink, between two edges of the plan",
            expected="losses of altitude that are finite and above 0",
            came=f"an ensemble at {low_m / KM:g} km",
            where="reboost",
            remedy="begin higher, raise the band, or shorten step_days",
        )
