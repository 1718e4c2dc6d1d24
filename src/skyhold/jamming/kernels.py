"""Loops of jamming: what jammers add to the noise of links at each instant."""

import math

import numpy as np
from numba import njit

ZERO, ONE, HALF = np.float32(0.0), np.float32(1.0), np.float32(0.5)


@njit(cache=True, nogil=True, error_model="numpy")
def _gain(table, sine):
    """Gain at an angle, linear, from a table over the sine of half the angle, 0 to 1."""
    last = table.shape[0] - 1
    x = sine * np.float32(last)
    i = min(int(x), last - 1)
    return table[i] + (table[i + 1] - table[i]) * (x - np.float32(i))


@njit(cache=True, nogil=True, error_model="numpy")
def on_ground(pos, satellite, place, toward, incident, null, hits, nulls, table, main_sine, out):
    """J/N of receivers on the ground that point at satellites.

    pos (T, 3, S) f32 m; satellite (T, N, K) int, -1 pads; place (N, 3) f32 m; toward (Q, N, J, 3) f32 unit vectors to
    the jammers, incident (Q, N, J) f32 J/N through a gain of 0 dBi, null (Q, N, J) f32 what a null leaves of it, Q = T
    or 1; hits (T, J) bool; `nulls` how many directions the array can null, none within `main_sine` (sine of half the
    angle) of its beam, the strongest first; table (M,) f32 gain; out (T, N, K) f32.
    """
    t_count, n_count, k_count = satellite.shape
    j_count = incident.shape[2]
    saved = np.zeros(j_count, np.float32)
    for t in range(t_count):
        q = t if incident.shape[0] > 1 else 0
        for n in range(n_count):
            reached = False
            for j in range(j_count):
                reached |= hits[t, j] and incident[q, n, j] > ZERO
            for k in range(k_count):
                out[t, n, k] = ZERO
                s = satellite[t, n, k]
                if not reached or s < 0:
                    continue
                dx = pos[t, 0, s] - place[n, 0]
                dy = pos[t, 1, s] - place[n, 1]
                dz = pos[t, 2, s] - place[n, 2]
                inverse = ONE / math.sqrt(dx * dx + dy * dy + dz * dz)
                total = ZERO
                for j in range(j_count):
                    saved[j] = ZERO
                    if not hits[t, j]:
                        continue
                    ax = dx * inverse - toward[q, n, j, 0]
                    ay = dy * inverse - toward[q, n, j, 1]
                    az = dz * inverse - toward[q, n, j, 2]
                    sine = min(HALF * math.sqrt(ax * ax + ay * ay + az * az), ONE)
                    power = incident[q, n, j] * _gain(table, sine)
                    total += power
                    if sine >= main_sine:
                        saved[j] = power * (ONE - null[q, n, j])
                out[t, n, k] = max(total - _largest(saved, nulls), ZERO)


@njit(cache=True, nogil=True, error_model="numpy")
def _largest(saved, count):
    """Sum of the `count` largest; the values are used up."""
    total = ZERO
    for _ in range(min(count, saved.shape[0])):
        best = 0
        for j in range(1, saved.shape[0]):
            if saved[j] > saved[best]:
                best = j
        total += saved[best]
        saved[best] = ZERO
    return total


@njit(cache=True, nogil=True, error_model="numpy")
def on_satellite(pos, satellite, place, jammer, factor, null, table, main_sine, out):
    """J/N of satellites that listen to places on the ground.

    pos (T, 3, S) f32 m; satellite (T, N, K) int, -1 pads; place (N, 3) f32 m, where the beam points; jammer (Q, J, 3)
    f32 m, Q = T or 1; factor (T, J, S) f32 J/N at the peak of the beam times the squared distance, 0 where it does not
    reach; `null` what a null leaves outside `main_sine`; table (M,) f32 gain over the peak; out (T, N, K) f32.
    """
    t_count, n_count, k_count = satellite.shape
    for t in range(t_count):
        q = t if jammer.shape[0] > 1 else 0
        for n in range(n_count):
            for k in range(k_count):
                out[t, n, k] = ZERO
                s = satellite[t, n, k]
                if s < 0:
                    continue
                dx = place[n, 0] - pos[t, 0, s]
                dy = place[n, 1] - pos[t, 1, s]
                dz = place[n, 2] - pos[t, 2, s]
                inverse = ONE / math.sqrt(dx * dx + dy * dy + dz * dz)
                total = ZERO
                for j in range(factor.shape[1]):
                    if factor[t, j, s] == ZERO:
                        continue
                    ex = jammer[q, j, 0] - pos[t, 0, s]
                    ey = jammer[q, j, 1] - pos[t, 1, s]
                    ez = jammer[q, j, 2] - pos[t, 2, s]
                    square = ex * ex + ey * ey + ez * ez
                    other = ONE / math.sqrt(square)
                    ax = dx * inverse - ex * other
                    ay = dy * inverse - ey * other
                    az = dz * inverse - ez * other
                    sine = min(HALF * math.sqrt(ax * ax + ay * ay + az * az), ONE)
                    power = factor[t, j, s] / square * _gain(table, sine)
                    total += power * null if sine >= main_sine else power
                out[t, n, k] = total
