import numpy as np
import pytest
from tests.experience.lines import START, slots

from skyhold.errors import ResultError
from skyhold.experience.slots import Slots, changed_satellite
from skyhold.times import Instants, slot_instants


def test_single_numbers_hold_for_all_slots():
    four = slots(1.0)
    assert len(four) == 4
    assert four.duration_s == 60.0
    assert four.down_bit_s.tolist() == [1e8] * 4
    assert four.served.all()


def test_a_slot_without_service_carries_nothing():
    made = Slots.of(slot_instants(START, 60.0), [0.05, np.nan, 0.05, 0.05], 1e8, 1e7)
    assert made.down_bit_s.tolist() == [1e8, 0.0, 1e8, 1e8]
    assert made.up_bit_s[1] == 0.0


def test_moments_find_their_slot():
    four = slots(1.0)
    assert four.index(np.array([-1.0, 0.0, 14.999, 15.0, 59.0, 99.0])).tolist() == [0, 0, 0, 1, 3, 3]


def test_a_new_satellite_is_a_change():
    assert changed_satellite(np.array([5, 5, 7, -1, -1])).tolist() == [True, False, True, True, False]


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"rtt_s": [0.05, -0.01, 0.05, 0.05]}, "rtt_s[1] cannot be"),
        ({"down_bit_s": [1.0, 1.0, np.inf, 1.0]}, "down_bit_s[2] cannot be"),
        ({"up_bit_s": -1.0}, "up_bit_s[0] cannot be"),
        ({"instants": Instants.every(START, 14.0, 4)}, "do not follow each other"),
        ({"instants": Instants.every(START, 15.0, 0)}, "no slots"),
    ],
)
def test_what_cannot_be_is_refused(values, said):
    given = {"instants": slot_instants(START, 60.0), "rtt_s": 0.05, "down_bit_s": 1e8, "up_bit_s": 1e7}
    with pytest.raises(ResultError, match=said.replace("[", r"\[").replace("]", r"\]")):
        Slots.of(**(given | values))
