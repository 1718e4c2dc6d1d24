from statistics import NormalDist

import numpy as np
import pytest
from tests.network.sky import START

from skyhold.constants import SPEED_OF_LIGHT_M_S
from skyhold.geometry.visibility import Candidates
from skyhold.network import delay
from skyhold.network.gateways import Backhaul
from skyhold.network.scheduler import Schedule, serving_gateway
from skyhold.times import Instants

INSTANTS = Instants.every(START, 15.0, 3)
NOTHING = delay.DelayConstants(0.0, 0.0, 0.0, 0.0, 0.0, 0.0)


def made():
    """Three slots, two terminals, two candidates, four satellites, two points of presence."""
    satellite = np.array([[[0, 1], [2, 3]], [[1, 0], [3, -1]], [[1, -1], [-1, -1]]], np.int16)
    reach = np.array([[[6e5, 7e5], [8e5, 9e5]], [[6.5e5, 7.5e5], [9e5, 0]], [[1e6, 0], [0, 0]]], np.float32)
    counts = np.ones((3, 2), np.uint16)
    found = Candidates(satellite, reach * 0 + 1, reach, counts, counts, counts)
    way = np.arange(3 * 2 * 4, dtype=np.float32).reshape(3, 2, 4) * 1e-4 + 2e-3
    backhaul = Backhaul(way, (np.arange(24).reshape(3, 2, 4) % 5).astype(np.int16))
    serving = np.array([[1, 2], [1, 3], [1, -1]], np.int32)
    rank = np.array([[1, 0], [0, 0], [0, -1]], np.int8)
    return Schedule(serving, rank, serving > 99), found, backhaul, np.array([0, 1], np.int16)


def test_propagation_is_twice_the_way():
    schedule, found, backhaul, pop = made()
    light = delay.propagation_s(schedule, found, backhaul, pop)
    assert light[0, 0] == pytest.approx(2 * (7e5 / SPEED_OF_LIGHT_M_S + backhaul.delay_s[0, 0, 1]), rel=1e-6)
    assert light[1, 1] == pytest.approx(2 * (9e5 / SPEED_OF_LIGHT_M_S + backhaul.delay_s[1, 1, 3]), rel=1e-6)
    assert np.isnan(light).tolist() == [[False, False], [False, False], [False, True]]


def test_serving_gateway_is_the_one_behind_the_satellite():
    schedule, _, backhaul, pop = made()
    gateway = serving_gateway(schedule, backhaul, pop)
    assert gateway[0].tolist() == [backhaul.gateway[0, 0, 1], backhaul.gateway[0, 1, 2]]
    assert gateway[2, 1] == -1


def test_round_trip_is_light_wait_and_constants():
    schedule, found, backhaul, pop = made()
    constants = delay.DelayConstants(access_s=0.01, core_s=0.002)
    rtt = delay.round_trip_s(schedule, found, backhaul, pop, INSTANTS, constants, seed=5)
    light = delay.propagation_s(schedule, found, backhaul, pop)
    wait = delay.slot_wait_s(constants, INSTANTS, 2, 5)
    np.testing.assert_allclose(rtt, light + wait + 0.012, rtol=1e-5)
    bare = delay.round_trip_s(schedule, found, backhaul, pop, INSTANTS, NOTHING)
    np.testing.assert_array_equal(bare, light)


def test_never_faster_than_light():
    schedule, found, backhaul, pop = made()
    rtt = delay.round_trip_s(schedule, found, backhaul, pop, INSTANTS)
    light = delay.propagation_s(schedule, found, backhaul, pop)
    served = schedule.serving >= 0
    assert (rtt[served] > light[served]).all()


def test_slot_wait_is_lognormal_and_the_same_in_any_block():
    constants = delay.DelayConstants()
    instants = Instants.every(START, 15.0, 4000)
    wait = delay.slot_wait_s(constants, instants, 6, seed=11)
    logs = np.log(wait / constants.slot_median_s) / constants.slot_sigma
    normal = NormalDist()
    for q in (0.05, 0.5, 0.95):
        assert np.quantile(logs, q) == pytest.approx(normal.inv_cdf(q), abs=0.04)
    assert np.abs(np.corrcoef(logs.T) - np.eye(6)).max() < 0.08
    assert abs(np.corrcoef(logs[:-1, 0], logs[1:, 0])[0, 1]) < 0.08
    np.testing.assert_array_equal(
        wait[100:200], delay.slot_wait_s(constants, instants.block(100, 200), 6, 11)
    )
    assert (delay.slot_wait_s(constants, instants, 6, seed=12) != wait).mean() > 0.99


def test_packets_leave_the_median_of_their_slot():
    rtt = np.array([0.04, 0.06])
    packets = delay.packets_s(rtt, 20_001)
    np.testing.assert_allclose(np.median(packets, axis=1), rtt, atol=2e-4)
    assert packets.std() > 0.003
    np.testing.assert_array_equal(packets, delay.packets_s(rtt, 20_001))


def test_percentiles_skip_what_is_not_served():
    rtt = np.array([[0.01, np.nan], [0.02, np.nan], [0.03, np.nan], [np.nan, np.nan]])
    found = delay.percentiles(rtt, (0, 50, 100))
    assert found[:, 0] == pytest.approx([0.01, 0.02, 0.03])
    assert np.isnan(found[:, 1]).all()


def test_waits_grow_with_the_load():
    constants = delay.DelayConstants()
    share = np.array([[0.3, 0.787], [0.787, 1.0], [1.0, 3.0]])
    plain = delay.slot_wait_s(constants, INSTANTS, 2, seed=3)
    loaded = delay.slot_wait_s(constants, INSTANTS, 2, seed=3, busy_share=share)
    factor = loaded / plain
    np.testing.assert_allclose(factor[0, 1], 1.0, rtol=1e-6)
    assert (
        factor[0, 0] < factor[1, 0] < factor[1, 1] == pytest.approx((1 - 0.94 * 0.787) / (1 - 0.94), rel=1e-5)
    )
    assert factor[2, 1] == pytest.approx(factor[2, 0])  # more than the busy hour is not asked for
