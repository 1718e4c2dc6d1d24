"""Slot by slot: which satellite serves each terminal, and when it hands over."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from skyhold.geometry.visibility import Candidates
from skyhold.network import kernels
from skyhold.network.gateways import Backhaul
from skyhold.network.policies import Context, Policy


@dataclass(frozen=True)
class State:
    """What one block of slots hands to the next: `serving` (U,) int32 of the last slot, -1 where none."""

    serving: NDArray[np.int32]

    @staticmethod
    def initial(terminals: int) -> State:
        """Before the first slot nobody is served."""
        return State(np.full(terminals, -1, np.int32))


@dataclass(frozen=True)
class Schedule:
    """`serving` (T, U) int32 satellite, -1 none; `rank` (T, U) int8 its place k among the candidates, -1
    none; `handover` (T, U) bool.
    """

    serving: NDArray[np.int32]
    rank: NDArray[np.int8]
    handover: NDArray[np.bool_]


def assign(candidates: Candidates, policy: Policy, context: Context, state: State) -> tuple[Schedule, State]:
    """The best usable satellite of each terminal in each slot.

    The satellite of the slot before is kept while it is usable, unless a challenger scores better by more
    than the policy's hysteresis. A handover is a change of satellite between two served slots that follow
    each other: the first slot of a run and the return after a slot without service are not handovers.
    Results do not depend on how the slots are cut into blocks, if blocks come in order.
    """
    slots, terminals = candidates.satellite.shape[:2]
    schedule = Schedule(
        np.empty((slots, terminals), np.int32),
        np.empty((slots, terminals), np.int8),
        np.empty((slots, terminals), np.bool_),
    )
    previous = state.serving.copy()
    kernels.assign(
        candidates.satellite,
        policy.scores(candidates, context),
        policy.balances,
        np.ones(terminals) if context.weight is None else context.weight,
        policy.hysteresis,
        previous,
        np.zeros(context.satellites if policy.balances else 0),
        schedule.serving,
        schedule.rank,
        schedule.handover,
    )
    return schedule, State(previous)


def serving_gateway(
    schedule: Schedule, backhaul: Backhaul, pop_index: NDArray[np.integer]
) -> NDArray[np.int16]:
    """(T, U) the gateway behind each serving satellite, -1 where not served."""
    slot = np.arange(schedule.serving.shape[0])[:, None]
    gateway = backhaul.gateway[slot, pop_index[None, :], np.maximum(schedule.serving, 0)]
    return np.asarray(np.where(schedule.serving >= 0, gateway, np.int16(-1)), np.int16)


def handovers_per_hour(
    handover: NDArray[np.bool_], serving: NDArray[np.integer], period_s: float
) -> NDArray[np.float64]:
    """(U,) handovers per served hour; NaN for a terminal that never was served."""
    hours = (serving >= 0).sum(axis=0) * (period_s / 3600.0)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray(np.where(hours > 0.0, handover.sum(axis=0) / hours, np.nan))
