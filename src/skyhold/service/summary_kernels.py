"""Loops that fold what slots gave into sums that do not grow with time."""

import math

import numpy as np
from numba import njit


@njit(cache=True, nogil=True, error_model="numpy")
def fold_cells(
    hour, shift_h, wanted, rate, limit, served, least, per_decade, slots, sums, lost, hourly, histogram
):
    """A block of cells added up, slot after slot, so that the cut into blocks leaves no trace.

    hour (T,) UTC hours; shift_h (C,) local solar time less UTC; wanted, rate (T, C) bit/s; limit (T, C) reasons,
    `served` one of them. Out: slots (C, R) by reason; sums (C, 4) wanted, carried, slots with want, slots with
    something carried; lost (C, R) bit/s not carried; hourly (C, 24, 3) slots, wanted, carried by local hour; histogram
    (C, B) of rates while something is wanted: below `least`, then per_decade bins to a decade, the last one open.
    """
    bins = histogram.shape[1]
    for t in range(wanted.shape[0]):
        for c in range(wanted.shape[1]):
            why, want, got = limit[t, c], np.float64(wanted[t, c]), np.float64(rate[t, c])
            slots[c, why] += 1
            h = math.floor(hour[t] + shift_h[c]) % 24
            hourly[c, h, 0] += 1.0
            if want <= 0.0:
                continue
            sums[c, 0] += want
            sums[c, 1] += got
            sums[c, 2] += 1.0
            sums[c, 3] += 1.0 if got > 0.0 else 0.0
            hourly[c, h, 1] += want
            hourly[c, h, 2] += got
            if why != served:
                lost[c, why] += max(0.0, want - got)
            b = 0 if got < least else 1 + int(math.log10(got / least) * per_decade)
            histogram[c, b if b < bins else bins - 1] += 1


@njit(cache=True, nogil=True, error_model="numpy")
def fold_load(load, busy, most, slots, total, peak, used, full):
    """Loads of gateways or satellites: load (T, N) bit/s and busy (T, N), of at most most (N,), antennas or beams.

    Out: slots (N,) with any busy; total, peak (N,) bit/s; used (N,) sum of busy; full (N,) slots with all busy.
    """
    for t in range(load.shape[0]):
        for i in range(load.shape[1]):
            b = np.float64(busy[t, i])
            x = np.float64(load[t, i])
            slots[i] += 1 if b > 0.0 else 0
            total[i] += x
            peak[i] = x if x > peak[i] else peak[i]
            used[i] += b
            full[i] += 1 if b >= most[i] * (1.0 - 1e-6) and most[i] > 0.0 else 0


@njit(cache=True, nogil=True, error_model="numpy")
def log_quantiles(histogram, least, per_decade, quantiles, out):
    """Quantiles (Q,) of each row of a histogram of `fold_cells`, in bit/s, to out (C, Q); NaN where empty.

    Within a bin it goes by the logarithm; in the first bin it is 0.
    """
    for c in range(histogram.shape[0]):
        total = histogram[c].sum()
        for q in range(quantiles.shape[0]):
            out[c, q] = np.nan
            target, below = quantiles[q] * total, 0.0
            for b in range(histogram.shape[1]):
                n = histogram[c, b]
                if n > 0 and below + n >= target:
                    out[c, q] = (
                        0.0 if b == 0 else least * 10.0 ** ((b - 1 + (target - below) / n) / per_decade)
                    )
                    break
                below += n
