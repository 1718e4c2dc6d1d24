"""Satellites in tiles for the kernels, and arrays stored component by component."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import DTypeLike, NDArray

from skyhold.orbits.kernels import TILE


def tiled(rows: NDArray[np.float64]) -> NDArray[np.float64]:
    """(R, S) rows as (tiles, R * TILE), the last satellite repeated to fill the last tile."""
    count, satellites = rows.shape
    tiles = -(-satellites // TILE)
    padded = np.empty((count, tiles * TILE))
    padded[:, :satellites] = rows
    padded[:, satellites:] = rows[:, -1:] if satellites else 0.0
    by_tile = np.ascontiguousarray(padded.reshape(count, tiles, TILE).transpose(1, 0, 2))
    return by_tile.reshape(tiles, count * TILE)


def component_major(instants: int, satellites: int, dtype: DTypeLike) -> NDArray[Any]:
    """An empty contiguous (T, 3, S) array of float32 or float64."""
    return np.empty((instants, 3, satellites), dtype)
