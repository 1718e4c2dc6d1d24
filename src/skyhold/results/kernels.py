"""Loops that fold blocks of a run into one row per terminal."""

import numpy as np
from numba import njit


@njit(cache=True, nogil=True, error_model="numpy")
def fold_counts(counts, total, least):
    """counts (T, U) added to total (U,) and its minimum kept in least (U,)."""
    for t in range(counts.shape[0]):
        for u in range(counts.shape[1]):
            n = counts[t, u]
            total[u] += n
            least[u] = n if n < least[u] else least[u]


@njit(cache=True, nogil=True, error_model="numpy")
def fold_true(flags, total):
    """flags (T, U) counted into total (U,)."""
    for t in range(flags.shape[0]):
        for u in range(flags.shape[1]):
            total[u] += flags[t, u]


@njit(cache=True, nogil=True, error_model="numpy")
def fold_histogram(stored, none, per_bin, histogram):
    """stored (T, U) integers, `none` left out, into histogram (U, B) of `per_bin` steps; the last bin is open."""
    last = histogram.shape[1] - 1
    for t in range(stored.shape[0]):
        for u in range(stored.shape[1]):
            value = stored[t, u]
            if value != none:
                b = value // per_bin
                histogram[u, b if b < last else last] += 1


@njit(cache=True, nogil=True, error_model="numpy")
def quantiles_of_histogram(histogram, width, quantiles, out):
    """Quantiles (Q,) of each row of histogram (U, B), linear inside a bin, to out (U, Q); NaN when empty."""
    for u in range(histogram.shape[0]):
        total = 0
        for b in range(histogram.shape[1]):
            total += histogram[u, b]
        for q in range(quantiles.shape[0]):
            out[u, q] = np.nan
            target = quantiles[q] * total
            below = 0
            for b in range(histogram.shape[1]):
                n = histogram[u, b]
                if n > 0 and below + n >= target:
                    out[u, q] = (b + (target - below) / n) * width
                    break
                below += n
