"""Loops of the experience: noise with memory, a queue that drops its tail, one CUBIC flow through it."""

import numpy as np
from numba import njit


@njit(cache=True, nogil=True, error_model="numpy")
def autoregress(keep, shock, out):
    """x[0] = shock[0], x[n] = keep x[n-1] + sqrt(1 - keep^2) shock[n]: unit variance where shock has it."""
    rest = np.sqrt(1.0 - keep * keep)
    level = shock[0]
    out[0] = level
    for n in range(1, len(shock)):
        level = keep * level + rest * shock[n]
        out[n] = level


@njit(cache=True, nogil=True, error_model="numpy")
def droptail(offered, size, limit, finish):
    """Lindley's recursion in served bits: finish[n] = max(finish[n-1], offered[n]) + size, NaN where dropped.

    `offered` (N,) bits the link could have served when packet n came, ascending; a packet that would make
    the backlog larger than `limit` bits is dropped (Lindley, Proc. Camb. Phil. Soc. 48, 1952).
    """
    last = -np.inf
    for n in range(len(offered)):
        start = max(last, offered[n])
        if start + size - offered[n] > limit:
            finish[n] = np.nan
        else:
            last = start + size
            finish[n] = last


@njit(cache=True, nogil=True, error_model="numpy")
def cubic_flow(
    rate, rtt, loss, draw, segment, limit, cubic, beta, flows, step, start, goodput, backlog, window
):
    """`flows` equal flows of CUBIC through one droptail queue as a fluid; rate (N,) bit/s, rtt (N,) s; a packet is
    lost at random with probability loss (N,), one of a step where draw (N,) in 0..1 says so; one an RTT counts.

    Window: RFC 9438 clause 4.2, eq. 1 and 2, W = C (t - K)^3 + W_max, K = cbrt(W_max (1 - beta) / C), not below
    the window of Reno of the same losses (clause 4.3); slow start doubles each RTT. Many flows as one: a random
    loss cuts one of them, a full queue all (MulTCP, Crowcroft and Oechslin, CCR 28, 1998). Queue: backlog' =
    W segment / (rtt + backlog/rate) - rate, as in Misra, Gong and Towsley, SIGCOMM 2000. Out: goodput bit/s, backlog
    bits, window segments of all flows, each (N,).
    """
    w, top, since, estimate, quiet = start * flows, 0.0, 0.0, 0.0, 0.0
    queue, slow, grows, keeps = 0.0, True, cubic, beta
    for n in range(len(rate)):
        drain = max(rate[n], 1.0)
        loop = rtt[n] + min(queue / drain, 30.0)
        arriving = w * segment / loop
        queue = queue + (arriving - rate[n]) * step
        served = arriving if queue <= 0.0 else rate[n]
        full = queue > limit
        queue = min(max(queue, 0.0), limit)
        quiet += step
        hit = draw[n] < -np.expm1(arriving * step / segment * np.log1p(-min(loss[n], 0.999)))
        if (full or hit) and quiet > rtt[n]:
            grows = cubic * flows if full else cubic
            keeps = beta if full else 1.0 - (1.0 - beta) / flows
            top, w = w, max(w * keeps, 1.0)
            estimate, since, quiet, slow = w, 0.0, 0.0, False
        elif slow:
            w += w * step / loop
        else:
            since += step
            k = np.cbrt(top * (1.0 - keeps) / grows)
            estimate += flows * 3.0 * (1.0 - beta) / (1.0 + beta) * step / loop
            target = max(grows * (since + loop - k) ** 3 + top, estimate)
            w = max(w, min(target, w + 0.5 * w * step / loop))
        w = min(w, 2.0 * (limit + drain * loop) / segment) if drain > 1.0 else w
        goodput[n], backlog[n], window[n] = min(served, rate[n]), queue, w
