from itertools import pairwise

import numpy as np
import pytest

from skyhold.drawing import palette
from skyhold.drawing.numerals import NBSP


def simulated(colour: str, matrix: np.ndarray) -> np.ndarray:
    """A colour as a dichromat sees it, linear RGB (Vienot, Brettel and Mollon 1999)."""
    channels = np.array([int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)])
    linear = np.where(channels <= 0.04045, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)
    return matrix @ linear


DICHROMATS = {
    "protan": np.array([[0.11238, 0.88762, 0], [0.11238, 0.88762, 0], [0.00401, -0.00401, 1]]),
    "deutan": np.array([[0.29275, 0.70725, 0], [0.29275, 0.70725, 0], [-0.02234, 0.02234, 1]]),
}


@pytest.mark.parametrize("kind", DICHROMATS)
@pytest.mark.parametrize("scale", [palette.service_scale(), palette.change_scale("x", (1, 5, 20), "points")])
def test_neighbouring_classes_differ_for_colour_blind_readers(scale, kind):
    seen = [simulated(colour, DICHROMATS[kind]) for colour in scale.colours]
    ends = np.linalg.norm(seen[0] - seen[-1])
    assert ends > 0.15
    assert all(np.linalg.norm(a - b) > 0.02 for a, b in pairwise(seen))


@pytest.mark.parametrize("text", [palette.INK, palette.SOFT_INK])
def test_words_read_on_white(text):
    assert palette.contrast(text, "#ffffff") >= 4.5


def test_contrast_of_black_and_white():
    assert palette.contrast("#000000", "#ffffff") == pytest.approx(21.0)


def test_service_of_all_slots_is_a_class_of_its_own():
    scale = palette.service_scale()
    index = scale.index([np.nan, 49.9, 50.0, 99.9, np.nextafter(100.0, 0), 100.0])
    assert index.tolist() == [-1, 0, 1, 4, 4, 5]
    assert scale.labels[5] == "all slots"
    assert scale.colour(-1) == palette.NO_SERVICE


def test_change_scale_is_signed_and_no_change_is_exact():
    scale = palette.change_scale("x", (1.0, 5.0), "points")
    values = [-9, -3, -1e-9, 0.0, 1e-9, 3, 9]
    labels = [scale.labels[i].replace(NBSP, " ") for i in scale.index(values)]
    assert labels == [
        "over −5 points", "−1 to −5 points", "up to −1 points", "no change",
        "up to +1 points", "+1 to +5 points", "over +5 points",
    ]  # fmt: skip


def test_less_delay_is_a_gain():
    more, less = (palette.change_scale("x", (1.0,), "ms", flag) for flag in (True, False))
    assert more.colours == less.colours[::-1]


def test_amount_scale_covers_its_values_in_few_round_classes():
    values = np.array([4.8, 7.7, 14.4, np.nan])
    scale = palette.amount_scale("x", values, palette.VIRIDIS)
    assert scale.labels == ("4–6", "6–8", "8–10", "10–12", "12–14", "14–16")
    assert scale.index(values).tolist() == [0, 1, 5, -1]


def test_legend_names_only_what_lies_between_the_ends():
    scale = palette.amount_scale("x", np.arange(0, 15.0), palette.VIRIDIS)
    entries = scale.legend([4.5, 9.0, np.nan])
    assert [label for _, label in entries] == ["4–6", "6–8", "8–10", "no service"]


def test_amount_scale_of_nothing_still_draws():
    scale = palette.amount_scale("x", np.full(3, np.nan), palette.VIRIDIS)
    assert [label for _, label in scale.legend(np.full(3, np.nan))] == ["no service"]
