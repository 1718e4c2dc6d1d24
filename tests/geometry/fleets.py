"""Circular orbits in a few lines, to test against."""

import numpy as np


def shell(altitude_km=550.0, inclination_deg=53.0, planes=24, per_plane=22, phasing=5):
    """(4, S) radius, inclination, ascending node, argument of latitude."""
    p, s = (x.ravel() for x in np.meshgrid(np.arange(planes), np.arange(per_plane), indexing="ij"))
    size = planes * per_plane
    return np.stack(
        [
            np.full(size, 6_378_137.0 + altitude_km * 1e3),
            np.full(size, np.radians(inclination_deg)),
            2 * np.pi * p / planes,
            2 * np.pi * (s / per_plane + phasing * p / size),
        ]
    )


def fly(orbits, times_s, dtype=np.float32):
    """(T, S, 3) Earth-fixed, component-major."""
    radius, inclination, node, phase = orbits
    t = np.asarray(times_s, float)[:, None]
    u = phase + np.sqrt(3.986004418e14 / radius**3) * t
    node = node - 7.292115e-5 * t
    x, y = radius * np.cos(u), radius * np.sin(u)
    out = np.empty((len(t), 3, len(radius)), dtype)
    out[:, 0] = x * np.cos(node) - y * np.cos(inclination) * np.sin(node)
    out[:, 1] = x * np.sin(node) + y * np.cos(inclination) * np.cos(node)
    out[:, 2] = y * np.sin(inclination)
    return out.transpose(0, 2, 1)
