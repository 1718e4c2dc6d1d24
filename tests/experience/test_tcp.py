import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.experience.lines import START, line

from skyhold.errors import ResultError
from skyhold.experience.series import experience
from skyhold.experience.slots import Slots
from skyhold.experience.tcp import SEGMENT_BITS, cubic_bit_s, cubic_flow, reno_bit_s
from skyhold.times import slot_instants


def test_cubic_is_reno_where_losses_are_many():
    window = cubic_bit_s(0.02, 0.01) * 0.02 / SEGMENT_BITS
    assert window == pytest.approx(np.sqrt(150.0))


@given(st.floats(0.01, 0.6), st.floats(1e-6, 0.02))
def test_more_loss_or_a_longer_way_is_slower(rtt, loss):
    for rate in (cubic_bit_s, reno_bit_s):
        assert rate(rtt, loss) > rate(rtt, 1.5 * loss)
        assert rate(rtt, loss) > rate(1.5 * rtt, loss)


def test_reno_where_timeouts_are_rare_is_the_square_root_law():
    assert reno_bit_s(0.1, 1e-6) == pytest.approx(SEGMENT_BITS / 0.1 * np.sqrt(0.75e6), rel=0.01)


@given(st.integers(1, 20), st.sampled_from([50, 500, 5000]))
def test_flows_never_take_more_than_the_line(flows, limit):
    felt = line(2.0)
    flow = cubic_flow(felt, flows=flows, limit_packets=limit)
    offered = felt.line_down().mean_rates(0.01)
    assert (flow.goodput_bit_s <= offered + 1e-6).all()
    assert (flow.backlog_bits <= limit * 12_000 + 1e-6).all()
    assert 0.0 < flow.used(offered) <= 1.0


def test_many_flows_fill_a_queue_that_one_does_not():
    felt = line(10.0)
    one, many = (cubic_flow(felt, flows=n, limit_packets=2000) for n in (1, 8))
    offered = felt.line_down().mean_rates(0.01)
    assert many.used(offered) > 0.9 > one.used(offered)
    assert np.median(many.loaded_rtt_s) > np.median(one.loaded_rtt_s) + 0.02


def test_bufferbloat_grows_with_the_queue():
    felt = line(5.0)
    medians = [np.median(cubic_flow(felt, flows=16, limit_packets=n).loaded_rtt_s) for n in (100, 500, 2000)]
    assert medians == sorted(medians)
    assert medians[2] > 0.1 > medians[0]


def test_nothing_flows_without_service():
    felt = experience(Slots.of(slot_instants(START, 60.0), [0.05, np.nan, 0.05, 0.05], 1e8, 1e7))
    flow = cubic_flow(felt)
    dead = (flow.time_s >= 15.2) & (flow.time_s < 29.9)
    assert (flow.goodput_bit_s[dead] == 0).all()
    assert np.isnan(flow.loaded_rtt_s[dead]).all()
    assert flow.goodput_bit_s[flow.time_s > 40].mean() > 1e6


def test_a_queue_of_nothing_is_refused():
    with pytest.raises(ResultError, match="holds a packet"):
        cubic_flow(line(1.0), limit_packets=0)
