"""Element sets for the tests of catalogues: one real, a constellation, random ones, and damage done to text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from hypothesis import strategies as st

from skyhold.catalogues.element_set import ElementSet, kozai_height_km
from skyhold.catalogues.tle import parse_set
from skyhold.times import JD_UNIX_EPOCH, Epoch

NAME = "ISS (ZARYA)"
LINE_1 = "1 25544U 98067A   22055.11106278  .00005118  00000-0  97877-4 0  9997"
LINE_2 = "2 25544  51.6415 176.5674 0005315 160.0639  14.4646 15.49914572327643"
ISS = parse_set(NAME, LINE_1, LINE_2)

element_sets = st.builds(
    ElementSet,
    name=st.sampled_from(["", "STARLINK-24", "A B [+]"]),
    catalog_number=st.integers(0, 339_999),
    international_designator=st.sampled_from(["", "1998-067A", "2019-074AZ", "1957-001A"]),
    epoch=st.builds(
        Epoch,
        st.integers(-4747, 31_410).map(lambda day: JD_UNIX_EPOCH + day),
        st.integers(0, 99_999_999).map(lambda n: float(f"0.{n:08d}")),
    ),
    mean_motion_rev_day=st.integers(1, 1_720_000_000).map(lambda n: n / 1e8),
    eccentricity=st.integers(0, 9_999_999).map(lambda n: float(f"0.{n:07d}")),
    inclination_deg=st.integers(0, 1_800_000).map(lambda n: n / 1e4),
    raan_deg=st.integers(0, 3_599_999).map(lambda n: n / 1e4),
    argument_of_perigee_deg=st.integers(0, 3_599_999).map(lambda n: n / 1e4),
    mean_anomaly_deg=st.integers(0, 3_599_999).map(lambda n: n / 1e4),
    bstar=st.floats(-0.99, 0.99).map(lambda x: float(f"{x:.4e}")),
    mean_motion_dot=st.integers(-99_999_999, 99_999_999).map(lambda n: n / 1e8),
    mean_motion_ddot=st.just(0.0),
    revolution_number=st.integers(0, 99_999),
    element_set_number=st.integers(0, 9999),
)


def at_height(record: ElementSet, height_km: float, **changes: object) -> ElementSet:
    """The record with the mean motion of a Kozai height, and other fields changed."""
    axis = (record.kozai_altitude_km() + 6378.137) / (height_km + 6378.137)
    return replace(record, mean_motion_rev_day=round(record.mean_motion_rev_day * axis**1.5, 8), **changes)


def shell(altitude_km: float, inclination_deg: float, count: int, first: int = 1) -> list[ElementSet]:
    """Satellites of one shell, nodes all round, launched by sixties from 2020 on."""
    height = kozai_height_km(altitude_km, inclination_deg)
    return [
        at_height(
            ISS,
            height,
            name=f"S-{first + k}",
            catalog_number=first + k,
            international_designator=f"2020-{1 + k // 60:03d}A",
            inclination_deg=inclination_deg,
            raan_deg=360.0 * k / count,
            eccentricity=1e-4,
            mean_motion_dot=0.0,
        )
        for k in range(count)
    ]


damage = st.lists(
    st.tuples(
        st.sampled_from(["replace", "insert", "delete", "repeat", "cut"]),
        st.floats(0.0, 1.0),
        st.integers(1, 40),
        st.text(max_size=6)
        | st.sampled_from(["\n", '"', "{", "}", "<", ">", ",", "=", "nan", "-", "9", "\x00"]),
    ),
    min_size=1,
    max_size=4,
)


def damaged(text: str, wounds: Sequence[tuple[str, float, int, str]]) -> str:
    """The text with each wound done to it in turn."""
    for kind, where, length, put in wounds:
        start = int(where * len(text))
        end = min(start + length, len(text))
        piece = {"replace": put, "insert": put + text[start:end], "delete": "", "cut": ""}
        middle = piece.get(kind, text[start:end] * 2)
        text = text[:start] + middle + ("" if kind == "cut" else text[end:])
    return text
