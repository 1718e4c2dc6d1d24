"""What jamming does to a link: ratios, rates beside the clear rate, margin, burn-through."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from skyhold.geometry.visibility import Candidates
from skyhold.jamming.emitters import Interference
from skyhold.jamming.field import Field
from skyhold.links import user_links
from skyhold.links.ratios import decibel, linear
from skyhold.nouns.radio import RadioSpec
from skyhold.times import Instants

Floats = NDArray[np.float64]


def jammed_db(c_n_db: ArrayLike, j_over_s_db: ArrayLike) -> Floats:
    """C/(N+J) from C/N and J/S, dB: 1/(n + j) with n = N/C, j = J/C."""
    return -decibel(linear(-np.asarray(c_n_db, float)) + linear(j_over_s_db))


def most_j_over_s_db(threshold_db: ArrayLike, c_n_db: ArrayLike) -> Floats:
    """Most J/S at which a mode still decodes, 10 log(10^(-thr/10) - 10^(-CN/10)), dB.

    NaN where the mode does not decode in the clear.
    """
    return decibel(linear(-np.asarray(threshold_db, float)) - linear(-np.asarray(c_n_db, float)))


def burn_through_m(reference_m: ArrayLike, j_over_s_db: ArrayLike, most_db: ArrayLike) -> Floats:
    """Distance from the jammer beyond which a mode decodes, d_ref 10^((J/S(d_ref) - J/S_max) / 20), free space.

    Look at the horizon too: for a strong jammer on the ground it is nearer.
    """
    excess = np.asarray(j_over_s_db, float) - np.asarray(most_db, float)
    return np.asarray(np.asarray(reference_m, float) * 10.0 ** (excess / 20.0))


@dataclass(frozen=True, eq=False)
class Sky:
    """Satellites over places for a while: instants (T,), xyz (T, S, 3) m, and candidates (T, U, K) of each place."""

    instants: Instants
    xyz: NDArray[np.float32]
    candidates: Candidates


@dataclass(frozen=True, eq=False)
class Effect:
    """Rates of one channel at (U,) places, bit/s, mean over the instants, and the margin of the served link.

    `margin_db` is the C/(N+I+J) of the serving satellite over the threshold of the lowest mode, median over the
    instants, in the state in which most jammers hit; NaN where no satellite serves.
    """

    clear_bit_s: Floats
    jammed_bit_s: Floats
    margin_db: Floats

    @property
    def relative(self) -> Floats:
        """(U,) rate over the clear rate; NaN where there is none in the clear."""
        with np.errstate(invalid="ignore", divide="ignore"):
            return self.jammed_bit_s / self.clear_bit_s


Evaluate = Callable[[RadioSpec], user_links.Table]
Jam = Callable[[Field, Sky], Interference]


@dataclass(frozen=True)
class Leg:
    """A direction of the user link: its table of a radio, and what jams it."""

    table: Evaluate
    jam: Jam


def _all(sky: Sky) -> NDArray[np.int64]:
    return np.arange(sky.candidates.satellite.shape[1])


DOWN = Leg(
    user_links.down,
    lambda field, sky: field.down_j_over_n(sky.instants, _all(sky), sky.xyz, sky.candidates.satellite),
)
UP = Leg(
    user_links.up,
    lambda field, sky: field.up_j_over_n(sky.instants, _all(sky), sky.xyz, sky.candidates.satellite),
)
LEGS = {"user-down": DOWN, "user-up": UP, "gnss": DOWN}
"""The leg on which a jammer against a user's receiver shows."""


def rate_under(field: Field, sky: Sky, leg: Leg = DOWN) -> Effect:
    """Rates of all places of the field, clear and under jamming with its countermeasures, in clear air.

    Clear is the radio as typed, without countermeasures, on the highest satellite. Jammed is the hardened radio; on
    the highest satellite too, or on the best one where the choice is switched on. A narrow uplink is used only where
    it carries more than the whole channel.
    """
    clear = _served(_rate(leg.table(field.radio), sky), sky, best=False)
    jammed, ratio = _jammed(field, sky, leg)
    if field.countermeasures.narrow_uplink_mhz is not None:
        whole = field.with_defence(field.countermeasures.model_copy(update={"narrow_uplink_mhz": None}))
        jammed = np.maximum(jammed, _jammed(whole, sky, leg)[0])
    lowest = leg.table(field.hardened).waveform.modes[0].threshold_db
    return Effect(clear.mean(axis=0), jammed.mean(axis=0), _median(decibel(ratio)) - lowest)


def _jammed(field: Field, sky: Sky, leg: Leg) -> tuple[Floats, Floats]:
    """(T, U) rate, and C/(N+I+J) in the worst state, NaN where not served."""
    table, elevation = leg.table(field.hardened), sky.candidates.elevation_rad
    loss = field.pointing_loss_db(sky.instants)[:, :, None].astype(np.float32)
    jam = leg.jam(field, sky)
    rate = jam.mean(lambda j: _rate(table, sky, j, loss))
    worst = jam.j_over_n.max(axis=0, initial=0.0)
    ratio = table.ratio(elevation, 0.0, None, worst, loss)
    best = field.countermeasures.choose_satellite
    chosen = np.argmax(np.where(sky.candidates.satellite >= 0, rate, -1.0), axis=2) if best else None
    return _served(rate, sky, best), _of(np.where(sky.candidates.satellite >= 0, ratio, np.nan), chosen)


def _rate(
    table: user_links.Table, sky: Sky, j_over_n: ArrayLike = 0.0, loss_db: ArrayLike = 0.0
) -> NDArray[np.floating]:
    """(T, U, K) net rate of a channel, bit/s."""
    return table.efficiency(sky.candidates.elevation_rad, 0.0, None, j_over_n, loss_db) * table.payload_hz


def _served(rate: NDArray[np.floating], sky: Sky, best: bool) -> Floats:
    """(T, U) rate of the serving satellite: the first (highest), or the best; 0 where there is none."""
    usable = np.where(sky.candidates.satellite >= 0, rate, 0.0)
    return np.asarray(usable.max(axis=2) if best else usable[:, :, 0], np.float64)


def _of(values: NDArray[np.floating], chosen: NDArray[np.integer] | None) -> Floats:
    if chosen is None:
        return np.asarray(values[:, :, 0], np.float64)
    return np.asarray(np.take_along_axis(values, chosen[:, :, None], 2)[:, :, 0], np.float64)


def _median(values: Floats) -> Floats:
    """(U,) median over the instants at which there is a value."""
    ordered = np.sort(values, axis=0)
    count = np.isfinite(ordered).sum(axis=0)
    middle = np.maximum(count - 1, 0) // 2
    return np.asarray(np.take_along_axis(ordered, middle[None, :], 0)[0])
