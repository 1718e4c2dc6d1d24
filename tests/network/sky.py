"""A small sky for the tests of the network: circular orbits over a turning Earth, in plain numpy."""

import numpy as np

from skyhold.constants import EARTH_RATE_RAD_S, MU_M3_S2, WGS84_A_M
from skyhold.geometry.sites import Sites
from skyhold.times import Epoch, Instants

START = Epoch(2_459_638.5, 12.0 / 86_400.0)


def positions(
    instants: Instants, planes: int = 24, per_plane: int = 20, altitude_m: float = 550e3
) -> np.ndarray:
    """(T, S, 3) Earth-fixed metres of a 53 degree Walker shell, the Earth turning from longitude zero."""
    radius, inclination = WGS84_A_M + altitude_m, np.radians(53.0)
    plane, slot = np.divmod(np.arange(planes * per_plane), per_plane)
    time = instants.offset_s[:, None]
    along = (
        2 * np.pi * (slot / per_plane + plane / (planes * per_plane)) + np.sqrt(MU_M3_S2 / radius**3) * time
    )
    node = 2 * np.pi * plane / planes - EARTH_RATE_RAD_S * time
    x, y = np.cos(along), np.sin(along) * np.cos(inclination)
    rows = [
        np.cos(node) * x - np.sin(node) * y,
        np.sin(node) * x + np.cos(node) * y,
        np.sin(along) * np.sin(inclination),
    ]
    return radius * np.stack(rows, axis=-1)


def elevations(xyz: np.ndarray, sites: Sites) -> np.ndarray:
    """(T, U, S) elevation over the WGS-84 horizon, radians."""
    ray = xyz[:, None, :, :] - sites.ecef[None, :, None, :]
    height = np.einsum("tusi,ui->tus", ray, sites.enu[:, 2])
    return np.arcsin(height / np.linalg.norm(ray, axis=-1))


CITIES = Sites.from_degrees([50.45, 49.84, 47.1, 50.0], [30.52, 24.03, 37.55, 36.23])
