from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from validation.capacity import limits, lit_weight, random_sky, ukraine

from skyhold.errors import SkyholdError
from skyhold.service.capacity import Offer, serve
from skyhold.service.gateways_in_use import choose
from skyhold.service.reasons import Reason
from skyhold.service.sharing import Flows, max_min

SEEDS = st.integers(0, 100_000)
ABOVE = 1.0 + 1e-5  # single precision


def less(offer, keep):
    """The same offer where only the links of `keep` (T, C, K) carry anything: the rest is jammed."""
    clear = offer.bit_s_hz if offer.unjammed_bit_s_hz is None else offer.unjammed_bit_s_hz
    return replace(offer, bit_s_hz=np.where(keep, offer.bit_s_hz, np.float32(0)), unjammed_bit_s_hz=clear)


@given(SEEDS)
@settings(max_examples=80)
def test_no_limit_is_passed(seed):
    offer, wanted, priority, held = random_sky(seed)
    served = serve(offer, wanted, priority, held)
    assert (served.rate_bit_s <= wanted * ABOVE).all()
    assert (served.beam_share <= held.beams_per_cell * ABOVE).all()
    assert (served.satellite_beams <= held.beams * ABOVE).all()
    assert (served.satellite_bit_s <= held.payload_bit_s * ABOVE).all()
    assert (served.antennas_used <= held.antennas).all()
    room = served.antennas_used * np.minimum(held.gateway_link_bit_s, held.payload_bit_s / held.gateway_links)
    assert (served.gateway_bit_s <= room * ABOVE + 1.0).all()
    best = np.where(offer.satellite >= 0, offer.bit_s_hz, 0).max(axis=2)
    assert (served.rate_bit_s <= served.beam_share * held.beam_hz * best * ABOVE).all()
    np.testing.assert_allclose(served.rate_bit_s.sum(axis=1), served.satellite_bit_s.sum(axis=1), rtol=1e-4)
    np.testing.assert_allclose(
        served.gateway_bit_s.sum(axis=1), served.satellite_bit_s.sum(axis=1), rtol=1e-4
    )
    steps = served.beam_share * held.steps
    np.testing.assert_allclose(steps, np.round(steps), atol=1e-4)
    served_fully = served.rate_bit_s >= wanted * (1 - 1e-5)
    assert ((served.reason == Reason.SERVED) == (served_fully & (wanted > 0))).all()
    assert ((served.reason == Reason.PARTLY_SERVED) == (~served_fully & (served.rate_bit_s > 0))).all()


def lightable(cells, table, working, units):
    """Whether these cells can all have a unit of a working satellite: Hall's condition, over all sets."""
    links = [{int(s) for s in table[c] if s >= 0 and working[s]} for c in cells]
    return all(
        sum(1 for mine in links if mine <= set(group)) <= units * len(group)
        for n in range(len(working) + 1)
        for group in combinations(np.flatnonzero(working).tolist(), n)
    )


@given(SEEDS)
@settings(max_examples=25)
def test_no_set_of_cells_that_can_be_lit_asks_for_more(seed):
    offer, wanted, _, held = random_sky(seed, slots=1, cells=8, satellites=4)
    held = replace(held, beams=1, least_share=1.0 if seed % 2 else 0.5)
    served = serve(offer, wanted, np.zeros(8, int), held)
    table = np.where(offer.bit_s_hz[0] > 0, offer.satellite[0], -1)
    plan = choose(offer.satellite[0], offer.gateway_in_view[0], held.gateway_link_bit_s[0], held.antennas)
    working, units = plan.gateway >= 0, held.beams * held.steps
    sets = (c for n in range(9) for c in combinations(np.flatnonzero(wanted[0] > 0).tolist(), n))
    best = max(wanted[0, list(c)].sum() for c in sets if lightable(c, table, working, units))
    assert lit_weight(served, wanted, np.ones(8, bool))[0] == pytest.approx(best)


@given(SEEDS, st.integers(0, 8), st.floats(1e6, 1e9))
@settings(max_examples=80)
def test_adding_terminals_never_lowers_what_is_lit(seed, cell, more):
    offer, wanted, priority, held = random_sky(seed)
    wider = wanted.copy()
    wider[:, cell] += more
    before, after = serve(offer, wanted, priority, held), serve(offer, wider, priority, held)
    rank = priority[cell]
    ranks = sorted({0, int(rank)} & set(priority.tolist()))
    for r in ranks:
        assert (
            lit_weight(after, wider, priority == r) >= lit_weight(before, wanted, priority == r) * (1 - 1e-9)
        ).all()
    if rank == 1:
        np.testing.assert_array_equal(after.rate_bit_s[:, priority == 0], before.rate_bit_s[:, priority == 0])
    assert ((after.beam_share > 0).sum(axis=1) >= 1 * ((before.beam_share > 0).sum(axis=1) > 0)).all()


@given(SEEDS, SEEDS)
@settings(max_examples=80)
def test_a_jammer_never_raises_a_rate_and_two_never_raise_what_one_left(seed, jam):
    offer, wanted, priority, held = random_sky(seed)
    rng = np.random.default_rng(jam)
    one = replace(offer, bit_s_hz=(offer.bit_s_hz * rng.random(offer.bit_s_hz.shape)).astype(np.float32))
    one = replace(one, unjammed_bit_s_hz=offer.bit_s_hz)
    two = less(one, rng.random(one.bit_s_hz.shape) < 0.5)
    clear = serve(offer, wanted, priority, held).rate_bit_s
    first = serve(one, wanted, priority, held).rate_bit_s
    second = serve(two, wanted, priority, held).rate_bit_s
    assert (first <= clear).all()
    assert (second <= first).all()


@given(SEEDS, SEEDS)
@settings(max_examples=80)
def test_where_the_plan_knows_the_jamming_no_more_is_lit(seed, jam):
    offer, wanted, _, held = random_sky(seed)
    same = np.zeros(wanted.shape[1], int)
    jammed = less(offer, np.random.default_rng(jam).random(offer.bit_s_hz.shape) < 0.6)
    clear, under = serve(offer, wanted, same, held), serve(jammed, wanted, same, held, replanned=True)
    assert (lit_weight(under, wanted, same == 0) <= lit_weight(clear, wanted, same == 0) * (1 + 1e-9)).all()
    assert ((under.beam_share > 0).sum(axis=1) <= (clear.beam_share > 0).sum(axis=1)).all()


@given(SEEDS)
@settings(max_examples=40)
def test_whoever_is_first_in_rank_does_not_feel_the_others(seed):
    offer, wanted, priority, held = random_sky(seed)
    alone = np.where(priority == 0, wanted, 0.0)
    both, only = serve(offer, wanted, priority, held), serve(offer, alone, priority, held)
    np.testing.assert_array_equal(both.rate_bit_s[:, priority == 0], only.rate_bit_s[:, priority == 0])


def test_blocks_and_threads_leave_no_trace():
    offer, held = ukraine(4)
    cells = offer.satellite.shape[1]
    wanted = np.random.default_rng(0).lognormal(16.0, 1.0, (4, cells))
    whole = serve(offer, wanted, np.zeros(cells, int), held)

    def one(t):
        part = slice(t, t + 1)
        cut = Offer(*(v[part] for v in (offer.satellite, offer.bit_s_hz, offer.gateway_in_view)))
        return serve(
            cut, wanted[part], np.zeros(cells, int), replace(held, gateway_link_bit_s=np.full((1, 4), 9e9))
        )

    with ThreadPoolExecutor(2) as pool:
        parts = list(pool.map(one, range(4)))
    for name in (
        "rate_bit_s",
        "satellite",
        "beam_share",
        "satellite_bit_s",
        "gateway_bit_s",
        "antennas_used",
    ):
        joined = np.concatenate([getattr(part, name) for part in parts])
        np.testing.assert_array_equal(joined, getattr(whole, name))


def test_a_satellite_is_kept_where_that_costs_little():
    offer, held = ukraine(4)
    cells = offer.satellite.shape[1]
    wanted = np.full((4, cells), 1e6)
    same = np.zeros(cells, int)
    free = serve(offer, wanted, same, held).satellite
    state = np.full(cells, -1, np.int32)
    kept = serve(offer, wanted, same, held, previous=state).satellite

    def changes(chosen):
        both = (chosen[1:] >= 0) & (chosen[:-1] >= 0)
        return ((chosen[1:] != chosen[:-1]) & both).sum() / both.sum()

    assert changes(kept) < 0.5 * changes(free)
    np.testing.assert_array_equal(state, kept[-1])


def test_a_full_payload_is_shared_max_min():
    """Four cells under one satellite whose payload carries half of what they ask."""
    wanted = np.array([[10e6, 30e6, 60e6, 100e6]])
    offer = Offer(
        np.zeros((1, 4, 1), np.int32), np.full((1, 4, 1), 3.0, np.float32), np.ones((1, 1, 1), bool)
    )
    held = limits([[9e9]], [8], beams=8, steps=10, payload_bit_s=100e6, gateway_links=1)
    served = serve(offer, wanted, np.zeros(4, int), held)
    flows = Flows(np.arange(5), np.zeros(4, int), None, wanted[0], wanted[0])
    np.testing.assert_allclose(served.rate_bit_s[0], max_min(flows, np.array([100e6])).rate, rtol=1e-5)
    assert served.limit[0].tolist() == [Reason.SATELLITE_FULL] * 4
    ranked = serve(offer, wanted, np.array([1, 1, 0, 1]), held).rate_bit_s[0]
    np.testing.assert_allclose(ranked[2], 60e6, rtol=1e-6)
    np.testing.assert_allclose(ranked[[0, 1, 3]] / wanted[0, [0, 1, 3]], 40 / 140, rtol=1e-5)


def test_a_second_antenna_is_taken_where_rain_narrows_the_link():
    wanted = np.full((1, 8), 500e6)
    offer = Offer(
        np.zeros((1, 8, 1), np.int32), np.full((1, 8, 1), 3.0, np.float32), np.ones((1, 2, 1), bool)
    )
    narrow = limits([[1e9, 0.8e9]], [1, 8], beams=8, steps=10)
    served = serve(offer, wanted, np.zeros(8, int), narrow)
    assert served.antennas_used.tolist() == [[1, 1]]
    np.testing.assert_allclose(served.gateway_bit_s, [[1e9, 0.8e9]], rtol=1e-5)
    assert set(served.limit[0].tolist()) == {Reason.GATEWAY_FULL}


def why(table, bits, reach, link=9e9, antennas=8, wanted=1e6, unjammed=None, **counts):
    """The reasons of one slot."""
    table, bits = np.array([table], np.int32), np.array([bits], np.float32)
    clear = None if unjammed is None else np.array([unjammed], np.float32)
    offer = Offer(
        table, bits, np.array([reach], bool), clear, **{k: np.array([v]) for k, v in counts.items()}
    )
    cells, gateways = table.shape[1], len(reach)
    held = limits(np.full((1, gateways), link), np.full(gateways, antennas), beams=1, steps=1)
    served = serve(offer, np.full((1, cells), wanted), np.zeros(cells, int), held)
    return [Reason(r) for r in served.reason[0]]


def test_every_reason_is_found():
    assert why([[0]], [[3.0]], [[True]]) == [Reason.SERVED]
    assert why([[0]], [[3.0]], [[True]], wanted=1e9) == [Reason.PARTLY_SERVED]
    assert why([[-1]], [[0.0]], [[True]]) == [Reason.NO_SATELLITE]
    assert why([[-1]], [[0.0]], [[True]], in_view=[0], allowed=[0]) == [Reason.NO_SATELLITE]
    assert why([[-1]], [[0.0]], [[True]], in_view=[3], allowed=[0]) == [Reason.SKY_NOT_ALLOWED]
    assert why([[-1]], [[0.0]], [[True]], in_view=[3], allowed=[2]) == [Reason.NO_GATEWAY]
    assert why([[0]], [[3.0]], [[False]]) == [Reason.NO_GATEWAY]
    assert why([[0]], [[3.0]], [[True]], antennas=0) == [Reason.NO_ANTENNA]
    assert why([[0], [0]], [[3.0], [3.0]], [[True]]) == [Reason.SERVED, Reason.NO_BEAM]
    assert why([[0]], [[3.0]], [[True]], link=0.0) == [Reason.RAIN]
    assert why([[0]], [[0.0]], [[True]]) == [Reason.RAIN]
    assert why([[0]], [[0.0]], [[True]], unjammed=[[3.0]]) == [Reason.JAMMED]
    assert why([[0]], [[3.0]], [[True]], wanted=0.0) == [Reason.NOTHING_WANTED]


def test_quiet_cells_say_why():
    offer = Offer(np.zeros((1, 2, 1), np.int32), np.ones((1, 2, 1), np.float32), np.ones((1, 1, 1), bool))
    quiet = np.array([[Reason.NO_TERMINAL, Reason.NO_POWER]])
    served = serve(offer, np.zeros((1, 2)), np.zeros(2, int), limits([[1e9]], [1]), quiet=quiet)
    assert served.reason.tolist() == quiet.tolist()


def test_no_one_and_nothing():
    empty = Offer(np.zeros((0, 3, 4), np.int32), np.zeros((0, 3, 4), np.float32), np.zeros((0, 2, 5), bool))
    assert serve(
        empty, np.zeros((0, 3)), np.zeros(3, int), limits(np.zeros((0, 2)), [1, 1])
    ).rate_bit_s.shape == (0, 3)
    nobody = Offer(np.zeros((2, 0, 4), np.int32), np.zeros((2, 0, 4), np.float32), np.zeros((2, 0, 5), bool))
    assert serve(nobody, np.zeros((2, 0)), np.zeros(0, int), limits(np.zeros((2, 0)), [])).reason.shape == (
        2,
        0,
    )


def test_shapes_that_do_not_belong_together_are_refused():
    offer, wanted, priority, held = random_sky(1)
    with pytest.raises(SkyholdError, match="wanted_bit_s does not belong"):
        serve(offer, wanted[:, :-1], priority, held)
    with pytest.raises(SkyholdError, match="bit_s_hz does not belong"):
        Offer(offer.satellite, offer.bit_s_hz[:1], offer.gateway_in_view)
    with pytest.raises(SkyholdError, match="gateway_link_bit_s does not belong"):
        serve(offer, wanted, priority, replace(held, gateway_link_bit_s=np.zeros((2, 7))))
