"""Coefficients of near-Earth SGP4 from element sets, all satellites at once.

Hoots and Roehrich, Spacetrack Report 3 (1980), as corrected by Vallado et al., AIAA 2006-6753, `initl` and `sgp4init`
(improved mode, WGS-72). Symbols are theirs; lengths in Earth radii, times in minutes, angles in radians.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from skyhold.constants import SGP4_J2, SGP4_J3, SGP4_J4, SGP4_RE_KM, SGP4_XKE
from skyhold.orbits.elements import unkozai_rad_min
from skyhold.orbits.kernels import MAX_SPAN_MIN

Floats = NDArray[np.float64]

J3_J2 = SGP4_J3 / SGP4_J2
DEEP_SPACE_MIN = 225.0  # longer periods need the Sun, the Moon and resonances
SIMPLE_PERIGEE_KM = 220.0  # below, drag terms beyond the second power of time are dropped
_SPANS_MIN = 1440.0 * np.array([0.5, 1, 2, 3, 4, 5, 7, 10, 14, 20, 30, 45, 60, 90, 120])


@dataclass(frozen=True)
class MeanElements:
    """(S,) mean elements of SGP4: Kozai mean motion in rad/min, angles in rad, B* in 1/Earth radii."""

    mean_motion: Floats
    eccentricity: Floats
    inclination: Floats
    node: Floats
    perigee: Floats
    anomaly: Floats
    bstar: Floats

    def take(self, keep: NDArray[np.bool_] | NDArray[np.int64]) -> MeanElements:
        """Some of the satellites."""
        return MeanElements(*(getattr(self, name)[keep] for name in self.__dataclass_fields__))


@dataclass(frozen=True)
class _Orbit:
    """(S,) shape of the orbit and of the air it meets, shared by the parts below."""

    no: Floats
    ao: Floats
    cosi: Floats
    sini: Floats
    con41: Floats
    omeosq: Floats
    eta: Floats
    tsi: Floats
    sfour: Floats
    coef: Floats
    coef1: Floats


def _orbit(el: MeanElements) -> _Orbit:
    no = unkozai_rad_min(el.mean_motion, el.eccentricity, el.inclination)
    ao = (SGP4_XKE / no) ** (2.0 / 3.0)
    cosi, sini = np.cos(el.inclination), np.sin(el.inclination)
    perigee_km = (ao * (1.0 - el.eccentricity) - 1.0) * SGP4_RE_KM
    sfour_km = np.where(perigee_km < 98.0, 20.0, np.where(perigee_km < 156.0, perigee_km - 78.0, 78.0))
    sfour = sfour_km / SGP4_RE_KM + 1.0
    tsi = 1.0 / (ao - sfour)
    eta = ao * el.eccentricity * tsi
    coef = ((120.0 - sfour_km) / SGP4_RE_KM) ** 4 * tsi**4
    coef1 = coef / np.abs(1.0 - eta * eta) ** 3.5
    return _Orbit(
        no, ao, cosi, sini, 3.0 * cosi**2 - 1.0, 1.0 - el.eccentricity**2, eta, tsi, sfour, coef, coef1
    )


def deep_space(el: MeanElements) -> NDArray[np.bool_]:
    """(S,) whether the period is 225 minutes or more."""
    no = unkozai_rad_min(el.mean_motion, el.eccentricity, el.inclination)
    return np.asarray(2.0 * np.pi / no >= DEEP_SPACE_MIN)


def _secular(el: MeanElements, o: _Orbit) -> tuple[Floats, Floats, Floats, Floats]:
    """Rates of anomaly, perigee and node, and the node's first-order part."""
    c2 = o.cosi**2
    c4 = c2 * c2
    pinvsq = 1.0 / (o.ao * o.omeosq) ** 2
    temp1 = 1.5 * SGP4_J2 * pinvsq * o.no
    temp2 = 0.5 * temp1 * SGP4_J2 * pinvsq
    temp3 = -0.46875 * SGP4_J4 * pinvsq * pinvsq * o.no
    rteosq = np.sqrt(o.omeosq)
    mdot = o.no + 0.5 * temp1 * rteosq * o.con41 + 0.0625 * temp2 * rteosq * (13.0 - 78.0 * c2 + 137.0 * c4)
    argpdot = (
        -0.5 * temp1 * (1.0 - 5.0 * c2)
        + 0.0625 * temp2 * (7.0 - 114.0 * c2 + 395.0 * c4)
        + temp3 * (3.0 - 36.0 * c2 + 49.0 * c4)
    )
    xhdot1 = -temp1 * o.cosi
    nodedot = xhdot1 + (0.5 * temp2 * (4.0 - 19.0 * c2) + 2.0 * temp3 * (3.0 - 7.0 * c2)) * o.cosi
    return mdot, argpdot, nodedot, xhdot1


def _drag(el: MeanElements, o: _Orbit) -> tuple[Floats, Floats, Floats, Floats, Floats]:
    """cc1, cc4, cc5 (the last two times B*), omgcof, xmcof."""
    e, eta, etasq = el.eccentricity, o.eta, o.eta**2
    eeta, psisq, x1mth2 = e * eta, np.abs(1.0 - etasq), 1.0 - o.cosi**2
    cc2 = (
        o.coef1
        * o.no
        * (
            o.ao * (1.0 + 1.5 * etasq + eeta * (4.0 + etasq))
            + 0.375 * SGP4_J2 * o.tsi / psisq * o.con41 * (8.0 + 3.0 * etasq * (8.0 + etasq))
        )
    )
    oblate = -3.0 * o.con41 * (1.0 - 2.0 * eeta + etasq * (1.5 - 0.5 * eeta)) + 0.75 * x1mth2 * (
        2.0 * etasq - eeta * (1.0 + etasq)
    ) * np.cos(2.0 * el.perigee)
    cc4 = (2.0 * o.no * o.coef1 * o.ao * o.omeosq) * (
        eta * (2.0 + 0.5 * etasq) + e * (0.5 + 2.0 * etasq) - SGP4_J2 * o.tsi / (o.ao * psisq) * oblate
    )
    cc5 = 2.0 * o.coef1 * o.ao * o.omeosq * (1.0 + 2.75 * (etasq + eeta) + eeta * etasq)
    elliptic = e > 1e-4
    safe = np.where(elliptic, e, 1.0)
    cc3 = np.where(elliptic, -2.0 * o.coef * o.tsi * J3_J2 * o.no * o.sini / safe, 0.0)
    omgcof = el.bstar * cc3 * np.cos(el.perigee)
    xmcof = np.where(elliptic, -2.0 / 3.0 * o.coef * el.bstar / np.where(elliptic, eeta, 1.0), 0.0)
    return el.bstar * cc2, el.bstar * cc4, el.bstar * cc5, omgcof, xmcof


def _powers_of_time(cc1: Floats, o: _Orbit) -> tuple[Floats, ...]:
    """d2, d3, d4, t3cof, t4cof, t5cof."""
    cc1sq = cc1 * cc1
    d2 = 4.0 * o.ao * o.tsi * cc1sq
    temp = d2 * o.tsi * cc1 / 3.0
    d3 = (17.0 * o.ao + o.sfour) * temp
    d4 = 0.5 * temp * o.ao * o.tsi * (221.0 * o.ao + 31.0 * o.sfour) * cc1
    t3 = d2 + 2.0 * cc1sq
    t4 = 0.25 * (3.0 * d3 + cc1 * (12.0 * d2 + 10.0 * cc1sq))
    t5 = 0.2 * (3.0 * d4 + 12.0 * cc1 * d3 + 6.0 * d2 * d2 + 15.0 * cc1sq * (2.0 * d2 + cc1sq))
    return d2, d3, d4, t3, t4, t5


@np.errstate(all="ignore")
def coefficients(el: MeanElements) -> Floats:
    """(COEFFICIENTS, S) in the order of `kernels`; the last row is `calm_minutes`.

    Elements of no possible orbit give infinities or NaN, which the kernel tells as a fault of that satellite.
    """
    o = _orbit(el)
    mdot, argpdot, nodedot, xhdot1 = _secular(el, o)
    cc1, cc4, cc5, omgcof, xmcof = _drag(el, o)
    full = (o.ao * (1.0 - el.eccentricity) - 1.0) * SGP4_RE_KM >= SIMPLE_PERIGEE_KM
    d2, d3, d4, t3, t4, t5 = (np.where(full, value, 0.0) for value in _powers_of_time(cc1, o))
    one_plus_cos = np.where(np.abs(o.cosi + 1.0) > 1.5e-12, 1.0 + o.cosi, 1.5e-12)
    rows = {
        "mo": el.anomaly, "mdot": mdot, "argpo": el.perigee, "argpdot": argpdot,
        "nodeo": el.node, "nodedot": nodedot, "nodecf": 3.5 * o.omeosq * xhdot1 * cc1,
        "cc1": cc1, "d2": d2, "d3": d3, "d4": d4,
        "cc4": cc4, "cc5": np.where(full, cc5, 0.0), "sinmao": np.sin(el.anomaly),
        "t2cof": 1.5 * cc1, "t3cof": t3, "t4cof": t4, "t5cof": t5,
        "omgcof": np.where(full, omgcof, 0.0), "xmcof": np.where(full, xmcof, 0.0),
        "eta": o.eta, "delmo": (1.0 + o.eta * np.cos(el.anomaly)) ** 3,
        "no": o.no, "ecco": el.eccentricity, "ao": o.ao, "cosio": o.cosi, "sinio": o.sini,
        "con41": o.con41, "x1mth2": 1.0 - o.cosi**2, "x7thm1": 7.0 * o.cosi**2 - 1.0,
        "xlcof": -0.25 * J3_J2 * o.sini * (3.0 + 5.0 * o.cosi) / one_plus_cos,
        "aycof": -0.5 * J3_J2 * o.sini,
    }  # fmt: skip
    rows["calm"] = calm_minutes(rows)
    return np.stack(list(rows.values()))


def calm_minutes(rows: dict[str, Floats]) -> Floats:
    """(S,) age in minutes up to which the short cuts of the vector kernel hold, 0 where they never do.

    Each line bounds a term that the kernel expands, so that a position stays within 0.03 mm of the plain equations:
    eccentricity (two Newton steps, series in e^2), drag on eccentricity and perigee, the shift of node and perigee
    within a chunk (sine to the seventh power), and the long-period term.
    """
    calm, unbroken = np.zeros_like(rows["no"]), np.ones(rows["no"].shape, bool)
    half = 0.5 * MAX_SPAN_MIN
    swing = np.abs(rows["xmcof"]) * ((1.0 + rows["eta"]) ** 3 - (1.0 - rows["eta"]) ** 3)
    for span in _SPANS_MIN:
        drag_e = np.abs(rows["cc4"]) * span + 2.0 * np.abs(rows["cc5"])
        drag_a = span * (
            np.abs(rows["cc1"])
            + span * (np.abs(rows["d2"]) + span * (np.abs(rows["d3"]) + span * rows["d4"]))
        )
        temp = np.abs(rows["omgcof"]) * span + swing
        node = half * (np.abs(rows["nodedot"]) + np.abs(rows["nodecf"]) * 2.0 * span)
        unbroken &= (
            (rows["ecco"] + drag_e <= 0.02)
            & (drag_e <= 5e-4)
            & (drag_a <= 0.2)
            & (temp <= 0.08)
            & (np.abs(rows["cc5"]) * temp**4 <= 3e-11)
            & (half * np.abs(rows["argpdot"]) + temp <= 0.1)
            & (node <= 0.07)
            & (np.abs(rows["xlcof"]) <= 0.25)
            & (rows["ao"] > 1.0)
        )
        calm = np.where(unbroken, span, calm)
    return calm
