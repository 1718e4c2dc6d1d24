"""Loops of links: the ratio of carrier to everything else for many links at once."""

import math

from numba import njit

LOSS = -math.log(10.0) / 10.0  # of a decibel, in nepers of power
RAIN_K = 275.0  # ITU-R P.618-13, section 3


@njit(cache=True, nogil=True, error_model="numpy")
def _lerp(table, place):
    """Value of a table at a place counted in its steps; held at both ends, NaN for NaN."""
    last = table.shape[0] - 1
    if not place > 0.0:
        return table[0] if place <= 0.0 else math.nan
    if place >= last:
        return table[last]
    i = int(place)
    return table[i] + (place - i) * (table[i + 1] - table[i])


@njit(cache=True, nogil=True, error_model="numpy")
def carrier_ratio(elevation, gas_db, wet_db, scan, j_over_n, strides, table, step, scan_exponent, link, out):
    """C/(N+I+J) of links, linear.

    elevation, scan rad, gas_db, wet_db dB, j_over_n: (L,) or (1,) with strides 1 or 0; table (E,) clear-sky C/N of the
    beam's axis over elevation from 0 in steps of `step`; link: system noise K (inf: rain does not warm the receiver),
    dB of wet loss at 1 dB of rain and more, power control (linear), highest clear C/N, 1 / (C/I); out (L,).
    Equations: ITU-R P.618-13 eq. 52 for the noise of rain; scan loss cos^n.
    """
    warm, wet_loss, boost, most, inverse_ci = RAIN_K / link[0], link[1], link[2], link[3], link[4]
    for n in range(out.shape[0]):
        carrier = _lerp(table, elevation[n * strides[0]] / step)
        gas, wet = gas_db[n * strides[1]], wet_db[n * strides[2]]
        angle, disturbed = scan[n * strides[3]], j_over_n[n * strides[4]]
        through = 1.0
        if gas != 0.0:
            carrier *= math.exp(LOSS * gas)
        if wet != 0.0:
            through = math.exp(LOSS * wet)
            carrier *= min(1.0, boost * through)
            if wet_loss != 0.0:
                carrier *= math.exp(LOSS * wet_loss * min(1.0, wet))
        if carrier > most:
            carrier = most
        if scan_exponent != 0.0 and angle != 0.0:
            cosine = math.cos(angle)
            carrier *= math.exp(scan_exponent * math.log(cosine)) if cosine > 0.0 else 0.0
        noise = 1.0 + warm * (1.0 - through) + disturbed
        out[n] = carrier / (noise + carrier * inverse_ci)
