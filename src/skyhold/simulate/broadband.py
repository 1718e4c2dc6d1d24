"""The straight line of a broadband run, slot by slot."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from skyhold.geometry.visibility import Candidates, look_up
from skyhold.network.delay import round_trip_s
from skyhold.network.gateways import Backhaul
from skyhold.network.policies import Context
from skyhold.network.scheduler import Schedule, State, assign, serving_gateway
from skyhold.results.arrays import GATEWAY_LOAD, SERVICE, VARIABLES, chunk_slots, encode_rtt
from skyhold.results.results import BroadbandResult
from skyhold.results.writer import RunWriter
from skyhold.simulate.blocks import in_order
from skyhold.simulate.findings import finish, open_groups
from skyhold.simulate.prepare import Line
from skyhold.simulate.service import CellService, ServiceLine, arrays, depth, serve_block
from skyhold.simulate.totals import Segment, Stored, Totals
from skyhold.times import Instants

BLOCK_SLOTS = 60
BLOCK_CANDIDATES = 1_200_000  # listed in one block: bounds memory and stays near the caches

Progress = Callable[[str, int, int], None]


@dataclass(frozen=True)
class Block:
    """What one block of slots gives before the scheduler walks it."""

    first: int
    candidates: Candidates
    backhaul: Backhaul
    context: Context
    service: CellService | None


def simulate_broadband(
    line: Line, writer: RunWriter, threads: int, progress: Progress | None, baseline: bool = True
) -> BroadbandResult:
    """Run one prepared scenario into its writer, going on after the slots that are already there.

    What does not change from variant to variant (plan, needs, budgets) is computed for the baseline alone.
    """
    open_groups(line, writer)
    state, totals = _replay(line, writer)
    name, slots = line.scenario.name, len(line.instants)
    for segment in _segments(line, writer.slots_done, threads, state):
        totals.fold(segment)
        before = 0 if line.service is None else line.service.planned_before(segment.first)
        writer.append(segment.first, _split(segment.stored, line), before, segment.served)
        if progress is not None:
            progress(name, writer.slots_done, slots)
    return finish(line, writer, totals, baseline)


def look(line: Line, first: int, last: int) -> Block:
    """Satellites, gateways behind them and candidates of every terminal, for slots first..last-1."""
    instants = line.instants.block(first, last)
    xyz = line.fleet.positions(instants)
    backhaul = line.ground.backhaul(xyz, instants)
    part = slice(0, 0) if line.service is None else line.service.planned(first, last)
    listed = _depth(line) if range(len(instants))[part] else line.policy.depth
    candidates = look_up(xyz, line.sites, line.mask, backhaul.delay_s, listed, pop_index=line.pop_index)
    served = None if line.service is None else _served(line.service, first, candidates, xyz, instants)
    best = candidates.best(line.policy.depth)
    return Block(first, best, backhaul, _context(line, first, last, xyz), served)


def _served(
    service: ServiceLine, first: int, candidates: Candidates, xyz: NDArray[np.floating], instants: Instants
) -> CellService | None:
    """The service of those slots of a block whose beams are planned, if any."""
    part = service.planned(first, first + len(instants))
    chosen = Instants(instants.epoch, instants.offset_s[part])
    return serve_block(service, candidates.slots(part), xyz[part], chosen) if len(chosen) else None


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


def _segments(line: Line, done: int, threads: int, state: State) -> Iterator[Segment]:
    """Chunks of the store, each made of blocks that threads look up and that are decided in order."""
    slots, terminals = len(line.instants), len(line.sites)
    step = max(1, min(BLOCK_SLOTS, BLOCK_CANDIDATES // (max(1, terminals) * _depth(line))))
    chunk = chunk_slots(terminals, slots)
    spans = [
        (first, min(first + step, end))
        for start in range(done, slots, chunk)
        for end in (min(start + chunk, slots),)
        for first in range(start, end, step)
    ]
    held: list[Segment] = []
    for (_, last), block in zip(spans, in_order(lambda span: look(line, *span), spans, threads), strict=True):
        stored, handover, state = decide(line, block, state)
        served = {} if block.service is None else arrays(block.service)
        held.append(Segment(block.first, stored, handover, served))
        if last == slots or (last - done) % chunk == 0:
            yield _joined(held)
            held = []


def _joined(parts: list[Segment]) -> Segment:
    """Neighbouring segments as one."""
    first, planned = parts[0], [part.served for part in parts if part.served]
    return Segment(
        first.first,
        {key: np.concatenate([part.stored[key] for part in parts]) for key in first.stored},
        np.concatenate([part.handover for part in parts]),
        {
            group: {key: np.concatenate([served[group][key] for served in planned]) for key in values}
            for group, values in (planned[0] if planned else {}).items()
        },
    )


def _depth(line: Line) -> int:
    """Candidates to list: those the policy ranks, and all where beams are planned."""
    return line.policy.depth if line.service is None else max(depth(len(line.fleet)), line.policy.depth)


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


def _replay(line: Line, writer: RunWriter) -> tuple[State, Totals]:
    """The state after the slots of a resumed run: its stored chunks are folded again."""
    terminals, done = len(line.sites), writer.slots_done
    state, totals = State.initial(terminals), Totals.of(line)
    chunk = chunk_slots(terminals, len(line.instants))
    for first in range(0, done, chunk):
        stored = _read(writer, first, min(first + chunk, done))
        before = np.concatenate([state.serving[None], stored["serving"][:-1]])
        moved = (before >= 0) & (stored["serving"] >= 0) & (before != stored["serving"])
        totals.fold(Segment(first, stored, moved, _read_service(line, writer, first, first + len(moved))))
        state = State(stored["serving"][-1].astype(np.int32))
    return state, totals


def _read(writer: RunWriter, first: int, last: int) -> Stored:
    groups = [writer.root[g] for g in ("places", "cells") if g in writer.root]
    return {name: np.concatenate([g[name][first:last] for g in groups], axis=1) for name in VARIABLES}


def _read_service(line: Line, writer: RunWriter, first: int, last: int) -> dict[str, Stored]:
    if line.service is None:
        return {}
    begin, end = line.service.planned_before(first), line.service.planned_before(last)
    groups = {"service": SERVICE, "gateways": GATEWAY_LOAD}
    return {
        group: {name: writer.root[group][name][begin:end] for name in variables}
        for group, variables in groups.items()
        if end > begin
    }
