"""Loops of the attenuation: rain of P.618, look-up in tables over elevation, a field of weather in time."""

import math

import numpy as np
from numba import njit

EARTH_4_3_KM = 8500.0  # effective radius of the Earth, P.618-14, 2.2.1.1, step 2
HALF_TURN = 0.5 * math.pi
UNIT_53 = 1.0 / 9007199254740992.0  # 2**-53


@njit(cache=True, nogil=True, error_model="numpy")
def rain_exceeded(f, horizontal, vertical, cos_2_tilt, rain, depth, latitude, elevation, percent, out):
    """P.618-14, 2.2.1.1, steps 2 to 10: out (M,) dB exceeded for `percent` of the year.

    f GHz; horizontal, vertical: k and alpha of P.838-3; rain (M,) mm/h at 0.01 %; depth (M,) km of rain over
    the site; latitude (M,) degrees, absolute; elevation (M,) rad; percent (M,).
    """
    k_h, a_h = horizontal
    k_v, a_v = vertical
    for i in range(out.shape[0]):
        r, h, e, p = rain[i], depth[i], elevation[i], percent[i]
        if r <= 0.0 or h <= 0.0:
            out[i] = 0.0
            continue
        sine, cosine = math.sin(e), math.cos(e)
        tilt = cosine * cosine * cos_2_tilt
        k = 0.5 * (k_h + k_v + (k_h - k_v) * tilt)  # P.838-3, eq. 4
        alpha = (k_h * a_h + k_v * a_v + (k_h * a_h - k_v * a_v) * tilt) / (2.0 * k)  # P.838-3, eq. 5
        gamma = k * r**alpha
        slant = h / sine
        if sine < 0.08715574274765817:  # 5 degrees
            slant = 2.0 * h / (math.sqrt(sine * sine + 2.0 * h / EARTH_4_3_KM) + sine)
        ground = slant * cosine
        shrink = 1.0 / (1.0 + 0.78 * math.sqrt(ground * gamma / f) - 0.38 * (1.0 - math.exp(-2.0 * ground)))
        path = h / sine
        if math.atan2(h, ground * shrink) > e:
            path = ground * shrink / cosine
        chi = max(0.0, 36.0 - latitude[i])
        adjust = 31.0 * (1.0 - math.exp(-math.degrees(e) / (1.0 + chi))) * math.sqrt(path * gamma) / (f * f)
        a = gamma * path / (1.0 + math.sqrt(sine) * (adjust - 0.45))
        beta = 0.0
        if p < 1.0 and chi > 0.0:
            beta = 0.005 * chi
            if e < 0.4363323129985824:  # 25 degrees
                beta += 1.8 - 4.25 * sine
        power = 0.655 + 0.033 * math.log(p) - 0.045 * math.log(a) - beta * (1.0 - p) * sine
        out[i] = a * math.exp(-power * math.log(p / 0.01))


@njit(cache=True, nogil=True, error_model="numpy")
def _looked_up(row, step, lowest, elevation):
    """One value: nodes at the elevations pi/2 - (j step)^2, where row (E,) holds dB x sin(e)."""
    e = max(np.float64(elevation), lowest)
    at = math.sqrt(max(HALF_TURN - e, 0.0)) / step
    j = min(int(at), row.shape[0] - 2)
    return (row[j] + np.float32(at - j) * (row[j + 1] - row[j])) / np.float32(math.sin(e))


@njit(cache=True, nogil=True, error_model="numpy")
def over_elevation(table, step, lowest, site, elevation, out):
    """Look up table (N, E) for pairs of site and elevation, (M,) each; below `lowest` rad it stays as there."""
    for i in range(out.shape[0]):
        out[i] = _looked_up(table[site[i]], step, lowest, elevation[i])


@njit(cache=True, nogil=True, error_model="numpy")
def over_elevation_grid(table, step, lowest, elevation, out):
    """The same where the sites stand along the middle axis: elevation, out (T, N, K)."""
    t_count, n_count, k_count = out.shape
    for t in range(t_count):
        for n in range(n_count):
            row = table[n]
            for k in range(k_count):
                out[t, n, k] = _looked_up(row, step, lowest, elevation[t, n, k])


@njit(cache=True, nogil=True, error_model="numpy")
def mix(a, b):
    """A 64-bit hash of two words: the finaliser of SplitMix64 (Steele, Lea, Flood, OOPSLA 2014)."""
    h = np.uint64(a) * np.uint64(0x9E3779B97F4A7C15) + np.uint64(b) + np.uint64(0x9E3779B97F4A7C15)
    h = (h ^ (h >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    h = (h ^ (h >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return h ^ (h >> np.uint64(31))


@njit(cache=True, nogil=True, error_model="numpy")
def normal_quantile(p):
    """The x that a standard normal stays under with probability p.

    Rational approximations of Acklam (2003), relative error under 1.2e-9.
    """
    if p < 0.02425 or p > 0.97575:
        tail = min(p, 1.0 - p)
        q = math.sqrt(-2.0 * math.log(tail))
        top = -7.784894002430293e-03 * q - 3.223964580411365e-01
        top = ((top * q - 2.400758277161838) * q - 2.549732539343734) * q + 4.374664141464968
        top = top * q + 2.938163982698783
        low = 7.784695709041462e-03 * q + 3.224671290700398e-01
        low = ((low * q + 2.445134137142996) * q + 3.754408661907416) * q + 1.0
        return top / low if p < 0.5 else -top / low
    q = p - 0.5
    r = q * q
    top = -3.969683028665376e01 * r + 2.209460984245205e02
    top = ((top * r - 2.759285104469687e02) * r + 1.383577518672690e02) * r - 3.066479806614716e01
    top = top * r + 2.506628277459239
    low = -5.447609879822406e01 * r + 1.615858368580409e02
    low = ((low * r - 1.556989798598866e02) * r + 6.680131188771972e01) * r - 1.328068155288572e01
    return top * q / (low * r + 1.0)


@njit(cache=True, nogil=True, error_model="numpy")
def normal_quantiles(p, out):
    """`normal_quantile` of p (M,)."""
    for i in range(out.shape[0]):
        out[i] = normal_quantile(p[i])


@njit(cache=True, nogil=True, error_model="numpy")
def gauss(word):
    """A standard normal number from a hash."""
    return normal_quantile((np.float64(word >> np.uint64(11)) + 0.5) * UNIT_53)


@njit(cache=True, nogil=True, error_model="numpy")
def span_of_nodes(key, span, rho, out):
    """Ornstein-Uhlenbeck paths over one span of time at nodes of the weather lattice; out (S + 1, M) f32.

    key (M,) a hash of each node; rho: correlation from step to step. Both ends are drawn of their own, the
    path between is the bridge: a walk from the first end, y, corrected by (end - y_S) c_n with
    c_n = rho^(S-n) (1 - rho^2n) / (1 - rho^2S).
    """
    steps = out.shape[0] - 1
    fresh = math.sqrt(1.0 - rho * rho)
    toward_end = np.empty(steps + 1)
    for n in range(steps + 1):
        toward_end[n] = rho ** (steps - n) * (1.0 - rho ** (2 * n)) / (1.0 - rho ** (2 * steps))
    for m in range(key.shape[0]):
        here, there = mix(key[m], np.uint64(span)), mix(key[m], np.uint64(span + 1))
        y, end = gauss(here), gauss(there)
        out[0, m] = y
        for n in range(1, steps + 1):
            y = rho * y + fresh * gauss(mix(here, np.uint64(n)))
            out[n, m] = y
        for n in range(1, steps + 1):
            out[n, m] += (end - y) * toward_end[n]


@njit(cache=True, nogil=True, error_model="numpy")
def gather(nodes, index, weight, out):
    """out (S, N) += sum over j of weight (N, J) nodes (S, M) at index (N, J)."""
    for s in range(out.shape[0]):
        row = nodes[s]
        for n in range(out.shape[1]):
            total = np.float32(0.0)
            for j in range(index.shape[1]):
                total += weight[n, j] * row[index[n, j]]
            out[s, n] += total


@njit(cache=True, nogil=True, error_model="numpy")
def keys(octave, node, out):
    """Hash (M,) of the nodes of one octave of the weather."""
    first = mix(np.uint64(octave), np.uint64(0))
    for m in range(node.shape[0]):
        out[m] = mix(first, np.uint64(node[m]))


@njit(cache=True, nogil=True, error_model="numpy")
def between_steps(span, row, first, w_before, w_after, out):
    """out[row[i]] (N,) = w_before[i] span[first[i]] + w_after[i] span[first[i] + 1]; span (S + 1, N), out (T, N)."""
    for i in range(row.shape[0]):
        before, after = span[first[i]], span[first[i] + 1]
        b, a = w_before[i], w_after[i]
        target = out[row[i]]
        for n in range(target.shape[0]):
            target[n] = b * before[n] + a * after[n]


@njit(cache=True, nogil=True, error_model="numpy")
def through_levels(values, level, first, step):
    """Replace field values (T, N) by attenuation: level (N, X) dB at first + j step, held at both
    ends; what is below 0 is 0."""
    last = level.shape[1] - 2
    low, scale = np.float32(first), np.float32(1.0 / step)
    for t in range(values.shape[0]):
        row = values[t]
        for n in range(row.shape[0]):
            at = min(max((row[n] - low) * scale, np.float32(0.0)), np.float32(last + 1))
            j = min(int(at), last)
            value = level[n, j] + (at - np.float32(j)) * (level[n, j + 1] - level[n, j])
            row[n] = max(value, np.float32(0.0))
