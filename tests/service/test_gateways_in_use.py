from itertools import combinations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from skyhold.service.gateways_in_use import choose


def scene(seed, cells=12, satellites=6, gateways=2):
    rng = np.random.default_rng(seed)
    table = np.argsort(rng.random((cells, satellites)), axis=1)[:, :3].astype(np.int32)
    table[np.arange(3) >= rng.integers(0, 4, cells)[:, None]] = -1
    return (
        table,
        rng.random((gateways, satellites)) < 0.7,
        rng.integers(0, 3, gateways),
        rng.uniform(0.5, 2.0, cells),
    )


def can_hold(satellites, reach, antennas):
    """Whether these satellites can all have an antenna at once, by trying all ways."""
    if not satellites:
        return True
    head, rest = satellites[0], satellites[1:]
    for g in np.flatnonzero(reach[:, head] & (antennas > 0)):
        left = antennas.copy()
        left[g] -= 1
        if can_hold(rest, reach, left):
            return True
    return False


def worth(satellites, table, weight):
    """A cell counts its weight times 1 + 1/2 + ... for the satellites over it."""
    over = np.isin(table, list(satellites)).sum(axis=1) if satellites else np.zeros(len(table), int)
    return float((weight * np.array([np.sum(1.0 / np.arange(1, n + 1)) for n in over])).sum())


def best_choice(table, reach, antennas, weight):
    listed = [int(s) for s in np.unique(table[table >= 0])]
    sets = (c for n in range(len(listed) + 1) for c in combinations(listed, n))
    return max(worth(c, table, weight) for c in sets if can_hold(c, reach, antennas))


@given(st.integers(0, 100_000))
@settings(max_examples=60)
def test_antennas_hold_and_the_worth_is_near_the_best(seed):
    table, reach, antennas, weight = scene(seed)
    plan = choose(table, reach, np.ones(len(antennas)), antennas, weight)
    working = np.flatnonzero(plan.gateway >= 0)
    assert reach[plan.gateway[working], working].all()
    assert np.isin(working, table).all()
    assert (np.bincount(plan.gateway[working], minlength=len(antennas)) == plan.used).all()
    assert (plan.used <= antennas).all()
    best = best_choice(table, reach, antennas, weight)
    assert worth(tuple(working), table, weight) >= 0.5 * best - 1e-9
    fit = tuple(int(s) for s in np.unique(table[table >= 0]) if reach[antennas > 0][:, s].any())
    if can_hold(fit, reach, antennas):
        assert tuple(working) == fit


def test_greedy_is_close_on_average(report_figure):
    shares = []
    for seed in range(150):
        table, reach, antennas, weight = scene(seed)
        plan = choose(table, reach, np.ones(len(antennas)), antennas, weight)
        best = best_choice(table, reach, antennas, weight)
        if best > 0:
            shares.append(worth(tuple(np.flatnonzero(plan.gateway >= 0)), table, weight) / best)
    report_figure(
        f"antennas: greedy cover gives {np.mean(shares):.2%} of the best worth, at worst {min(shares):.1%}"
    )
    assert np.mean(shares) >= 0.99


def test_satellites_move_to_other_gateways_to_make_room():
    reach = np.array([[True, True, False], [False, True, True]])
    plan = choose(np.array([[0, 1], [2, -1]]), reach, np.array([2.0, 1.0]), np.array([1, 2]))
    assert plan.gateway.tolist() == [0, 1, 1]


def test_a_closed_link_gives_no_antenna():
    reach = np.ones((2, 2), bool)
    plan = choose(np.array([[0, 1]]), reach, np.array([0.0, 1e9]), np.array([8, 1]))
    assert plan.used.tolist() == [0, 1]
    assert (plan.gateway >= 0).sum() == 1
