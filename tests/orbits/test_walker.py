import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from skyhold.nouns.constellation import Shell
from skyhold.orbits.walker import in_place, satellite_names, walker


def shell(planes=72, satellites_per_plane=22, **values) -> Shell:
    values = {"name": "s", "altitude_km": 550, "inclination_deg": 53.0} | values
    return Shell(planes=planes, satellites_per_plane=satellites_per_plane, **values)


def test_delta_nodes_and_phases():
    node, latitude = walker(shell(phasing=17))
    assert len(node) == 1584
    assert np.degrees(node[22] - node[0]) == pytest.approx(5.0)
    assert np.degrees(latitude[1] - latitude[0]) == pytest.approx(360 / 22)
    assert np.degrees(latitude[22] - latitude[0]) == pytest.approx(17 * 360 / 1584)


def test_star_nodes_span_half_a_turn():
    node, _ = walker(shell(12, 49, pattern="star", raan_offset_deg=10.0))
    assert np.degrees(node.max() - node.min()) == pytest.approx(165.0)
    assert np.degrees(node.min()) == pytest.approx(10.0)


def test_planes_and_satellites_are_never_transposed():
    node, _ = walker(shell(6, 58))
    assert len(np.unique(node.round(9))) == 6


@given(st.integers(1, 40), st.integers(1, 40), st.data())
def test_a_delta_looks_the_same_from_every_plane(planes, per_plane, data):
    phasing = data.draw(st.integers(0, planes - 1))
    node, latitude = walker(shell(planes, per_plane, phasing=phasing))
    total = planes * per_plane
    units = np.rint(latitude / (2 * np.pi) * total).astype(int) % total
    number = np.rint(node / (2 * np.pi) * planes).astype(int) % planes
    there = set(zip(number.tolist(), units.tolist(), strict=True))
    # a turn by one plane carries the pattern into itself, shifted by F units along the orbit, also past the last plane
    shifted = {((p + 1) % planes, (u + phasing) % total) for p, u in there}
    assert shifted == there


@given(st.integers(0, 2**31), st.integers(0, 5), st.integers(0, 100), st.integers(0, 60))
def test_absent_satellites_are_drawn_by_the_seed(seed, order, missing, raising):
    s = shell(10, 20, missing=missing, raising=raising)
    flown = in_place(s, seed, order)
    assert len(flown) == 200 - missing - raising == len(set(flown.tolist()))
    assert (flown == np.sort(flown)).all()
    assert (flown == in_place(s, seed, order)).all()


def test_another_seed_and_another_shell_lose_other_satellites():
    s = shell(missing=134)
    assert not np.array_equal(in_place(s, 1), in_place(s, 2))
    assert not np.array_equal(in_place(s, 1, 0), in_place(s, 1, 1))


def test_names_are_unique_and_in_order():
    names = satellite_names(shell())
    assert names[0] == "s 01-01"
    assert names[22] == "s 02-01"
    assert len(set(names)) == 1584
