"""The last revolutions: where each member of a window comes down, and over which countries."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from skyhold.data.countries import country_of
from skyhold.decay.numerical import LOWEST_M, Trajectory, propagate_numerically
from skyhold.earth.density_field import DensityField
from skyhold.earth.ellipsoid import ecef_to_geodetic
from skyhold.earth.rotation import gmst_rad, teme_to_ecef
from skyhold.errors import ScenarioError
from skyhold.times import Epoch, Instants
from skyhold.units import DAY_S

Floats = NDArray[np.float64]

OPEN_SEA = ""


@dataclass(frozen=True)
class GroundLine:
    """(T,) instants and the place under an orbit, degrees, and geodetic altitude, m."""

    instants: Instants
    latitude_deg: Floats
    longitude_deg: Floats
    altitude_m: Floats


@dataclass(frozen=True)
class EntryPoints:
    """(N,) where members pass the entry altitude: seconds after the epoch, degrees; NaN for those that stay up."""

    epoch: Epoch
    instant_s: Floats
    latitude_deg: Floats
    longitude_deg: Floats

    def shares(self) -> dict[str, float]:
        """Share of the members that come down over each country (ISO code), most first; "" is the sea."""
        down = np.isfinite(self.instant_s)
        codes = country_of(self.latitude_deg[down], self.longitude_deg[down])
        count = Counter(str(code) for code in np.atleast_1d(codes))
        return {code: number / int(down.sum()) for code, number in count.most_common()}


def ground_line(trajectory: Trajectory) -> GroundLine:
    """The ground track of a numerical trajectory, as far as it goes."""
    flying = np.isfinite(trajectory.state[:, 0])
    instants = Instants(trajectory.instants.epoch, trajectory.instants.offset_s[flying])
    fixed = teme_to_ecef(trajectory.state[flying, :3], gmst_rad(instants))
    latitude, longitude, altitude = ecef_to_geodetic(fixed)
    return GroundLine(instants, np.degrees(latitude), np.degrees(longitude), altitude)


def entry_points(
    epoch: Epoch,
    state: ArrayLike,
    ballistic_kg_m2: ArrayLike,
    field: DensityField,
    *,
    horizon_s: float = 3.0 * DAY_S,
    entry_m: float = LOWEST_M,
) -> EntryPoints:
    """Fly (N,) members of different ballistic numbers from one state down to the entry altitude.

    A thicker member comes down earlier and, having sunk, also flies faster: its place follows from its own orbit, not
    from the mean one's. Days before entry the members cover the whole track many times over; hours before, arcs of it
    are left. Raises ScenarioError for members none of which come down.
    """
    ballistic = np.atleast_1d(np.asarray(ballistic_kg_m2, float))
    instants, places = np.full(len(ballistic), np.nan), np.full((len(ballistic), 2), np.nan)
    for n, number in enumerate(ballistic):
        places[n], instants[n] = _entry(epoch, state, float(number), field, horizon_s, entry_m)
    if not np.isfinite(instants).any():
        raise ScenarioError(
            "no member comes down within the horizon",
            expected=f"an entry within {horizon_s / DAY_S:g} days",
            came="none",
            remedy="begin later, or lengthen the horizon and the density field",
        )
    return EntryPoints(epoch, instants, places[:, 0], places[:, 1])


def _entry(
    epoch: Epoch, state: ArrayLike, ballistic: float, field: DensityField, horizon_s: float, entry_m: float
) -> tuple[Floats, float]:
    """Latitude and longitude (2,) degrees and the instant of one member, NaN if it stays up."""

    def fly(outputs: Floats) -> Trajectory:
        return propagate_numerically(
            epoch, state, outputs, ballistic_kg_m2=ballistic, field=field, lowest_m=entry_m, tolerance=1e-9
        )

    end = fly(np.array([horizon_s])).entered_s
    if not np.isfinite(end):
        return np.full(2, np.nan), np.nan
    line = ground_line(fly(np.array([max(end - 0.5, 0.0)])))
    return np.array([line.latitude_deg[-1], line.longitude_deg[-1]]), end


def members_over(ballistic_kg_m2: float, log_sigma: float, members: int) -> Floats:
    """(N,) even quantiles of a lognormal, so that few members cover it without chance."""
    share = (np.arange(members) + 0.5) / members
    return np.asarray(ballistic_kg_m2 * np.exp(log_sigma * _normal(share)))


def _normal(share: Floats) -> Floats:
    """Standard normal quantiles: Abramowitz and Stegun, 26.2.23, within 4.5e-4."""
    tail = np.minimum(share, 1.0 - share)
    t = np.sqrt(-2.0 * np.log(tail))
    top = 2.515517 + t * (0.802853 + t * 0.010328)
    x = t - top / (1.0 + t * (1.432788 + t * (0.189269 + t * 0.001308)))
    return np.asarray(np.where(share < 0.5, -x, x))
