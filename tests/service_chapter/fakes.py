"""A run with demand made by hand: every table that the chapter reads, over the made-up sky of the report's tests."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import numpy as np
from tests.report import fakes

from skyhold.nouns.demand import Delivery, DemandSpec, PrioritySite
from skyhold.nouns.jammers import Countermeasures, Jammer
from skyhold.nouns.mobility import MovingTerminal, Waypoint
from skyhold.nouns.planning import PlanSpec
from skyhold.results.arrays import SERVICE, create_group
from skyhold.results.results import BroadbandResult
from skyhold.results.tables import Table
from skyhold.service.reasons import Reason

REASONS = (Reason.SERVED, Reason.NO_BEAM, Reason.JAMMED, Reason.NO_TERMINAL, Reason.NO_POWER)
USERS = 150.0  # people behind ten terminals


def words(values: list[Any]) -> np.ndarray:
    return np.array(values, dtype=object)


def ukraine() -> BroadbandResult:
    """The made-up day with demand: the baseline with every table, one variant with fewer, one without demand."""
    base = fakes.ukraine()
    first, second = base.variants.values()
    return replace(
        with_demand(base, complete=True),
        variants={"polish-gateway-lost": with_demand(first, complete=False), "elevation-40": second},
    )


def with_demand(run: BroadbandResult, complete: bool) -> BroadbandResult:
    """A run with the tables of capacity, and with all others where it is to be complete."""
    when = datetime(2022, 2, 28, tzinfo=UTC)
    point = {"latitude_deg": 50.0, "longitude_deg": 36.0}
    scenario = run.scenario.model_copy(
        update={
            "demand": DemandSpec(basis="terminals"),
            "plan": PlanSpec(terminals=100, gateways=1),
            "jammers": (Jammer(name="east", preset="C", **point),),
            "countermeasures": Countermeasures(terminal_null_db=20.0 if complete else 0.0),
            "sites": (PrioritySite(name="Hospital", need_mbit_s=20.0, **point),),
            "deliveries": (Delivery(name="first", terminals=100, arrives=when.date(), crossing="Medyka"),),
            "moving": (
                MovingTerminal(
                    name="drone",
                    kind="drone",
                    track=(Waypoint(utc=when, **point), Waypoint(utc=when.replace(hour=1), **point)),
                ),
            ),
        }
    )
    cells = capacity_cells(run)
    tables = {**run.tables, "capacity_cells": cells, **capacity(run, cells)}
    if complete:
        tables |= others(run)
    made = replace(run, scenario=scenario, tables=tables)
    store_reasons(made)
    return made


def capacity_cells(run: BroadbandResult) -> Table:
    """Cells by turns served, short of beams, jammed, without a terminal, without power."""
    count = len(run.tables["cells"])
    reason = np.array([REASONS[i % len(REASONS)] for i in range(count)])
    users = np.where(np.isin(reason, (Reason.NO_TERMINAL, Reason.NO_POWER)), 0.0, USERS)
    unserved = np.select([reason == Reason.NO_BEAM, reason == Reason.JAMMED], [20.0, 50.0], 0.0)
    asks = users > 0
    columns = {
        "h3": run.tables["cells"]["h3"],
        "latitude_deg": run.tables["cells"]["latitude_deg"],
        "longitude_deg": run.tables["cells"]["longitude_deg"],
        "people": np.full(count, 5000.0),
        "dependents": np.full(count, 1000.0),
        "terminals": np.where(reason == Reason.NO_TERMINAL, 0.0, 10.0),
        "users": users,
        "wanted_mbit_s": np.where(asks, 80.0, np.nan),
        "rate_mean_mbit_s": np.where(asks, 80.0 - 0.8 * unserved, np.nan),
        "served_percent": np.where(asks, 100.0 - unserved, np.nan),
        "unserved_percent": np.where(asks, unserved, np.nan),
        "main_reason": words([Reason(r).words for r in reason]),
    }
    for name in ("mean", "p05", "median", "p95"):
        columns[f"offered_{name}_mbit_s"] = np.where(asks, 100.0 + 10.0 * np.arange(count), np.nan)
    return Table("capacity_cells", columns)


def capacity(run: BroadbandResult, cells: Table) -> dict[str, Table]:
    """The other tables of capacity, those of one site among them."""
    shown = {name: values[:3] for name, values in cells.columns.items()}
    reasons = {
        "reason": words([r.words for r in REASONS]),
        "cell_slots_percent": np.full(5, 20.0),
        "unserved_percent": np.array([0.0, 6.0, 15.0, 0.0, 0.0]),
        "cells": np.full(5, len(cells) // 5),
        "meaning": words([r.meaning for r in REASONS]),
    }
    hours = {
        "hour_local": np.arange(24),
        "wanted_gbit_s": np.linspace(1.0, 2.0, 24),
        "carried_gbit_s": np.linspace(1.0, 1.5, 24),
        "unserved_percent": np.linspace(0.0, 25.0, 24),
        "offered_mean_mbit_s": np.linspace(300.0, 200.0, 24),
    }
    gateways = {
        "name": words(["Kaunas"]),
        "carried_mean_gbit_s": np.array([1.2]),
        "carried_max_gbit_s": np.array([2.0]),
        "antennas_mean": np.array([7.5]),
        "all_antennas_percent": np.array([40.0]),
    }
    return {
        "capacity_places": Table("capacity_places", {"name": words(list(run.place_names[:3])), **shown}),
        "capacity_reasons": Table("capacity_reasons", reasons),
        "capacity_hours": Table("capacity_hours", hours),
        "capacity_gateways": Table("capacity_gateways", gateways),
        "sites": Table.of_rows("sites", [site("Hospital", 100.0, 100.0), site("Clinic", 0.0, 0.0)]),
    }


def site(name: str, asking: float, met: float) -> dict[str, Any]:
    return {"name": name, "latitude_deg": 50.0, "longitude_deg": 36.0, "need_mbit_s": 20.0, "terminals_in_cell": 3.0,
            "asking_percent": asking, "met_percent": met}  # fmt: skip


def others(run: BroadbandResult) -> dict[str, Table]:
    """Restoration, plan, jamming, what moves, budgets, needs, and a part that failed."""
    h3, count = run.tables["cells"]["h3"], len(run.tables["cells"])
    found = {
        "restoration": [_day(f"2022-04-{d:02d}", 100.0 * d) for d in range(1, 30)] + [_day("2022-05-02", 1e4)],
        "plan": [_way("plan", 9000.0), _way("by population", 8000.0), _way("uniform", 5000.0)],
        "plan_worth": [
            _worth("100 terminals", 1500.0), _worth("terminal", 15.0), _worth("gateway: Kyiv (may open)", 0.0)
        ],
        "plan_places": [{"place": "Kyiv", "terminals": 60, "cells": 2, "people_served": 900.0, "people_in_need": 5e3}],
        "plan_sites": [{"site": "Clinic", "need_mbit_s": 20.0, "met": False, "note": "outside the region"}],
        "plan_refused": [{"reason": "no terminal", "cells": 3, "people": 1e5, "terminals_they_would_need": 7e3}],
        "plan_flown": [{"utc": "2022-02-28T00:00:00", "people_served": 8900.0, "opened": "Kyiv (may open)"}],
        "jamming_jammers": [
            {"jammer": "east", "against": "user-down", "strategy": "barrage", "least_dbw": 40.0, "eirp_dbw": 45.0,
             "most_dbw": 50.0, "on_percent": 100.0}
        ],
        "jamming_areas": [_area("low", 1.0), _area("middle", 2.0), _area("high", 4.0)],
        "jamming_countermeasures": [_measure("nothing is done", 0.0), _measure("robust modes", 40.0)],
        "jamming_places": [
            {"place": "Kharkiv", "down_jammed_percent": 5.0, "down_defended_percent": 90.0, "up_jammed_percent": 100.0,
             "up_defended_percent": 100.0, "gnss_denied_percent": 0.0}
        ],
        "moving": [_drone("drone", 95.0)],
        "moving_outages": [
            {"name": "drone", "from_utc": "2022-02-28T00:20:00", "seconds": 90.0, "latitude_deg": 50.0,
             "longitude_deg": 36.0, "reason": "jammed"}
        ],
        "ledgers": [_line("clear", "C/N", 12.0), _line("exceeded 0.1 % of the year", "rain", -1.5),
                    _line("exceeded 0.1 % of the year", "C/N", 9.0)],
        "sensitivity": [
            {"parameter": "user_down.noise_k", "low": 150.0, "high": 250.0, "rate_at_low_mbit_s": 800.0,
             "rate_at_high_mbit_s": 670.0, "source": "[I]"}
        ],
        "activation": [{"what": "satellites", "verdict": "yes", "says": "14 usable", "remedy": "none needed"}],
        "not_computed": [{"part": "link budgets", "problem": "no climate"}],
    }  # fmt: skip
    left = np.where(np.arange(count) % 4 == 0, 5.0, 100.0)
    all_of_it = np.full(count, 100.0)
    jammed = {
        "h3": h3,
        "down_jammed_percent": left,
        "down_defended_percent": np.maximum(left, 80.0),
        "up_jammed_percent": all_of_it,
        "up_defended_percent": all_of_it,
    }
    tables = {name: Table.of_rows(name, rows) for name, rows in found.items()}
    tables["jamming_cells"] = Table("jamming_cells", jammed)
    tables["plan_cells"] = Table("plan_cells", {"h3": h3, "terminals": np.arange(count) % 30})
    return tables | {"track": track()}


def track() -> Table:
    """An hour of a drone past Kharkiv, jammed for a part of it."""
    count = 60
    stops = ["jammed" if 20 <= i < 26 else "served" for i in range(count)]
    start = np.datetime64("2022-02-28T00:00:00", "ms")
    return Table(
        "track",
        {
            "name": words(["drone"] * count),
            "utc": start + np.arange(count) * np.timedelta64(60_000, "ms"),
            "latitude_deg": np.linspace(49.5, 50.2, count),
            "longitude_deg": np.linspace(35.5, 36.5, count),
            "down_mbit_s": np.where(np.array(stops) == "served", 600.0, np.nan),
            "stop": words(stops),
        },
    )


def store_reasons(run: BroadbandResult) -> None:
    """The group `service` of the store: each cell has its main reason in every slot."""
    if "service" in run.store:
        return
    cells = run.tables["capacity_cells"]
    place = {"latitude": (cells["latitude_deg"], {}), "longitude": (cells["longitude_deg"], {})}
    made = create_group(run.store, "service", "cell", place, run.times, SERVICE)
    by_words = {reason.words: int(reason) for reason in Reason}
    made["reason"][...] = np.tile([by_words[w] for w in cells["main_reason"]], (len(run.times), 1))


def _day(date: str, terminals: float) -> dict[str, Any]:
    return {"date": date, "delivered": terminals, "in_place": 0.95 * terminals, "working": 0.9 * terminals,
            "users": 13.5 * terminals, "cut_off": 1e6, "sites_on_the_ground": 1.0, "sites_by_satellite": 1.0,
            "sites_served": 2.0}  # fmt: skip


def _way(name: str, people: float) -> dict[str, Any]:
    return {"way": name, "terminals_placed": 600, "terminals_left": 0, "people_served": people, "sites_met": 1,
            "bound_people": 9100.0, "gap_percent": 100.0 * (1 - people / 9100.0)}  # fmt: skip


def _worth(what: str, people: float) -> dict[str, Any]:
    return {"one_more": what, "people": people, "note": "as it says"}


def _area(end: str, size: float) -> dict[str, Any]:
    return {"jammer": "east", "estimate": end, "eirp_dbw": 40.0 + size, "denied_km2": 100.0 * size,
            "half_rate_km2": 200.0 * size, "gnss_denied_km2": 0.0}  # fmt: skip


def _measure(name: str, recovered: float) -> dict[str, Any]:
    return {"jammer": "east", "countermeasure": name, "recovered_percent": recovered}


def _drone(name: str, served: float) -> dict[str, Any]:
    return {"name": name, "kind": "drone", "distance_km": 120.0, "served_percent": served, "outages": 1,
            "longest_outage_s": 90.0, "down_median_mbit_s": 600.0, "up_median_mbit_s": 30.0, "rtt_median_ms": 66.0,
            "handovers_per_hour": 90.0, "shift_most_khz": 180.0, "doubts": ""}  # fmt: skip


def _line(sky: str, line: str, value: float) -> dict[str, Any]:
    return {"link": "user-down", "sky": sky, "title": "Made up: down", "line": line, "value": value, "unit": "dB",
            "note": "", "rate_mbit_s": 728.0}  # fmt: skip
