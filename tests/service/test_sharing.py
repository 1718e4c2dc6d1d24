import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from skyhold.errors import SkyholdError
from skyhold.service.sharing import Flows, max_min

SEEDS = st.integers(0, 100_000)


def network(seed, flows=12, links=6):
    rng = np.random.default_rng(seed)
    chosen = [rng.choice(links, rng.integers(1, links), replace=False) for _ in range(flows)]
    first = np.concatenate([[0], np.cumsum([len(c) for c in chosen])])
    link = np.concatenate(chosen)
    demand = np.where(rng.random(flows) < 0.5, rng.uniform(0.0, 2.0, flows), np.inf)
    made = Flows(first, link, rng.uniform(0.2, 3.0, len(link)), demand, rng.uniform(0.3, 3.0, flows))
    return made, rng.uniform(0.5, 5.0, links)


def load_of(flows, rate, links):
    return np.bincount(flows.link, flows.use * np.repeat(rate, np.diff(flows.first)), links)


def by_hand(flows, capacity):
    """Progressive filling in plain numpy: raise all, freeze what is met or on a full link, again."""
    use = np.zeros((len(flows), len(capacity)))
    use[np.repeat(np.arange(len(flows)), np.diff(flows.first)), flows.link] = flows.use
    rate, rising = np.zeros(len(flows)), np.ones(len(flows), bool)
    while rising.any():
        level = np.inf
        room = capacity - use.T @ np.where(rising, 0.0, rate)
        grows = use.T @ np.where(rising, flows.weight, 0.0)
        with np.errstate(divide="ignore", invalid="ignore"):
            fills = np.where(grows > 0, room / grows, np.inf)
        level = min(fills.min(), (flows.demand / flows.weight)[rising].min())
        full = fills <= level * (1 + 1e-12)
        stops = rising & (
            (flows.demand / flows.weight <= level * (1 + 1e-12)) | (use[:, full] > 0).any(axis=1)
        )
        rate[stops] = np.minimum(level * flows.weight, flows.demand)[stops]
        rising &= ~stops
    return rate


@given(SEEDS)
@settings(max_examples=80)
def test_it_is_the_filling_by_hand(seed):
    flows, capacity = network(seed)
    np.testing.assert_allclose(max_min(flows, capacity).rate, by_hand(flows, capacity), rtol=1e-9, atol=1e-12)


@given(SEEDS)
@settings(max_examples=80)
def test_no_limit_is_passed_and_every_flow_is_held_by_one(seed):
    flows, capacity = network(seed)
    rate = max_min(flows, capacity).rate
    load = load_of(flows, rate, len(capacity))
    assert (rate <= flows.demand * (1 + 1e-12)).all()
    assert (load <= capacity * (1 + 1e-9)).all()
    full = load >= capacity * (1 - 1e-9)
    for f in range(len(flows)):
        mine = flows.link[flows.first[f] : flows.first[f + 1]]
        level = rate[f] / flows.weight[f]
        largest = [
            m
            for m in mine[full[mine]]
            if all(
                rate[g] / flows.weight[g] <= level * (1 + 1e-9)
                for g in range(len(flows))
                if m in flows.link[flows.first[g] : flows.first[g + 1]]
            )
        ]
        assert rate[f] >= flows.demand[f] * (1 - 1e-12) or largest


@given(SEEDS, st.floats(1.0, 10.0))
@settings(max_examples=80)
def test_a_worse_link_never_raises_the_rate_of_its_own_flow(seed, times):
    flows, capacity = network(seed)
    use = flows.use.copy()
    use[flows.first[0] : flows.first[1]] *= times
    worse = Flows(flows.first, flows.link, use, flows.demand, flows.weight)
    assert max_min(worse, capacity).rate[0] <= max_min(flows, capacity).rate[0] * (1 + 1e-9)


@given(SEEDS, st.floats(0.0, 1.0))
@settings(max_examples=60)
def test_the_least_level_never_rises_with_one_more_flow(seed, share):
    flows, capacity = network(seed)
    shut = np.where(np.arange(len(flows)) == 0, 0.0, np.where(np.isinf(flows.demand), 9.0, flows.demand))
    opened = np.where(np.arange(len(flows)) == 0, share, shut)
    kept = shut > 0
    before = max_min(Flows(flows.first, flows.link, flows.use, shut, flows.weight), capacity).rate
    after = max_min(Flows(flows.first, flows.link, flows.use, opened, flows.weight), capacity).rate
    assert (after / flows.weight)[kept].min() <= (before / flows.weight)[kept].min() * (1 + 1e-9)


def test_uses_are_consumption():
    """Two cells in one beam, one of twice the efficiency: equal rates, a third and two thirds of the time."""
    flows = Flows(np.array([0, 1, 2]), np.array([0, 0]), np.array([1 / 4.0, 1 / 2.0]))
    rate = max_min(flows, np.array([1.0])).rate
    np.testing.assert_allclose(rate, [4 / 3, 4 / 3])


def test_textbook_line():
    """Two links of 1 and 2, one flow over both and one on each: Bertsekas and Gallager's example."""
    flows = Flows(np.array([0, 2, 3, 4]), np.array([0, 1, 0, 1]))
    np.testing.assert_allclose(max_min(flows, np.array([1.0, 2.0])).rate, [0.5, 0.5, 1.5])


@pytest.mark.parametrize(
    ("flows", "capacity", "words"),
    [
        (Flows(np.array([0, 1]), np.array([0])), [-1.0], "capacity"),
        (Flows(np.array([0, 1]), np.array([3])), [1.0], "not there"),
        (Flows(np.array([0, 0]), np.array([], int)), [1.0], "neither"),
        (Flows(np.array([0, 1]), np.array([0]), np.array([0.0])), [1.0], "use of a link"),
        (Flows(np.array([0, 1]), np.array([0]), None, np.array([-1.0])), [1.0], "negative demand"),
    ],
)
def test_what_cannot_be_shared_is_one_clear_error(flows, capacity, words):
    with pytest.raises(SkyholdError, match=words):
        max_min(flows, np.array(capacity))
