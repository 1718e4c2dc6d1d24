"""What changes from one run to another: a sentence, maps of the difference, and the places that lose most."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from skyhold.coverage_chapter import findings, maps
from skyhold.coverage_chapter.maps import Atlas
from skyhold.drawing import numerals, palette
from skyhold.drawing.page import Figure, Legend, View
from skyhold.report import text
from skyhold.results.compare import Comparison
from skyhold.results.results import BroadbandResult
from skyhold.results.tables import Table
from skyhold.service_chapter.findings import aligned, has_service, people_by_reason

LOSERS_SHOWN = 6
NOTABLE_MS = 1.0
NOTABLE_SATELLITES = 0.05


@dataclass(frozen=True)
class Difference:
    """One run beside another: its title, what was set otherwise, the sentence, figures and table; and `why`, where the
    outcome would surprise.
    """

    anchor: str
    title: str
    settings: list[tuple[str, str, str]]
    sentence: str
    figures: list[Figure]
    table: View | None
    why: str = ""


def variant_difference(result: BroadbandResult, name: str, atlas: Atlas | None) -> Difference:
    """A variant beside its baseline."""
    clause = text.variant_clause(result, name)
    sentence = clause[0].upper() + clause[1:] + "."
    other = text.reference(result, name)
    before = result.variants[other] if other else result
    return difference(
        before, result.variants[name], text.variant_title(result, name), sentence, atlas, f"if-{name}"
    )


def difference(
    before: BroadbandResult,
    after: BroadbandResult,
    title: str,
    sentence: str,
    atlas: Atlas | None,
    anchor: str,
) -> Difference:
    """Two runs of the same area; without figures where they share no place and no cell."""
    both = findings.beside(before, after)
    if both is None:
        return Difference(anchor, title, [], sentence, [], None)
    settings = [(key, _setting(a), _setting(b)) for key, (a, b) in both.settings().items()]
    figures = difference_maps(before, both, atlas) if atlas is not None else []
    served = served_change(before, after, atlas) if atlas is not None else None
    same_day = before.scenario.clock == after.scenario.clock
    moved = same_day and _moved(both)
    figures = [served, *figures[: int(moved)]] if served else figures
    if not same_day or (served and not moved):
        return Difference(anchor, title, settings, sentence, figures, None)
    table = losers(both, findings.subject(before).noun)
    return Difference(anchor, title, settings, sentence, figures, table, slower_with_more(before, after))


def _moved(both: Comparison) -> bool:
    """Whether satellites or the time with one change anywhere."""
    names = ("service_percent_change", "usable_mean_change")
    return any(
        _largest({"places": np.asarray(both.places[name], float)}) > 0 for name in names if len(both.places)
    )


def slower_with_more(before: BroadbandResult, after: BroadbandResult) -> str:
    """Why the round trip is longer although more satellites can be used; nothing where that is not so."""
    group = findings.main_group(before)
    if group is None or not findings.has(after, group):
        return ""
    more = findings.mean_of(after, group, "usable_mean") - findings.mean_of(before, group, "usable_mean")
    longer = findings.median_rtt_ms(after, group) - findings.median_rtt_ms(before, group)
    if not (more > NOTABLE_SATELLITES and longer > NOTABLE_MS):
        return ""
    old, new = _shares(before), _shares(after)
    gain, name = max(((share - old.get(name, 0.0), name) for name, share in new.items()), default=(0.0, ""))
    share = numerals.share(new[name], 100.0) if gain > 0 else ""
    through = f" {share} of the served slots go through {name}." if share else ""
    return (
        "More satellites, and yet slower: a terminal takes the satellite that the policy "
        f"{after.scenario.scheduler.policy} prefers, whatever gateway and fibre lie behind it.{through} Whether the "
        "operator weighs delay when it chooses is not public."
    )


def _shares(run: BroadbandResult) -> dict[str, float]:
    """Share of the served slots by gateway, %."""
    if not findings.has(run, "gateways"):
        return {}
    table = run.tables["gateways"]
    return {str(name): float(share) for name, share in zip(table["name"], table["used_percent"], strict=True)}


def difference_maps(before: BroadbandResult, both: Comparison, atlas: Atlas) -> list[Figure]:
    """Change of usable satellites, and of the time with service; of the round trip where service stays."""
    service, usable, delay = (
        _aligned(before, both, f"{name}_change")
        for name in ("service_percent", "usable_mean", "rtt_median_ms")
    )
    maps_of = [
        _map(
            before,
            atlas,
            _scale("Change of satellites usable", usable, "satellites", 0.1),
            usable,
            "Usable satellites",
        )
    ]
    if _largest(service) > 0:
        scale = palette.change_scale("Change of time with service", (0.1, 1.0, 5.0, 20.0), "points")
        return [_map(before, atlas, scale, service, "Time with service"), *maps_of]
    if _largest(delay) > 0:
        scale = _scale("Change of the median round trip", delay, "ms", 0.5, more_is_better=False)
        maps_of.append(_map(before, atlas, scale, delay, "Round trip"))
    return maps_of


def served_change(before: BroadbandResult, after: BroadbandResult, atlas: Atlas) -> Figure | None:
    """Map of the change of people with service; None without demand, or where nobody's service changes."""
    if not (has_service(before) and has_service(after)):
        return None
    people = [people_by_reason(run)[0] for run in (before, after)]
    change = aligned(before, after.tables["capacity_cells"], people[1]) - people[0]
    change = np.where(np.abs(change) < 0.5, 0.0, change)
    if not (change != 0).any():
        return None
    scale = palette.change_scale("Change of people with service", (10.0, 30.0, 100.0, 300.0), "people")
    return _map(before, atlas, scale, {"cells": change}, "People with service")


def losers(both: Comparison, noun: str) -> View | None:
    """The places that lose most service, then most satellites; where none loses, those that change most. None when
    there are no places.
    """
    table = both.places
    if not len(table):
        return None
    lost, fewer = (np.asarray(table[f"{name}_change"], float) for name in ("service_percent", "usable_mean"))
    losing = bool((lost < 0).any())
    order = np.lexsort((fewer, lost) if losing else (-np.abs(fewer), -np.abs(lost)))[:LOSERS_SHOWN]
    rows = [_row(table, int(u)) for u in order]
    heads = [
        noun.capitalize(),
        "Service before",
        "after",
        "change",
        "Usable before",
        "after",
        "Round trip before",
        "after",
    ]
    some = "lose most" if losing else "change most: none loses service"
    plural = {"city": "Cities"}.get(noun, noun.capitalize() + "s")
    return View(f"{plural} that {some}", heads, "lrrrrrrr", rows)


def _row(table: Table, u: int) -> list[str]:
    def value(name: str) -> float:
        return float(table[name][u])

    return [
        str(table["name"][u]),
        numerals.share(value("service_percent_before"), 100.0),
        numerals.share(value("service_percent_after"), 100.0),
        numerals.points(value("service_percent_change")),
        numerals.amount(value("usable_mean_before")),
        numerals.amount(value("usable_mean_after")),
        numerals.milliseconds(value("rtt_median_ms_before")),
        numerals.milliseconds(value("rtt_median_ms_after")),
    ]


def _aligned(before: BroadbandResult, both: Comparison, column: str) -> dict[str, NDArray[np.float64]]:
    """Changes in the order of the tables of `before`; NaN where the other run has no such terminal."""
    aligned = {}
    for group, key, table in (("places", "name", both.places), ("cells", "h3", both.cells)):
        if not findings.has(before, group) or not len(table):
            continue
        change = dict(zip(table[key].astype(str), np.asarray(table[column], float), strict=True))
        names = before.tables[group][key].astype(str)
        aligned[group] = np.array([change.get(name, np.nan) for name in names])
    return aligned


def _scale(
    title: str, values: dict[str, NDArray[np.float64]], unit: str, least: float, more_is_better: bool = True
) -> palette.Scale:
    """Three round classes up to the largest change, and one beyond."""
    step = max(numerals.nice_step(_largest(values), 4), least)
    edges = [round(step * n, 6) for n in (1, 2, 3)]
    return palette.change_scale(title, edges, unit, more_is_better)


def _largest(values: dict[str, NDArray[np.float64]]) -> float:
    """The largest change anywhere, 0 where nothing can be compared."""
    sizes = np.abs(np.concatenate([*values.values(), [0.0]]))
    return float(sizes[np.isfinite(sizes)].max())


def _map(
    before: BroadbandResult,
    atlas: Atlas,
    scale: palette.Scale,
    values: dict[str, NDArray[np.float64]],
    title: str,
) -> Figure:
    known = values.get("cells", values.get("places", np.empty(0)))
    legend = Legend(scale.title, scale.legend(known))
    losing, gaining = int((known < 0).sum()), int((known > 0).sum())
    label = f"Map of the change: {losing} of {len(known)} lose, {gaining} gain."
    return Figure(f"{title}: change", maps.map_of(atlas, before, scale, values, label), legend)


def _setting(value: object) -> str:
    if value in (None, [], ()):
        return "none"
    if isinstance(value, list):
        return "; ".join(_setting(item) for item in value)
    if isinstance(value, dict) and value.get("kind") == "gateway-down":
        until = f" to {_minute(value['to_utc'])}" if value.get("to_utc") else ""
        return f"{value['gateway']} down from {_minute(value['from_utc'])}{until}"
    if isinstance(value, dict):
        return ", ".join(f"{key} {_setting(item)}" for key, item in value.items() if item is not None)
    return f"{value:g}" if isinstance(value, float) else str(value)


def _minute(stamp: object) -> str:
    return str(stamp)[:16].replace("T", " ") + " UTC"
