from __future__ import annotations

import pytest

from skyhold.errors import ScenarioError
from skyhold.scenario.fragments import fragment_library, read_fragments

HEAD = 'schema_version = 1\ntitle = "Mine"\nsources = ["[R] me"]\n'
STEEL = (
    'materials = [{ name = "steel", title = "Steel", density_kg_m3 = 7900.0, heat_capacity_j_kg_k = 600.0, '
    'melting_k = 1700.0, latent_j_kg = 280000.0, emissivity = 0.5, trust = "R" }]\n'
)
PIECE = {
    "name": '"ball"', "title": '"Ball"', "host": '"structure"', "share": "0.5", "mass_kg": "10.0", "shape": '"sphere"',
    "size_m": "[0.2, 0.2, 0.2]", "material": '"steel"', "release": '"main"', "trust": '"R"', "source": '"[R] me"',
}  # fmt: skip


def write(tmp_path, *pieces):
    lines = [", ".join(f"{key} = {value}" for key, value in {**PIECE, **piece}.items()) for piece in pieces]
    path = tmp_path / "mine.toml"
    path.write_text(HEAD + STEEL + "archetypes = [" + ", ".join(f"{{ {line} }}" for line in lines) + "]\n")
    return path


def test_the_library_reads():
    library = fragment_library()
    assert len({one.name for one in library.archetypes}) == len(library.archetypes) > 20
    assert {one.host for one in library.archetypes} == {
        "pressurised",
        "powered",
        "structure",
        "craft",
        "stores",
    }
    assert all(one.source.startswith(f"[{one.trust}]") for one in library.archetypes)


def test_a_file_of_the_user_reads(tmp_path):
    assert read_fragments(write(tmp_path, {})).archetypes[0].size_m == (0.2, 0.2, 0.2)


@pytest.mark.parametrize(
    ("pieces", "says"),
    [
        (({"material": '"gold"'},), "made of 'gold'"),
        (({"each": "2.0"},), "not counted in one way"),
        (({"share": "0.0"},), "not counted in one way"),
        (({}, {"name": '"other"', "share": "0.6"}), "more than its mass"),
        (({}, {}), "more than once"),
        (({"size_m": "[0.2, -0.2, 0.2]"},), "no size"),
        (({"mass_kg": "-1.0"},), "mass_kg"),
    ],
)
def test_what_cannot_be_is_refused(tmp_path, pieces, says):
    with pytest.raises(ScenarioError, match=says):
        read_fragments(write(tmp_path, *pieces))
