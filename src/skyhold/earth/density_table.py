"""A model of the air sampled once on well-chosen nodes, from which fast tables are refined.

Calling the model is what costs; so it is called on few nodes, placed where smooth interpolation is accurate, and the
dense grids that kernels read are computed from those nodes by matrix products (docs/why/atmosphere.md).
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
import sys
import tempfile
import zipfile
from dataclasses import asdict, dataclass
from importlib import metadata
from pathlib import Path

import numpy as np
from numpy.typing import ArrayLike, NDArray

from skyhold.earth.atmosphere import Atmosphere
from skyhold.earth.interpolation import Chebyshev, LocalCubic, Periodic
from skyhold.errors import SkyholdError

Floats = NDArray[np.float64]
LOG = logging.getLogger(__name__)
AP_BEND = 20.0  # ln(1 + ap/20): the response to ap saturates
YEAR_DAYS = 365.25
HALF_TURN, TURN = np.pi, 2.0 * np.pi


def activity(ap: ArrayLike) -> Floats:
    """The variable in which density is interpolated over ap."""
    return np.log1p(np.asarray(ap, float) / AP_BEND)


@dataclass(frozen=True)
class Axes:
    """Nodes of a table: how far, and how many.

    Errors of each count, measured against NRLMSISE-00 at random points above 150 km, rms and greatest (%): 40
    altitudes 0.02, 0.13; 15 latitudes 0.13, 1.3; 11 local times 0.11, 0.7; 9 days 0.23, 1.5 (half of it because the
    model takes whole days); 7 fluxes 0.13, 0.7; 6 activities 0.03, 0.5. Beyond an ap of
    250 NRLMSISE-00 breaks down near the poles at 110 km.
    """

    altitude_m: tuple[float, float] = (100e3, 1000e3)
    f107: tuple[float, float] = (60.0, 300.0)
    ap: tuple[float, float] = (0.0, 140.0)
    altitudes: int = 40
    latitudes: int = 15
    local_times: int = 11
    days: int = 9
    fluxes: int = 7
    activities: int = 6

    @property
    def altitude(self) -> LocalCubic:
        """Even in the logarithm of height above 60 km."""
        return LocalCubic(*self.altitude_m, self.altitudes, 60e3)

    @property
    def latitude(self) -> Chebyshev:
        """Radians, pole to pole."""
        return Chebyshev(-0.5 * HALF_TURN, 0.5 * HALF_TURN, self.latitudes)

    @property
    def local_time(self) -> Periodic:
        """Radians, pi is noon."""
        return Periodic(TURN, self.local_times)

    @property
    def day(self) -> Periodic:
        """Days since the beginning of the year."""
        return Periodic(YEAR_DAYS, self.days)

    @property
    def flux(self) -> Chebyshev:
        """F10.7, daily and mean alike."""
        return Chebyshev(*self.f107, self.fluxes)

    @property
    def activity(self) -> Chebyshev:
        """ln(1 + ap/20)."""
        low, high = activity(self.ap)
        return Chebyshev(float(low), float(high), self.activities)


@dataclass(frozen=True)
class DensityTable:
    """Logarithm of density (kg/m3) on nodes of day, activity, F10.7, local time, latitude, altitude, in this order.

    The part of the model that depends on universal time and longitude beyond local time is left out (3 % rms at 300
    to 500 km, no effect on an average over a day); daily F10.7 is taken as its 81-day mean, as monthly drivers give
    it. `name` is the model's. Where day by day drivers or single points matter use `DensityField` or `DensityPath`,
    which ask the model itself.
    """

    name: str
    axes: Axes
    values: NDArray[np.float32]

    @staticmethod
    def build(atmosphere: Atmosphere, axes: Axes | None = None, *, cache: bool = True) -> DensityTable:
        """Sample the model, 5 s for the standard axes; or take it from the user's cache, where `cache` allows.

        The cache is keyed by the model, the version of its library and the axes; a file there that is damaged is
        made anew, and a folder that cannot be written is no error.
        """
        axes = axes or Axes()
        path = _cache_path(atmosphere, axes) if cache else None
        values = _read(path, axes) if path else None
        if values is None:
            values = _sample(atmosphere, axes)
            if path:
                _write(path, values)
        return DensityTable(atmosphere.name, axes, values)

    def require_covers(self, f107: ArrayLike, ap: ArrayLike) -> None:
        """Raise `SkyholdError` where activity is outside the table: nothing is clamped."""
        for name, values, (low, high) in (("F10.7", f107, self.axes.f107), ("Ap", ap, self.axes.ap)):
            given = np.asarray(values, float)
            bad = ~((given >= low) & (given <= high))
            if bad.any():
                raise SkyholdError(
                    f"the density table does not cover this {name}",
                    expected=f"{low:g} to {high:g}",
                    came=f"{given[bad].min():g} to {given[bad].max():g} ({int(bad.sum())} of {given.size} values)",
                    remedy="build the table with wider axes, or mend the drivers",
                )

    def log_density(
        self,
        altitude_m: ArrayLike,
        latitude_rad: ArrayLike,
        local_time_rad: ArrayLike,
        day_of_year: float,
        f107: float,
        ap: float,
    ) -> Floats:
        """(N,) at points that share a day and an activity, by the nodes' own interpolation: slow and exact."""
        self.require_covers(f107, ap)
        cube = self.state(day_of_year, f107, ap)
        weights = (
            self.axes.local_time.weights(local_time_rad),
            self.axes.latitude.weights(latitude_rad),
            self.axes.altitude.weights(altitude_m),
        )
        return np.asarray(np.einsum("abc,na,nb,nc->n", cube, *weights, optimize=True))

    def state(self, day_of_year: float, f107: float, ap: float) -> Floats:
        """(local time, latitude, altitude) nodes of one day and activity."""
        weights = (
            self.axes.day.weights(day_of_year - 1.0)[0],
            self.axes.activity.weights(activity(ap))[0],
            self.axes.flux.weights(f107)[0],
        )
        return np.asarray(np.einsum("dafhlz,d,a,f->hlz", self.values, *weights, optimize=True))


def _sample(atmosphere: Atmosphere, axes: Axes) -> NDArray[np.float32]:
    """The model on all nodes, one state of the Sun at a time."""
    local_time, latitude, altitude = (
        grid.ravel()
        for grid in np.meshgrid(
            axes.local_time.nodes, axes.latitude.nodes, axes.altitude.nodes, indexing="ij"
        )
    )
    inner = (axes.local_times, axes.latitudes, axes.altitudes)
    values = np.empty((axes.days, axes.activities, axes.fluxes, *inner), np.float32)
    ap = np.maximum(AP_BEND * np.expm1(axes.activity.nodes), 0.0)
    for place in np.ndindex(axes.days, axes.activities, axes.fluxes):
        day, index, flux = axes.day.nodes[place[0]] + 1.0, ap[place[1]], axes.flux.nodes[place[2]]
        density = atmosphere.zonal_density(altitude, latitude, local_time, day, flux, flux, index)
        values[place] = np.log(density).reshape(inner)
    return values


def _cache_path(atmosphere: Atmosphere, axes: Axes) -> Path:
    content = {
        "atmosphere": f"{type(atmosphere).__qualname__} {atmosphere!r} {atmosphere.name}",
        "pymsis": metadata.version("pymsis"),
        "axes": asdict(axes),
        "layout": 1,
    }
    digest = hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()
    return cache_root() / f"density-{digest[:20]}.npz"


def cache_root() -> Path:
    """$SKYHOLD_CACHE, else the folder of this platform for what can be computed again."""
    if chosen := os.environ.get("SKYHOLD_CACHE"):
        return Path(chosen).expanduser()
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Caches" / "skyhold"
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA", Path.home() / "AppData" / "Local")) / "skyhold" / "Cache"
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "skyhold"


def _read(path: Path, axes: Axes) -> NDArray[np.float32] | None:
    """The table of the cache, or nothing."""
    try:
        with path.open("rb") as stream, np.load(stream) as file:
            values = file["values"]
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile):
        return None
    shape = (axes.days, axes.activities, axes.fluxes, axes.local_times, axes.latitudes, axes.altitudes)
    good = values.shape == shape and values.dtype == np.float32 and bool(np.isfinite(values).all())
    return values if good else None


def _write(path: Path, values: NDArray[np.float32]) -> None:
    """Keep the table, in one step, if the folder can be written."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(dir=path.parent, suffix=".part")
        with os.fdopen(handle, "wb") as stream:
            np.savez(stream, values=values)
        Path(temporary).replace(path)
    except OSError as error:
        LOG.info("the density table is not kept: %s", error)
