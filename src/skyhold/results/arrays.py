"""The arrays of a run in Zarr: scaled integers, CF names, H3 cells in xdggs form, so that xarray opens them.

Two groups, `places` (time, place) and `cells` (time, cell). A chunk is a run of slots by all terminals, about a
megabyte, so that the run folder grows slot by slot and a map of one slot costs one read per array.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

CHUNK_SLOTS = 60
CHUNK_VALUES = 1_000_000
NO_RTT = 65_535
RTT_STEP_MS = 0.01


@dataclass(frozen=True)
class Variable:
    """One stored quantity: its integer type, its CF attributes, and the integer that means "none"."""

    name: str
    dtype: str
    long_name: str
    units: str
    fill: int | None = None
    scale: float | None = None

    def attributes(self, coordinates: Iterable[str]) -> dict[str, Any]:
        """CF-1.11 attributes of the array."""
        attributes: dict[str, Any] = {
            "long_name": self.long_name,
            "units": self.units,
            "coordinates": " ".join(coordinates),
        }
        if self.fill is not None:
            attributes["_FillValue"] = self.fill
        if self.scale is not None:
            attributes["scale_factor"] = self.scale
        return attributes

    def decode(self, stored: NDArray[Any]) -> NDArray[Any]:
        """Stored integers as values: floats with NaN where the quantity has a scale, the integers otherwise."""
        if self.scale is None:
            return stored
        values = stored.astype(np.float32) * np.float32(self.scale)
        values[stored == self.fill] = np.nan
        return values


VARIABLES = {
    v.name: v
    for v in (
        Variable("in_view", "u1", "satellites above the minimum elevation", "1"),
        Variable(
            "allowed", "u1", "satellites in view, outside the GSO exclusion, inside the field of view", "1"
        ),
        Variable("usable", "u1", "allowed satellites with a live gateway in view", "1"),
        Variable("serving", "i4", "index of the satellite that serves; -1 none", "1"),
        Variable("gateway", "i2", "index of the gateway in use; -1 none", "1"),
        Variable(
            "rtt_ms", "u2", "round-trip time terminal to exchange", "ms", fill=NO_RTT, scale=RTT_STEP_MS
        ),
    )
}


SERVICE = {
    v.name: v
    for v in (
        Variable("rate_mbit_s", "u4", "rate down that the cell gets", "Mbit/s", fill=2**31 - 1, scale=0.1),
        Variable(
            "offered_mbit_s", "u2", "rate down of one more busy terminal", "Mbit/s", fill=65_535, scale=0.1
        ),
        Variable("beam_satellite", "i4", "index of the satellite whose beam lights the cell; -1 none", "1"),
        Variable("sites_mbit_s", "u2", "of it, to priority sites", "Mbit/s", fill=65_535, scale=0.1),
        Variable("reason", "u1", "what keeps it from more, 0 nothing: see skyhold.service.reasons", "1"),
    )
}
GATEWAY_LOAD = {
    v.name: v
    for v in (
        Variable("carried_gbit_s", "u2", "rate down through the gateway", "Gbit/s", fill=65_535, scale=0.01),
        Variable("antennas", "u1", "antennas in use: satellites at once", "1"),
    )
}


def chunk_slots(terminals: int, slots: int) -> int:
    """Slots in a chunk: a multiple of 60, about a million values, at most the run."""
    wanted = max(1, CHUNK_VALUES // max(1, terminals) // CHUNK_SLOTS) * CHUNK_SLOTS
    return max(1, min(wanted, 8 * CHUNK_SLOTS, slots))


def encode_rtt(rtt_s: NDArray[np.float32]) -> NDArray[np.uint16]:
    """(T, U) seconds to hundredths of a millisecond; NaN, and anything past 655.34 ms, to "none" and the top."""
    scaled = np.minimum(rtt_s * np.float32(1000.0 / RTT_STEP_MS), np.float32(NO_RTT - 1))
    return np.where(np.isnan(rtt_s), np.float32(NO_RTT), np.rint(scaled)).astype(np.uint16)


def encode(variable: Variable, values: NDArray[Any]) -> NDArray[Any]:
    """Values of a scaled quantity as its integers; NaN is "none", what is too large is the largest."""
    assert variable.scale is not None
    assert variable.fill is not None
    scaled = np.clip(values / np.float32(variable.scale), 0, variable.fill - 1)
    return np.where(np.isnan(scaled), variable.fill, np.rint(np.nan_to_num(scaled))).astype(variable.dtype)


def create_group(
    root: Any,
    group: str,
    axis: str,
    coordinates: dict[str, Any],
    times: NDArray[np.datetime64],
    variables: Mapping[str, Variable] = VARIABLES,
) -> Any:
    """Make a group with its coordinates along `axis` and empty arrays (time, axis); returns the zarr group."""
    import zarr.codecs as codecs

    made = root.create_group(group, attributes={"Conventions": "CF-1.11", "featureType": "timeSeries"})
    count = len(next(iter(coordinates.values()))[0])
    _create_time(made, times)
    for name, (values, attributes) in coordinates.items():
        array = made.create_array(
            name, shape=values.shape, dtype=values.dtype, dimension_names=(axis,), attributes=attributes
        )
        array[...] = values
    compressor = codecs.BloscCodec(cname="zstd", clevel=1, shuffle=codecs.BloscShuffle.shuffle)
    for variable in variables.values():
        made.create_array(
            variable.name,
            shape=(len(times), count),
            chunks=(chunk_slots(count, len(times)), count),
            dtype=variable.dtype,
            fill_value=variable.fill if variable.fill is not None else 0,
            compressors=[compressor],
            dimension_names=("time", axis),
            attributes=variable.attributes(name for name in coordinates if name != axis),
        )
    return made


def _create_time(group: Any, times: NDArray[np.datetime64]) -> None:
    since = times[0].astype("datetime64[s]") if len(times) else np.datetime64("1970-01-01", "s")
    seconds = (times - since.astype(times.dtype)).astype("timedelta64[ns]").astype(np.float64) * 1e-9
    attributes = {
        "standard_name": "time",
        "units": f"seconds since {str(since).replace('T', ' ')}",
        "calendar": "proleptic_gregorian",
        "axis": "T",
    }
    array = group.create_array(
        "time", shape=seconds.shape, dtype="f8", dimension_names=("time",), attributes=attributes
    )
    array[...] = seconds
