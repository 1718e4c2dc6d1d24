"""The parts of the chapter, in the order in which somebody who decides asks."""

from __future__ import annotations

from skyhold.drawing.page import Section
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
    ]
    return [section for section in made if section and (section.figures or section.tables)]
