import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.experience.lines import line

from skyhold.errors import ResultError
from skyhold.experience.queue import PACKET_BITS, Line, droptail


def by_hand(rate, arrivals, limit):
    """Packets one after the other at a constant rate: departures, NaN where the queue was full."""
    service, free, waiting, out = PACKET_BITS / rate, 0.0, [], []
    for at in arrivals:
        waiting = [d for d in waiting if d > at + 1e-12]
        backlog = max(free - at, 0.0) / service
        if backlog + 1 > limit + 1e-9:
            out.append(np.nan)
            continue
        free = max(free, at) + service
        waiting.append(free)
        out.append(free)
    return np.array(out)


@given(st.integers(0, 10_000), st.integers(1, 20), st.floats(0.3, 3.0))
def test_departures_are_those_of_a_queue_worked_by_hand(seed, limit, load):
    rate = 1e6
    arrivals = np.cumsum(np.random.default_rng(seed).exponential(PACKET_BITS / (rate * load), 200))
    done = droptail(Line.of_rates(np.full(10, rate), 1.0), arrivals, limit_packets=limit)
    expected = by_hand(rate, arrivals, limit)
    np.testing.assert_allclose(done.departure_s, np.where(expected > 10.0, np.nan, expected), rtol=1e-9)
    assert (done.dropped == np.isnan(expected)).all()


def test_nothing_leaves_in_a_gap():
    felt = line(2.0)
    down = felt.line_down()
    done = droptail(down, np.arange(0, 119, 2e-4), limit_packets=100_000)
    gone = done.departure_s[~np.isnan(done.departure_s)]
    at = np.searchsorted(felt.gaps.start_s, gone, side="right") - 1
    inside = gone < felt.gaps.end_s[at] - 1e-9
    assert not (inside & (gone > felt.gaps.start_s[at] + 1e-9)).any()
    assert (np.diff(gone) > 0).all()


def test_a_longer_queue_waits_longer_and_drops_less():
    felt, arrivals = line(1.0), np.arange(0, 55, PACKET_BITS / 1.2e8)
    short, long = (droptail(felt.line_down(), arrivals, limit_packets=n) for n in (100, 2000))
    assert np.nanmedian(long.delay_s) > 3 * np.nanmedian(short.delay_s)
    assert long.dropped.mean() < short.dropped.mean()


def test_moments_and_bits_are_each_others_inverse():
    down = line(1.0).line_down()
    bits = np.linspace(1.0, down.bits[-1], 500)
    np.testing.assert_allclose(down.served(down.moment_s(bits)), bits, rtol=1e-9)
    assert np.isnan(down.moment_s(np.array([down.bits[-1] * 1.01])))[0]
    assert down.moment_s(np.array([0.0]))[0] == 0.0


def test_bad_queues_are_refused():
    straight = Line.of_rates(np.ones(3), 1.0)
    with pytest.raises(ResultError, match="holds a packet"):
        droptail(straight, np.array([0.0]), limit_packets=0)
    with pytest.raises(ResultError, match="order of time"):
        droptail(straight, np.array([1.0, 0.0]), limit_packets=5)
