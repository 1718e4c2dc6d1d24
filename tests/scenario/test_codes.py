"""Constellation codes: what they mean, and what they are never taken to mean."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skyhold.errors import ScenarioError
from skyhold.nouns.constellation import Shell
from skyhold.scenario.codes import code_of, parse_code


def test_the_code_of_the_starlink_shell():
    shell = parse_code("D:550:53.0:1584/72/17 (Starlink Sh.1)")
    assert shell.name == "Starlink Sh.1"
    assert (shell.altitude_km, shell.inclination_deg) == (550, 53)
    assert (shell.planes, shell.satellites_per_plane, shell.phasing, shell.pattern) == (72, 22, 17, "delta")


def test_planes_and_satellites_are_never_swapped():
    shell = parse_code("D:550:53.0:1584/22/17")
    assert (shell.planes, shell.satellites_per_plane) == (22, 72)
    with pytest.raises(ScenarioError, match="never swaps P and S"):
        parse_code("D:550:53.0:1584/71/17")


def test_a_star():
    assert parse_code(" S : 1200 : 87.9 : 720/18/1 ").pattern == "star"


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("D:550:53.0:1584/72", "six parts"),
        ("X:550:53.0:1584/72/17", "D or S"),
        ("d:550:53.0:1584/72/17", "D or S"),
        ("D:550:53.0:1584/72/72", "0..71"),
        ("D:550:53.0:0/72/0", "no satellites"),
        ("D:550:53.0:1584/0/0", "no planes"),
        ("D:50:53.0:1584/72/0", "altitude_km"),
        ("D:550:200:1584/72/0", "inclination_deg"),
        ("D:550:nan:1584/72/0", "not a constellation code"),
        ("D:-550:53:1584/72/0", "not a constellation code"),
        ("D:550:53:1584/72/1.5", "not a constellation code"),
        ("D:550:53:²/1/0", "not a constellation code"),
        ("D:550:53:9999999/1/0", "satellites_per_plane"),
        ("", "not a constellation code"),
        ("(" * 5000, "not a constellation code"),
    ],
)
def test_refused(code, said):
    with pytest.raises(ScenarioError) as caught:
        parse_code(code, "fleet.codes[0]")
    assert said in str(caught.value)
    assert caught.value.where == "fleet.codes[0]"
    assert caught.value.remedy


@given(
    altitude=st.integers(130, 35_000),
    inclination=st.integers(0, 1800),
    planes=st.integers(1, 200),
    satellites=st.integers(1, 200),
    phasing=st.integers(0, 199),
    pattern=st.sampled_from(["delta", "star"]),
)
def test_written_and_read_back(altitude, inclination, planes, satellites, phasing, pattern):
    shell = Shell(
        name="one",
        altitude_km=altitude,
        inclination_deg=inclination / 10,
        planes=planes,
        satellites_per_plane=satellites,
        phasing=phasing % planes,
        pattern=pattern,
    )
    assert parse_code(code_of(shell)).model_copy(update={"source": ""}) == shell


@given(st.text(max_size=40))
def test_any_text_is_a_shell_or_refused(text):
    try:
        shell = parse_code(text)
    except ScenarioError as error:
        shell = None
        says = bool(error.where and error.remedy)
    assert shell is not None or says
