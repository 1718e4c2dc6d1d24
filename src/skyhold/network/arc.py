"""Directions that the antenna of a gateway keeps to or keeps off, as Earth-fixed unit vectors."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from skyhold.constants import GEO_RADIUS_M
from skyhold.geometry.masks import SkyMask
from skyhold.geometry.sites import Sites


def gso_arc(sites: Sites, count: int) -> NDArray[np.float64]:
    """(G, count, 3) unit vectors from each site to points of the geostationary arc, 80 degrees to either
    side of it.

    Points below the horizon are zero vectors: no direction comes near them. A degree between neighbours
    makes the least angle to the arc right to 0.01 degrees from 10 degrees on.
    """
    longitude = sites.longitude_rad[:, None] + np.radians(np.linspace(-80.0, 80.0, count))[None, :]
    points = GEO_RADIUS_M * np.stack(
        [np.cos(longitude), np.sin(longitude), np.zeros_like(longitude)], axis=-1
    )
    rays = points - sites.ecef[:, None, :]
    rays /= np.linalg.norm(rays, axis=-1, keepdims=True)
    above = np.einsum("gmi,gi->gm", rays, sites.enu[:, 2]) > 0.0
    return np.asarray(np.where(above[..., None], rays, 0.0))


def boresight(sites: Sites, mask: SkyMask) -> NDArray[np.float64]:
    """(G, 3) unit vectors of the antenna's axis: zenith leant by the tilt towards the tilt azimuth."""
    tilt, azimuth = mask.tilt_rad, mask.tilt_azimuth_rad
    local = np.array([np.sin(tilt) * np.sin(azimuth), np.sin(tilt) * np.cos(azimuth), np.cos(tilt)])
    return np.asarray(np.einsum("i,gij->gj", local, sites.enu))
