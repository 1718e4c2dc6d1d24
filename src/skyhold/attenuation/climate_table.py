"""The compact table of climate, made once from the maps of the installed package itur.

ITU's digital maps are parts of the Recommendations that may not be reproduced without its permission, so none of them
is in Skyhold: the table is made on the user's machine and kept among the user's data.
"""

from __future__ import annotations

import importlib.util
import logging
import os
import tempfile
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from importlib import metadata
from pathlib import Path

import numpy as np
from numpy.typing import ArrayLike, NDArray

from skyhold.data.store import data_root

LOG = logging.getLogger(__name__)
PERCENT = (5.0, 10.0, 20.0, 30.0, 50.0)
EDITION = 1  # of the table: raise it when its contents change
MONTH_DAYS = (31, 28.25, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
VAPOUR = ("vapour_g_m3", "vapour_kg_m2")
AIR = ("node_km", "scale_km")  # heights of the nodes of vapour, and its scale heights
NAMES = (
    "altitude_km", "rain_001_mm_h", "rain_height_km", "rain_percent", "temperature_k", "n_wet", "cloud_kg_m2_at",
    *AIR, *VAPOUR,
)  # fmt: skip
Values = NDArray[np.float64]
Index = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Grid:
    """A map: values (R, C) or (R, C, L) at south + i step, -180 + j step degrees; the last column is +180."""

    south_deg: float
    step_deg: float
    values: NDArray[np.float32]

    def corners(self, latitude_deg: Values, longitude_deg: Values) -> list[tuple[Index, Index, Values]]:
        """Row, column and weight (N,) of the four nodes about each site, bilinear (P.1144)."""
        rows, columns = self.values.shape[:2]
        y = np.clip((latitude_deg - self.south_deg) / self.step_deg, 0.0, rows - 1.0)
        x = ((longitude_deg + 180.0) % 360.0) / self.step_deg
        i = np.minimum(y.astype(np.int64), rows - 2)
        j = np.minimum(x.astype(np.int64), columns - 2)
        v, u = y - i, x - j
        low, high = (1.0 - v), v
        return [
            (i, j, low * (1.0 - u)),
            (i, j + 1, low * u),
            (i + 1, j, high * (1.0 - u)),
            (i + 1, j + 1, high * u),
        ]

    def at(self, latitude_deg: Values, longitude_deg: Values) -> Values:
        """Values (N,) or (N, L) between the nodes."""
        shape = (-1,) + (1,) * (self.values.ndim - 2)
        near = self.corners(latitude_deg, longitude_deg)
        return np.asarray(sum(self.values[i, j] * w.reshape(shape) for i, j, w in near), np.float64)


@dataclass(frozen=True, eq=False)
class ClimateTable:
    """The maps that sites are read from, by name."""

    grids: dict[str, Grid]

    def at(
        self, latitude_deg: Values, longitude_deg: Values, altitude_km: ArrayLike | None = None
    ) -> dict[str, Values]:
        """What `SiteClimate` holds, for sites (N,).

        Vapour is brought from each node of its map to the height of the site before it is interpolated, in its scale
        height there (P.836-6, annex 1, steps c to e).
        """
        plain = (name for name in NAMES if name not in (*VAPOUR, *AIR))
        found = {name: self.grids[name].at(latitude_deg, longitude_deg) for name in plain}
        if altitude_km is not None:
            height = np.broadcast_to(np.asarray(altitude_km, np.float64), latitude_deg.shape)
            found["altitude_km"] = height.copy()
        node_km, scale_km = (self.grids[name] for name in AIR)
        for name in VAPOUR:
            found[name] = np.zeros((len(latitude_deg), len(PERCENT)))
        for i, j, weight in scale_km.corners(latitude_deg, longitude_deg):
            rise = (found["altitude_km"] - node_km.values[i, j])[:, None] / scale_km.values[i, j]
            near = weight[:, None] * np.exp(-rise)
            for name in VAPOUR:
                found[name] += near * self.grids[name].values[i, j]
        return found


@dataclass(frozen=True)
class Maps:
    """The files of maps of an installed itur."""

    folder: Path

    def values(self, name: str) -> Values:
        """The array of one file."""
        with np.load(self.folder / f"{name}.npz") as file:
            return np.asarray(file[file.files[0]], np.float64)

    def grid(self, name: str, step_deg: float, *, north_first: bool, from_greenwich: bool) -> Grid:
        """A map of the whole globe in our order: rows from the south, columns from -180 to 180 degrees."""
        values = self.values(name)
        values = values[::-1] if north_first else values
        values = np.where(
            np.isnan(values), np.roll(values, 1, axis=0), values
        )  # a row near the pole is blank
        if from_greenwich:
            half = (values.shape[1] - 1) // 2
            values = np.concatenate([values[:, half:-1], values[:, : half + 1]], axis=1)
        return Grid(-90.0, step_deg, values.astype(np.float32))

    @cached_property
    def height_km(self) -> Grid:
        """Topography of P.1511-2, 5 arc minutes; its border of two nodes taken off."""
        values = self.values("1511/v2_topo")[::-1][2:-2, 2:-2] / 1000.0
        return Grid(-90.0 + 1.0 / 24.0, 1.0 / 12.0, values.astype(np.float32))

    @cached_property
    def vapour_height_km(self) -> Grid:
        """Heights that the maps of vapour refer to (P.836-6, 0.5 degrees), without their border of a node."""
        values = self.values("836/v6_topo_0dot5")[::-1][1:-1, 1:-1]
        return Grid(
            -90.0, 0.5, np.concatenate([values[:, 360:-1], values[:, :361]], axis=1).astype(np.float32)
        )


def place() -> Path:
    """Where the table lies: among the user's data."""
    return data_root() / "climate" / f"itu-maps-{EDITION}.npz"


def load_or_make(path: Path) -> ClimateTable:
    """The table at a path; made there first if it is missing or cannot be read.

    Raises ImportError without itur, or with one whose maps lie elsewhere.
    """
    if path.is_file():
        try:
            return load(path)
        except (OSError, ValueError, KeyError, zipfile.BadZipFile) as error:
            LOG.warning("the climate table %s cannot be read (%s) and is made anew", path, error)
    maps = installed()
    try:
        table = make(maps)
    except (OSError, ValueError, KeyError) as error:
        raise ImportError(
            f"the maps of the installed itur cannot be read ({error}); 0.4.0 is known"
        ) from error
    try:
        save(table, path)
    except OSError as error:
        LOG.warning("the climate table could not be kept in %s: %s", path, error)
    return table


def installed() -> Maps:
    """The maps of the installed itur, without importing it (that takes seconds). Raises ImportError without it."""
    spec = importlib.util.find_spec("itur")
    if spec is None or spec.origin is None:
        raise ImportError("itur is not installed; pip install skyhold[climate]")
    LOG.info("making the climate table from the maps of itur %s", metadata.version("itur"))
    return Maps(Path(spec.origin).parent / "data")


def save(table: ClimateTable, path: Path) -> None:
    """Write the table in one step."""
    path.parent.mkdir(parents=True, exist_ok=True)
    arrays: dict[str, NDArray[np.float64] | NDArray[np.float32]] = {}
    for name, grid in table.grids.items():
        arrays[f"{name}.where"] = np.array([grid.south_deg, grid.step_deg])
        arrays[name] = grid.values
    handle, partial = tempfile.mkstemp(dir=path.parent, prefix=path.name, suffix=".part")
    try:
        with os.fdopen(handle, "wb") as file:
            np.savez(file, **arrays)  # type: ignore[arg-type]
        os.replace(partial, path)
    except BaseException:
        Path(partial).unlink(missing_ok=True)
        raise


def load(path: Path) -> ClimateTable:
    """Read what `save` wrote."""
    with np.load(path, allow_pickle=False) as file:
        names = [name for name in file.files if not name.endswith(".where")]
        where = {name: file[f"{name}.where"] for name in names}
        grids = {name: Grid(float(where[name][0]), float(where[name][1]), file[name]) for name in names}
    if set(grids) != set(NAMES):
        raise ValueError(f"it holds {sorted(grids)}")
    return ClimateTable(grids)


def make(maps: Maps) -> ClimateTable:
    """The table: rain rate and heights thinned to 0.25 degrees, everything else as fine as its map.

    The heights are means of 3 x 3 nodes of 5 arc minutes, since a point of topography says little of its cell.
    """
    return ClimateTable(dict(_grids(maps)))


def _grids(maps: Maps) -> Iterator[tuple[str, Grid]]:
    yield "altitude_km", _heights(maps.height_km)
    rate = maps.grid("837/v7_r001", 0.125, north_first=False, from_greenwich=False)
    yield "rain_001_mm_h", Grid(-90.0, 0.25, np.ascontiguousarray(rate.values[::2, ::2]))
    isotherm = maps.grid("839/v4_esa0height", 1.5, north_first=True, from_greenwich=True)
    yield "rain_height_km", Grid(-90.0, 1.5, isotherm.values + np.float32(0.36))  # P.839-4, equation 1
    warm = maps.grid("1510/v1_t_annual", 0.75, north_first=False, from_greenwich=False)
    yield "temperature_k", warm
    yield "rain_percent", _rain_percent(maps)
    yield "n_wet", maps.grid("453/v13_nwet_annual_50", 0.75, north_first=False, from_greenwich=False)
    scale = _levels(maps, "836/v6_vsch_%g")
    yield "scale_km", scale
    height = maps.vapour_height_km.at(*_nodes(scale)).reshape(scale.values.shape[:2])
    yield "node_km", Grid(-90.0, 1.125, height.astype(np.float32))
    yield "vapour_g_m3", _levels(maps, "836/v6_rho_%g")
    yield "vapour_kg_m2", _levels(maps, "836/v6_v_%g")
    yield "cloud_kg_m2_at", _levels(maps, "840/v7_lred_%g")


def _levels(maps: Maps, name: str) -> Grid:
    levels = [
        maps.grid(name % percent, 1.125, north_first=True, from_greenwich=True).values for percent in PERCENT
    ]
    return Grid(-90.0, 1.125, np.ascontiguousarray(np.stack(levels, axis=-1)))


def _nodes(grid: Grid) -> tuple[Values, Values]:
    rows, columns = grid.values.shape[:2]
    latitude = grid.south_deg + grid.step_deg * np.arange(rows)
    longitude = -180.0 + grid.step_deg * np.arange(columns)
    y, x = np.meshgrid(latitude, longitude, indexing="ij")
    return y.ravel(), x.ravel()


def _heights(fine: Grid) -> Grid:
    target = Grid(-90.0, 0.25, np.zeros((721, 1441), np.float32))
    latitude, longitude = _nodes(target)
    near = [
        fine.at(np.clip(latitude + dy, -90.0, 90.0), longitude + dx)
        for dy in (-1 / 12, 0.0, 1 / 12)
        for dx in (-1 / 12, 0.0, 1 / 12)
    ]
    return Grid(-90.0, 0.25, np.mean(near, axis=0).reshape(721, 1441).astype(np.float32))


def _rain_percent(maps: Maps) -> Grid:
    """Share of the year with rain (%), P.837-7, annex 1, equations 1 to 3, on the 0.25 degrees of the monthly rain."""
    shape = (720, 1441)
    nodes = Grid(-89.875, 0.25, np.zeros(shape, np.float32))
    latitude, longitude = _nodes(nodes)
    total = np.zeros(latitude.size)
    for month, days in enumerate(MONTH_DAYS, 1):
        warm = maps.grid(f"1510/v1_t_month{month:02d}", 0.75, north_first=False, from_greenwich=False)
        celsius = warm.at(latitude, longitude).astype(np.float64) - 273.15
        fall = maps.values(f"837/v7_mt_month{month:02d}")[1:-1]  # columns from -180.125 to 180.125 degrees
        rain_mm = 0.5 * (fall[:, :-1] + fall[:, 1:]).ravel()
        rate = 0.5874 * np.exp(0.0883 * np.maximum(celsius, 0.0))
        total += days * np.minimum(100.0 * rain_mm / (24.0 * days * rate), 70.0)
    return Grid(-89.875, 0.25, (total / 365.25).reshape(shape).astype(np.float32))
