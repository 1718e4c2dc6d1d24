"""An experience as files that emulators and simulators read; the same bytes for the same experience.

`FORMATS` maps a name to its writer; `export` writes the wanted ones. Each format has a reader beside it, so that what
was written can be checked: a file that cannot be read back is of no use to an emulator either.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from skyhold.errors import ResultError
from skyhold.experience.queue import PACKET_BITS, Line
from skyhold.experience.series import Experience
from skyhold.units import MS

REPLAY_STEP_S = 0.01
LEAST_KBIT_S = 8  # tc refuses a rate of nil; a line that is not served loses all besides


def opportunities_ms(line: Line) -> NDArray[np.int64]:
    """Milliseconds (K,) after the start at which another 1,500 bytes can be delivered: a mahimahi trace.

    mm-link(1): one line for each opportunity, ascending, 12 Mbit/s for one a millisecond, repeated from the start
    when it ends. The moments are rounded up, so that no opportunity comes before its bits have.
    """
    count = int(line.bits[-1] / PACKET_BITS * (1.0 + 1e-12))
    moments = line.moment_s(np.minimum(np.arange(1, count + 1) * PACKET_BITS, line.bits[-1]))
    return np.asarray(np.ceil(moments / MS - 1e-6), np.int64)


def write_mahimahi(happened: Experience, folder: Path, name: str) -> tuple[Path, ...]:
    """NAME.up and NAME.down: `mm-delay MS mm-link NAME.up NAME.down`, MS half the RTT; loss is mm-loss's."""
    lines = {f"{name}.up": happened.line_up(), f"{name}.down": happened.line_down()}
    return tuple(_write_stamps(opportunities_ms(line), folder / file) for file, line in lines.items())


def read_mahimahi(path: Path) -> NDArray[np.int64]:
    """The milliseconds (K,) of a trace. Errors: ResultError where they go back or none is there, as mm-link refuses."""
    stamps = np.array(path.read_text(encoding="ascii").split(), np.int64)
    if not len(stamps) or stamps[-1] == 0 or (np.diff(stamps) < 0).any():
        raise ResultError(
            "not a mahimahi trace", expected="ascending milliseconds, the last above 0", where=str(path)
        )
    return stamps


def mean_bit_s(stamps: NDArray[np.int64], duration_s: float) -> float:
    """Mean rate of a trace over the time it stands for."""
    return float(len(stamps) * PACKET_BITS / duration_s)


def write_leoreplayer(happened: Experience, folder: Path, name: str) -> tuple[Path, ...]:
    """bw_NAME.txt as mahimahi's, down, and delay_NAME.txt: the one-way delay in whole ms for every 10 ms.

    As the README of LeoCC's traces has them. The delay is half the slot's RTT and half of what is left of a gap; the
    other half waits at the closed line. Slots without service keep the delay before them; their line is shut.
    """
    stamps = _write_stamps(opportunities_ms(happened.line_down()), folder / f"bw_{name}.txt")
    delays = folder / f"delay_{name}.txt"
    delays.write_text("".join(f"{ms}\n" for ms in replay_delays_ms(happened)), encoding="ascii")
    return stamps, delays


def replay_delays_ms(happened: Experience) -> NDArray[np.int64]:
    """(N,) one-way delay of every 10 ms, whole milliseconds."""
    count = round(happened.slots.duration_s / REPLAY_STEP_S)
    time = np.arange(count, dtype=np.float64) * REPLAY_STEP_S
    rtt = _filled(happened.slots.rtt_s)[happened.slots.index(time)]
    return np.asarray(np.rint((0.5 * rtt + 0.5 * happened.gaps.hold_s(time)) / MS), np.int64)


def read_leoreplayer(folder: Path, name: str) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Milliseconds of the opportunities (K,), and the delays (N,) in ms."""
    delays = (folder / f"delay_{name}.txt").read_text(encoding="ascii").split()
    return read_mahimahi(folder / f"bw_{name}.txt"), np.array(delays, np.int64)


NETEM = """#!/usr/bin/env bash
# One way of a line, {way}, step by step: tc netem for delay and loss below an HTB class for the rate.
# Usage (as root): {file} DEVICE        what leaves DEVICE is delayed; the other way has a script of its own.
# Columns of the steps: microseconds after the start, kbit/s, delay in microseconds, percent lost.
set -euo pipefail
device=${{1:?"usage: {file} DEVICE"}}
limit=${{2:-{limit}}}
trap 'tc qdisc del dev "$device" root 2>/dev/null || true' EXIT
tc qdisc replace dev "$device" root handle 1: htb default 1
tc class replace dev "$device" parent 1: classid 1:1 htb rate 1gbit
tc qdisc replace dev "$device" parent 1:1 handle 10: netem limit "$limit"
began=$(date +%s%N)
while read -r at rate delay loss; do
  now=$(( ($(date +%s%N) - began) / 1000 ))
  if (( at > now )); then
    sleep "$(printf '%d.%06d' $(( (at - now) / 1000000 )) $(( (at - now) % 1000000 )))"
  fi
  tc class change dev "$device" parent 1: classid 1:1 htb rate "${{rate}}kbit"
  tc qdisc change dev "$device" parent 1:1 handle 10: netem limit "$limit" delay "${{delay}}us" loss "${{loss}}%"
done <<'STEPS'
{steps}STEPS
"""


@dataclass(frozen=True)
class Way:
    """One direction of an experience, as a script of tc needs it: its name, rate (N,), loss (N,), queue in packets."""

    name: str
    rate_bit_s: NDArray[np.float64]
    loss: NDArray[np.float64]
    limit: int


def ways(happened: Experience) -> tuple[Way, Way]:
    """Down and up, with the queues of LeoReplayer."""
    return (
        Way("down", happened.down_bit_s, happened.loss_down, 50_000),
        Way("up", happened.up_bit_s, happened.loss_up, 500),
    )


def netem_steps(happened: Experience, way: Way) -> NDArray[np.float64]:
    """(N, 4) of the script: microseconds, kbit/s, one-way delay in microseconds, percent lost."""
    delay = 0.5 * _filled(happened.base_rtt_s) * 1e6
    rate = np.maximum(np.rint(way.rate_bit_s / 1e3), LEAST_KBIT_S)
    return np.stack([np.rint(happened.time_s * 1e6), rate, np.rint(delay), np.round(100.0 * way.loss, 4)], 1)


def write_netem(happened: Experience, folder: Path, name: str) -> tuple[Path, ...]:
    """NAME-down.sh and NAME-up.sh: each shapes what leaves one device, a step after the other."""
    return tuple(_write_script(happened, way, folder / f"{name}-{way.name}.sh") for way in ways(happened))


def read_netem(path: Path) -> NDArray[np.float64]:
    """The steps (N, 4) of a script."""
    body = path.read_text(encoding="ascii").split("<<'STEPS'\n")[1].removesuffix("STEPS\n")
    return np.array([line.split() for line in body.splitlines()], np.float64)


def _write_script(happened: Experience, way: Way, path: Path) -> Path:
    rows = netem_steps(happened, way)
    steps = "".join(f"{at:.0f} {rate:.0f} {delay:.0f} {loss:.4f}\n" for at, rate, delay, loss in rows)
    path.write_text(
        NETEM.format(way=way.name, file=path.name, limit=way.limit, steps=steps), encoding="ascii"
    )
    path.chmod(0o755)
    return path


def ns3_columns(happened: Experience) -> dict[str, NDArray[np.generic]]:
    """Columns (N,) of a table that an ns-3 script plays: a point-to-point link whose attributes change each step."""
    return {
        "time_ns": np.rint(happened.time_s * 1e9).astype(np.int64),
        "one_way_delay_ns": np.rint(0.5e9 * _filled(happened.base_rtt_s)).astype(np.int64),
        "down_bit_s": np.rint(happened.down_bit_s).astype(np.int64),
        "up_bit_s": np.rint(happened.up_bit_s).astype(np.int64),
        "loss_down": np.round(happened.loss_down, 7),
        "loss_up": np.round(happened.loss_up, 7),
    }


def write_ns3(happened: Experience, folder: Path, name: str) -> tuple[Path, ...]:
    """NAME-ns3.csv: whole nanoseconds and bit/s at each step, as Hypatia's tables count time."""
    return (write_columns(ns3_columns(happened), folder / f"{name}-ns3.csv"),)


def series_columns(happened: Experience) -> dict[str, NDArray[np.generic]]:
    """Columns (N,) for people: UTC in ms, slot, RTT, rates, losses; RTT is empty (NaN) where not served."""
    start = happened.slots.instants.unix_s()[0]
    unix_ms = np.rint((start + happened.time_s) * 1e3).astype(np.int64)
    slot = happened.slot_index
    edges = np.append(happened.time_s, happened.slots.duration_s)
    return {
        "timestamp": np.datetime_as_string(unix_ms.astype("datetime64[ms]"), timezone="UTC"),
        "slot": slot,
        "changed_satellite": happened.slots.changed[slot].astype(np.int8),
        "rtt_ms": np.round(happened.rtt_s / MS, 3),
        "download_mbit_s": np.round(happened.down_bit_s / 1e6, 4),
        "upload_mbit_s": np.round(happened.up_bit_s / 1e6, 4),
        "loss_down": np.round(happened.loss_down, 7),
        "loss_up": np.round(happened.loss_up, 7),
        "gap_ms": np.round(happened.gaps.share(edges) * happened.step_s / MS, 3),
    }


def write_csv(happened: Experience, folder: Path, name: str) -> tuple[Path, ...]:
    """NAME.csv, a row a step, in the manner of the LENS data set [mem]."""
    return (write_columns(series_columns(happened), folder / f"{name}.csv"),)


def write_parquet(happened: Experience, folder: Path, name: str) -> tuple[Path, ...]:
    """NAME.parquet, the columns of the CSV."""
    import pyarrow as pa
    import pyarrow.parquet as parquet

    path = folder / f"{name}.parquet"
    columns = {key: pa.array(values.tolist()) for key, values in series_columns(happened).items()}
    parquet.write_table(pa.table(columns), path, compression="zstd")
    return (path,)


def write_columns(columns: Mapping[str, NDArray[np.generic]], path: Path) -> Path:
    """A CSV of columns; NaN is an empty cell."""
    with path.open("w", newline="", encoding="utf-8") as handle:
        writer = csv.writer(handle, lineterminator="\n")
        writer.writerow(columns)
        for row in zip(*(values.tolist() for values in columns.values()), strict=True):
            writer.writerow("" if value != value else value for value in row)
    return path


def read_columns(path: Path) -> dict[str, NDArray[np.generic]]:
    """The columns of a CSV that `write_columns` made; an empty cell is NaN, text stays text."""
    with path.open(newline="", encoding="utf-8") as handle:
        head, *rows = csv.reader(handle)
    return {key: _column(values) for key, values in zip(head, zip(*rows, strict=True), strict=True)}


Writer = Callable[[Experience, Path, str], tuple[Path, ...]]
FORMATS: Mapping[str, Writer] = {
    "mahimahi": write_mahimahi,
    "leoreplayer": write_leoreplayer,
    "netem": write_netem,
    "ns3": write_ns3,
    "csv": write_csv,
    "parquet": write_parquet,
}


def export(happened: Experience, folder: Path, name: str, formats: Iterable[str]) -> tuple[Path, ...]:
    """Write the wanted formats of `FORMATS` into `folder`; the files that were written.

    Errors: ResultError for a format nobody knows; one for a line that never carries a packet, which a trace of
    opportunities cannot say.
    """
    wanted = tuple(formats)
    for unknown in (key for key in wanted if key not in FORMATS):
        raise ResultError("no such format", expected="one of " + ", ".join(FORMATS), came=unknown)
    folder.mkdir(parents=True, exist_ok=True)
    return tuple(path for key in wanted for path in FORMATS[key](happened, folder, name))


def _write_stamps(stamps: NDArray[np.int64], path: Path) -> Path:
    if not len(stamps):
        raise ResultError(
            "a trace needs a packet", expected="a line that carries 1,500 bytes or more", where=path.name
        )
    moments, counts = (values.tolist() for values in np.unique(stamps, return_counts=True))
    lines = (f"{ms}\n" * count for ms, count in zip(moments, counts, strict=True))
    path.write_text("".join(lines), encoding="ascii")
    return path


def _filled(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Each NaN as the value before it, or the first one there is; nil where there is none."""
    known = ~np.isnan(values)
    if not known.any():
        return np.zeros_like(values)
    last = np.maximum.accumulate(np.where(known, np.arange(len(values)), -1))
    return np.asarray(values[np.where(last < 0, int(np.argmax(known)), last)])


def _column(values: tuple[str, ...]) -> NDArray[np.generic]:
    try:
        return np.array([float(value) if value else np.nan for value in values])
    except ValueError:
        return np.array(values)
