"""What must hold of beams, antennas and shares, what another solver says, and what was published of one satellite."""

from __future__ import annotations

import importlib.util
import json
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from skyhold.data.countries import country
from skyhold.geometry.cells import country_cells
from skyhold.geometry.masks import SkyMask
from skyhold.geometry.sites import Sites
from skyhold.geometry.visibility import look_up
from skyhold.nouns.radio import RadioSpec
from skyhold.orbits.secular import SecularFleet
from skyhold.scenario.library import fleet
from skyhold.service.beams import assign_beams
from skyhold.service.capacity import Limits, Offer, Served, serve
from skyhold.service.sharing import Flows, max_min
from skyhold.times import Epoch, Instants
from skyhold.units import DEG
from validation.case import Case

START = Epoch.from_datetime(datetime(2022, 2, 28, 1, tzinfo=UTC))
CHANNEL_HZ = 240e6
SEEDS = range(60)
Array = NDArray[Any]

MIN_COST_FLOW = """
import json, sys, time
import numpy as np
from ortools.graph.python import min_cost_flow
given = json.load(sys.stdin)
cell, at, value, slots = (np.array(given[key]) for key in ("cell", "at", "value", "slots"))
cells, count = given["cells"], len(slots)
began = time.process_time()
flow, source, sink, unit = min_cost_flow.SimpleMinCostFlow(), cells + count, cells + count + 1, 1e6
all_, ones = np.arange(cells), np.ones(cells, int)
flow.add_arcs_with_capacity_and_unit_cost(np.full(cells, source), all_, ones, 0 * ones)
flow.add_arcs_with_capacity_and_unit_cost(all_, np.full(cells, sink), ones, ones * int(given["unserved"] * unit))
flow.add_arcs_with_capacity_and_unit_cost(cell, cells + at, np.ones(len(at), int), (-value * unit).astype(int))
flow.add_arcs_with_capacity_and_unit_cost(cells + np.arange(count), np.full(count, sink), slots, 0 * slots)
flow.set_nodes_supplies(np.array([source, sink]), np.array([cells, -cells]))
assert flow.solve() == flow.OPTIMAL
used = flow.flows(np.arange(2 * cells, 2 * cells + len(at)))
print(json.dumps([int(used.sum()), float((used * value).sum()), time.process_time() - began]))
"""


def has_ortools() -> bool:
    """Whether OR-Tools is installed (the test group has it)."""
    return importlib.util.find_spec("ortools") is not None


def best_assignment(
    value: Array, cell: Array, at: Array, slots: Array, cells: int, unserved: float
) -> tuple[int, float, float]:
    """Cells served, sum of values and CPU-seconds of OR-Tools' min-cost flow, in a process of its own.

    It cannot be loaded beside HiGHS. Values are cut to a millionth.
    """
    given = {
        "value": np.asarray(value, float).tolist(),
        "cell": np.asarray(cell).tolist(),
        "at": np.asarray(at).tolist(),
        "slots": np.asarray(slots).tolist(),
        "cells": int(cells),
        "unserved": float(unserved),
    }
    command = [sys.executable, "-c", MIN_COST_FLOW]
    done = subprocess.run(command, input=json.dumps(given), capture_output=True, text=True, check=True)
    served, worth, cpu_s = json.loads(done.stdout)
    return served, worth, cpu_s


def pairs_of(table: Array, value: Array) -> tuple[Array, Array, Array]:
    """Value, cell and satellite of pairs in order of cell, from tables (C, K), -1 pads."""
    listed = table >= 0
    return value[listed], np.repeat(np.arange(len(table)), listed.sum(axis=1)), table[listed]


def limits(gateway_link_bit_s: Any, antennas: Any, beams: int = 2, steps: int = 3, **more: Any) -> Limits:
    """Limits of a small system."""
    values: dict[str, Any] = {
        "beams": beams,
        "beam_hz": CHANNEL_HZ,
        "least_share": 1.0 / steps,
        "beams_per_cell": 2,
        "payload_bit_s": 18e9,
        "gateway_links": 2,
        "most_bit_s_hz": 4.5,
        "gateway_link_bit_s": np.asarray(gateway_link_bit_s, float),
        "antennas": np.asarray(antennas, np.int32),
    }
    return Limits(**(values | more))


def random_sky(
    seed: int, slots: int = 2, cells: int = 9, satellites: int = 5, gateways: int = 2
) -> tuple[Offer, Array, Array, Limits]:
    """An offer, what is wanted, priorities and limits, tight enough that much goes unserved."""
    rng = np.random.default_rng(seed)
    depth = min(4, satellites)
    table = np.argsort(rng.random((slots, cells, satellites)), axis=2)[:, :, :depth].astype(np.int32)
    table[np.arange(depth) >= rng.integers(0, depth + 1, (slots, cells))[..., None]] = -1
    bits = np.where(table >= 0, rng.uniform(0.5, 4.5, table.shape), 0.0) * (rng.random(table.shape) < 0.9)
    reach = rng.random((slots, gateways, satellites)) < 0.6
    wanted = rng.lognormal(18.5, 1.0, (slots, cells)) * (rng.random((slots, cells)) < 0.9)
    link = rng.uniform(0.1e9, 3e9, (slots, gateways)) * (rng.random((slots, gateways)) < 0.9)
    held = limits(link, rng.integers(0, 3, gateways), payload_bit_s=rng.uniform(0.3e9, 2e9))
    return Offer(table, bits.astype(np.float32), reach), wanted, rng.integers(0, 2, cells), held


@cache
def ukraine(slots: int = 2) -> tuple[Offer, Limits]:
    """Cells of Ukraine under shell 1 and four gateways, and the limits of the default radio in clear sky.

    Efficiency is 2.3 bit/s/Hz plus the sine of elevation: about what the terminal's scan loss makes of it.
    """
    satellites = SecularFleet(fleet("starlink-gen1").shells[:1], START)
    instants = Instants.every(START, 15.0, slots)
    xyz = satellites.positions(instants)
    seen = look_up(xyz, country_cells(country("UKR"), 5).sites(), SkyMask(25.0 * DEG, 22.0 * DEG))
    ground = Sites.from_degrees([52.0, 54.9, 50.1, 41.5], [20.9, 23.9, 8.7, 15.5])
    listed = look_up(xyz, ground, SkyMask(25.0 * DEG), depth=80).satellite
    above = np.zeros((slots, 4, xyz.shape[1] + 1), np.bool_)
    slot, gateway, _ = np.indices(listed.shape)
    above[slot, gateway, listed] = True
    bits = np.where(seen.satellite >= 0, 2.3 + np.sin(seen.elevation_rad), 0.0).astype(np.float32)
    reach = np.ascontiguousarray(above[:, :, :-1])
    offer = Offer(seen.satellite, bits, reach, None, seen.in_view, seen.allowed)
    return offer, Limits.of(RadioSpec(), np.full((slots, 4), 9e9))


def lit_weight(served: Served, wanted: Array, chosen: Array) -> Array:
    """(T,) what the chosen cells that have a beam ask."""
    return np.asarray(np.where((served.beam_share > 0) & chosen, wanted, 0.0).sum(axis=1))


def fullest() -> float:
    """The largest share of a limit that anything takes."""
    shares = []
    for seed in SEEDS:
        offer, wanted, priority, held = random_sky(seed)
        served = serve(offer, wanted, priority, held)
        link = np.minimum(held.gateway_link_bit_s, held.payload_bit_s / held.gateway_links)
        shares += [
            (served.rate_bit_s / np.maximum(wanted, 1.0)).max(),
            (served.satellite_bit_s / held.payload_bit_s).max(),
            (served.satellite_beams / held.beams).max(),
            (served.gateway_bit_s / np.maximum(link * served.antennas_used, 1.0)).max(),
            (served.antennas_used / np.maximum(held.antennas, 1)).max(),
        ]
    return float(max(shares))


def most_gained_under_jamming() -> float:
    """Largest rise of any cell's rate, bit/s, when a second jammer joins a first, and when the first comes."""
    gains = []
    for seed in SEEDS:
        offer, wanted, priority, held = random_sky(seed)
        rng = np.random.default_rng(seed)
        one = (offer.bit_s_hz * rng.random(offer.bit_s_hz.shape)).astype(np.float32)
        two = np.where(rng.random(one.shape) < 0.5, one, np.float32(0))
        rates = [
            serve(
                replace(offer, bit_s_hz=b, unjammed_bit_s_hz=offer.bit_s_hz), wanted, priority, held
            ).rate_bit_s
            for b in (offer.bit_s_hz, one, two)
        ]
        gains += [(rates[1] - rates[0]).max(), (rates[2] - rates[1]).max()]
    return float(max(gains))


def most_lit_by_jamming() -> float:
    """Largest rise of what lit cells ask, as a share, when links are lost and the plan knows it."""
    rises = []
    for seed in SEEDS:
        offer, wanted, _, held = random_sky(seed)
        same = np.zeros(wanted.shape[1], int)
        kept = np.random.default_rng(seed).random(offer.bit_s_hz.shape) < 0.6
        jammed = replace(
            offer, bit_s_hz=np.where(kept, offer.bit_s_hz, np.float32(0)), unjammed_bit_s_hz=offer.bit_s_hz
        )
        under = lit_weight(serve(jammed, wanted, same, held, replanned=True), wanted, same == 0)
        clear = lit_weight(serve(offer, wanted, same, held), wanted, same == 0)
        rises.append(((under - clear) / np.maximum(clear, 1.0)).max())
    return float(max(rises))


def most_lost_by_more_terminals() -> float:
    """Largest fall of what lit cells of its class or the one before ask, as a share, when a cell asks for more."""
    falls = []
    for seed in SEEDS:
        offer, wanted, priority, held = random_sky(seed)
        wider = wanted + np.eye(wanted.shape[1])[seed % wanted.shape[1]] * 1e8
        before, after = serve(offer, wanted, priority, held), serve(offer, wider, priority, held)
        for rank in range(priority[seed % wanted.shape[1]] + 1):
            had = lit_weight(before, wanted, priority == rank)
            falls.append(((had - lit_weight(after, wider, priority == rank)) / np.maximum(had, 1.0)).max())
    return float(max(falls))


def most_moved_by_the_cut() -> float:
    """Largest difference of a rate, bit/s, between a block of two slots and the slots one by one."""
    worst = 0.0
    for seed in SEEDS:
        offer, wanted, priority, held = random_sky(seed)
        whole = serve(offer, wanted, priority, held).rate_bit_s
        for t in range(2):
            cut = Offer(
                offer.satellite[t : t + 1], offer.bit_s_hz[t : t + 1], offer.gateway_in_view[t : t + 1]
            )
            one = replace(held, gateway_link_bit_s=held.gateway_link_bit_s[t : t + 1])
            worst = max(
                worst, np.abs(serve(cut, wanted[t : t + 1], priority, one).rate_bit_s - whole[t]).max()
            )
    return float(worst)


def farthest_from_max_min() -> float:
    """Largest share by which a flow could rise without lowering one of a level not above its own."""
    worst = 0.0
    for seed in SEEDS:
        rng = np.random.default_rng(seed)
        chosen = [rng.choice(8, rng.integers(1, 6), replace=False) for _ in range(20)]
        first, link = np.concatenate([[0], np.cumsum([len(c) for c in chosen])]), np.concatenate(chosen)
        use, room = rng.uniform(0.2, 3.0, len(link)), rng.uniform(0.5, 5.0, 8)
        demand = np.where(rng.random(20) < 0.5, rng.uniform(0.01, 2.0, 20), np.inf)
        rate = max_min(Flows(first, link, use, demand), room).rate
        flow = np.repeat(np.arange(20), np.diff(first))
        for f in range(20):
            higher = np.bincount(
                link, use * np.where(rate[flow] > rate[f] * (1 + 1e-9), rate[flow] - rate[f], 0.0), 8
            )
            left = room - np.bincount(link, use * rate[flow], 8) + higher
            mine = slice(first[f], first[f + 1])
            worst = max(worst, min(demand[f] - rate[f], (left[link[mine]] / use[mine]).min()) / rate[f])
    return float(worst)


def lone_satellite_bit_s(
    beams: int, beam_hz: float, bit_s_hz: float, payload_bit_s: float = 18e9, link_bit_s: float = 9e9
) -> float:
    """What a satellite with nothing but demand under it carries, through two gateways of one antenna each."""
    links = np.full((1, 60, 1), bit_s_hz, np.float32)
    offer = Offer(np.zeros((1, 60, 1), np.int32), links, np.ones((1, 2, 1), np.bool_))
    room = np.full((1, 2), link_bit_s)
    held = limits(room, [1, 1], beams=beams, steps=10, beam_hz=beam_hz, payload_bit_s=payload_bit_s)
    return float(serve(offer, np.full((1, 60), 1e12), np.zeros(60, int), held).satellite_bit_s.sum())


def three_limits() -> float:
    """Largest departure, as a share, of a lone satellite from the least of beams, payload and gateway links."""
    worst = 0.0
    for beams, payload, link in ((8, 18e9, 9e9), (48, 18e9, 9e9), (48, 30e9, 4e9), (8, 3e9, 9e9)):
        least = min(beams * CHANNEL_HZ * 3.0, payload, 2.0 * link)
        worst = max(worst, abs(lone_satellite_bit_s(beams, CHANNEL_HZ, 3.0, payload, link) / least - 1.0))
    return worst


def auction_share(beams: int) -> float:
    """The auction's sum of values over the optimum, for the cells of Ukraine and so many slots a satellite, percent."""
    offer, _ = ukraine()
    value, cell, at = pairs_of(offer.satellite[0], offer.bit_s_hz[0])
    ids, at = np.unique(at, return_inverse=True)
    slots, cells = np.full(len(ids), beams), offer.satellite.shape[1]
    plan = assign_beams(value, cell, at, slots, cells, unserved=5.0)
    served, worth, _ = best_assignment(value, cell, at, slots, cells, 5.0)
    return 100.0 * plan.worth / worth if plan.served == served else 0.0


def _law(name: str, unit: str, says: float, margin: float, why: str, ours: Callable[[], float]) -> Case:
    return Case(name, "law", says, unit, margin, why, f"{len(SEEDS)} random skies", ours, relation="at most")


LAWS = (
    _law("largest share taken of a demand, beam, satellite or gateway", "share", 1.0, 1e-5, "float32", fullest),
    _law(
        "largest gain of a cell by a jammer, or by one more", "bit/s", 0.0, 0.0, "exact: the plan does not know them",
        most_gained_under_jamming,
    ),
    _law(
        "largest gain of the demand lit when a plan that knows loses links", "share", 0.0, 1e-12, "rounding",
        most_lit_by_jamming,
    ),
    _law(
        "largest loss of the demand lit by more terminals", "share", 0.0, 1e-12, "rounding",
        most_lost_by_more_terminals,
    ),
    _law(
        "largest difference of a rate by the cut into blocks", "bit/s", 0.0, 0.0, "exact", most_moved_by_the_cut
    ),
    _law(
        "room left to a flow that no larger one would have to give", "share", 0.0, 1e-9, "rounding",
        farthest_from_max_min,
    ),
    _law("a lone satellite beside the least of its three limits", "share", 0.0, 1e-5, "float32", three_limits),
)  # fmt: skip

PUBLISHED = (
    Case(
        "capacity of a v1 satellite of 16 beams at 1.5 bit/s/Hz", "published", 6.0, "Gbit/s", 0.5,
        "the source gives one digit", "Pekhterev, Starlink capacity, part 7 [RE]",
        lambda: lone_satellite_bit_s(16, 250e6, 1.5) / 1e9,
    ),
    Case(
        "one channel of a beam, 16QAM 3/4", "published", 688.5, "Mbit/s", 0.05, "its last digit",
        "Humphreys et al. 2022: 1,020 subcarriers x 300 symbols x 4 bit x 3/4 x 750 frames [I]",
        lambda: Limits.of(RadioSpec(), np.zeros((1, 1))).beam_hz * 3.0 / 1e6,
    ),
    Case(
        "4,425 satellites of 48 beams, a third over nobody", "published", 15_470_338.0, "Mbit/s", 20.0,
        "float32 of the rate", "Osoro and Oughton, globalsat, low C/N: 4,425 x 0.67 x 250 MHz x 48 x 0.434841",
        lambda: 4_425 * 0.67 * lone_satellite_bit_s(48, 250e6, 0.434841) / 1e6,
    ),
)  # fmt: skip

CROSSED = tuple(
    Case(
        f"auction of 2,466 cells of Ukraine, {beams} cells a satellite", "crossed", 100.0, "% of optimum", 0.5,
        "what is asked of it: 99.5 %", "Google OR-Tools, min-cost flow", lambda beams=beams: auction_share(beams),
    )
    for beams in (80, 40)
    if has_ortools()
)  # fmt: skip

CASES: tuple[Case, ...] = (*LAWS, *PUBLISHED, *CROSSED)
