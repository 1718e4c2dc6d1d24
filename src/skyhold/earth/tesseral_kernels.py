"""Loops of the part of gravity that turns with the Earth: tesseral and sectorial harmonics to degree and order 8."""

from __future__ import annotations

import math

import numpy as np
from numba import njit

from skyhold.constants import MU_M3_S2, WGS84_A_M

FAST = {"contract", "reassoc", "nsz", "arcp"}
DEGREE = 8

# degree, order, C and S, normalised: EGM2008 (Pavlis et al., J. Geophys. Res. 117, B04406, 2012), tide free
_NORMALISED = (
    (2, 1, -2.066155091e-10, 1.384413891e-09), (2, 2, 2.439383573e-06, -1.400273704e-06),
    (3, 1, 2.030462010e-06, 2.482004159e-07), (3, 2, 9.047878948e-07, -6.190054752e-07),
    (3, 3, 7.213217571e-07, 1.414349262e-06), (4, 1, -5.361573894e-07, -4.735673465e-07),
    (4, 2, 3.505016240e-07, 6.624800263e-07), (4, 3, 9.908567667e-07, -2.009567236e-07),
    (4, 4, -1.885196330e-07, 3.088038821e-07), (5, 1, -6.292119230e-08, -9.436980734e-08),
    (5, 2, 6.520780432e-07, -3.233531925e-07), (5, 3, -4.518471523e-07, -2.149554083e-07),
    (5, 4, -2.953287612e-07, 4.980705501e-08), (5, 5, 1.748117955e-07, -6.693799352e-07),
    (6, 1, -7.592100819e-08, 2.651225932e-08), (6, 2, 4.864889246e-08, -3.737893245e-07),
    (6, 3, 5.724516112e-08, 8.952011300e-09), (6, 4, -8.602379372e-08, -4.714255734e-07),
    (6, 5, -2.671664237e-07, -5.364931515e-07), (6, 6, 9.470687498e-09, -2.373823534e-07),
    (7, 1, 2.808875558e-07, 9.512593629e-08), (7, 2, 3.304079937e-07, 9.299692906e-08),
    (7, 3, 2.504584092e-07, -2.171182877e-07), (7, 4, -2.749939356e-07, -1.240584035e-07),
    (7, 5, 1.647732559e-09, 1.792817828e-08), (7, 6, -3.587984235e-07, 1.517982574e-07),
    (7, 7, 1.507464729e-09, 2.410687673e-08), (8, 1, 2.316079912e-08, 5.889745409e-08),
    (8, 2, 8.001436047e-08, 6.528050437e-08), (8, 3, -1.937453817e-08, -8.596393391e-08),
    (8, 4, -2.443604800e-07, 6.980725085e-08), (8, 5, -2.570114773e-08, 8.920348917e-08),
    (8, 6, -6.596486800e-08, 3.089467308e-07), (8, 7, 6.725697518e-08, 7.486860637e-08),
    (8, 8, -1.240227719e-07, 1.205518894e-07),
)  # fmt: skip
C = np.zeros((DEGREE + 1, DEGREE + 1))
S = np.zeros((DEGREE + 1, DEGREE + 1))
for _n, _m, _c, _s in _NORMALISED:
    _factor = math.sqrt(2.0 * (2.0 * _n + 1.0) * math.factorial(_n - _m) / math.factorial(_n + _m))
    C[_n, _m], S[_n, _m] = _c * _factor, _s * _factor


@njit(cache=True, nogil=True, error_model="numpy", fastmath=FAST)
def tesseral(x, y, z, v, w):
    """Acceleration (m/s2, Earth-fixed axes) at an Earth-fixed place (m) of all terms of order 1 and above.

    Recursions of Cunningham (Montenbruck and Gill, *Satellite Orbits*, 2000, eq. 3.29 to 3.33) with the solid
    harmonics in `v` and `w`, (10, 10) of work.
    """
    r2 = x * x + y * y + z * z
    scale = WGS84_A_M / r2
    rx, ry, rz, rho = x * scale, y * scale, z * scale, WGS84_A_M * scale
    v[0, 0], w[0, 0] = WGS84_A_M / math.sqrt(r2), 0.0
    for m in range(DEGREE + 2):
        if m > 0:
            v[m, m] = (2 * m - 1) * (rx * v[m - 1, m - 1] - ry * w[m - 1, m - 1])
            w[m, m] = (2 * m - 1) * (rx * w[m - 1, m - 1] + ry * v[m - 1, m - 1])
        if m <= DEGREE:
            v[m + 1, m], w[m + 1, m] = (2 * m + 1) * rz * v[m, m], (2 * m + 1) * rz * w[m, m]
        for n in range(m + 2, DEGREE + 2):
            a, b = (2 * n - 1) * rz / (n - m), (n + m - 1) * rho / (n - m)
            v[n, m] = a * v[n - 1, m] - b * v[n - 2, m]
            w[n, m] = a * w[n - 1, m] - b * w[n - 2, m]
    ax = ay = az = 0.0
    for n in range(2, DEGREE + 1):
        for m in range(1, n + 1):
            c, s = C[n, m], S[n, m]
            k = (n - m + 1) * (n - m + 2)
            ax += 0.5 * (
                -c * v[n + 1, m + 1] - s * w[n + 1, m + 1] + k * (c * v[n + 1, m - 1] + s * w[n + 1, m - 1])
            )
            ay += 0.5 * (
                -c * w[n + 1, m + 1] + s * v[n + 1, m + 1] + k * (-c * w[n + 1, m - 1] + s * v[n + 1, m - 1])
            )
            az -= (n - m + 1) * (c * v[n + 1, m] + s * w[n + 1, m])
    pull = MU_M3_S2 / (WGS84_A_M * WGS84_A_M)
    return pull * ax, pull * ay, pull * az
