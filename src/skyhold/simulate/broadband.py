"""The straight line of a broadband run, slot by slot."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from skyhold.geometry.visibility import Candidates, look_up
from skyhold.network.delay import round_trip_s
from skyhold.network.gateways import Backhaul
from skyhold.network.policies import Context
from skyhold.network.scheduler import Schedule, State, assign, serving_gateway
from skyhold.results.arrays import VARIABLES, chunk_slots, encode_rtt
from skyhold.results.results import BroadbandResult
from skyhold.results.statistics import TerminalStatistics
from skyhold.results.writer import RunWriter
from skyhold.simulate.blocks import in_order
from skyhold.simulate.findings import finish, open_groups
from skyhold.simulate.prepare import Line

BLOCK_SLOTS = 60
BLOCK_CANDIDATES = 1_200_000  # listed in one block: bounds memory and stays near the caches

Stored = dict[str, NDArray[Any]]
Progress = Callable[[str, int, int], None]


@dataclass(frozen=True)
class Block:
    """What one block of slots gives before the scheduler walks it."""

    first: int
    candidates: Candidates
    backhaul: Backhaul
    context: Context


def simulate_broadband(
    line: Line, writer: RunWriter, threads: int, progress: Progress | None
) -> BroadbandResult:
    """Run one prepared scenario into its writer, going on after the slots that are already there."""
    open_groups(line, writer)
    state, statistics, used = _replay(line, writer)
    name, slots = line.scenario.name, len(line.instants)
    for first, stored, handover in _segments(line, writer.slots_done, threads, state):
        statistics.fold(stored, handover)
        used += np.bincount(stored["gateway"][stored["gateway"] >= 0], minlength=len(used))
        writer.append(first, _split(stored, line))
        if progress is not None:
            progress(name, writer.slots_done, slots)
    return finish(line, writer, statistics, used)


def look(line: Line, first: int, last: int) -> Block:
    """Satellites, gateways behind them and candidates of every terminal, for slots first..last-1."""
    instants = line.instants.block(first, last)
    xyz = line.fleet.positions(instants)
    backhaul = line.ground.backhaul(xyz, instants)
    candidates = look_up(
        xyz, line.sites, line.mask, backhaul.delay_s, line.policy.depth, pop_index=line.pop_index
    )
    return Block(first, candidates, backhaul, _context(line, first, last, xyz))


def decide(line: Line, block: Block, state: State) -> tuple[Stored, NDArray[np.bool_], State]:
    """Serving satellite, gateway and round trip of a block, as stored integers, and who handed over."""
    schedule, after = assign(block.candidates, line.policy, block.context, state)
    rtt = round_trip_s(
        schedule,
        block.candidates,
        block.backhaul,
        line.pop_index,
        block.context.instants,
        seed=line.scenario.scheduler.seed,
    )
    return _stored(line, block, schedule, rtt), schedule.handover, after


def _segments(
    line: Line, done: int, threads: int, state: State
) -> Iterator[tuple[int, Stored, NDArray[np.bool_]]]:
    """Chunks of the store, each made of blocks that threads look up and that are decided in order."""
    slots, terminals = len(line.instants), len(line.sites)
    step = max(1, min(BLOCK_SLOTS, BLOCK_CANDIDATES // (max(1, terminals) * line.policy.depth)))
    chunk = chunk_slots(terminals, slots)
    spans = [
        (first, min(first + step, end))
        for start in range(done, slots, chunk)
        for end in (min(start + chunk, slots),)
        for first in range(start, end, step)
    ]
    held: list[tuple[Stored, NDArray[np.bool_]]] = []
    for (_, last), block in zip(spans, in_order(lambda span: look(line, *span), spans, threads), strict=True):
        stored, handover, state = decide(line, block, state)
        held.append((stored, handover))
        if last == slots or (last - done) % chunk == 0:
            joined = {key: np.concatenate([part[0][key] for part in held]) for key in stored}
            moved = np.concatenate([part[1] for part in held])
            yield last - len(moved), joined, moved
            held = []


def _context(line: Line, first: int, last: int, xyz: NDArray[np.floating]) -> Context:
    instants, ahead = line.instants.block(first, last), None
    if line.policy.lookahead_s > 0.0:
        ahead = line.fleet.positions(
            type(instants)(instants.epoch, instants.offset_s + line.policy.lookahead_s)
        )
    return Context(
        instants,
        line.sites,
        line.mask.min_elevation_rad,
        len(line.fleet),
        xyz=None if ahead is None else xyz,
        ahead=ahead,
    )


def _stored(line: Line, block: Block, schedule: Schedule, rtt_s: NDArray[np.float32]) -> Stored:
    counts = block.candidates
    return {
        "in_view": np.minimum(counts.in_view, 255).astype(np.uint8),
        "allowed": np.minimum(counts.allowed, 255).astype(np.uint8),
        "usable": np.minimum(counts.usable, 255).astype(np.uint8),
        "serving": schedule.serving,
        "gateway": serving_gateway(schedule, block.backhaul, line.pop_index),
        "rtt_ms": encode_rtt(rtt_s),
    }


def _split(stored: Stored, line: Line) -> dict[str, Stored]:
    places = len(line.places)
    groups = {"places": slice(0, places), "cells": slice(places, None)}
    return {
        group: {name: values[:, part] for name, values in stored.items()}
        for group, part in groups.items()
        if len(line.sites) and (places if group == "places" else line.cells is not None)
    }


def _replay(line: Line, writer: RunWriter) -> tuple[State, TerminalStatistics, NDArray[np.int64]]:
    """The state after the slots of a resumed run: its stored chunks are folded again."""
    terminals, done = len(line.sites), writer.slots_done
    state, statistics = (
        State.initial(terminals),
        TerminalStatistics(terminals, line.scenario.clock.slot_period_s),
    )
    used = np.zeros(len(line.ground.names), np.int64)
    chunk = chunk_slots(terminals, len(line.instants))
    for first in range(0, done, chunk):
        stored = _read(writer, first, min(first + chunk, done))
        before = np.concatenate([state.serving[None], stored["serving"][:-1]])
        moved = (before >= 0) & (stored["serving"] >= 0) & (before != stored["serving"])
        statistics.fold(stored, moved)
        used += np.bincount(stored["gateway"][stored["gateway"] >= 0], minlength=len(used))
        state = State(stored["serving"][-1].astype(np.int32))
    return state, statistics, used


def _read(writer: RunWriter, first: int, last: int) -> Stored:
    groups = [writer.root[g] for g in ("places", "cells") if g in writer.root]
    return {name: np.concatenate([g[name][first:last] for g in groups], axis=1) for name in VARIABLES}
