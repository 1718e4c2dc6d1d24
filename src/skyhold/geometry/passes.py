"""Passes of satellites over sites: rise, culmination and set; and the times in which a mask lets them be used."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray

from skyhold.errors import SkyholdError
from skyhold.geometry import masks
from skyhold.geometry.look import look_angles
from skyhold.geometry.masks import SkyMask
from skyhold.geometry.sites import Sites
from skyhold.orbits.propagate import Fleet
from skyhold.times import Epoch, Instants

STEP_S = 60.0
NODES = 8  # Lagrange nodes: 60 s of a low orbit are then interpolated to a millimetre
SEARCH_RAD = np.radians(45.0)  # half a minute from culmination a low orbit may stand this much lower,
HORIZON_RAD = np.radians(-5.0)  # but near the horizon it moves slowly
FINE_S = 5.0
MOST_BYTES = 2e9


@dataclass(frozen=True, eq=False)
class Passes:
    """Passes (N,), by site and rise: which, when (seconds from `start`), and in which direction (radians).

    A pass cut by the edge of the interval has its rise or set there, and `cut` says so.
    """

    start: Epoch
    site: NDArray[np.int32]
    satellite: NDArray[np.int32]
    rise_s: NDArray[np.float64]
    culmination_s: NDArray[np.float64]
    set_s: NDArray[np.float64]
    rise_azimuth_rad: NDArray[np.float64]
    culmination_azimuth_rad: NDArray[np.float64]
    culmination_elevation_rad: NDArray[np.float64]
    set_azimuth_rad: NDArray[np.float64]
    cut: NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.site)


@dataclass(frozen=True, eq=False)
class Accesses:
    """Spans (N,) in which a mask lets a site use a satellite, seconds from `start`."""

    start: Epoch
    site: NDArray[np.int32]
    satellite: NDArray[np.int32]
    from_s: NDArray[np.float64]
    to_s: NDArray[np.float64]

    def __len__(self) -> int:
        return len(self.site)


@dataclass(frozen=True, eq=False)
class _Track:
    """Positions of a fleet at even steps, for looking at one satellite from one site at any instant between."""

    xyz: NDArray[np.float64]
    sites: Sites
    duration_s: float

    def look(
        self, site: NDArray[np.integer], satellite: NDArray[np.integer], at_s: NDArray[np.float64]
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Azimuth and elevation (N,) of satellite[n] from site[n] at at_s[n]."""
        place = at_s / STEP_S + NODES / 2 - 1
        first = np.clip(np.floor(place).astype(int) - NODES // 2 + 1, 0, len(self.xyz) - NODES)
        nodes = first[:, None] + np.arange(NODES)
        position = np.einsum("nk,nkj->nj", _lagrange(place - first), self.xyz[nodes, satellite[:, None]])
        east, north, up = np.einsum("nij,nj->in", self.sites.enu[site], position - self.sites.ecef[site])
        return np.arctan2(east, north) % (2 * np.pi), np.arctan2(up, np.hypot(east, north))


def passes(fleet: Fleet, sites: Sites, start: Epoch, duration_s: float, mask: SkyMask) -> Passes:
    """Passes above the mask's least elevation (its other limits do not end a pass; see `accesses`).

    The sky is sampled each minute; every culmination is refined and the crossings of the least elevation before and
    after it bisected, to 0.02 s. Found are all passes whose culmination is a maximum among samples a minute apart.
    """
    track = _track(fleet, sites, start, duration_s)
    grid = np.arange(int(np.ceil(duration_s / STEP_S)) + 1) * STEP_S
    parts = [_site_passes(track, u, grid, mask.min_elevation_rad) for u in range(len(sites))]
    table = np.concatenate(parts, axis=1) if parts else np.zeros((5, 0))
    table = table[:, table[2] < duration_s]
    site, satellite = table[0].astype(np.int32), table[1].astype(np.int32)
    rise, top, down = table[2], np.minimum(table[3], duration_s), np.minimum(table[4], duration_s)
    at = partial(track.look, site, satellite)
    azimuth, elevation = at(top)
    return Passes(
        start, site, satellite, rise, top, down,
        at(rise)[0], azimuth, elevation, at(down)[0], (rise <= 0.0) | (down >= duration_s),
    )  # fmt: skip


def accesses(fleet: Fleet, sites: Sites, start: Epoch, duration_s: float, mask: SkyMask) -> Accesses:
    """Spans in which the whole mask (elevation, arc, field of view) lets a site use a satellite, to 0.1 s.

    Inside each pass the mask is sampled every 5 s; spans shorter than that can be missed.
    """
    found = passes(fleet, sites, start, duration_s, mask)
    track = _track(fleet, sites, start, duration_s)
    rows = []
    for n in range(len(found)):
        times = np.linspace(
            found.rise_s[n], found.set_s[n], 2 + int((found.set_s[n] - found.rise_s[n]) / FINE_S)
        )
        margin = partial(_margin, track, mask, int(found.site[n]), int(found.satellite[n]))
        rows += [(found.site[n], found.satellite[n], a, b) for a, b in _spans(margin, times)]
    table = np.array(rows).reshape(-1, 4)
    return Accesses(
        start, table[:, 0].astype(np.int32), table[:, 1].astype(np.int32), table[:, 2], table[:, 3]
    )


def _track(fleet: Fleet, sites: Sites, start: Epoch, duration_s: float) -> _Track:
    steps = int(np.ceil(duration_s / STEP_S)) + NODES
    if duration_s <= 0 or steps * len(fleet) * 24 > MOST_BYTES:
        raise SkyholdError(
            "passes cannot be sought over this time",
            expected=f"more than nothing, at most {MOST_BYTES / (24 * len(fleet)) * STEP_S / 3600:.0f} h",
            came=f"{duration_s / 3600:.1f} h of {len(fleet)} satellites",
            remedy="ask for a shorter time or fewer satellites",
        )
    before = start.plus(-STEP_S * (NODES / 2 - 1))
    return _Track(fleet.positions(Instants.every(before, STEP_S, steps), np.float64), sites, duration_s)


def _lagrange(place: NDArray[np.float64]) -> NDArray[np.float64]:
    """(N, NODES) weights of the Lagrange polynomial through 0, 1, ... at place (N,)."""
    nodes = np.arange(NODES)
    weights = np.ones((len(place), NODES))
    for k in nodes:
        for other in nodes[nodes != k]:
            weights[:, k] *= (place - other) / (k - other)
    return weights


def _site_passes(track: _Track, u: int, grid: NDArray[np.floating], lowest: float) -> NDArray[np.float64]:
    """(5, N) site, satellite, rise, culmination, set of the passes over one site."""
    first = NODES // 2 - 1
    elevation = look_angles(track.sites.take([u]), track.xyz[first : first + len(grid)]).elevation_rad[
        :, 0, :
    ]
    edge = np.full((1, elevation.shape[1]), -np.inf)
    before, after = np.concatenate([edge, elevation[:-1]]), np.concatenate([elevation[1:], edge])
    k, satellite = np.nonzero(
        (elevation > before) & (elevation >= after) & (elevation > max(lowest - SEARCH_RAD, HORIZON_RAD))
    )
    height = partial(_height, track, np.full(len(k), u), satellite)
    top = _culmination(height, grid[np.maximum(k - 1, 0)], grid[np.minimum(k + 1, len(grid) - 1)])
    kept = height(top) >= lowest
    k, satellite, top = k[kept], satellite[kept], top[kept]
    low = elevation < lowest
    rise = _crossing(track, u, satellite, top, lowest, grid, low, -1)
    down = _crossing(track, u, satellite, top, lowest, grid, low, +1)
    order = np.lexsort((-_height(track, np.full(len(k), u), satellite, top), np.round(rise, 1), satellite))
    once = (
        order[np.append(True, np.diff(satellite[order]) != 0) | _apart(rise[order])] if len(order) else order
    )
    by_rise = once[np.argsort(rise[once], kind="stable")]
    columns = [np.full(len(by_rise), u), satellite[by_rise], rise[by_rise], top[by_rise], down[by_rise]]
    return np.stack([np.asarray(column, np.float64) for column in columns])


def _apart(rise_s: NDArray[np.float64]) -> NDArray[np.bool_]:
    return np.append(True, np.abs(np.diff(rise_s)) > 0.5)


def _height(
    track: _Track, site: NDArray[np.integer], satellite: NDArray[np.integer], at_s: NDArray[np.float64]
) -> NDArray[np.float64]:
    return track.look(site, satellite, at_s)[1]


def _culmination(
    height: partial[NDArray[np.float64]], low: NDArray[np.floating], high: NDArray[np.floating]
) -> NDArray[np.float64]:
    """Where `height` is greatest between low and high (N,), by golden section to 0.01 s."""
    golden = 0.5 * (np.sqrt(5.0) - 1.0)
    for _ in range(21):
        p, q = high - golden * (high - low), low + golden * (high - low)
        left = height(p) > height(q)
        low, high = np.where(left, low, p), np.where(left, q, high)
    return np.asarray(0.5 * (low + high))


def _crossing(
    track: _Track, u: int, satellite: NDArray[np.integer], top: NDArray[np.float64], lowest: float,
    grid: NDArray[np.floating], low: NDArray[np.bool_], way: int,
) -> NDArray[np.float64]:  # fmt: skip
    """When each satellite crosses the least elevation before (way -1) or after (+1) its culmination; or the edge."""
    outside = np.empty(len(satellite))
    for n, s in enumerate(satellite):
        samples = grid[low[:, s]]
        samples = samples[samples < top[n]] if way < 0 else samples[samples > top[n]]
        outside[n] = samples[way if way < 0 else 0] if len(samples) else np.nan
    edge = np.isnan(outside)
    a, b = np.where(edge, top, outside), top.copy()
    for _ in range(14):
        middle = 0.5 * (a + b)
        up = _height(track, np.full(len(a), u), satellite, middle) >= lowest
        a, b = np.where(up, a, middle), np.where(up, middle, b)
    return np.where(edge, 0.0 if way < 0 else grid[-1], b)


def _margin(track: _Track, mask: SkyMask, u: int, s: int, at_s: NDArray[np.float64]) -> NDArray[np.bool_]:
    site, satellite = np.full(len(at_s), u), np.full(len(at_s), s)
    azimuth, elevation = track.look(site, satellite, at_s)
    inside = masks.SkyMask(
        0.0, mask.gso_exclusion_rad, mask.field_of_view_rad, mask.tilt_rad, mask.tilt_azimuth_rad
    )
    return masks.allowed(inside, track.sites.latitude_rad[u], azimuth, elevation)


def _spans(may: partial[NDArray[np.bool_]], times: NDArray[np.float64]) -> list[tuple[float, float]]:
    """Spans of `times` in which `may` holds, their ends bisected to 0.1 s."""
    state = may(times)
    edges = np.flatnonzero(np.diff(state))
    a, b = times[edges], times[edges + 1]
    for _ in range(7):
        middle = 0.5 * (a + b)
        same = may(middle) == state[edges] if len(edges) else np.zeros(0, bool)
        a, b = np.where(same, middle, a), np.where(same, b, middle)
    cuts = np.concatenate([[times[0]] if state[0] else [], b, [times[-1]] if state[-1] else []])
    return [(float(x), float(y)) for x, y in zip(cuts[0::2], cuts[1::2], strict=True)]
