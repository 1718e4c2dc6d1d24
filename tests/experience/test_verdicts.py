import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.experience.lines import START, line

from skyhold.experience import voice
from skyhold.experience.activities import ACTIVITIES, Windows
from skyhold.experience.series import experience
from skyhold.experience.slots import Slots
from skyhold.experience.verdicts import judge
from skyhold.times import slot_instants


def grades(felt):
    return {verdict.activity: verdict.grade for verdict in judge(felt)}


def test_a_good_line_is_good_for_all():
    assert set(grades(line(rtt_s=0.04)).values()) == {"good"}


def test_a_thin_way_up_stops_the_video_and_says_so():
    [video] = [v for v in judge(line(up=3e5)) if v.activity == "video call 720p"]
    assert (video.grade, video.decides) == ("poor", "rate up")
    assert video.value == pytest.approx(0.3, abs=0.05)
    assert grades(line(up=3e5))["voice call"] == "good"


def test_a_far_way_stops_the_game_before_the_call():
    far = grades(line(rtt_s=0.5))
    assert far["gaming"] == "poor"
    assert far["voice call"] == "usable"


def test_half_the_slots_without_service_are_poor_for_all():
    rtt = np.where(np.arange(40) % 2, np.nan, 0.04)
    felt = experience(Slots.of(slot_instants(START, 600.0), rtt, 1e8, 1e7))
    found = judge(felt)
    assert {v.grade for v in found} == {"poor"}
    assert all(v.good_share <= 0.5 for v in found)


def test_no_service_at_all_is_told_without_a_value():
    felt = experience(Slots.of(slot_instants(START, 60.0), np.nan, 1e8, 1e7))
    assert all(v.grade == "poor" and np.isnan(v.value) for v in judge(felt))


@given(st.floats(0.02, 0.3), st.floats(1.05, 2.0))
def test_a_slower_line_is_never_better(rtt, more):
    near, far = (judge(line(2.0, rtt_s=x)) for x in (rtt, rtt * more))
    assert all(a.usable_share >= b.usable_share - 1e-9 for a, b in zip(near, far, strict=True))


def test_every_criterion_has_a_source_and_an_outer_limit():
    for activity in ACTIVITIES:
        for one in activity.criteria:
            assert one.source
            assert one.best >= one.limit if one.least else one.best <= one.limit


def test_windows_are_slots():
    felt = line(2.0)
    windows = Windows.of(felt)
    assert windows.rtt_s.shape == (8,)
    np.testing.assert_allclose(windows.down_bit_s, felt.down_bit_s.reshape(8, -1).mean(axis=1))
    assert (windows.late_s > 0).all()


def test_the_e_model_at_its_defaults():
    assert float(voice.rating(0.0, 0.0)) == 93.2
    assert float(voice.delay_impairment(0.1)) == 0.0
    assert float(voice.opinion(93.2)) == pytest.approx(4.41, abs=0.005)
    assert voice.opinion(np.array([-5.0, 0.0, 50.0, 100.0])).tolist() == pytest.approx([1.0, 1.0, 2.575, 4.5])


@given(st.floats(0.0, 0.8), st.floats(0.0, 0.5), st.floats(1.01, 3.0))
def test_ratings_fall_with_delay_and_loss(delay_s, loss, more):
    assert voice.rating(delay_s, loss) >= voice.rating(delay_s * more, loss)
    assert voice.rating(delay_s, loss) >= voice.rating(delay_s, min(1.0, loss * more))
    assert voice.rating(delay_s, loss) >= voice.rating(delay_s, loss, voice.G729A)


def test_loss_in_bursts_is_heard_more():
    assert voice.loss_impairment(voice.G711, 0.02, burst=4.0) > voice.loss_impairment(voice.G711, 0.02)
