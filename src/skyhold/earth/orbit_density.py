"""Density averaged round a near-circular orbit: what orbit-averaged decay reads."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from skyhold.constants import J2, WGS84_A_M
from skyhold.earth.atmosphere import Atmosphere
from skyhold.earth.density_field import days_of_year
from skyhold.earth.density_table import TURN, YEAR_DAYS, Axes, DensityTable, activity
from skyhold.earth.ellipsoid import ecef_to_geodetic
from skyhold.earth.force_kernels import fill_orbit, fill_path
from skyhold.earth.interpolation import LocalCubic
from skyhold.errors import SkyholdError
from skyhold.times import Epoch, Instants

Floats = NDArray[np.float64]
PERIGEES = 4  # an eccentric orbit is averaged over as many places of its perigee


@dataclass(frozen=True)
class OrbitShape:
    """A near-circular orbit: inclination, eccentricity (perigee anywhere), and points of quadrature round it."""

    inclination_rad: float
    eccentricity: float = 0.0
    points: int = 36

    def trace(self, mean_radius_m: Floats) -> tuple[Floats, Floats, Floats]:
        """Geodetic altitude (H, Q), geodetic latitude (H, Q), local time after the node's (Q,).

        The radius is the mean one over the orbit, with the term that the flattened Earth forces on it,
        J2 R^2/(4 r) sin^2 i cos 2u (Kozai, Astron. J. 64, 1959), and -e r cos(u - perigee).
        """
        perigees = 1 if self.eccentricity == 0.0 else PERIGEES
        u = np.tile(TURN * np.arange(self.points) / self.points, perigees)
        perigee = np.repeat(TURN * (np.arange(perigees) + 0.5) / perigees, self.points)
        sin_i, cos_i = np.sin(self.inclination_rad), np.cos(self.inclination_rad)
        r = mean_radius_m[:, None] * (1.0 - self.eccentricity * np.cos(u - perigee))
        r = r + J2 * WGS84_A_M**2 / (4.0 * mean_radius_m[:, None]) * sin_i**2 * np.cos(2.0 * u)
        unit = np.stack([np.cos(u), cos_i * np.sin(u), sin_i * np.sin(u)], axis=-1)
        latitude, _, altitude = ecef_to_geodetic(r[..., None] * unit)
        return altitude, latitude, np.asarray(np.arctan2(unit[:, 1], unit[:, 0]), np.float64)


@dataclass(frozen=True)
class OrbitGrid:
    """How fine an orbit's table is. `height` is mean radius less the equator's. One node: averaged over nodes."""

    height_m: tuple[float, float] = (110e3, 710e3)
    height_step_m: float = 4e3
    f107_step: float = 10.0
    activities: int = 12
    days: int = 24
    nodes: int = 1

    @property
    def heights(self) -> Floats:
        """(H,) even, the last at or under the highest."""
        low, high = self.height_m
        count = int((high - low) / self.height_step_m + 1e-9) + 1
        return np.asarray(low + self.height_step_m * np.arange(count))


@dataclass(frozen=True)
class OrbitDensity:
    """Logarithm of orbit-averaged density for any day, activity and height, for ensembles over solar cycles.

    `values` (flat, float32) and `grid` (15,) go to `force_kernels.orbit_log_density`. F10.7 of the day is taken as
    its 81-day mean.
    """

    name: str
    shape: OrbitShape
    values: NDArray[np.float32]
    grid: Floats

    @staticmethod
    def build(table: DensityTable, shape: OrbitShape, fine: OrbitGrid | None = None) -> OrbitDensity:
        """Average a table round an orbit, some 2 s. Raises `SkyholdError` where the orbit leaves the table."""
        fine = fine or OrbitGrid()
        coarse = _node_heights(table.axes, fine)
        altitude, latitude, after = shape.trace(WGS84_A_M + coarse.nodes)
        _require_inside(altitude, table.axes)
        averaged = np.log(_averaged(table, altitude, latitude, after, fine.nodes))
        refined, grid = _refined(averaged, table.axes, coarse, fine)
        return OrbitDensity(table.name, shape, refined.astype(np.float32).ravel(), np.array(grid, np.float64))

    def density(
        self,
        height_m: ArrayLike,
        f107: ArrayLike,
        ap: ArrayLike,
        day_of_year: ArrayLike,
        node_local_time_rad: ArrayLike = 0.0,
    ) -> Floats:
        """(N,) kg/m3; NaN outside heights and activity of the table."""
        given = (height_m, f107, activity(ap), np.asarray(day_of_year, float) - 1.0, node_local_time_rad)
        columns = [np.array(one, np.float64).ravel() for one in np.broadcast_arrays(*given)]
        out = np.empty(len(columns[0]))
        fill_orbit(self.values, self.grid, *columns, out)
        return np.exp(out)


@dataclass(frozen=True)
class DensityPath:
    """Logarithm of orbit-averaged density over time and height, for one history of the Sun, day by day.

    `values` (flat, float32; time, height) and `grid` (6,) go to `force_kernels.path_log_density`. Times are seconds
    from `epoch`, heights mean radius less the equator's.
    """

    name: str
    shape: OrbitShape
    epoch: Epoch
    values: NDArray[np.float32]
    grid: Floats

    @staticmethod
    def build(
        atmosphere: Atmosphere,
        shape: OrbitShape,
        instants: Instants,
        node_local_time_rad: ArrayLike,
        f107: ArrayLike,
        f107_mean81: ArrayLike,
        ap: ArrayLike,
        fine: OrbitGrid | None = None,
    ) -> DensityPath:
        """Ask the model itself at (T,) even instants with their drivers (T,): some 3 ms each.

        The part that depends on universal time and longitude is left out. Raises `SkyholdError` for fewer than two
        instants, or instants that are not even.
        """
        fine = fine or OrbitGrid()
        step = np.diff(instants.offset_s)
        if len(step) == 0 or not np.allclose(step, step[0], rtol=1e-6):
            raise SkyholdError(
                "the times of a density path are not even", expected="two or more, one step apart"
            )
        given = (node_local_time_rad, f107, f107_mean81, ap)
        drivers = [np.broadcast_to(np.asarray(one, float), (len(instants),)) for one in given]
        coarse = _path_heights(fine)
        altitude, latitude, after = shape.trace(WGS84_A_M + coarse.nodes)
        days = days_of_year(instants)
        rows = np.stack([
            np.log(
                atmosphere.zonal_density(
                    altitude.ravel(), latitude.ravel(), np.broadcast_to(after + node, altitude.shape).ravel(),
                    np.floor(day), flux, mean, index,
                ).reshape(altitude.shape).mean(axis=1)
            )
            for day, node, flux, mean, index in zip(days, *drivers, strict=True)
        ])  # fmt: skip
        values = rows @ coarse.weights(fine.heights).T
        grid = [instants.offset_s[0], 1.0 / step[0], len(instants)]
        grid += [fine.height_m[0], 1.0 / fine.height_step_m, len(fine.heights)]
        return DensityPath(
            atmosphere.name,
            shape,
            instants.epoch,
            values.astype(np.float32).ravel(),
            np.array(grid, np.float64),
        )

    def density(self, height_m: ArrayLike, instants: Instants) -> Floats:
        """(N,) kg/m3; NaN outside heights and times."""
        offset = self.epoch.seconds_until(instants.epoch) + instants.offset_s
        columns = [np.array(one, np.float64).ravel() for one in np.broadcast_arrays(offset, height_m)]
        out = np.empty(len(columns[0]))
        fill_path(self.values, self.grid, *columns, out)
        return np.exp(out)


def _node_heights(axes: Axes, fine: OrbitGrid) -> LocalCubic:
    return LocalCubic(*fine.height_m, axes.altitudes, 60e3)


def _path_heights(fine: OrbitGrid) -> LocalCubic:
    return LocalCubic(*fine.height_m, 24, 60e3)


def _require_inside(altitude: Floats, axes: Axes) -> None:
    low, high = axes.altitude_m
    if altitude.min() < low or altitude.max() > high:
        raise SkyholdError(
            "the orbit leaves the density table",
            expected=f"altitudes of {low / 1e3:g} to {high / 1e3:g} km",
            came=f"{altitude.min() / 1e3:.1f} to {altitude.max() / 1e3:.1f} km",
            remedy="narrow the heights of the orbit's table, or build the density table over more altitudes",
        )


def _averaged(
    table: DensityTable, altitude: Floats, latitude: Floats, after: Floats, nodes: int
) -> NDArray[np.float64]:
    """(node, day, activity, flux, height) density averaged round the orbit."""
    axes, values = table.axes, table.values
    count = max(nodes, 1) if nodes > 1 else axes.local_times
    node = TURN * np.arange(count) / count
    total = np.zeros((count, *values.shape[:3], altitude.shape[0]))
    for q in range(altitude.shape[1]):
        rows = axes.latitude.weights(latitude[:, q].mean())[0].astype(np.float32)
        turned = axes.local_time.weights(node + after[q]).astype(np.float32)
        heights = axes.altitude.weights(altitude[:, q]).astype(np.float32)
        at_latitude = np.einsum("dafhlz,l->dafhz", values, rows, optimize=True) @ heights.T
        total += np.exp(np.tensordot(turned, at_latitude, (1, 3)).astype(np.float64))
    total /= altitude.shape[1]
    return total if nodes > 1 else total.mean(axis=0, keepdims=True)


def _refined(
    averaged: Floats, axes: Axes, coarse: LocalCubic, fine: OrbitGrid
) -> tuple[NDArray[np.float64], list[float]]:
    """The fine grid (node, day, activity, flux, height), and its description for the kernel."""
    days = YEAR_DAYS * np.arange(fine.days + 1) / fine.days
    low, high = activity(axes.ap)
    acts = np.linspace(low, high, fine.activities)
    fluxes = np.linspace(*axes.f107, round((axes.f107[1] - axes.f107[0]) / fine.f107_step) + 1)
    refined = np.einsum(
        "nafzd,Dd->nDafz", np.moveaxis(averaged, 1, -1), axes.day.weights(days), optimize=True
    )
    refined = np.einsum("nDafz,Aa->nDAfz", refined, axes.activity.weights(acts), optimize=True)
    refined = np.einsum("nDAfz,Ff->nDAFz", refined, axes.flux.weights(fluxes), optimize=True)
    refined = refined @ coarse.weights(fine.heights).T
    if fine.nodes > 1:
        refined = np.concatenate([refined, refined[:1]])
    nodes = (0.0, fine.nodes / TURN, fine.nodes + 1) if fine.nodes > 1 else (0.0, 0.0, 1)
    grid = [*nodes, 0.0, fine.days / YEAR_DAYS, fine.days + 1]
    grid += [float(low), (fine.activities - 1) / float(high - low), fine.activities]
    grid += [axes.f107[0], (len(fluxes) - 1) / (axes.f107[1] - axes.f107[0]), len(fluxes)]
    return refined, [*grid, fine.height_m[0], 1.0 / fine.height_step_m, len(fine.heights)]
