"""Burns that nobody announced: jumps of the mean axis between element sets."""

from __future__ import annotations

import bisect
import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from skyhold.constants import MU_M3_S2
from skyhold.decay.history import OrbitHistory
from skyhold.times import Epoch
from skyhold.units import DAY_S

Floats = NDArray[np.float64]

AROUND = 8  # sets on each side whose median is the level: two days of them; the first after a burn overshoot
FEWEST = 3
RATE_SPAN_S = 6.0 * DAY_S  # the decay rate is the median slope of the sets so far round a gap
SETTLING_S = 1.5 * DAY_S  # sets take this long to forget a burn
PLATEAU = 0.85  # a jump lies at the steepest gap of those whose levels differ by this share of the most


@dataclass(frozen=True)
class Reboost:
    """A jump of the mean axis: between which sets, how far (m), and the equivalent impulse along the velocity (m/s).

    Negative where the orbit was lowered. dv = dh v/(2a), v the circular speed.
    """

    after: Epoch
    before: Epoch
    raise_m: float
    delta_v_m_s: float

    @property
    def middle(self) -> Epoch:
        """Halfway between the sets."""
        return self.after.plus(0.5 * self.after.seconds_until(self.before))


def delta_v_m_s(raise_m: float, axis_m: float) -> float:
    """Impulse along the velocity that raises a circular orbit's axis: dv = dh v/(2a)."""
    return raise_m * math.sqrt(MU_M3_S2 / axis_m) / (2.0 * axis_m)


def raise_m(delta_v: float, axis_m: float) -> float:
    """How far an impulse along the velocity raises a circular orbit's axis: dh = 2a dv/v."""
    return 2.0 * axis_m * delta_v / math.sqrt(MU_M3_S2 / axis_m)


def detect_reboosts(history: OrbitHistory, least_m_s: float = 0.08) -> tuple[Reboost, ...]:
    """Jumps of the axis that drag does not explain, in time.

    At each gap between sets the median levels of two days on either side are compared, the local decay taken off. The
    largest difference is a jump; levels are not taken across it from then on, and the search goes on among the rest
    until none is as large as `least_m_s`. A set may contain a burn up to 7 hours after its epoch (the fit reaches
    past it), so a burn can lie outside the two sets by as much. Levels need three sets: burns closer than that are one.
    """
    flat = _without_decay(history)
    step = np.diff(flat)
    walls = [0, len(flat)]
    gain = np.array([_gain(flat, gap, 0, len(flat)) for gap in range(len(step))])
    least = raise_m(least_m_s, float(np.median(history.axis_m)))
    found: dict[int, float] = {}
    while np.abs(gain).max(initial=0.0) >= least:
        gap = _steepest(gain, step)
        found[gap] = gain[gap]
        gain[gap] = 0.0
        bisect.insort(walls, gap + 1)
        for near in range(max(gap - AROUND, 0), min(gap + AROUND + 1, len(step))):
            place = bisect.bisect_right(walls, near)
            if near not in found:
                gain[near] = _gain(flat, near, walls[place - 1], walls[place])
    gains = {gap: _settled(flat, gap, walls) for gap in sorted(found)}
    merged = _with_settling(history.offset_s, gains)
    return tuple(_reboost(history, gap, gain) for gap, gain in merged.items() if abs(gain) >= least)


def _with_settling(t: Floats, gains: dict[int, float]) -> dict[int, float]:
    """Gains to which smaller ones within `SETTLING_S` after them are added: fits across a burn overshoot first."""
    merged: dict[int, float] = {}
    for gap, gain in gains.items():
        last = next(reversed(merged), None)
        if last is not None and t[gap + 1] - t[last] <= SETTLING_S and abs(gain) < abs(merged[last]):
            merged[last] += gain
        else:
            merged[gap] = gain
    return merged


def _without_decay(history: OrbitHistory) -> Floats:
    """(T,) axis with the local decay rate, integrated, added back."""
    rate = _decay_rates(history.offset_s, history.axis_m)
    lost = np.concatenate([[0.0], np.cumsum(rate * np.diff(history.offset_s))])
    return np.asarray(history.axis_m - lost)


def _gain(flat: Floats, gap: int, first: int, end: int) -> float:
    """Median level after a gap less that before, sets of first..end-1; 0 where there are too few."""
    before = flat[max(gap + 1 - AROUND, first) : gap + 1]
    after = flat[gap + 1 : min(gap + 1 + AROUND, end)]
    if min(len(before), len(after)) < FEWEST:
        return 0.0
    return float(np.median(after) - np.median(before))


def _settled(flat: Floats, gap: int, walls: list[int]) -> float:
    """The gain with all jumps known."""
    place = bisect.bisect_left(walls, gap + 1)
    return _gain(flat, gap, walls[place - 1], walls[place + 1])


def _steepest(gain: Floats, step: Floats) -> int:
    """The gap of the largest gain or, of its neighbours on the same plateau, the one with the largest step."""
    top = int(np.argmax(np.abs(gain)))
    near = np.arange(max(top - AROUND, 0), min(top + AROUND + 1, len(gain)))
    level = gain[near] / gain[top] >= PLATEAU
    return int(near[np.argmax(np.where(level, step[near] / gain[top], -np.inf))])


def _decay_rates(t: Floats, axis: Floats) -> Floats:
    """(T - 1,) m/s in each gap: the median of the slopes over some hours, within some days round it."""
    later = np.searchsorted(t, t + 0.25 * DAY_S)
    rows = np.flatnonzero(later < len(t))
    if not len(rows):
        return np.zeros(len(t) - 1)
    slope = (axis[later[rows]] - axis[rows]) / (t[later[rows]] - t[rows])
    middle = 0.5 * (t[1:] + t[:-1])
    low = np.searchsorted(t[rows], middle - RATE_SPAN_S)
    high = np.searchsorted(t[rows], middle + RATE_SPAN_S)
    return np.array([np.median(slope[a:b]) if b > a else 0.0 for a, b in zip(low, high, strict=True)])


def _reboost(history: OrbitHistory, gap: int, gain_m: float) -> Reboost:
    impulse = delta_v_m_s(gain_m, float(history.axis_m[gap]))
    return Reboost(history.records[gap].epoch, history.records[gap + 1].epoch, gain_m, impulse)
