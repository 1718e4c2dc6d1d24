"""Filed shells flown as circles with the secular effect of J2: where satellites would be, not where one is."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import DTypeLike, NDArray

from skyhold.constants import EARTH_RATE_RAD_S
from skyhold.earth.rotation import gmst_rad
from skyhold.nouns.constellation import Shell
from skyhold.orbits.elements import circular_rates
from skyhold.orbits.faults import Fault
from skyhold.orbits.kernels import circles
from skyhold.orbits.tiles import component_major, tiled
from skyhold.orbits.walker import in_place, satellite_names, walker
from skyhold.times import Epoch, Instants
from skyhold.units import DEG, KM

Floats = NDArray[np.float64]


class SecularFleet:
    """Walker shells at their mean altitude from `start` on.

    Circles that turn with the node, at the rates of `elements.circular_rates`. Left out are the short-period terms of
    J2 (some 10 km along the track), eccentricity, drag and station keeping: true of the shell, not of a satellite.
    `missing` and `raising` satellites do not fly; they are drawn by `missing_seed`.
    """

    def __init__(self, shells: tuple[Shell, ...], start: Epoch, *, missing_seed: int = 1):
        self._filed, self._start = shells, start
        flown = [in_place(shell, missing_seed, order) for order, shell in enumerate(shells)]
        names = [satellite_names(shell) for shell in shells]
        self.names = tuple(name[k] for name, keep in zip(names, flown, strict=True) for k in keep)
        self.shells = tuple(shell.name for shell in shells)
        self.shell_index = np.repeat(np.arange(len(shells), dtype=np.int16), [len(keep) for keep in flown])
        parameters = [_parameters(shell)[:, keep] for shell, keep in zip(shells, flown, strict=True)]
        self._tiles = tiled(np.concatenate(parameters, axis=1) if parameters else np.empty((7, 0)))

    def __len__(self) -> int:
        return len(self.names)

    def positions(self, instants: Instants, dtype: DTypeLike = np.float32) -> NDArray[Any]:
        """(T, S, 3) m, Earth-fixed; a view of a contiguous (T, 3, S) array."""
        position = component_major(len(instants), len(self), dtype)
        circles(self._tiles, *self._when(instants), EARTH_RATE_RAD_S, position, None)
        return position.transpose(0, 2, 1)

    def positions_velocities(
        self, instants: Instants, dtype: DTypeLike = np.float32
    ) -> tuple[NDArray[Any], NDArray[Any]]:
        """Positions as above, and velocities in the Earth-fixed frame, (T, S, 3) m/s."""
        position = component_major(len(instants), len(self), dtype)
        velocity = component_major(len(instants), len(self), dtype)
        circles(self._tiles, *self._when(instants), EARTH_RATE_RAD_S, position, velocity)
        return position.transpose(0, 2, 1), velocity.transpose(0, 2, 1)

    def faults(self, instants: Instants) -> tuple[Fault, ...]:
        """None: a circle can always be placed."""
        return ()

    def account(self) -> tuple[str, ...]:
        """Nothing: no catalogue was read."""
        return ()

    def summary(self) -> list[dict[str, Any]]:
        """A row a shell: satellites filed, operational (flown), missing and raising."""
        flown = np.bincount(self.shell_index, minlength=len(self.shells))
        return [
            {
                "shell": shell.name,
                "filed": shell.planes * shell.satellites_per_plane,
                "operational": int(count),
                "missing": shell.missing,
                "raising": shell.raising,
            }
            for shell, count in zip(self._filed, flown, strict=True)
        ]

    def _when(self, instants: Instants) -> tuple[Floats, Floats]:
        """(T,) seconds since the start, and (T,) angle of the Earth."""
        return self._start.seconds_until(instants.epoch) + instants.offset_s, gmst_rad(instants)


def _parameters(shell: Shell) -> Floats:
    """(7, S) of every filed satellite, in the order of `kernels.circles`."""
    inclination = shell.inclination_deg * DEG
    rates = circular_rates(shell.altitude_km * KM, inclination)
    node, latitude = walker(shell)
    rows = (
        rates.radius_m,
        latitude,
        rates.latitude_rad_s,
        node,
        rates.node_rad_s,
        np.cos(inclination),
        np.sin(inclination),
    )
    return np.stack(np.broadcast_arrays(*rows))
