"""The same user three ways: low Earth orbit, geostationary, and fibre."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from skyhold.constants import FIBRE_REFRACTIVE_INDEX, GEO_RADIUS_M, SPEED_OF_LIGHT_M_S, WGS84_A_M
from skyhold.earth.ellipsoid import great_circle_m
from skyhold.geometry.sites import Sites


@dataclass(frozen=True)
class Way:
    """One way to the exchange: `median_s` and `p95_s` of the round trip (NaN where there is no service)."""

    name: str
    median_s: float
    p95_s: float
    note: str


def geostationary_range_m(elevation_rad: float, earth_radius_m: float = WGS84_A_M) -> float:
    """Slant range to a geostationary satellite seen at an elevation, over a sphere.

    d = sqrt(r^2 - (R cos e)^2) - R sin e, from the triangle Earth's centre, site, satellite.
    """
    low = earth_radius_m * np.cos(elevation_rad)
    return float(np.sqrt(GEO_RADIUS_M**2 - low**2) - earth_radius_m * np.sin(elevation_rad))


def geostationary_rtt_s(user_elevation_rad: float, hub_elevation_rad: float | None = None) -> float:
    """Light time of four hops, user and hub at their elevations; before any processing.

    515.1 ms with both at 30 degrees.
    """
    hub = user_elevation_rad if hub_elevation_rad is None else hub_elevation_rad
    metres = geostationary_range_m(user_elevation_rad) + geostationary_range_m(hub)
    return 2.0 * metres / SPEED_OF_LIGHT_M_S


def to_geostationary(sites: Sites, longitude_rad: float) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """(U,) elevation and (U,) range of the geostationary satellite at a longitude, over the WGS-84
    horizon.
    """
    satellite = GEO_RADIUS_M * np.array([np.cos(longitude_rad), np.sin(longitude_rad), 0.0])
    ray = satellite - sites.ecef
    reach = np.linalg.norm(ray, axis=1)
    height = np.einsum("ui,ui->u", ray, sites.enu[:, 2])
    return np.arcsin(height / reach), reach


def fibre_rtt_s(
    sites: Sites, latitude_rad: float, longitude_rad: float, route_factor: float
) -> NDArray[np.float64]:
    """(U,) light time there and back over fibre: great circle x route factor x group index / c."""
    metres = great_circle_m(sites.latitude_rad, sites.longitude_rad, latitude_rad, longitude_rad)
    return np.asarray(2.0 * metres * route_factor * FIBRE_REFRACTIVE_INDEX / SPEED_OF_LIGHT_M_S)


@dataclass(frozen=True)
class Geostationary:
    """A geostationary service: its orbital place, the hub its traffic goes through, and its processing."""

    longitude_deg: float
    hub_latitude_deg: float
    hub_longitude_deg: float
    hub_name: str
    processing_s: float = 0.0


def three_ways(
    sites: Sites,
    leo_rtt_s: NDArray[np.floating],
    geo: Geostationary,
    exchange_deg: tuple[float, float],
    route_factor: float,
) -> tuple[tuple[Way, Way, Way], ...]:
    """For each terminal: LEO (from `leo_rtt_s` (T, U), NaN where not served), GEO and fibre to the same
    exchange.

    GEO is user, satellite, hub and fibre from hub to exchange, plus its processing; NaN below the horizon.
    Fibre is light time only: access networks and routers add some 5 to 15 ms.
    """
    exchange = np.radians(exchange_deg)
    hub = Sites.from_degrees(
        np.array([geo.hub_latitude_deg]), np.array([geo.hub_longitude_deg]), np.array([0.0])
    )
    elevation, user_m = to_geostationary(sites, np.radians(geo.longitude_deg))
    hub_m = to_geostationary(hub, np.radians(geo.longitude_deg))[1]
    tail_s = fibre_rtt_s(hub, exchange[0], exchange[1], route_factor)
    geo_s = 2.0 * (user_m + hub_m) / SPEED_OF_LIGHT_M_S + tail_s + geo.processing_s
    geo_s = np.where(elevation > 0.0, geo_s, np.nan)
    fibre_s = fibre_rtt_s(sites, exchange[0], exchange[1], route_factor)
    return tuple(
        _row(leo_rtt_s[:, u], geo_s[u], np.degrees(elevation[u]), geo, fibre_s[u], route_factor)
        for u in range(len(fibre_s))
    )


def _row(
    leo_s: NDArray[np.floating],
    geo_s: float,
    elevation_deg: float,
    geo: Geostationary,
    fibre_s: float,
    factor: float,
) -> tuple[Way, Way, Way]:
    served = leo_s[~np.isnan(leo_s)]
    median, p95 = np.percentile(served, (50, 95)) if served.size else (np.nan, np.nan)
    share = served.size / max(leo_s.size, 1)
    geo_note = f"satellite at {geo.longitude_deg:+.1f} deg, {elevation_deg:.0f} deg high, hub {geo.hub_name}"
    return (
        Way("LEO", float(median), float(p95), f"served in {100.0 * share:.1f} % of slots"),
        Way("GEO", float(geo_s), float(geo_s), geo_note),
        Way("fibre", float(fibre_s), float(fibre_s), f"great circle x {factor:g}, light time only"),
    )
