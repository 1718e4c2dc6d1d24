"""What a run adds up while its slots pass: the same from fresh slots and from stored ones."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from skyhold.results.statistics import TerminalStatistics
from skyhold.simulate.prepare import Line
from skyhold.simulate.service_tables import ServiceTotals
from skyhold.times import Instants

Stored = dict[str, NDArray[Any]]


@dataclass(frozen=True)
class Segment:
    """Slots from `first` on as they are stored: arrays of the terminals, who handed over, groups of the service."""

    first: int
    stored: Stored
    handover: NDArray[np.bool_]
    served: dict[str, Stored]


@dataclass(frozen=True)
class Totals:
    """Statistics of the terminals, (G,) served terminal-slots through each gateway, and the service of the cells."""

    line: Line
    terminals: TerminalStatistics
    gateway_slots: NDArray[np.int64]
    service: ServiceTotals | None

    @staticmethod
    def of(line: Line) -> Totals:
        """Nothing yet."""
        return Totals(
            line,
            TerminalStatistics(len(line.sites), line.scenario.clock.slot_period_s),
            np.zeros(len(line.ground.names), np.int64),
            None if line.service is None else ServiceTotals.of(line.service),
        )

    def fold(self, segment: Segment) -> None:
        """Add the slots of a segment; segments come in the order of time."""
        self.terminals.fold(segment.stored, segment.handover)
        through = segment.stored["gateway"]
        self.gateway_slots[:] += np.bincount(through[through >= 0], minlength=len(self.gateway_slots))
        if self.service is not None and segment.served:
            last = segment.first + len(segment.handover)
            instants, part = (
                self.line.instants.block(segment.first, last),
                self.service.line.planned(segment.first, last),
            )
            self.service.fold(
                Instants(instants.epoch, instants.offset_s[part]),
                segment.served["service"],
                segment.served["gateways"],
            )
