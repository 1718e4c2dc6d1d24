"""Population rasters that the user has: GPW, WorldPop, GHSL as ESRI ASCII grid, GeoTIFF or .npz.

Counts of people are kept exactly: each pixel goes whole to the cell its centre lies in. A raster need not
cover the Earth; where it does not, nobody lives. Densities are refused where the file can tell.
"""

from __future__ import annotations

import math
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from skyhold.data.population import PopulationGrid, from_cells
from skyhold.errors import DataError

LEAST_STEP_DEG = 0.5
MOST_PIXELS = 400_000_000
MOST_PEOPLE = 2.0e10
Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Raster:
    """(rows, columns) counts, north row first, no data as NaN; `west`, `south` are the outer edges, degrees."""

    people: NDArray[np.floating[Any]]
    west_deg: float
    south_deg: float
    step_deg: float


def read_raster(path: Path | str, year: float) -> PopulationGrid:
    """Read counts of people from .asc, .tif or .npz (`pop`, `lat`, `lon`) for the year they are of.

    GeoTIFF needs the package tifffile. Raises `DataError` for a file that is none of these, is not in
    degrees, or has counts that people cannot be.
    """
    path = Path(path)
    raster = read_grid(path)
    cells = _gathered(raster, path)
    if cells.sum() > MOST_PEOPLE:
        remedy = "give counts, not densities, and name the value that stands for no data in the file"
        raise _bad(path, f"has {cells.sum():.3g} people, more than the Earth will", remedy)
    return from_cells(cells, year, f"{path.name}, read as counts of {year:g}")


def read_grid(path: Path) -> Raster:
    """Any values on a grid in degrees, as they stand in an .asc, .tif or .npz file; errors as in `read_raster`."""
    readers: dict[str, Callable[[Path], Raster]] = {
        ".asc": _ascii_grid,
        ".npz": _npz,
        ".tif": _geotiff,
        ".tiff": _geotiff,
    }
    reader = readers.get(path.suffix.lower())
    if reader is None:
        raise _bad(path, f"has the suffix {path.suffix!r}", "give a file that ends in .asc, .tif or .npz")
    if not path.is_file():
        raise _bad(path, "is not there", "check the path")
    return reader(path)


def _gathered(raster: Raster, path: Path) -> Floats:
    """(rows, 2 rows) people, south row first: pixels summed into cells of at least half a degree."""
    _require_raster(raster, path)
    height, width = raster.people.shape
    rows = round(180.0 / max(raster.step_deg, LEAST_STEP_DEG))
    step = 180.0 / rows
    latitude = raster.south_deg + (height - 0.5 - np.arange(height)) * raster.step_deg
    longitude = raster.west_deg + (np.arange(width) + 0.5) * raster.step_deg
    row = np.clip(np.floor((latitude + 90.0) / step + 1e-9).astype(np.int64), 0, rows - 1)
    column = np.floor(((longitude + 180.0) % 360.0) / step + 1e-9).astype(np.int64) % (2 * rows)
    cells = np.zeros((rows, 2 * rows))
    for line, at in zip(raster.people, row, strict=True):
        known = np.nan_to_num(line.astype(np.float64), nan=0.0)
        cells[at] += np.bincount(column, weights=known, minlength=2 * rows)
    return cells


def _require_raster(raster: Raster, path: Path) -> None:
    people, step = raster.people, raster.step_deg
    if people.ndim != 2 or people.size == 0:
        raise _bad(path, f"has the shape {people.shape}", "give one layer of rows and columns")
    if not (math.isfinite(step) and 0.0 < step <= 10.0):
        raise _bad(path, f"has cells of {step:g} degrees", "give a raster in degrees, not in metres")
    north, east = raster.south_deg + step * people.shape[0], raster.west_deg + step * people.shape[1]
    if raster.south_deg < -90.0 - 0.5 * step or north > 90.0 + 0.5 * step:
        extent = f"runs from {raster.south_deg:g} to {north:g} degrees of latitude"
        raise _bad(path, extent, "give a raster in degrees of WGS-84")
    if east - raster.west_deg > 360.0 + 0.5 * step or not -360.0 <= raster.west_deg <= 360.0:
        raise _bad(
            path, f"runs from {raster.west_deg:g} to {east:g} degrees of longitude", "cut it to one turn"
        )
    if raster.step_deg > LEAST_STEP_DEG and abs(180.0 / step - round(180.0 / step)) > 1e-6:
        raise _bad(path, f"has cells of {step:g} degrees", "give cells that divide 180 degrees")
    if np.isinf(people).any() or np.nanmin(people, initial=0.0) < 0.0:
        least = float(np.nanmin(people)) if np.nanmin(people) < 0.0 else np.inf
        raise _bad(
            path, f"has counts such as {least:g}", "name the value that stands for no data in the file"
        )
    if not np.nansum(people) > 0.0:
        raise _bad(path, "has nobody in it", "check that it holds counts of people")


def _ascii_grid(path: Path) -> Raster:
    """ESRI ASCII grid: six lines of key and value, then rows from the north."""
    try:
        with path.open(encoding="ascii") as stream:
            head = dict(_ascii_header(stream.readline()) for _ in range(5))
            place = stream.tell()
            last = stream.readline()
            if last[:1].isalpha():
                head |= dict([_ascii_header(last)])
            else:
                stream.seek(place)
            _require_size(path, int(head["nrows"]), int(head["ncols"]))
            people = np.loadtxt(stream, dtype=np.float64, ndmin=2)
        expected = (int(head["nrows"]), int(head["ncols"]))
        step = head["cellsize"]
        west = head["xllcorner"] if "xllcorner" in head else head["xllcenter"] - step / 2
        south = head["yllcorner"] if "yllcorner" in head else head["yllcenter"] - step / 2
    except (OSError, UnicodeDecodeError, ValueError, KeyError) as error:
        problem = f"cannot be read as an ESRI ASCII grid: {error}"
        raise _bad(
            path, problem, "it needs ncols, nrows, xllcorner, yllcorner, cellsize, then numbers"
        ) from None
    if people.shape != expected:
        raise _bad(path, f"promises {expected} cells and has {people.shape}", "fetch it again, it may be cut")
    return Raster(np.where(people == head.get("nodata_value", -9999.0), np.nan, people), west, south, step)


def _ascii_header(line: str) -> tuple[str, float]:
    key, value = line.split()
    return key.lower(), float(value)


def _npz(path: Path) -> Raster:
    """`pop` (rows, columns) with `lat` and `lon` of the centres, rows in either order; NaN is no data."""
    try:
        with path.open("rb") as stream, np.load(stream, allow_pickle=False) as arrays:
            people, latitude, longitude = (np.asarray(arrays[key]) for key in ("pop", "lat", "lon"))
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile) as error:
        raise _bad(path, f"cannot be read: {error}", "it needs the arrays pop, lat and lon") from None
    if people.dtype.kind not in "fiu" or people.shape != (latitude.size, longitude.size):
        shapes = f"pop {people.shape}, lat {latitude.shape}, lon {longitude.shape}"
        raise _bad(path, f"does not fit together: {shapes}", "pop is (lat, lon), numbers")
    if min(people.shape, default=0) < 2:
        raise _bad(path, f"has the shape {people.shape}", "give at least two rows and columns")
    steps = np.concatenate([np.abs(np.diff(latitude)), np.diff(longitude)])
    step = float(steps.mean())
    if not np.allclose(steps, step, rtol=1e-3):
        raise _bad(path, "has cells of different sizes", "give evenly spaced lat and lon")
    north_first = people if latitude[0] > latitude[-1] else people[::-1]
    south, west = float(latitude.min()) - step / 2, float(longitude[0]) - step / 2
    return Raster(np.asarray(north_first, dtype=np.float64), west, south, step)


def _geotiff(path: Path) -> Raster:
    """GeoTIFF in geographic coordinates (OGC 19-008r4: ModelPixelScale, ModelTiepoint), one band."""
    try:
        import tifffile
    except ImportError:
        raise _bad(path, "is a GeoTIFF, for which tifffile is needed", "pip install tifffile") from None
    try:
        with tifffile.TiffFile(path) as file:
            page: Any = file.pages[0]
            tags = {tag.name: tag.value for tag in page.tags.values()}
            _require_size(path, *page.shape[:2])
            people = np.asarray(page.asarray(), dtype=np.float64)
        geographic = int((file.geotiff_metadata or {}).get("GTModelTypeGeoKey", 0)) == 2
        (step_x, step_y, *_), tie = tags["ModelPixelScaleTag"], tags["ModelTiepointTag"]
    except (OSError, ValueError, KeyError, TypeError, IndexError, tifffile.TiffFileError) as error:
        raise _bad(path, f"cannot be read as a GeoTIFF: {error}", "fetch it again, or give .asc") from None
    if not geographic or not math.isclose(step_x, step_y, rel_tol=1e-6):
        raise _bad(path, "is not in degrees with square cells", "take the WGS-84 edition of the raster")
    blank = float(str(tags.get("GDAL_NODATA", "nan")).strip("\x00 ") or "nan")
    people = np.where(np.isclose(people, blank, rtol=1e-6), np.nan, people)
    west, north = tie[3] - tie[0] * step_x, tie[4] + tie[1] * step_y
    return Raster(people, float(west), float(north - step_y * people.shape[0]), float(step_x))


def _require_size(path: Path, rows: int, columns: int) -> None:
    if not 0 < rows * columns <= MOST_PIXELS:
        remedy = "take the edition of 2.5 or 30 arc minutes; finer cells change nothing for a ground track"
        raise _bad(path, f"has {rows:,} x {columns:,} cells", remedy)


def _bad(path: Path, problem: str, remedy: str) -> DataError:
    return DataError(f"the raster {problem}", where=str(path), remedy=remedy)
