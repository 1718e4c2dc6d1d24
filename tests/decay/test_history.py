from __future__ import annotations

import dataclasses
import math

import numpy as np
import pytest

from skyhold.catalogues.element_set import ElementSet
from skyhold.decay.history import OrbitHistory, reasons
from skyhold.decay.mean_orbit import secular_rates
from skyhold.decay.reboost_detect import delta_v_m_s, detect_reboosts, raise_m
from skyhold.errors import CatalogError
from skyhold.orbits.elements import kozai_rev_day
from skyhold.times import Epoch
from skyhold.units import DAY_S, DEG

START = Epoch(2_459_000.5, 0.0)
TILT_DEG = 51.64


def station(days: float = 40.0, burns: tuple[tuple[float, float], ...] = (), scatter_m: float = 15.0):
    """Sets each six hours of a station that sinks 25 m a day, with burns (day, metres) and scatter."""
    draw = np.random.default_rng(3)
    records = []
    for day in np.arange(0.0, days, 0.25):
        altitude = (
            417e3 - 25.0 * day + sum(up for when, up in burns if day > when) + scatter_m * draw.normal()
        )
        axis = altitude + 6_378_137.0
        node = 100.0 + float(secular_rates(axis, 0.0, TILT_DEG * DEG).node_rad_s) / DEG * day * DAY_S
        motion = float(kozai_rev_day(altitude, TILT_DEG * DEG))
        records.append(
            ElementSet(
                "X", 1, "1998-067A", START.plus(day * DAY_S), motion, 1e-4, TILT_DEG, node % 360, 0, 0, 0
            )
        )
    return records


def test_altitude_is_the_mean_one():
    history = OrbitHistory.of(station(2.0, scatter_m=0.0))
    assert history.altitude_m[0] == pytest.approx(417e3, abs=3.0)
    assert history.orbit(0).mean_altitude_m == pytest.approx(history.altitude_m[0], abs=2.0)


def test_nodes_are_unwrapped_and_carried_on():
    history = OrbitHistory.of(station())
    assert (np.diff(history.node_rad) < 0.0).all()
    beyond = history.node_at(np.array([history.offset_s[-1] + DAY_S]))[0] - history.node_rad[-1]
    assert beyond == pytest.approx(-5.0 * DEG, abs=0.1 * DEG)


def test_a_forged_set_among_good_ones_is_left_out_and_its_neighbours_are_not():
    records = station()
    records[60] = dataclasses.replace(records[60], raan_deg=(records[60].raan_deg + 40.0) % 360.0)
    history = OrbitHistory.of(records)
    assert [record.epoch for record, _ in history.rejected] == [records[60].epoch]
    assert reasons(history) == {"node drift": 1}
    assert len(history) == len(records) - 1


def test_the_order_of_the_sets_does_not_matter():
    records = station()
    assert OrbitHistory.of(records[::-1]).records == OrbitHistory.of(records).records


def test_sets_of_two_objects_are_refused():
    records = station(2.0)
    with pytest.raises(CatalogError, match="several objects"):
        OrbitHistory.of([*records, dataclasses.replace(records[0], catalog_number=2)])


def test_one_set_is_no_history():
    with pytest.raises(CatalogError, match="too few"):
        OrbitHistory.of(station(2.0)[:1])


def test_impulse_and_raise_are_inverse():
    assert raise_m(delta_v_m_s(1_000.0, 6.795e6), 6.795e6) == pytest.approx(1_000.0)
    assert raise_m(1.0, 6.795e6) == pytest.approx(1_774.0, rel=1e-3)  # 2a/v of the station


def test_burns_up_and_down_are_found_with_their_impulse():
    history = OrbitHistory.of(station(burns=((10.1, 1_200.0), (25.6, -600.0), (28.3, 250.0))))
    found = detect_reboosts(history)
    assert [round(START.seconds_until(burn.middle) / DAY_S * 4) / 4 for burn in found] == pytest.approx(
        [10.125, 25.625, 28.375], abs=0.26
    )
    assert [burn.raise_m for burn in found] == pytest.approx([1_200, -600, 250], abs=30.0)
    assert found[0].delta_v_m_s == pytest.approx(1_200.0 / 1_774.0, abs=0.02)


def test_a_quiet_station_has_no_burns():
    assert detect_reboosts(OrbitHistory.of(station())) == ()


def test_a_single_wild_set_is_no_burn():
    records = station()
    wild = records[80]
    records[80] = dataclasses.replace(
        wild, mean_motion_rev_day=wild.mean_motion_rev_day * (1 - 1.5 * 1e-3 / 6.8)
    )
    assert detect_reboosts(OrbitHistory.of(records)) == ()


def test_overshooting_sets_after_a_burn_are_part_of_it():
    records = station(burns=((20.1, 1_000.0),))
    for k in range(81, 85):
        axis_share = 300.0 * math.exp(-(k - 81) / 2) / 6.795e6
        motion = records[k].mean_motion_rev_day * (1 - 1.5 * axis_share)
        records[k] = dataclasses.replace(records[k], mean_motion_rev_day=motion)
    (burn,) = detect_reboosts(OrbitHistory.of(records))
    assert burn.raise_m == pytest.approx(1_000.0, abs=60.0)
