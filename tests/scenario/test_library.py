"""The embedded fleets beside what was filed."""

import json
import re

import numpy as np
import pytest
from validation.case import DATA

from skyhold.errors import ScenarioError
from skyhold.nouns.constellation import FleetSpec
from skyhold.scenario import library

FILED = {
    "starlink-gen1": 4408,
    "starlink-gen2": 29_988,
    "kuiper": 3236,
    "oneweb": 720,
    "telesat-lightspeed": 1671,
    "walker-demo": 200,
}


@pytest.mark.parametrize(("name", "satellites"), FILED.items())
def test_filed_totals(name, satellites):
    shells = library.library_fleet(name).shells
    assert sum(shell.filed for shell in shells) == satellites
    assert all(shell.operational == shell.filed for shell in shells)


def test_gen2_as_granted():
    assert sum(shell.operational for shell in library.fleet("starlink-gen2-granted").shells) == 7500


def test_the_fleet_of_28_february_2022():
    shells = {shell.name: shell for shell in library.fleet("starlink-2022-02-28").shells}
    assert shells["Shell 1"].operational == 1450
    assert shells["Shell 2"].operational == 0
    assert shells["Shell 2"].raising > 0
    active = sum(shell.operational for shell in shells.values())
    assert active == pytest.approx(1469, rel=0.01)
    filed = {shell.name: shell for shell in library.fleet("starlink-gen1").shells}
    for name, shell in shells.items():
        assert shell.model_copy(update={"missing": 0, "raising": 0, "source": ""}) == filed[name].model_copy(
            update={"source": ""}
        )


@pytest.mark.parametrize("name", library.fleet_names())
def test_every_number_has_a_source(name):
    fleet = library.library_fleet(name)
    assert all(source.startswith("[") for source in fleet.sources)
    assert all(shell.source for shell in fleet.shells)
    assert fleet.description


@pytest.mark.parametrize(("name", "start"), [("starlink-gen1", "gen1"), ("starlink-gen2", "gen2")])
def test_starlink_is_as_filed(name, start):
    path = DATA / "published" / "starlink_shells_fcc.json"
    if not path.exists():
        pytest.skip(f"{path.name} is not here")
    tables = json.loads(path.read_text())
    rows = next(rows for key, rows in tables.items() if key.startswith(start))
    said = [(row["alt_km"], row["inc_deg"], row["planes"], row["per_plane"]) for row in rows]
    ours = library.library_fleet(name).shells
    assert [(s.altitude_km, s.inclination_deg, s.planes, s.satellites_per_plane) for s in ours] == said


def test_shells_of_a_mixed_fleet_come_in_order():
    spec = FleetSpec(library="walker-demo", codes=("D:550:53:10/2/1", "S:550:53:10/2/1 (Polar)"))
    assert [shell.name for shell in library.shells(spec)] == ["Demo", "D:550:53:10/2/1", "Polar"]
    with pytest.raises(ScenarioError, match="two shells"):
        library.shells(FleetSpec(library="walker-demo", codes=("D:550:53:10/2/1 (Demo)",)))


def test_unknown_names_are_refused_with_the_nearest():
    with pytest.raises(ScenarioError, match="Did you mean starlink-gen1"):
        library.fleet("starlinkgen1")
    with pytest.raises(ScenarioError, match="Did you mean walker-demo"):
        library.scenario_text("walkerdemo")
    with pytest.raises(ScenarioError, match="Choose one"):
        library.fleet("../../secret")


def least_separation_km(shell) -> float:
    """Least distance between satellites of two planes of a shell, circular orbits, over one revolution."""
    inclination, turn = np.radians(shell.inclination_deg), 2 * np.pi
    span = turn if shell.pattern == "delta" else turn / 2
    latitude = np.linspace(0, turn, 361)

    def unit(node, argument):
        cos_node, sin_node, cos, sin = np.cos(node), np.sin(node), np.cos(argument), np.sin(argument)
        x = cos_node * cos - sin_node * sin * np.cos(inclination)
        y = sin_node * cos + cos_node * sin * np.cos(inclination)
        return np.stack([x, y, sin * np.sin(inclination)], -1)

    first, slots = unit(0.0, latitude), np.arange(shell.satellites_per_plane) / shell.satellites_per_plane
    nearest = min(
        np.linalg.norm(
            unit(
                span * plane / shell.planes,
                latitude[:, None] + turn * (slots + shell.phasing * plane / shell.filed),
            )
            - first[:, None],
            axis=-1,
        ).min()
        for plane in range(1, shell.planes)
    )
    return nearest * (6378.137 + shell.altitude_km)


@pytest.mark.parametrize("name", library.fleet_names())
def test_assumed_phasings_keep_satellites_as_far_apart_as_said(name):
    for shell in library.library_fleet(name).shells:
        found = re.search(r"least separation (\d+) km", shell.source)
        if found:
            assert least_separation_km(shell) == pytest.approx(float(found[1]), abs=1.0)
        assert least_separation_km(shell) > 20.0
