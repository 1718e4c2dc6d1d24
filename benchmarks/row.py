"""One line of the performance table."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Row:
    """What was measured: ours, the peer's figure of the same run, and what is required.

    `required` is compared with `ratio` where `relation` is "ratio at least", else with our own figure. None
    means that the figure is only reported.
    """

    what: str
    ours: float
    unit: str
    peer: float | None = None
    peer_name: str = ""
    required: float | None = None
    relation: Literal["at most", "at least", "ratio at least"] = "at most"
    note: str = ""

    @property
    def ratio(self) -> float | None:
        """How many times faster than the peer: of rates (1/s) ours over the peer's, of times the other way round."""
        if not self.peer or not self.ours:
            return None
        return self.ours / self.peer if "/" in self.unit else self.peer / self.ours

    @property
    def holds(self) -> bool | None:
        """Whether the requirement is met; None where there is none."""
        judged = self.ratio if self.relation == "ratio at least" else self.ours
        if self.required is None or judged is None:
            return None
        return judged <= self.required if self.relation == "at most" else judged >= self.required
