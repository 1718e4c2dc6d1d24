"""One line of the performance table."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Row:
    """What was measured: ours, the peer's figure of the same run, and what is required.

    `required` is compared with the ratio ours/peer where `relation` is "ratio at least", else with our own
    figure. None means that the figure is only reported.
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
        """Ours over the peer's."""
        return self.ours / self.peer if self.peer else None

    @property
    def holds(self) -> bool | None:
        """Whether the requirement is met; None where there is none."""
        judged = self.ratio if self.relation == "ratio at least" else self.ours
        if self.required is None or judged is None:
            return None
        return judged <= self.required if self.relation == "at most" else judged >= self.required
