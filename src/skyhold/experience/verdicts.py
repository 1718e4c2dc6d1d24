"""Whether people can call, talk, browse and play here: a verdict an activity, with what decides it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from skyhold.experience.activities import ACTIVITIES, Activity, Criterion, Windows
from skyhold.experience.series import Experience

MOST = (
    0.95  # share of the 15 s windows that must hold: one bad quarter minute in five is what users forgive [I]
)


@dataclass(frozen=True)
class Verdict:
    """What can be said of one activity.

    `good_share` and `usable_share`: windows in which every criterion holds at its better and its outer limit.
    `grade` is "good" or "usable" where that holds in 95 % of them, else "poor". `decides` is the criterion that holds
    least often, with its median value, its better limit and its source.
    """

    activity: str
    grade: str
    good_share: float
    usable_share: float
    decides: str
    value: float
    limit: float
    unit: str
    source: str

    def row(self) -> dict[str, Any]:
        """The same as a row of a table."""
        return dict(vars(self))


def judge(happened: Experience, activities: Sequence[Activity] = ACTIVITIES) -> tuple[Verdict, ...]:
    """A verdict for each activity, over windows as long as a slot, from an idle line's experience.

    Windows without service fail every criterion. Valid for steps of 100 to 200 ms: longer steps hide jitter and bursts.
    """
    windows = Windows.of(happened)
    return tuple(_verdict(activity, windows) for activity in activities)


def _verdict(activity: Activity, windows: Windows) -> Verdict:
    good = [c.holds(windows, c.best) & windows.served for c in activity.criteria]
    usable = [c.holds(windows, c.limit) & windows.served for c in activity.criteria]
    good_share, usable_share = (float(np.all(held, axis=0).mean()) for held in (good, usable))
    decides = min(range(len(good)), key=lambda i: (usable[i].mean(), good[i].mean()))
    first = activity.criteria[decides]
    return Verdict(
        activity=activity.name,
        grade=_grade(good_share, usable_share),
        good_share=good_share,
        usable_share=usable_share,
        decides=first.what,
        value=_median(first, windows),
        limit=first.best,
        unit=first.unit,
        source=first.source,
    )


def _grade(good_share: float, usable_share: float) -> str:
    return "good" if good_share >= MOST else "usable" if usable_share >= MOST else "poor"


def _median(criterion: Criterion, windows: Windows) -> float:
    if not windows.served.any():
        return float("nan")
    return float(np.median(criterion.value(windows)[windows.served]) / criterion.scale)
