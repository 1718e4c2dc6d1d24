"""The parts of the chapter, in the order in which somebody who decides asks."""

from __future__ import annotations

from skyhold.coverage_chapter.findings import has
from skyhold.drawing.page import Section, View, variant_label
from skyhold.results.results import BroadbandResult
from skyhold.service_chapter import jamming, links, maps, moving, plan, restoration, served


def sections(result: BroadbandResult) -> list[Section]:
    """All parts that a run with demand can fill: who, how fast and where, how it comes back, what to do, why."""
    atlas = maps.close_atlas(result)
    made = [
        served.section(result),
        served.where(result, atlas),
        restoration.section(result),
        plan.section(result, atlas),
        jamming.section(result, atlas),
        moving.section(result, atlas),
        links.section(result),
        not_computed(result),
    ]
    return [section for section in made if section and (section.figures or section.tables)]


def not_computed(result: BroadbandResult) -> Section | None:
    """What the scenario asks for and could not be computed, with the reason."""
    rows = [
        [str(row["part"]).capitalize(), variant_label(name) if name else "Baseline", str(row["problem"])]
        for name, run in ({"": result} | dict(result.variants)).items()
        if has(run, "not_computed")
        for row in run.tables["not_computed"].rows()
    ]
    if not rows:
        return None
    view = View("Parts that failed", ["Part", "Case", "What was wrong"], "llt", rows)
    return Section(
        "not-computed", "Not computed", "The scenario asks for these too; they failed.", tables=[view]
    )
