"""Loops of propagation: near-Earth SGP4 and circular orbits, satellites side by side in the vector lanes.

SGP4 follows Hoots and Roehrich, Spacetrack Report 3 (1980), as corrected by Vallado, Crawford, Hujsak and
Kelso, AIAA 2006-6753 ("V06" below); symbols are theirs. Earth radii and minutes until written.

A *tile* is TILE satellites. Its coefficients and scratch values lie in one flat array, a row of TILE values
each, so that every address differs by a constant and LLVM needs no run-time overlap checks. A *calm* satellite
is near-circular and lightly dragged over the span asked for (sgp4_init.calm_minutes bounds the error of each
short cut); the others go through `_advance`, the plain equations with a full Newton iteration.
"""

import math

import numpy as np
from numba import njit

from skyhold.constants import SGP4_J2, SGP4_RE_KM, SGP4_XKE
from skyhold.earth.kernels import EXACT, LOOSE, sincos, sincos_coarse, sincos_small, wide_vectors

TILE = 520  # not a power of two: rows 4,096 bytes apart would share one set of the first-level cache
LANES = 8
CHUNK = 128  # instants about one centre
MAX_SPAN_MIN = 720.0  # between the first and last instant of a chunk
COEFFICIENTS = 33
_ROWS = COEFFICIENTS + 17

_AT = tuple(np.uint64(TILE * row) for row in range(_ROWS))
MO, MDOT, ARGPO, ARGPDOT, NODEO, NODEDOT, NODECF, CC1, D2, D3, D4 = _AT[0:11]
CC4, CC5, SINMAO, T2COF, T3COF, T4COF, T5COF, OMGCOF, XMCOF, ETA, DELMO = _AT[11:22]  # CC4, CC5 times B*
NO, ECCO, AO, COSIO, SINIO, CON41, X1MTH2, X7THM1, XLCOF, AYCOF, CALM = _AT[22:33]
TC, MC, UC, SINW, COSW, SINN, COSN = _AT[33:40]  # at the centre of the chunk
AM, IAM, AXN, AYN, EPS, SINU, COSU, ONE, ESINE, EL2 = _AT[40:50]
X, Y, Z, VX, VY, VZ = (np.uint64(TILE * row) for row in range(6))  # rows of results

VELOCITY_KM_S = SGP4_RE_KM * SGP4_XKE / 60.0

OK, BAD_ECCENTRICITY, BAD_MOTION, BAD_LATUS_RECTUM, DECAYED = 0, 1, 2, 4, 6  # the library's codes


@njit(cache=True, nogil=True, fastmath=LOOSE, error_model="numpy")
def _centre(w, age, minutes, n):
    """Mean angles of each satellite at the centre of the chunk (V06 sgp4, secular gravity)."""
    wide_vectors()
    for j in range(n):
        t = age[j] + minutes
        w[TC + j] = t
        m = w[MO + j] + w[MDOT + j] * t
        m -= math.floor(m * (0.5 / math.pi)) * (2.0 * math.pi)
        argp = w[ARGPO + j] + w[ARGPDOT + j] * t
        w[MC + j] = m
        w[UC + j] = m + argp
        w[SINW + j], w[COSW + j] = sincos(argp)
        w[SINN + j], w[COSN + j] = sincos(w[NODEO + j] + t * (w[NODEDOT + j] + w[NODECF + j] * t))


@njit(cache=True, nogil=True, fastmath=LOOSE, error_model="numpy")
def _mean(w, dt, n):
    """Mean elements `dt` minutes off the centre: secular gravity, drag, long-period terms (V06 sgp4)."""
    wide_vectors()
    for j in range(n):
        t = w[TC + j] + dt
        t2 = t * t
        sinm, cosm = sincos_coarse(w[MC + j] + w[MDOT + j] * dt)
        templ = t2 * (w[T2COF + j] + t * (w[T3COF + j] + t * (w[T4COF + j] + t * w[T5COF + j])))
        w[SINU + j], w[COSU + j] = sincos(w[UC + j] + (w[MDOT + j] + w[ARGPDOT + j]) * dt + w[NO + j] * templ)
        q = 1.0 + w[ETA + j] * cosm
        temp = w[OMGCOF + j] * t + w[XMCOF + j] * (q * q * q - w[DELMO + j])
        sinm = sinm * (1.0 - 0.5 * temp * temp) + cosm * temp * (1.0 - temp * temp * (1 / 6))
        tempa = 1.0 - t * (w[CC1 + j] + t * (w[D2 + j] + t * (w[D3 + j] + t * w[D4 + j])))
        am = w[AO + j] * tempa * tempa
        em = w[ECCO + j] - (w[CC4 + j] * t + w[CC5 + j] * (sinm - w[SINMAO + j]))
        em = em if em > 1e-6 else 1e-6
        sd, cd = sincos_small(w[ARGPDOT + j] * dt - temp)
        axn = em * (w[COSW + j] * cd - w[SINW + j] * sd)
        ia = 1.0 / am
        tp = ia * (1.0 + em * em * (1.0 + em * em))  # 1 / (am (1 - em^2))
        w[AM + j] = am
        w[IAM + j] = ia
        w[AXN + j] = axn
        w[AYN + j] = em * (w[SINW + j] * cd + w[COSW + j] * sd) + tp * w[AYCOF + j]
        w[EPS + j] = tp * w[XLCOF + j] * axn


@njit(cache=True, nogil=True, fastmath=LOOSE, error_model="numpy")
def _kepler(w, n):
    """Kepler's equation for the difference d of eccentric and mean longitude, and the true longitude.

    d = eps + S cos d + C sin d with S = e sin, C = e cos of the mean longitude; two Newton steps from d = 0,
    the second with its residual expanded in d: exact to 2e-13 for e <= 0.02.
    """
    wide_vectors()
    for j in range(n):
        axn, ayn, sinu, cosu = w[AXN + j], w[AYN + j], w[SINU + j], w[COSU + j]
        s = axn * sinu - ayn * cosu
        c = axn * cosu + ayn * sinu
        r = 1.0 / (1.0 - c)
        d = (s + w[EPS + j]) * r
        z = d * d
        residual = s * z * (0.5 - z * (1 / 24)) + c * d * z * (1 / 6 - z * (1 / 120))
        x = r * (0.5 * c * z + s * d)
        d = d - residual * r * (1.0 - x * (1.0 - x))
        sd, cd = sincos_small(d)
        one = 1.0 - (c * cd - s * sd)
        esine = d - w[EPS + j]
        el2 = axn * axn + ayn * ayn
        q = esine * (0.5 + el2 * (0.125 + el2 * (0.0625 + el2 * 0.0390625)))  # esine / (1 + sqrt(1 - el2))
        a_r = 1.0 / one
        w[SINU + j] = a_r * (sinu * cd + cosu * sd - ayn - axn * q)
        w[COSU + j] = a_r * (cosu * cd - sinu * sd - axn + ayn * q)
        w[ONE + j] = one
        w[ESINE + j] = esine
        w[EL2 + j] = el2


@njit(cache=True, nogil=True, fastmath=LOOSE, error_model="numpy")
def _orient(w, out, dt, cos_theta, sin_theta, n, velocity):
    """Short-period terms, then the position in km turned by theta (V06 sgp4); NaN once decayed."""
    wide_vectors()
    for j in range(n):
        sinu, cosu, am, el2 = w[SINU + j], w[COSU + j], w[AM + j], w[EL2 + j]
        sin2u = 2.0 * sinu * cosu
        cos2u = 1.0 - 2.0 * sinu * sinu
        betal = 1.0 - el2 * (0.5 + el2 * (0.125 + el2 * 0.0625))  # sqrt(1 - el2)
        ip = w[IAM + j] * (1.0 + el2 * (1.0 + el2))
        temp1 = 0.5 * SGP4_J2 * ip
        temp2 = temp1 * ip
        cosi, sini = w[COSIO + j], w[SINIO + j]
        mrt = am * w[ONE + j] * (1.0 - 1.5 * temp2 * betal * w[CON41 + j])
        mrt += 0.5 * temp1 * w[X1MTH2 + j] * cos2u
        node = 1.5 * temp2 * cosi
        d = -0.25 * temp2 * w[X7THM1 + j] * sin2u
        cd, sd = 1.0 - 0.5 * d * d, d * (1.0 - d * d * (1 / 6))
        sinsu, cossu = sinu * cd + cosu * sd, cosu * cd - sinu * sd
        d = node * sini * cos2u
        cd, sd = 1.0 - 0.5 * d * d, d * (1.0 - d * d * (1 / 6))
        sinip, cosip = sini * cd + cosi * sd, cosi * cd - sini * sd
        node = dt * (w[NODEDOT + j] + w[NODECF + j] * (2.0 * w[TC + j] + dt)) + node * sin2u
        sd, cd = sincos_small(node)
        snod = w[SINN + j] * cd + w[COSN + j] * sd
        cnod = w[COSN + j] * cd - w[SINN + j] * sd
        xn = cnod * cos_theta + snod * sin_theta
        yn = snod * cos_theta - cnod * sin_theta
        radius = mrt * SGP4_RE_KM if mrt >= 1.0 else math.nan
        ux = xn * cossu - yn * cosip * sinsu
        uy = yn * cossu + xn * cosip * sinsu
        uz = sinip * sinsu
        out[X + j] = radius * ux
        out[Y + j] = radius * uy
        out[Z + j] = radius * uz
        if velocity is not None:
            root = math.sqrt(am)
            nm = 1.0 / (am * root)  # nm / xke
            rl = 1.0 / (am * w[ONE + j])
            mvt = VELOCITY_KM_S * (root * w[ESINE + j] * rl - nm * temp1 * w[X1MTH2 + j] * sin2u)
            rvdot = root * betal * rl + nm * temp1 * (w[X1MTH2 + j] * cos2u + 1.5 * w[CON41 + j])
            rvdot *= VELOCITY_KM_S if mrt >= 1.0 else math.nan
            out[VX + j] = mvt * ux - rvdot * (xn * sinsu + yn * cosip * cossu)
            out[VY + j] = mvt * uy + rvdot * (xn * cosip * cossu - yn * sinsu)
            out[VZ + j] = mvt * uz + rvdot * sinip * cossu


@njit(cache=True, nogil=True, fastmath=EXACT, error_model="numpy")
def _newton(u, axn, ayn):
    """Sine and cosine of the eccentric longitude: V06 sgp4's iteration, clamp and limit of ten steps."""
    eo1, tem5, steps = u, 1.0, 0
    sine, cose = math.sin(u), math.cos(u)
    while abs(tem5) >= 1e-12 and steps < 10:
        sine, cose = math.sin(eo1), math.cos(eo1)
        tem5 = (u - ayn * cose + axn * sine - eo1) / (1.0 - cose * axn - sine * ayn)
        tem5 = min(max(tem5, -0.95), 0.95)
        eo1 += tem5
        steps += 1
    return sine, cose


@njit(cache=True, nogil=True, fastmath=EXACT, error_model="numpy")
def _mean_general(w, j, t):
    """V06 sgp4 to the long-period terms, one satellite: code, am, axn, ayn, node and mean longitude."""
    xmdf = w[MO + j] + w[MDOT + j] * t
    node = w[NODEO + j] + t * (w[NODEDOT + j] + w[NODECF + j] * t)
    q = 1.0 + w[ETA + j] * math.cos(xmdf)
    temp = w[OMGCOF + j] * t + w[XMCOF + j] * (q * q * q - w[DELMO + j])
    mm = xmdf + temp
    argp = w[ARGPO + j] + w[ARGPDOT + j] * t - temp
    tempa = 1.0 - t * (w[CC1 + j] + t * (w[D2 + j] + t * (w[D3 + j] + t * w[D4 + j])))
    tempe = w[CC4 + j] * t + w[CC5 + j] * (math.sin(mm) - w[SINMAO + j])
    templ = t * t * (w[T2COF + j] + t * (w[T3COF + j] + t * (w[T4COF + j] + t * w[T5COF + j])))
    am = w[AO + j] * tempa * tempa
    em = w[ECCO + j] - tempe
    code = OK if -0.001 <= em < 1.0 else BAD_ECCENTRICITY
    em = max(em, 1e-6)
    tp = 1.0 / (am * (1.0 - em * em))
    axn = em * math.cos(argp)
    ayn = em * math.sin(argp) + tp * w[AYCOF + j]
    u = (mm + w[NO + j] * templ + argp + tp * w[XLCOF + j] * axn) % (2.0 * math.pi)
    return code, am, axn, ayn, node, u


@njit(cache=True, nogil=True, fastmath=EXACT, error_model="numpy")
def _advance(w, j, t, cos_theta, sin_theta, out):
    """One satellite at age `t` minutes by the plain equations: its code, and `out` of lane `j` (NaN on error)."""
    code, am, axn, ayn, node, u = _mean_general(w, j, t)
    sine, cose = _newton(u, axn, ayn)
    ecose, esine, el2 = axn * cose + ayn * sine, axn * sine - ayn * cose, axn * axn + ayn * ayn
    pl = am * (1.0 - el2)
    code = BAD_LATUS_RECTUM if code == OK and not pl >= 0.0 else code
    rl, betal = am * (1.0 - ecose), math.sqrt(1.0 - el2)
    q = esine / (1.0 + betal)
    sinu, cosu = am / rl * (sine - ayn - axn * q), am / rl * (cose - axn + ayn * q)
    su, sin2u, cos2u = math.atan2(sinu, cosu), 2.0 * sinu * cosu, 1.0 - 2.0 * sinu * sinu
    temp1 = 0.5 * SGP4_J2 / pl
    temp2 = temp1 / pl
    cosi, sini = w[COSIO + j], w[SINIO + j]
    mrt = rl * (1.0 - 1.5 * temp2 * betal * w[CON41 + j]) + 0.5 * temp1 * w[X1MTH2 + j] * cos2u
    code = DECAYED if code == OK and not mrt >= 1.0 else code
    su -= 0.25 * temp2 * w[X7THM1 + j] * sin2u
    node += 1.5 * temp2 * cosi * sin2u
    incl = math.atan2(sini, cosi) + 1.5 * temp2 * cosi * sini * cos2u
    nm = 1.0 / (am * math.sqrt(am))
    mvt = math.sqrt(am) * esine / rl - nm * temp1 * w[X1MTH2 + j] * sin2u
    rvdot = math.sqrt(pl) / rl + nm * temp1 * (w[X1MTH2 + j] * cos2u + 1.5 * w[CON41 + j])
    xn = math.cos(node) * cos_theta + math.sin(node) * sin_theta
    yn = math.sin(node) * cos_theta - math.cos(node) * sin_theta
    ss, cs, si, ci = math.sin(su), math.cos(su), math.sin(incl), math.cos(incl)
    ux, uy, uz = xn * cs - yn * ci * ss, yn * cs + xn * ci * ss, si * ss
    radius = SGP4_RE_KM * mrt if code == OK else math.nan
    speed = VELOCITY_KM_S if code == OK else math.nan
    out[X + j], out[Y + j], out[Z + j] = radius * ux, radius * uy, radius * uz
    out[VX + j] = speed * (mvt * ux - rvdot * (xn * ss + yn * ci * cs))
    out[VY + j] = speed * (mvt * uy + rvdot * (xn * ci * cs - yn * ss))
    out[VZ + j] = speed * (mvt * uz + rvdot * si * cs)
    return code


@njit(cache=True, nogil=True, fastmath=LOOSE, error_model="numpy")
def _write(row, factor, out):
    """One row of results, times `factor`, to contiguous `out`."""
    wide_vectors()
    for j in range(out.shape[0]):
        out[j] = factor * row[j]


@njit(cache=True, nogil=True, error_model="numpy")
def _write_all(results, factor, position, velocity, i, left, right):
    """Results of a tile (6 * TILE,), times `factor`, to satellites left..right-1 at instant `i`."""
    for k in range(3):
        _write(results[k * TILE : (k + 1) * TILE], factor, position[i, k, left:right])
        if velocity is not None:
            _write(results[(k + 3) * TILE : (k + 4) * TILE], factor, velocity[i, k, left:right])


@njit(cache=True, nogil=True, fastmath=LOOSE, error_model="numpy")
def _transport(results, turn_rate, n):
    """Velocities in a frame that turns about its pole (rad/s): less omega x r."""
    wide_vectors()
    for j in range(n):
        results[VX + j] += turn_rate * results[Y + j]
        results[VY + j] -= turn_rate * results[X + j]


@njit(cache=True, nogil=True, error_model="numpy")
def _chunk_end(minutes, first):
    """One past the last instant that shares a centre with `first`."""
    last = first + 1
    while (
        last < len(minutes) and last - first < CHUNK and abs(minutes[last] - minutes[first]) <= MAX_SPAN_MIN
    ):
        last += 1
    return last


@njit(cache=True, nogil=True, error_model="numpy")
def _rough_lanes(w, age, first_min, last_min, rough):
    """Indices into `rough` of the lanes that are not calm over the chunk; returns how many."""
    count = 0
    for j in range(len(age)):
        longest = max(abs(age[j] + first_min), abs(age[j] + last_min))
        if not longest < w[CALM + np.uint64(j)]:
            rough[count] = j
            count += 1
    return count


@njit(cache=True, nogil=True, error_model="numpy")
def _padded(size):
    """Lanes to compute for `size` satellites: whole vectors."""
    return np.uint64((size + LANES - 1) // LANES * LANES)


@njit(cache=True, nogil=True, error_model="numpy")
def _tile(w, age, minutes, cos_theta, sin_theta, turn_rate, position, velocity, left):
    """`sgp4` for one tile with its coefficients in place, whose first satellite is number `left`."""
    wide_vectors()
    size = len(age)
    n = _padded(size)
    ages, rough, results = np.full(TILE, age[-1]), np.empty(TILE, np.int64), np.empty(6 * TILE)
    ages[:size] = age
    first = 0
    while first < len(minutes):
        last = _chunk_end(minutes, first)
        middle = 0.5 * (minutes[first] + minutes[last - 1])
        _centre(w, ages, middle, n)
        count = _rough_lanes(w, age, minutes[first], minutes[last - 1], rough)
        for i in range(first, last):
            if count < size:
                _mean(w, minutes[i] - middle, n)
                _kepler(w, n)
                _orient(w, results, minutes[i] - middle, cos_theta[i], sin_theta[i], n, velocity)
            for j in rough[:count]:
                _advance(w, np.uint64(j), age[j] + minutes[i], cos_theta[i], sin_theta[i], results)
            if velocity is not None:
                _transport(results, turn_rate, n)
            _write_all(results, 1000.0, position, velocity, i, left, left + size)
        first = last


@njit(cache=True, nogil=True, error_model="numpy")
def sgp4(coefficients, age, minutes, cos_theta, sin_theta, turn_rate, position, velocity):
    """Propagate near-Earth satellites into `position` (T, 3, S) m and, unless None, `velocity` (T, 3, S) m/s.

    `coefficients` (tiles, COEFFICIENTS * TILE); `age` (S,) minutes from each satellite's epoch to the zero of
    `minutes` (T,); the frame at instant t is TEME turned by theta[t] about its pole, at `turn_rate` rad/s.
    """
    w = np.empty(_ROWS * TILE)
    for tile in range(coefficients.shape[0]):
        left, right = tile * TILE, min((tile + 1) * TILE, len(age))
        w[: COEFFICIENTS * TILE] = coefficients[tile]
        _tile(w, age[left:right], minutes, cos_theta, sin_theta, turn_rate, position, velocity, left)


@njit(cache=True, nogil=True, error_model="numpy")
def sgp4_code(coefficients, age, minutes):
    """(T,) error codes of one satellite; `coefficients` (COEFFICIENTS,)."""
    w, out = np.empty(_ROWS * TILE), np.empty(6 * TILE)
    for k in range(COEFFICIENTS):
        w[k * TILE] = coefficients[k]
    codes = np.empty(len(minutes), np.uint8)
    for i in range(len(minutes)):
        codes[i] = _advance(w, np.uint64(0), age + minutes[i], 1.0, 0.0, out)
    return codes


CIRCLE_PARAMETERS = 7
RADIUS, U0, UDOT, NODE0, NODE_DOT, COS_I, SIN_I = _AT[0:7]


@njit(cache=True, nogil=True, fastmath=LOOSE, error_model="numpy")
def _circle(w, out, t, theta, turn_rate, n, velocity):
    """Position on a circle whose plane turns: argument of latitude u, node less the frame's angle theta."""
    wide_vectors()
    for j in range(n):
        su, cu = sincos(w[U0 + j] + w[UDOT + j] * t)
        sn, cn = sincos(w[NODE0 + j] + w[NODE_DOT + j] * t - theta)
        r, ci, si = w[RADIUS + j], w[COS_I + j], w[SIN_I + j]
        x = r * (cn * cu - sn * ci * su)
        y = r * (sn * cu + cn * ci * su)
        out[X + j] = x
        out[Y + j] = y
        out[Z + j] = r * si * su
        if velocity is not None:
            along = r * w[UDOT + j]
            turn = w[NODE_DOT + j] - turn_rate
            out[VX + j] = -along * (cn * su + sn * ci * cu) - turn * y
            out[VY + j] = along * (cn * ci * cu - sn * su) + turn * x
            out[VZ + j] = along * si * cu


@njit(cache=True, nogil=True, error_model="numpy")
def circles(parameters, seconds, theta, turn_rate, position, velocity):
    """Circular orbits into `position` (T, 3, S) m and, unless None, `velocity` (T, 3, S) m/s.

    `parameters` (tiles, CIRCLE_PARAMETERS * TILE) in m, rad and rad/s; `seconds` and `theta` (T,): age, and the
    angle of the frame, which turns at `turn_rate` rad/s.
    """
    wide_vectors()
    results = np.empty(6 * TILE)
    for i in range(len(seconds)):
        for tile in range(parameters.shape[0]):
            left, right = tile * TILE, min((tile + 1) * TILE, position.shape[2])
            n = _padded(right - left)
            _circle(parameters[tile], results, seconds[i], theta[i], turn_rate, n, velocity)
            _write_all(results, 1.0, position, velocity, i, left, right)
