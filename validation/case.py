"""One fact of the world, and the function that gives our value for it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

ROOT = Path(__file__).resolve().parent.parent
DATA = ROOT.parent / "shared" / "data"


@dataclass(frozen=True)
class Case:
    """A row of the validation table.

    `kind`: *observed* (measured reality), *published* (an agency or paper says), *crossed* (another implementation),
    *law* (physics must hold for random inputs). `margin` is in `unit`, and `why` says where it comes from (the
    source's uncertainty). `needs` names files under the shared data folder; the row is skipped where one is absent.
    """

    name: str
    kind: Literal["observed", "published", "crossed", "law"]
    says: float
    unit: str
    margin: float
    why: str
    source: str
    ours: Callable[[], float]
    relation: Literal["within", "at most", "at least"] = "within"
    needs: tuple[str, ...] = ()
    known_failure: str = ""

    def missing(self) -> list[str]:
        """Data files this row needs that are not here."""
        return [name for name in self.needs if not (DATA / name).exists()]

    def holds(self, value: float) -> bool:
        """Whether our value stands beside the world's."""
        if self.relation == "at most":
            return value <= self.says + self.margin
        if self.relation == "at least":
            return value >= self.says - self.margin
        return abs(value - self.says) <= self.margin
