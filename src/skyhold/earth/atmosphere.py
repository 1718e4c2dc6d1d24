"""The air: models of total mass density, interchangeable.

An atmosphere is an object passed in. NRLMSISE-00 is the default; MSIS 2.1 is opt-in, because its licence allows
non-commercial use only; the exponential one is for tests and closed forms (docs/why/atmosphere.md).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, ClassVar, Protocol

import numpy as np
import pymsis
from numpy.typing import ArrayLike, NDArray

from skyhold.errors import SkyholdError
from skyhold.times import Instants

Floats = NDArray[np.float64]
HIGHEST_M = 2_500_000.0
_JANUARY = np.datetime64("2021-01-01", "D")
_NO_TIME_OF_DAY = {"all_ut_effects": 0}


class Atmosphere(Protocol):
    """A model of total mass density, kg/m3.

    All arguments are numbers or arrays that broadcast to (N,). `f107` is the flux of the day before, observed at the
    Earth (not adjusted to 1 au), `f107_mean81` its mean over 81 days centred on the day, both in 1e-22 W/m2/Hz; `ap`
    is the daily index, or (N, 7) the history that storm-time models want.
    """

    @property
    def name(self) -> str:
        """What reports call it."""
        ...

    @property
    def licence(self) -> str:
        """Under which terms results may be used."""
        ...

    def density(
        self,
        altitude_m: ArrayLike,
        latitude_rad: ArrayLike,
        longitude_rad: ArrayLike,
        instants: Instants,
        f107: ArrayLike,
        f107_mean81: ArrayLike,
        ap: ArrayLike,
    ) -> Floats:
        """(N,) at geodetic points and (N,) instants, or one for all."""
        ...

    def zonal_density(
        self,
        altitude_m: ArrayLike,
        latitude_rad: ArrayLike,
        local_time_rad: ArrayLike,
        day_of_year: ArrayLike,
        f107: ArrayLike,
        f107_mean81: ArrayLike,
        ap: ArrayLike,
    ) -> Floats:
        """(N,) without what depends on universal time and longitude apart from local solar time (pi is noon)."""
        ...


@dataclass(frozen=True)
class Nrlmsise00:
    """NRLMSISE-00 (Picone et al., J. Geophys. Res. 107 A12, 2002), by way of pymsis, version 0.

    Total mass density with the anomalous oxygen that matters to drag above 500 km. From the ground to 1,000 km as its
    authors state; above, by the exponential tail of each gas. Its error against satellites is 5 to 21 % in the yearly
    mean and up to 50 % in storms (SWSC 11, 2021, table 3): an ensemble must carry that, no table removes it.
    """

    name: ClassVar[str] = "NRLMSISE-00"
    licence: ClassVar[str] = "model without restriction; pymsis MIT"
    version: ClassVar[float] = 0

    def density(
        self,
        altitude_m: ArrayLike,
        latitude_rad: ArrayLike,
        longitude_rad: ArrayLike,
        instants: Instants,
        f107: ArrayLike,
        f107_mean81: ArrayLike,
        ap: ArrayLike,
    ) -> Floats:
        """See `Atmosphere`. Raises `SkyholdError` for what no atmosphere can be."""
        when = instants.datetime64().astype("datetime64[s]")
        return _call(
            self.version, when, altitude_m, latitude_rad, longitude_rad, f107, f107_mean81, ap, options={}
        )

    def zonal_density(
        self,
        altitude_m: ArrayLike,
        latitude_rad: ArrayLike,
        local_time_rad: ArrayLike,
        day_of_year: ArrayLike,
        f107: ArrayLike,
        f107_mean81: ArrayLike,
        ap: ArrayLike,
    ) -> Floats:
        """See `Atmosphere`: the model's switch for all effects of universal time and longitude is off.

        At 0 h universal time local time is longitude. The model takes whole days of the year.
        """
        when = _JANUARY + (np.round(np.atleast_1d(day_of_year)).astype(int) - 1).astype("timedelta64[D]")
        return _call(
            self.version,
            when.astype("datetime64[s]"),
            altitude_m,
            latitude_rad,
            local_time_rad,
            f107,
            f107_mean81,
            ap,
            options=_NO_TIME_OF_DAY,
        )


@dataclass(frozen=True)
class Msis21(Nrlmsise00):
    """NRLMSIS 2.1 (Emmert et al., J. Geophys. Res. Space Physics 127, 2022), by way of pymsis; 4 to 12 % thinner.

    Its licence, the Naval Research Laboratory's Open Source Academic Research License, allows non-commercial use
    only: choose it knowingly.
    """

    name: ClassVar[str] = "NRLMSIS 2.1"
    licence: ClassVar[str] = "NRL Open Source Academic Research License: non-commercial use only"
    version: ClassVar[float] = 2.1


@dataclass(frozen=True)
class Exponential:
    """rho = rho0 exp(-(h - h0) / H) everywhere and always: for tests and closed forms."""

    density_kg_m3: float
    altitude_m: float
    scale_height_m: float
    name: ClassVar[str] = "exponential"
    licence: ClassVar[str] = "none needed"

    def density(
        self,
        altitude_m: ArrayLike,
        latitude_rad: ArrayLike,
        longitude_rad: ArrayLike,
        instants: Instants,
        f107: ArrayLike,
        f107_mean81: ArrayLike,
        ap: ArrayLike,
    ) -> Floats:
        """See `Atmosphere`; only altitude matters."""
        return self.zonal_density(
            altitude_m, latitude_rad, longitude_rad, instants.offset_s, f107, f107_mean81, 0
        )

    def zonal_density(
        self,
        altitude_m: ArrayLike,
        latitude_rad: ArrayLike,
        local_time_rad: ArrayLike,
        day_of_year: ArrayLike,
        f107: ArrayLike,
        f107_mean81: ArrayLike,
        ap: ArrayLike,
    ) -> Floats:
        """See `Atmosphere`; only altitude matters."""
        given = (altitude_m, latitude_rad, local_time_rad, day_of_year, f107, f107_mean81)
        altitude = np.atleast_1d(np.broadcast_arrays(*(np.asarray(one, float) for one in given))[0])
        return np.asarray(
            self.density_kg_m3 * np.exp((self.altitude_m - altitude) / self.scale_height_m), np.float64
        )


def by_name(name: str) -> Atmosphere:
    """The atmosphere that a scenario names: "nrlmsise-00" or "msis-2.1". Raises `SkyholdError` for another."""
    known: dict[str, Atmosphere] = {"nrlmsise-00": Nrlmsise00(), "msis-2.1": Msis21()}
    if name not in known:
        raise SkyholdError("no atmosphere has this name", expected=" or ".join(known), came=repr(name))
    return known[name]


def _call(
    version: float,
    when: NDArray[np.datetime64],
    altitude_m: ArrayLike,
    latitude_rad: ArrayLike,
    longitude_rad: ArrayLike,
    f107: ArrayLike,
    f107_mean81: ArrayLike,
    ap: ArrayLike,
    options: dict[str, Any],
) -> Floats:
    """(N,) from pymsis, which takes degrees and kilometres, one row a point."""
    history = np.asarray(ap, float)
    storm = history.ndim == 2
    scalars = (altitude_m, latitude_rad, longitude_rad, f107, f107_mean81)
    columns = [np.asarray(one, float) for one in scalars]
    daily = history[:, 0] if storm else history
    broadcast = np.broadcast_arrays(np.zeros(when.shape), *columns, daily)
    altitude, latitude, longitude, flux, mean, index = (np.atleast_1d(one) for one in broadcast[1:])
    _check(altitude, latitude, flux, mean, index)
    count = len(altitude)
    indices = np.broadcast_to(history, (count, 7)) if storm else np.repeat(index[:, None], 7, axis=1)
    answer = pymsis.calculate(
        np.broadcast_to(when, (count,)),
        np.degrees(longitude),
        np.degrees(latitude),
        altitude / 1000.0,
        flux,
        mean,
        indices,
        version=version,
        geomagnetic_activity=-1 if storm else 1,
        **options,
    )
    density = np.asarray(answer[..., pymsis.Variable.MASS_DENSITY], np.float64).reshape(count)
    _check_answer(density, altitude, index)
    return density


def _check_answer(density: Floats, altitude: Floats, index: Floats) -> None:
    """Refuse answers that are no densities: NRLMSISE-00 gives such near the poles at 110 km in the greatest storms."""
    bad = ~(density > 0.0)
    if bad.any():
        raise SkyholdError(
            "the atmosphere model breaks down",
            came=f"{int(bad.sum())} of {density.size} densities that are not positive, the first at "
            f"{altitude[bad][0] / 1e3:.1f} km and an ap of {index[bad][0]:g}",
            remedy="keep ap below 250, or stay above 120 km",
        )


def _check(altitude: Floats, latitude: Floats, flux: Floats, mean: Floats, index: Floats) -> None:
    """Refuse what would make the model answer nonsense."""
    limits = (
        ("altitude_m", altitude, 0.0, HIGHEST_M, "metres above the ellipsoid"),
        ("latitude_rad", latitude, -0.5 * math.pi - 1e-9, 0.5 * math.pi + 1e-9, "radians, not degrees"),
        ("f107", flux, 30.0, 1000.0, "solar flux units, observed"),
        ("f107_mean81", mean, 30.0, 500.0, "solar flux units, 81-day mean"),
        ("ap", index, 0.0, 400.0, "the index ap, 0 to 400"),
    )
    for name, values, low, high, what in limits:
        bad = ~((values >= low) & (values <= high))
        if bad.any():
            raise SkyholdError(
                f"the atmosphere cannot use this {name}",
                expected=f"{what}, {low:.6g} to {high:.6g}",
                came=f"{values[bad][0]:.6g}, and {int(bad.sum())} such of {values.size}",
            )
