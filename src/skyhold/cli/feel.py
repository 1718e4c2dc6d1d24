"""`skyhold feel`: what a user at a place feels, every 100 ms, and files for emulators."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from cyclopts import Parameter, validators

from skyhold.cli.console import Voice, finite
from skyhold.cli.sky import (
    DEFAULT_FLEET,
    DEFAULT_START,
    FleetName,
    Latitude,
    Longitude,
    Start,
    quick_scenario,
)
from skyhold.errors import ResultError

if TYPE_CHECKING:
    from skyhold.experience.series import Experience
    from skyhold.experience.slots import Slots
    from skyhold.experience.verdicts import Verdict
    from skyhold.results.results import BroadbandResult

WIDTH = 72
BLOCKS = " ▁▂▃▄▅▆▇█"
DOWN_MBIT_S, UP_MBIT_S = 215.0, 14.9  # medians of WetLinks at Osnabrueck, 2023-24
COLUMNS = ("activity", "verdict", "good %", "usable %", "decided by", "median", "limit", "unit")
MANY_FLOWS = 8
MEASURED = "the median measured at Osnabrueck (WetLinks), not of this place"


@Parameter(name="*")
@dataclass(frozen=True)
class Line:
    """What the run does not say of a line: its rates, its queue, the grain and seed of the series."""

    down_mbit_s: Annotated[
        float | None, Parameter(help="Rate down; else the run's, or 215.", validator=validators.Number(gt=0))
    ] = None
    up_mbit_s: Annotated[
        float, Parameter(help="Rate up.", validator=validators.Number(gt=0), show_default=True)
    ] = UP_MBIT_S
    queue: Annotated[
        int, Parameter(help="Packets the queue holds.", validator=validators.Number(gte=1), show_default=True)
    ] = 500
    step_ms: Annotated[
        float, Parameter(help="Grain of the series.", validator=validators.Number(gt=0), show_default=True)
    ] = 100.0
    seed: Annotated[
        int,
        Parameter(
            help="The same seed, the same series.", validator=validators.Number(gte=0), show_default=True
        ),
    ] = 1


@Parameter(name="*")
@dataclass(frozen=True)
class Files:
    """Files to write."""

    export: Annotated[
        str | None, Parameter(help="mahimahi, leoreplayer, netem, ns3, csv, parquet; with commas between.")
    ] = None
    out: Annotated[Path, Parameter(name=["--out", "-o"], help="Folder of the files.", show_default=True)] = (
        Path("traces")
    )


def feel(
    place: Annotated[str | None, Parameter(help="A city, or a place of the run.")] = None,
    /,
    *,
    country: Annotated[str | None, Parameter(help="Country of the city, ISO 3166-1 alpha-3.")] = None,
    latitude_deg: Latitude | None = None,
    longitude_deg: Longitude | None = None,
    run: Annotated[Path | None, Parameter(help="A finished run, instead of a sky of its own.")] = None,
    after_h: Annotated[
        float, Parameter(help="Hours into the run.", validator=validators.Number(gte=0), show_default=True)
    ] = 0.0,
    minutes: Annotated[
        float, Parameter(help="How long.", validator=validators.Number(gte=0.25, lte=1440), show_default=True)
    ] = 10.0,
    fleet: FleetName = DEFAULT_FLEET,
    date: Start = DEFAULT_START,
    line: Line = Line(),
    files: Files = Files(),
    voice: Voice = Voice(),
) -> int:
    """What a user feels: round trip, rate and loss with the gaps of each slot, verdicts, traces for emulators.

    Without a rate that the run computed, the rate is typed or a measured median: then it says nothing of this place.
    """
    import skyhold
    from skyhold.cli.latency import place_typed
    from skyhold.experience.exports import export
    from skyhold.experience.series import experience
    from skyhold.units import MS

    if run is not None:
        result = _opened(run)
        name = _place_of(result, place)
    else:
        where = place_typed(place, latitude_deg, longitude_deg, country, voice)
        scenario = quick_scenario(
            {"start_utc": date, "duration_h": after_h + (minutes + 0.5) / 60.0}, fleet, None, places=[where]
        )
        with voice.progress() as bars:
            result = skyhold.simulate(scenario, progress=bars)
        name = where["name"]
    slots, source = slots_of(result, name, after_h, minutes, line)
    felt = experience(slots, step_s=line.step_ms * MS, seed=line.seed)
    kinds = [word.strip() for word in (files.export or "").split(",") if word.strip()]
    written = export(felt, files.out, _slug(name), kinds) if kinds else ()
    _tell(name, felt, line, source, [str(path) for path in written], voice)
    return 0


def _opened(folder: Path) -> BroadbandResult:
    """A run of service, or that half of a run of both questions."""
    from skyhold.results.files import open_run
    from skyhold.results.results import BroadbandResult
    from skyhold.results.station import CombinedResult

    result = open_run(folder)
    return result.broadband if isinstance(result, CombinedResult) else open_run(folder, kind=BroadbandResult)


def slots_of(
    result: BroadbandResult, place: str, after_h: float, minutes: float, line: Line
) -> tuple[Slots, str]:
    """The slots of one place of a run, and where their rate comes from. Errors: ResultError where none are left."""
    import numpy as np

    from skyhold.experience.slots import Slots, changed_satellite
    from skyhold.times import Epoch, Instants
    from skyhold.units import HOUR_S, MS

    clock = result.scenario.clock
    unix = result.times.astype("datetime64[ns]").astype(np.int64) / 1e9
    first = int(np.searchsorted(unix, unix[0] + after_h * HOUR_S - 1e-6))
    last = min(len(unix), first + max(1, round(minutes * 60.0 / clock.slot_period_s)))
    if first >= len(unix):
        raise ResultError(
            "the run is over by then",
            expected=f"--after-h below {len(unix) * clock.slot_period_s / HOUR_S:g}",
            came=f"{after_h:g}",
        )
    start = Epoch.from_datetime(result.times[first].astype("datetime64[us]").item())
    instants = Instants(start, unix[first:last] - unix[first])
    rtt = result.series("rtt_ms", place)[first:last].astype(np.float64) * MS
    changed = changed_satellite(result.series("serving", place))[first:last]
    down, source = rate_of(result, place, slice(first, last), line)
    return Slots.of(instants, rtt, down, line.up_mbit_s * 1e6, changed, clock.slot_period_s), source


def rate_of(result: BroadbandResult, place: str, slots: slice, line: Line) -> tuple[Any, str]:
    """Rate down bit/s, of one number or (T,), and where it comes from."""
    if line.down_mbit_s is not None:
        return line.down_mbit_s * 1e6, "typed"
    cell = _cell_of(result, place)
    if cell is None:
        return DOWN_MBIT_S * 1e6, MEASURED
    import numpy as np

    from skyhold.service.reasons import QUIET

    stored = _of_planned(result, "offered_mbit_s", cell, slots).astype(np.float64)
    if np.isin(_of_planned(result, "reason", cell, slots), QUIET).all():
        return DOWN_MBIT_S * 1e6, f"{MEASURED}: no terminal asks anything in its cell"
    return np.nan_to_num(stored) * 1e6, "of one more busy terminal in the place's cell"


def _of_planned(result: BroadbandResult, variable: str, cell: int, slots: slice) -> Any:
    """(T,) values of one cell in slots of a run; those of the planned slot before, where not all are planned."""
    import numpy as np

    planned = np.searchsorted(result.times_of("service"), result.times[slots], side="right") - 1
    first, last = max(int(planned[0]), 0), int(planned[-1]) + 1
    stored = result.array(variable, "service", slice(first, max(last, first + 1)))[:, cell]
    return stored[np.maximum(planned, 0) - first]


def _cell_of(result: BroadbandResult, place: str) -> int | None:
    """Index of the cell nearest to a place in a run that computed service; None where it has none within 15 km."""
    import numpy as np

    from skyhold.earth.ellipsoid import great_circle_m
    from skyhold.units import DEG, KM

    if "service" not in result.store or not len(result.tables["cells"]):
        return None
    row = result.place_names.index(place)
    here = [float(result.tables["places"][key][row]) * DEG for key in ("latitude_deg", "longitude_deg")]
    cells = result.tables["cells"]
    away = great_circle_m(here[0], here[1], cells["latitude_deg"] * DEG, cells["longitude_deg"] * DEG)
    nearest = int(np.argmin(away))
    return nearest if away[nearest] < 15.0 * KM else None


def _place_of(result: BroadbandResult, place: str | None) -> str:
    """The place of a run by its name, or the first one."""
    names = result.place_names
    if not names:
        raise ResultError("this run has no places", remedy="add [[places]] to its scenario and run it again")
    if place is None:
        return names[0]
    found = [name for name in names if name.casefold().startswith(place.casefold())]
    if not found:
        raise ResultError(f"no place {place!r} in this run", expected="one of " + ", ".join(names))
    return found[0]


def _tell(name: str, felt: Experience, line: Line, source: str, written: list[str], voice: Voice) -> None:
    """Figures, strips, verdicts, files."""
    from skyhold.experience.verdicts import judge

    figures = summary(felt, line)
    verdicts = judge(felt)
    if voice.json:
        payload = {"place": name, "rate_from": source, **figures, "verdicts": [v.row() for v in verdicts]}
        voice.answer(finite({**payload, "files": written}))
        return
    start = felt.slots.instants.epoch.datetime()
    print(f"{name}, {start:%Y-%m-%d %H:%M:%S} UTC, {felt.slots.duration_s / 60:g} min; rate down: {source}")
    voice.table("", ("figure", "value", "unit"), [(k, *v) for k, v in _shown(figures)])
    for text in strips(felt):
        print(text)
    voice.table("", COLUMNS, [_row(verdict) for verdict in verdicts])
    for path in written:
        print(path)


def _row(verdict: Verdict) -> tuple[Any, ...]:
    v = verdict
    shares = (round(100.0 * v.good_share, 1), round(100.0 * v.usable_share, 1))
    return (v.activity, v.grade, *shares, v.decides, v.value, v.limit, v.unit)


def summary(felt: Experience, line: Line) -> dict[str, float]:
    """The figures of a series: RTT idle and under eight downloads, rate, loss, gaps, share of time served."""
    import numpy as np

    from skyhold.experience.tcp import cubic_flow
    from skyhold.units import MS

    if not felt.slots.served.any():
        return {"served_share": 0.0}
    one = cubic_flow(felt, limit_packets=line.queue, seed=line.seed)
    many = cubic_flow(felt, flows=MANY_FLOWS, limit_packets=line.queue, seed=line.seed)
    gap = (felt.gaps.end_s - felt.gaps.start_s)[felt.slots.served]
    return {
        "served_share": float(felt.slots.served.mean()),
        "rtt_p5_ms": float(np.nanpercentile(felt.rtt_s, 5) / MS),
        "rtt_p50_ms": float(np.nanmedian(felt.rtt_s) / MS),
        "rtt_p95_ms": float(np.nanpercentile(felt.rtt_s, 95) / MS),
        "rtt_loaded_p50_ms": float(np.nanmedian(many.loaded_rtt_s) / MS),
        "down_mean_mbit_s": float(felt.down_bit_s.mean() / 1e6),
        "down_p5_mbit_s": float(np.percentile(felt.down_bit_s, 5) / 1e6),
        "up_mean_mbit_s": float(felt.up_bit_s.mean() / 1e6),
        "one_flow_mbit_s": float(one.goodput_bit_s.mean() / 1e6),
        "loss_percent": float(100.0 * (1.0 - (1.0 - felt.loss_down) * (1.0 - felt.loss_up)).mean()),
        "gap_median_ms": float(np.median(gap) / MS),
        "slots_new_satellite_percent": float(100.0 * felt.slots.changed.mean()),
    }


def _shown(figures: dict[str, float]) -> list[tuple[str, tuple[float, str]]]:
    """Names for people, and units apart."""
    rows = []
    for key, value in figures.items():
        for ending, unit in (("_ms", "ms"), ("_mbit_s", "Mbit/s"), ("_percent", "%"), ("_share", "share")):
            if key.endswith(ending):
                rows.append((key.removesuffix(ending).replace("_", " "), (value, unit)))
    return rows


def strips(felt: Experience) -> list[str]:
    """RTT and rate as strips of blocks, full blocks at the scale's end; a blank is no service."""
    from skyhold.units import MS

    rtt, rate = _parts(felt.rtt_s / MS), _parts(felt.down_bit_s / 1e6)
    return [_strip("RTT", rtt, "ms"), _strip("down", rate, "Mbit/s"), ""]


def _parts(values: Any) -> list[float]:
    """Medians of WIDTH parts of a series, NaN left out."""
    import numpy as np

    parts = np.array_split(values, min(WIDTH, len(values)))
    return [float(np.nanmedian(part)) if np.isfinite(part).any() else float("nan") for part in parts]


def _strip(name: str, values: list[float], unit: str) -> str:
    known = [value for value in values if value == value]
    top = max(known, default=0.0)
    if top <= 0.0:
        return f"{name:>5} {' ' * len(values)} no service"
    marks = (
        BLOCKS[0] if value != value or value <= 0 else BLOCKS[max(1, round(8 * value / top))]
        for value in values
    )
    return f"{name:>5} {''.join(marks)} 0 to {top:.3g} {unit}"


def _slug(name: str) -> str:
    return "".join(c if c.isalnum() else "-" for c in name.lower()).strip("-").replace("--", "-") or "place"
