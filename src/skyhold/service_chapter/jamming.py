"""What jammers take, before and after countermeasures: maps, the jammers, the places and the measures that count."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from skyhold.coverage_chapter.findings import has
from skyhold.coverage_chapter.maps import Atlas
from skyhold.drawing import numerals, palette, svg
from skyhold.drawing.numerals import NBSP
from skyhold.drawing.page import Figure, Section, View, variant_label
from skyhold.nouns.jammers import Countermeasures, Jammer
from skyhold.results.results import BroadbandResult
from skyhold.service_chapter import findings as found
from skyhold.service_chapter import maps, text
from skyhold.service_chapter.findings import Floats, Jammed

EDGES = (10.0, 50.0, 80.0, 95.0, 99.5)
LABELS = ("under 10 % left: denied", "10–50 %", "50–80 %", "80–95 %", "95–99.5 %", "as without jammers")
COLOURS = ("#7f2704", "#d4641a", "#f6bd84", "#fbe6d3", "#d3e4f1", "#8fbfe3")
PLACES_SHOWN = 15
AGAINST = {
    "user-down": "terminals (downlink)", "user-up": "satellites (uplink)", "gateway-up": "satellites (gateway uplink)",
    "gateway-down": "gateways", "gnss": "GNSS receivers of terminals",
}  # fmt: skip
ALL = "all of these"
ESTIMATE = "Every jammer’s power is an estimate, its place is an assumption."


def section(result: BroadbandResult, atlas: Atlas | None) -> Section | None:
    """The run in which jammers take most: maps before and after, jammers, places, measures."""
    one = found.jammed(result)
    if one is None:
        return None
    figures = [] if atlas is None else _maps(one, atlas)
    views = [jammers(one), areas(result), measures(result), places(one)]
    return Section("jamming", "What jammers take", _lead(one), figures, [view for view in views if view])


def _lead(one: Jammed) -> str:
    case = f"The case “{one.run.scenario.title or variant_label(one.name)}”. " if one.name else ""
    lost, half = (found.touched(one, one.bare, limit) for limit in (found.DENIED_PERCENT, found.HALF_PERCENT))
    without = (
        f"Without countermeasures {_cells(lost)} denied (under a tenth of the clear rate) and {_cells(half)} "
        "below half"
    )
    if not one.defence:
        return f"{case}{without}. No countermeasure is switched on in this case. {ESTIMATE}"
    still, halved = (
        found.touched(one, one.defended, limit) for limit in (found.DENIED_PERCENT, found.HALF_PERCENT)
    )
    return (
        f"{case}{without}; with those that are switched on ({switched_on(one.run.scenario.countermeasures)}) "
        f"{_cells(still)} denied and {_cells(halved)} below half. {ESTIMATE}"
    )


def _cells(many: tuple[int, float]) -> str:
    cells, who = many
    if not cells:
        return "no cell is"
    lived = f" ({text.people(who)} people)" if np.isfinite(who) else ""
    return f"{numerals.counted(cells, 'cell')}{lived} {'is' if cells == 1 else 'are'}"


def switched_on(measures: Countermeasures) -> str:
    """The countermeasures of a scenario in words."""
    words = [
        (measures.terminal_null_db, f"nulls of {measures.terminal_null_db:g}{NBSP}dB at the terminal"),
        (measures.satellite_null_db, f"nulls of {measures.satellite_null_db:g}{NBSP}dB at the satellite"),
        (measures.satellite_sidelobe_db, "lower sidelobes of the satellite"),
        (measures.taper, "lower sidelobes of the terminal"),
        (measures.choose_satellite, "satellites chosen away from jammers"),
        (measures.hop_channels, "hopping of channels"),
        (measures.fall_back, "robust modes"),
        (measures.raise_power_db, f"{measures.raise_power_db:g}{NBSP}dB more power"),
        (measures.narrow_uplink_mhz, "a narrower uplink"),
        (measures.ignore_gnss, "GNSS ignored"),
        (measures.dug_in_db, "terminals dug in"),
    ]
    return numerals.listed([name for value, name in words if value], 12) or "none"


def scale() -> palette.Scale:
    """What is left of the clear rate."""
    labels = tuple(label.replace(" %", f"{NBSP}%") for label in LABELS)
    return palette.Scale("Left of the clear rate", EDGES, COLOURS, labels, "unknown")


def _maps(one: Jammed, atlas: Atlas) -> list[Figure]:
    """Before, and after where anything is switched on: the lower of downlink and uplink."""
    pictures = [("Without countermeasures", one.bare)]
    if one.defence:
        pictures.append(("With countermeasures", one.defended))
    return [_map(one, atlas, title, values) for title, values in pictures]


def _map(one: Jammed, atlas: Atlas, title: str, values: Floats) -> Figure:
    denied = int((values < found.DENIED_PERCENT).sum())
    label = f"{title}: map of what is left of the clear rate; {denied} of {len(values)} cells denied."
    note = "Diamonds are jammers. The lower of downlink and uplink counts."
    return maps.figure(one.run, atlas, scale(), values, title, label, marks(one.run, atlas), note)


def marks(run: BroadbandResult, atlas: Atlas) -> str:
    """Jammers that stand, or where they begin, as diamonds."""
    drawn = ""
    for jammer in run.scenario.jammers:
        north, east = position(jammer)
        x, y = atlas.sheet(east, north).tolist()
        diamond = f"M{x:.1f} {y - 6:.1f}l6 6l-6 6l-6 -6z"
        words = f"{jammer.name}: {_power(jammer)}"
        drawn += svg.path(diamond, fill=palette.BLACK, stroke="#ffffff", stroke_width=1.4, title=words)
    return drawn


def position(jammer: Jammer) -> tuple[float, float]:
    """Latitude and longitude, degrees, of a jammer or of the start of its track."""
    if jammer.latitude_deg is not None and jammer.longitude_deg is not None:
        return jammer.latitude_deg, jammer.longitude_deg
    return jammer.track[0].latitude_deg, jammer.track[0].longitude_deg


def _power(jammer: Jammer) -> str:
    power = jammer.eirp_dbw
    return f"{power.value:g}{NBSP}dBW ({power.low:g} to {power.high:g}), an estimate"


def jammers(one: Jammed) -> View | None:
    """The jammers that are on, with the range of their power."""
    if not has(one.run, "jamming_jammers"):
        return None
    rows = [
        [
            str(row["jammer"]),
            AGAINST.get(str(row["against"]), str(row["against"])),
            str(row["strategy"]),
            f"{row['eirp_dbw']:g}",
            f"{row['least_dbw']:g} to {row['most_dbw']:g}",
            numerals.share(row["on_percent"], 100.0),
        ]
        for row in one.run.tables["jamming_jammers"].rows()
    ]
    heads = ["Jammer", "Against", "How", "EIRP, estimated (dBW)", "Range (dBW)", "On"]
    return View("The jammers", heads, "lllrrr", rows, ESTIMATE)


def measures(result: BroadbandResult) -> View | None:
    """Countermeasures against each jammer by itself: what each recovers, the one that recovers most first."""
    run = _with_table(result, "jamming_countermeasures")
    if run is None:
        return None
    found_in: dict[str, dict[str, float]] = {}
    for row in run.tables["jamming_countermeasures"].rows():
        found_in.setdefault(str(row["countermeasure"]), {})[str(row["jammer"])] = float(
            row["recovered_percent"]
        )
    against = list(dict.fromkeys(name for by_jammer in found_in.values() for name in by_jammer))
    ranked = sorted(found_in, key=lambda name: (name == ALL, -max(found_in[name].values())))
    rows = [
        [name[:1].upper() + name[1:], *(_recovered(found_in[name].get(one)) for one in against)]
        for name in ranked
        if max(found_in[name].values()) >= 0.5
    ]
    note = "Of the service that this jammer takes by itself, area by area; middle estimate of its power."
    heads = ["Countermeasure", *(f"against {name}" for name in against)]
    return (
        View("Which countermeasure recovers most", heads, "t" + "r" * len(against), rows, note)
        if rows
        else None
    )


def _recovered(percent: float | None) -> str:
    if percent is None:
        return numerals.NONE
    return "makes it worse" if percent < -0.5 else numerals.share(max(percent, 0.0), 100.0)


def areas(result: BroadbandResult) -> View | None:
    """What each jammer denies by itself, at the low, the middle and the high end of its estimated power."""
    run = _with_table(result, "jamming_areas")
    if run is None:
        return None
    by_jammer: dict[str, list[dict[str, Any]]] = {}
    for row in run.tables["jamming_areas"].rows():
        by_jammer.setdefault(str(row["jammer"]), []).append(row)
    rows = [_area(name, ends) for name, ends in by_jammer.items()]
    heads = ["Jammer, alone", "EIRP, estimated (dBW)", "Area denied (km²)", "Area below half (km²)",
             "Area without GNSS (km²)"]  # fmt: skip
    note = (
        "Middle estimate, and in brackets the low and the high end. Denied: under a tenth of the clear rate is left. "
        "Without countermeasures, over level ground."
    )
    return View("How far each jammer reaches, and how little is known of it", heads, "lrrrr", rows, note)


def _area(name: str, ends: Sequence[dict[str, Any]]) -> list[str]:
    by_end = {str(row["estimate"]): row for row in ends}
    row = [name]
    for key in ("eirp_dbw", "denied_km2", "half_rate_km2", "gnss_denied_km2"):
        low, middle, high = (float(by_end[end][key]) for end in ("low", "middle", "high"))
        row.append(f"{_round(middle)} ({_round(low)} to {_round(high)})" if high > 0 else numerals.NONE)
    return row


def _round(value: float) -> str:
    """Three figures at most."""
    return numerals.amount(value) if value < 1000 else text.people(value)


def _with_table(result: BroadbandResult, name: str) -> BroadbandResult | None:
    """The run with most rows of a table, the baseline before others."""
    found_in = [run for run in (result, *result.variants.values()) if has(run, name)]
    return max(found_in, key=lambda run: len(run.tables[name]), default=None)


def places(one: Jammed) -> View | None:
    """Places that lose most, before and after."""
    if not has(one.run, "jamming_places"):
        return None
    rows = one.run.tables["jamming_places"].rows()
    rows.sort(key=lambda row: min(row["down_jammed_percent"], row["up_jammed_percent"]))
    hurt = [
        row
        for row in rows
        if min(row["down_jammed_percent"], row["up_jammed_percent"]) < 99.5 or row["gnss_denied_percent"] > 0
    ]
    cells = [_place(row) for row in hurt[:PLACES_SHOWN]]
    heads = ["Place", "Downlink left", "defended", "Uplink left", "defended", "Time without GNSS"]
    note = "Of the clear rate, mean over 24 moments; over 100 % where the defence picks a better satellite."
    return View("Places that lose most", heads, "lrrrrr", cells, note) if cells else None


def _place(row: dict[str, Any]) -> list[str]:
    keys = ("down_jammed", "down_defended", "up_jammed", "up_defended", "gnss_denied")
    return [str(row["place"]), *(f"{row[f'{key}_percent']:.0f}{NBSP}%" for key in keys)]
