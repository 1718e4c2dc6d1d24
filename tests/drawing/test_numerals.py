import math
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skyhold.drawing import numerals
from skyhold.drawing.numerals import NBSP


def plain(text: str) -> str:
    return text.replace(NBSP, " ")


@pytest.mark.parametrize(
    ("part", "of", "says"),
    [
        (5760, 5760, "100 %"),
        (5759, 5760, "99.98 %"),
        (144_000 - 1, 144_000, "> 99.99 %"),
        (0, 5760, "0 %"),
        (1, 144_000, "< 0.01 %"),
        (1, 5760, "0.02 %"),
        (2880, 5760, "50.0 %"),
        (1, 0, "–"),
        (float("nan"), 3, "–"),
    ],
)
def test_share(part, of, says):
    assert plain(numerals.share(part, of)) == says


@given(st.integers(1, 10**9), st.integers(1, 10**9))
def test_all_and_none_are_said_only_of_all_and_none(part, of):
    said = plain(numerals.share(min(part, of), of))
    assert (said == "100 %") == (part >= of)
    assert said != "0 %"
    assert not said.startswith("100.")


@pytest.mark.parametrize(
    ("seconds", "says"),
    [
        (0, "0 s"),
        (0.4, "0.4 s"),
        (15, "15 s"),
        (59.7, "1 min"),
        (750, "12 min 30 s"),
        (3599.9, "1 h"),
        (3605, "1 h"),
        (11_100, "3 h 5 min"),
        (86_400, "24 h"),
        (187_200, "2 d 4 h"),
        (float("nan"), "–"),
    ],
)
def test_duration(seconds, says):
    assert plain(numerals.duration(seconds)) == says


@given(st.floats(60, 1e7))
def test_duration_is_right_to_its_smaller_unit(seconds):
    units = {"d": 86_400, "h": 3600, "min": 60, "s": 1}
    pairs = [part.split(NBSP) for part in numerals.duration(seconds).split(" ")]
    said = sum(int(count) * units[unit] for count, unit in pairs)
    smaller = 3600 if seconds >= 172_800 else 60 if seconds >= 3570 else 1
    assert abs(said - seconds) <= smaller / 2 + 1e-6


@pytest.mark.parametrize(
    ("value", "says"),
    [(0.42, "0.42"), (8.14, "8.1"), (8.0, "8"), (152.4, "152"), (-0.0, "0"), (-8.14, "−8.1")],
)
def test_amount(value, says):
    assert numerals.amount(value) == says


@pytest.mark.parametrize(
    ("change", "says"),
    [(0.0, "no change"), (-6.94, "−6.9 points"), (0.02, "+0.02 points"), (-0.001, "−< 0.01 points")],
)
def test_points(change, says):
    assert plain(numerals.points(change)) == says


@pytest.mark.parametrize(
    ("start", "hours", "says"),
    [
        ((2022, 2, 28), 24, "28 February 2022"),
        ((2022, 2, 28), 48, "28 February 2022 to 1 March 2022"),
        ((2022, 2, 28, 6), 3, "28 February 2022, 06:00 to 09:00 UTC"),
        ((2022, 2, 28, 6), 24, "28 February 2022 06:00 to 1 March 2022 06:00 UTC"),
    ],
)
def test_period(start, hours, says):
    assert numerals.period(datetime(*start, tzinfo=UTC), hours) == says


@pytest.mark.parametrize(
    ("count", "says"),
    [(1, "a"), (2, "a and b"), (3, "a, b and c"), (4, "a, b, c and d"), (6, "a, b, c and 3 more")],
)
def test_listed(count, says):
    assert numerals.listed("abcdef"[:count]) == says


@given(st.floats(-1e6, 1e6), st.floats(1e-3, 1e6), st.integers(2, 12))
def test_ticks_are_few_round_and_inside(low, span, about):
    found = numerals.ticks(low, low + span, about)
    assert len(found) <= about + 1
    step = numerals.nice_step(span, about)
    assert all(low - 1e-6 * step <= v / 1 <= low + span + 1e-6 * step for v in found)
    mantissa = step / 10 ** math.floor(math.log10(step) + 1e-9)
    assert min(abs(mantissa - m) for m in (1, 2, 2.5, 5, 10)) < 1e-6
