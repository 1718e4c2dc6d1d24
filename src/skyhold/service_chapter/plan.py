"""The plan: where terminals go, how good it can be at best, the rules of thumb beside it, what one more is worth."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from skyhold.coverage_chapter.findings import has
from skyhold.coverage_chapter.maps import Atlas
from skyhold.drawing import numerals, palette, svg
from skyhold.drawing.frame import Frame, bar_cell, round_end
from skyhold.drawing.page import Figure, Legend, Section, View
from skyhold.results.results import BroadbandResult
from skyhold.service_chapter import findings as found
from skyhold.service_chapter import maps, text

WAYS = {
    "plan": "The plan",
    "by population": "Rule of thumb: by population",
    "uniform": "Rule of thumb: the same everywhere",
}
SHORT = {"plan": "the plan", "by population": "by population", "uniform": "the same everywhere"}
PLACES_SHOWN = 15


def section(result: BroadbandResult, atlas: Atlas | None) -> Section | None:
    """Map, ways beside each other, places, marginal values, who is left out."""
    if not has(result, "plan"):
        return None
    figures = [maps.plan(result, atlas)] if atlas is not None and has(result, "plan_cells") else []
    figures.append(comparison(result))
    views = [ways(result), worth(result), places(result), sites(result), refused(result)]
    return Section("plan", "Where to put terminals", _lead(result), figures, [view for view in views if view])


def _lead(result: BroadbandResult) -> str:
    spec = result.scenario.plan
    row = best(result)
    if spec is None:
        return ""
    aim = "every priority site first, then most people" if spec.objective == "sites-first" else "most people"
    proof = (
        "no plan can do better"
        if row["gap_percent"] < 0.005
        else f"it stays {numerals.share(row['gap_percent'], 100.0)} below {text.people(row['bound_people'])}, "
        "more than which no plan can serve"
    )
    return (
        f"{numerals.whole(spec.terminals)} terminals, the aim {aim}. A terminal counts while it has "
        f"{text.rate(spec.least_mbit_s)} or more in each of {spec.slots} sampled slots, under the beams, satellites "
        f"and gateways of those slots. The plan serves {text.people(row['people_served'])} people; {proof}."
        f"{_flown(result)}"
    )


def _flown(result: BroadbandResult) -> str:
    """What the scheduler makes of the plan, and the gateways that it opens."""
    if not has(result, "plan_flown"):
        return ""
    table = result.tables["plan_flown"]
    served = found.floats(table, "people_served")
    opened = str(table["opened"][0]).replace("(may open)", "").strip()
    more = f" It opens a gateway at {opened}." if opened else ""
    mean, least = text.people(float(served.mean())), text.people(float(served.min()))
    return f" Flown by the scheduler it serves {mean} on average, {least} at worst.{more}"


def best(result: BroadbandResult) -> dict[str, Any]:
    """The row of the plan itself."""
    return next(row for row in result.tables["plan"].rows() if row["way"] == "plan")


def comparison(result: BroadbandResult) -> Figure:
    """Upright bars of people served by the plan and by the rules of thumb, under the line of the bound."""
    rows = result.tables["plan"].rows()
    bound = float(best(result)["bound_people"])
    end = round_end(max(bound, *(float(row["people_served"]) for row in rows)) * 1.08, 5)
    frame = Frame(64, 30, 380, 250, (0.0, float(len(rows))), (0.0, end))
    parts, base = [frame.y_axis("People served", 5)], frame.top + frame.height
    for number, row in enumerate(rows):
        parts += _column(frame, number, row, base)
    y = frame.at_y(bound)
    parts.append(
        svg.line(
            frame.left,
            y,
            frame.left + frame.width,
            y,
            palette.VERMILION,
            stroke_width=1.6,
            stroke_dasharray="6 4",
        )
    )
    parts.append(svg.line(frame.left, base, frame.left + frame.width, base, palette.FAINT_INK))
    drawn = svg.drawing(460, 330, "People served by the plan and by rules of thumb.", parts, "chart")
    legend = Legend("", [(palette.VERMILION, f"no plan can serve more: {text.people(bound)}")], shape="line")
    return Figure("The plan beside rules of thumb", drawn, legend)


def _column(frame: Frame, number: int, row: dict[str, Any], base: float) -> list[str]:
    people, way = float(row["people_served"]), str(row["way"])
    left, right, y = frame.at_x(number + 0.2), frame.at_x(number + 0.8), frame.at_y(people)
    colour = palette.BLUE if way == "plan" else palette.SKY
    middle = (left + right) / 2
    inside = svg.text(
        middle,
        min(y + 18, base - 4),
        text.people(people),
        text_anchor="middle",
        fill=palette.ink_on(colour),
        font_weight="600",
    )
    placed = numerals.whole(row["terminals_placed"])
    words = f"{WAYS.get(way, way)}: {text.people(people)} people with {placed} terminals"
    name = svg.text(middle, base + 18, SHORT.get(way, way), text_anchor="middle", fill=palette.SOFT_INK)
    return [svg.rect(left, y, right - left, base - y, colour, title=words), inside, name]


def ways(result: BroadbandResult) -> View:
    """The plan beside the rules of thumb."""
    rows = result.tables["plan"].rows()
    most = max(float(row["people_served"]) for row in rows)
    cells = [
        [
            WAYS.get(str(row["way"]), str(row["way"])),
            numerals.whole(row["terminals_placed"]),
            text.people(row["people_served"]),
            bar_cell(float(row["people_served"]), most),
            numerals.whole(row["sites_met"]),
            text.people(row["bound_people"]),
            numerals.share(row["gap_percent"], 100.0),
        ]
        for row in rows
    ]
    heads = ["Way", "Terminals placed", "People served", "", "Sites met", "At most possible", "Below that"]
    note = "At most possible: the bound that the solver proves for any plan with as many sites met."
    return View("The plan beside rules of thumb", heads, "lrrlrrr", cells, note)


def worth(result: BroadbandResult) -> View | None:
    """What one more of each thing adds."""
    if not has(result, "plan_worth"):
        return None
    rows = result.tables["plan_worth"].rows()
    most = max([float(row["people"]) for row in rows] + [1.0])
    gains = [row for row in rows if row["people"] >= 0.5]
    idle = [row for row in rows if row["people"] < 0.5]
    cells = [
        [_thing(row), text.people(row["people"]), bar_cell(float(row["people"]), most), str(row["note"])]
        for row in gains
    ]
    if idle:
        names = _grouped(idle) if len(idle) > 1 else str(idle[0]["note"])
        which = f"Each of {len(idle)} others" if len(idle) > 1 else _thing(idle[0])
        cells.append([which, "0", "", names])
    note = (
        "People added to the bound with one more of it, the plan solved anew. Zero: something else is short."
    )
    return View(
        "What one more is worth, beyond the plan",
        ["One more", "People", "", "What it is"],
        "lrlt",
        cells,
        note,
    )


def _grouped(rows: Sequence[dict[str, Any]]) -> str:
    """Things by kind: satellite; gateway at Kyiv or Lviv."""
    kinds: dict[str, list[str]] = {}
    for row in rows:
        kinds.setdefault(text.kind(str(row["one_more"])), []).append(_place(row))
    return "; ".join(f"{kind} {numerals.listed(where, 12)}".strip() for kind, where in kinds.items())


def _place(row: dict[str, Any]) -> str:
    return str(row["one_more"]).partition(":")[2].replace("(may open)", "").strip()


def _thing(row: dict[str, Any]) -> str:
    words = str(row["one_more"])
    name, where = words.partition(":")[0], _place(row)
    return f"{name.capitalize()}, {where}" if where else name.capitalize()


def places(result: BroadbandResult) -> View | None:
    """Where the terminals go, by the city that is near."""
    if not has(result, "plan_places"):
        return None
    rows = result.tables["plan_places"].rows()
    most = max(float(row["terminals"]) for row in rows)
    cells = [
        [
            str(row["place"])[:1].upper() + str(row["place"])[1:],
            numerals.whole(row["terminals"]),
            bar_cell(float(row["terminals"]), most),
            text.people(row["people_served"]),
            text.people(row["people_in_need"]),
        ]
        for row in rows[:PLACES_SHOWN]
    ]
    heads = ["Near", "Terminals", "", "People served", "People without another network"]
    note = (
        f"The {PLACES_SHOWN} that get most of {len(rows)}; all are in tables/plan_places.csv."
        if len(rows) > PLACES_SHOWN
        else ""
    )
    return View("Where the terminals go", heads, "lrlrr", cells, note)


def sites(result: BroadbandResult) -> View | None:
    """Priority sites that the plan does not reach; none where it meets all."""
    if not has(result, "plan_sites"):
        return None
    rows = [row for row in result.tables["plan_sites"].rows() if not row["met"]]
    cells = [[str(row["site"]), text.rate(row["need_mbit_s"]), str(row["note"]) or "no room"] for row in rows]
    return (
        View("Priority sites that the plan does not meet", ["Site", "Needs", "Why"], "lrl", cells)
        if cells
        else None
    )


def refused(result: BroadbandResult) -> View | None:
    """Who is left out, and why."""
    if not has(result, "plan_refused"):
        return None
    rows = [
        [
            str(row["reason"]).capitalize(),
            numerals.whole(row["cells"]),
            text.people(row["people"]),
            text.people(row["terminals_they_would_need"]),
        ]
        for row in result.tables["plan_refused"].rows()
    ]
    return View("Who is left out", ["Why", "Cells", "People", "Terminals they would need"], "lrrr", rows)
