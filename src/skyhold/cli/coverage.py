"""`skyhold coverage`: figures of merit of a fleet over a country."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

from cyclopts import Parameter

from skyhold.cli.console import ProgressBars, Voice
from skyhold.cli.sky import (
    DEFAULT_FLEET,
    DEFAULT_START,
    OPERATIONAL,
    Catalogue,
    FleetName,
    Hours,
    Keep,
    MinElevation,
    Start,
    quick_scenario,
)

if TYPE_CHECKING:
    from skyhold.geometry.coverage import CoverageFigures
    from skyhold.simulate.prepare import Line

BLOCK_STEPS = 60
COLUMNS = ("figure of merit", "unit", "in view: mean", "worst", "with gateway: mean", "worst")

# title, unit, field of CoverageFigures, which end is the worst
FIGURES = (
    ("cells ever covered", "%", "simple", min),
    ("coverage time", "%", "covered_percent", min),
    ("satellites at a time, mean", "", "assets_mean", min),
    ("satellites at a time, least", "", "assets_min", min),
    ("accesses", "", "accesses", max),
    ("access, mean", "s", "access_mean_s", min),
    ("gaps", "", "gaps", max),
    ("revisit, mean", "s", "revisit_mean_s", max),
    ("revisit, longest", "s", "revisit_max_s", max),
    ("response, mean", "s", "response_mean_s", max),
    ("time-average gap", "s", "time_average_gap_s", max),
)


def coverage(
    *,
    country: Annotated[str, Parameter(help="ISO 3166-1 alpha-3 code.", show_default=True)] = "UKR",
    fleet: FleetName = DEFAULT_FLEET,
    catalogue: Catalogue = None,
    keep: Keep = OPERATIONAL,
    date: Start = DEFAULT_START,
    hours: Hours = 2.0,
    step_s: Annotated[float, Parameter(help="Seconds between instants.", show_default=True)] = 15.0,
    min_elevation_deg: MinElevation = 25.0,
    resolution: Annotated[
        int, Parameter(help="H3 resolution: 4 is 26 km, 5 is 10 km.", show_default=True)
    ] = 4,
    voice: Voice = Voice(),
) -> int:
    """Figures of merit of a fleet over a country: who has a satellite in view, how often, with which gaps.

    Satellites in view, and satellites that also see a gateway of the library that was open on the date. Mean over the
    cells, and the worst cell.
    """
    from skyhold.simulate.prepare import prepare

    scenario = quick_scenario(
        {"start_utc": date, "duration_h": hours, "slot_period_s": step_s, "slot_offset_s": 0},
        fleet,
        catalogue,
        keep,
        area={"country": country, "h3_resolution": resolution},
        terminal={"min_elevation_deg": min_elevation_deg},
    )
    line = prepare(scenario)
    for told in line.fleet.account():
        voice.say(told)
    with voice.progress() as bars:
        in_view, usable = _covered(line, step_s, bars)
    many = "cell" if len(line.sites) == 1 else "cells"
    title = (
        f"{country}, {len(line.sites)} {many}, {len(line.fleet)} satellites, {len(line.ground.names)} gateways, "
        f"{date}, {hours:g} h by {step_s:g} s"
    )
    rows = [
        (name, unit, *_cells(in_view, key, end), *_cells(usable, key, end))
        for name, unit, key, end in FIGURES
    ]
    voice.table(title, COLUMNS, rows, _payload(line, in_view, usable) if voice.json else None)
    return 0


def _covered(line: Line, step_s: float, bars: ProgressBars) -> tuple[CoverageFigures, CoverageFigures]:
    """Figures of each cell with satellites in view, and with those that also see a gateway."""
    from skyhold.geometry.coverage import Coverage
    from skyhold.geometry.visibility import look_up

    in_view, usable = (Coverage(len(line.sites), step_s) for _ in range(2))
    total = len(line.instants)
    for first in range(0, total, BLOCK_STEPS):
        instants = line.instants.block(first, min(first + BLOCK_STEPS, total))
        xyz = line.fleet.positions(instants)
        cost = line.ground.backhaul(xyz, instants).delay_s
        seen = look_up(xyz, line.sites, line.mask, cost, depth=1, pop_index=line.pop_index)
        in_view.add(seen.in_view)
        usable.add(seen.usable)
        bars("instants", first + len(instants), total)
    return in_view.figures(), usable.figures()


def _cells(figures: CoverageFigures, key: str, worst: Any) -> tuple[float, float]:
    """Mean over the cells and the worst cell of one figure."""
    values = getattr(figures, key) * (100.0 if key == "simple" else 1.0)
    return float(values.mean()), float(worst(values))


def _payload(line: Line, in_view: CoverageFigures, usable: CoverageFigures) -> dict[str, Any]:
    """Every figure of every cell."""
    cells = [f"{int(cell):x}" for cell in line.cells.ids] if line.cells is not None else []
    keys = [key for _, _, key, _ in FIGURES]
    return {
        "interval_s": in_view.interval_s,
        "satellites": len(line.fleet),
        "gateways": list(line.ground.names),
        "h3": cells,
        "in_view": {key: getattr(in_view, key).tolist() for key in keys},
        "with_gateway": {key: getattr(usable, key).tolist() for key in keys},
    }
