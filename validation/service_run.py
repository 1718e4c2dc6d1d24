"""What must hold of a whole run that serves people: laws from the scenario to the stored rates."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from unittest.mock import patch

import numpy as np
from numpy.typing import NDArray

from skyhold.results.results import BroadbandResult
from skyhold.scenario.load import loads, with_values
from skyhold.scenario.scenario import BroadbandScenario
from skyhold.simulate import broadband
from skyhold.simulate.prepare import prepare
from skyhold.simulate.run import simulate
from validation.case import Case

TEXT = """
schema_version = 1
name = "served"
clock = { start_utc = 2022-02-28T16:00:00Z, duration_h = 0.1 }
fleet = { library = "starlink-2022-02-28" }
area = { bbox_deg = [34.0, 48.8, 38.5, 50.6], h3_resolution = 4 }
gateways = { names = ["Wola Krobowska", "Kaunas"] }
demand = { adoption_percent = 20.0, busy_hour_mbit_s = 8.0 }
places = [{ name = "Kharkiv", latitude_deg = 49.99, longitude_deg = 36.23 }]
sites = [{ name = "hospital", latitude_deg = 49.99, longitude_deg = 36.23, need_mbit_s = 20.0 }]
"""
FEW = {"demand.adoption_percent": 0.3}
SKIES: tuple[dict[str, Any], ...] = (
    {},
    FEW,
    {"radio.gateway_antennas": 2, "demand.uplink_share": 0.5},
    {"weather.kind": "exceeded", "radio.gateway_up.bandwidth_mhz": 300.0},
)
NEAR = {"latitude_deg": 49.9, "longitude_deg": 36.3}
GATEWAY = {"latitude_deg": 52.1, "longitude_deg": 20.9, "against": "gateway-up", "eirp_dbw": 80.0}
JAMMERS: tuple[dict[str, Any], ...] = (
    *({"name": letter, "preset": letter} | NEAR for letter in "BCDEF"),
    {"name": "gateway", "satellites_at_once": 50} | GATEWAY,
)
SPAN = {"on": [{"from_utc": "2022-02-28T16:02:12Z", "to_utc": "2022-02-28T16:04:12Z"}]}
Rates = NDArray[np.float64]


def run(values: dict[str, Any], threads: int = 1, block: int = broadband.BLOCK_SLOTS) -> BroadbandResult:
    """A run in memory with values set, without the tables beside its slots."""
    scenario = with_values(loads(TEXT, kind=BroadbandScenario), values)
    with (
        patch("skyhold.simulate.findings.extra_tables", lambda line, baseline: []),
        patch.object(broadband, "BLOCK_SLOTS", block),
    ):
        return simulate(scenario, threads=threads)


def rates(values: dict[str, Any], what: str = "rate_mbit_s", **effort: int) -> Rates:
    """(T, C) Mbit/s that the cells of a run get."""
    return np.asarray(run(values, **effort).array(what, of="service"), np.float64)


def most_above_wanted() -> float:
    """Largest excess of a stored rate over what its cell wants, Mbit/s."""
    worst = -np.inf
    for sky in SKIES:
        result = run(sky)
        line = prepare(result.scenario)
        assert line.service is not None
        wanted = line.service.demand
        asked = wanted.wanted_bit_s[wanted.hour(line.instants)] / 1e6
        worst = max(worst, float((result.array("rate_mbit_s", of="service") - asked * (1.0 + 1e-6)).max()))
    return worst


def most_lost_on_the_way() -> float:
    """Largest difference between what gateways carry and what cells get, as a share."""
    shares = []
    for sky in SKIES:
        result = run(sky)
        carried = result.array("carried_gbit_s", of="gateways").sum(axis=1) * 1e3
        got = result.array("rate_mbit_s", of="service").sum(axis=1)
        shares.append(np.abs(carried / got - 1.0).max())
    return float(max(shares))


def most_gained_by_a_jammer() -> float:
    """Largest rise of a cell's rate, Mbit/s, when a jammer of any kind comes, and when another one joins it."""
    gains = []
    for sky in SKIES:
        clear, first = rates(sky), JAMMERS[1] | {"name": "first", "longitude_deg": 36.0}
        one = rates(sky | {"jammers": [first]})
        gains.append((one - clear).max())
        for jammer in JAMMERS:
            gains.append((rates(sky | {"jammers": [jammer]}) - clear).max())
            gains.append((rates(sky | {"jammers": [first, jammer]}) - one).max())
    return float(max(gains))


def most_moved_by_silent_jammers() -> float:
    """Largest change of a rate, Mbit/s, while jammers are silent, or by one on the other side of the Earth."""
    moved = []
    silent = np.r_[0:8, 16:24]
    for sky in SKIES:
        clear = rates(sky)
        far = {"name": "far", "preset": "C", "latitude_deg": -49.9, "longitude_deg": -140.0}
        moved.append(np.abs(rates(sky | {"jammers": [far]}) - clear).max())
        for jammer in JAMMERS:
            moved.append(np.abs(rates(sky | {"jammers": [jammer | SPAN]}) - clear)[silent].max())
    return float(max(moved))


def most_moved_by_the_cut() -> float:
    """Largest difference of a rate, Mbit/s, between one thread and three, blocks of 60, 7 and 1 slots, in rain."""
    wet = {"weather.kind": "series", "weather.wetness": 20.0, "jammers": [JAMMERS[1]]}
    whole = rates(wet)
    cuts = [rates(wet, threads=threads, block=block) for threads, block in ((3, 60), (2, 7), (1, 1))]
    return float(max(np.abs(cut - whole).max() for cut in cuts))


def most_taken_from_sites() -> float:
    """Largest change of what priority sites get, Mbit/s, when people bring up to a hundred times the terminals."""
    scarce = {"radio.payload.beams": 1, "radio.gateway_antennas": 1}
    few, *more = (
        rates(scarce | {"demand.adoption_percent": percent}, "sites_mbit_s") for percent in (0.2, 2.0, 20.0)
    )
    return float(max(np.abs(one - few).max() for one in more))


def most_gained_in_rain() -> float:
    """Largest rise of a cell's rate, Mbit/s, by rain of any rarity, or of a drawn day, where all are served."""
    clear = rates(FEW)
    wet = [{"weather.kind": "exceeded", "weather.exceeded_percent": p} for p in (10.0, 1.0, 0.1, 0.01)]
    wet += [{"weather.kind": "series", "weather.wetness": 20.0, "weather.seed": seed} for seed in (1, 2)]
    return float(max((rates(FEW | weather) - clear).max() for weather in wet))


def _law(name: str, unit: str, margin: float, why: str, ours: Callable[[], float]) -> Case:
    source = "runs of 24 slots over the north-east of Ukraine, four skies"
    return Case(name, "law", 0.0, unit, margin, why, source, ours, relation="at most")


CASES: tuple[Case, ...] = (
    _law("a run: most a rate is above what is wanted", "Mbit/s", 0.0501, "half a stored step", most_above_wanted),
    _law(
        "a run: most that what gateways carry differs from what cells get", "share", 2e-3,
        "stored in steps of 10 Mbit/s a gateway", most_lost_on_the_way,
    ),
    _law(
        "a run: most a cell gains by a jammer, or by one more", "Mbit/s", 0.0, "exact: the plan does not know them",
        most_gained_by_a_jammer,
    ),
    _law(
        "a run: most a silent or far jammer moves a rate", "Mbit/s", 0.0, "exact", most_moved_by_silent_jammers
    ),
    _law("a run: most threads and blocks move a rate", "Mbit/s", 0.0, "exact", most_moved_by_the_cut),
    _law("a run: most people's terminals move what sites get", "Mbit/s", 0.0, "exact", most_taken_from_sites),
    _law("a run: most a cell gains in rain, where all are served", "Mbit/s", 0.0, "exact", most_gained_in_rain),
)  # fmt: skip
