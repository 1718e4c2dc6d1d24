"""What README and docs tell people to type can be typed."""

from __future__ import annotations

import re
import shlex
import tomllib
from pathlib import Path

import pytest

from skyhold.cli.main import build_app
from skyhold.scenario.load import load

ROOT = Path(__file__).resolve().parent.parent
PAGES = [
    ROOT / "README.md",
    *(page for page in sorted((ROOT / "docs").rglob("*.md")) if "generated" not in page.parts),
]
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```", re.M | re.S)


def blocks(language: str) -> list[tuple[str, str]]:
    found = [(page, *match.groups()) for page in PAGES for match in BLOCK.finditer(page.read_text("utf-8"))]
    return [(str(page.relative_to(ROOT)), text) for page, kind, text in found if kind == language]


def commands() -> list[tuple[str, str]]:
    lines = [(page, line) for page, text in blocks("sh") for line in text.splitlines()]
    return [(page, line.split("#")[0].strip()) for page, line in lines if line.startswith("skyhold ")]


@pytest.mark.parametrize(("page", "line"), commands())
def test_commands_can_be_typed(page, line):
    build_app().parse_args(shlex.split(line)[1:], exit_on_error=False, print_error=False)


@pytest.mark.parametrize(("page", "line"), [each for each in commands() if " ukraine-2022 --set" in each[1]])
def test_values_to_set_can_be_set(page, line):
    words = shlex.split(line)
    load("ukraine-2022", sets=[words[i + 1] for i, word in enumerate(words) if word == "--set"])


@pytest.mark.parametrize(("page", "text"), blocks("toml"))
def test_pieces_of_scenarios_are_scenarios(page, text, tmp_path):
    (tmp_path / "gateways.csv").write_text("name,latitude_deg,longitude_deg\nA,50,20\n")
    head = 'schema_version = 1\nname = "piece"\n'
    given = tomllib.loads(text)
    for table, values in (
        ("clock", "start_utc = 2022-02-28T00:00:00Z"),
        ("fleet", 'library = "starlink-2022-02-28"'),
        ("cities", 'country = "UKR"'),
    ):
        text += "" if table in given else f"\n[{table}]\n{values}\n"
    (tmp_path / "piece.toml").write_text(head + text)
    load(tmp_path / "piece.toml")


@pytest.mark.parametrize(("page", "text"), blocks("python"))
def test_python_is_python(page, text):
    compile(text, page, "exec")


def test_there_is_something_to_check():
    assert len(commands()) > 10
    assert blocks("toml")
    assert blocks("python")
