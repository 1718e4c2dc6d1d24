"""Write the reference pages that follow the code: verbs of the command line, keys of scenario files."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from skyhold.cli.main import VERBS
from skyhold.scenario.schema import json_schema

SUBVERBS = {
    "data": ("list", "update"),
    "station": ("decay", "reboost", "deorbit", "risk", "crew"),
}


def write_references(folder: Path) -> None:
    """Write `cli.md` and `scenario.md` into the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "cli.md").write_text("\n".join(command_line()), encoding="utf-8")
    (folder / "scenario.md").write_text("\n".join(scenario_keys(json_schema())), encoding="utf-8")


def command_line() -> Iterator[str]:
    """The help of each verb, as the terminal shows it."""
    yield "# Command line\n"
    yield "Every verb takes `--json`, `--quiet` and `--debug`, and obeys `NO_COLOR`.\n"
    yield fenced(help_of())
    for verb, sentence in VERBS.items():
        yield f"## {verb}\n\n{sentence}\n"
        yield fenced(help_of(verb))
        for inner in SUBVERBS.get(verb, ()):
            yield fenced(help_of(verb, inner))


def help_of(*words: str) -> str:
    """What `skyhold WORDS --help` prints, 100 columns wide."""
    command = [sys.executable, "-m", "skyhold", *words, "--help"]
    environment = {**os.environ, "COLUMNS": "100", "NO_COLOR": "1"}
    return subprocess.run(command, capture_output=True, text=True, check=True, env=environment).stdout


def fenced(text: str) -> str:
    """The text as a block that is shown as it is."""
    return f"```text\n{text.rstrip()}\n```\n"


def scenario_keys(schema: dict[str, Any]) -> Iterator[str]:
    """A table of keys for each part of a scenario file."""
    yield "# Scenario files\n"
    yield "Keys of a scenario file (TOML), from the JSON Schema that `skyhold schema` writes.\n"
    for name, definition in sorted(schema.get("$defs", {}).items()):
        yield from part(name, definition)


def part(title: str, schema: dict[str, Any]) -> Iterator[str]:
    """A heading, what the part is, and its keys."""
    yield f"## {title}\n"
    if "description" in schema:
        yield schema["description"] + "\n"
    properties = schema.get("properties", {})
    if not properties:
        return
    yield "| key | type | default | limits | meaning |\n|---|---|---|---|---|"
    required = set(schema.get("required", ()))
    for key, value in properties.items():
        default = "required" if key in required else preset(value)
        meaning = cell(value.get("description", ""))
        yield f"| `{key}` | {kind(value)} | {default} | {limits(value)} | {meaning} |"
    yield ""


def preset(value: dict[str, Any]) -> str:
    """The default of one key; that of a whole part stands in its own table."""
    default = value.get("default")
    return "" if default is None else "its defaults" if isinstance(default, dict) else cell(default)


def kind(value: dict[str, Any]) -> str:
    """The type of one key, in words."""
    if "$ref" in value:
        name = value["$ref"].rsplit("/", 1)[-1]
        return f"[{name}](#{name.lower()})"
    for choice in ("anyOf", "oneOf", "allOf"):
        if choice in value:
            return " or ".join(kind(each) for each in value[choice] if each.get("type") != "null")
    if "enum" in value or "const" in value:
        return " or ".join(f"`{each}`" for each in value.get("enum", [value.get("const")]))
    if value.get("type") == "array":
        return "list of " + kind(value["items"]) if isinstance(value.get("items"), dict) else "list"
    return str(value.get("format") or value.get("type", "any"))


def limits(value: dict[str, Any]) -> str:
    """Bounds and patterns of one key."""
    signs = {
        "minimum": "≥",
        "exclusiveMinimum": ">",
        "maximum": "≤",
        "exclusiveMaximum": "<",
        "pattern": "matches",
    }
    whole = [value, *value.get("anyOf", ())]
    found = [f"{sign} {each[name]}" for each in whole for name, sign in signs.items() if name in each]
    return cell(", ".join(found))


def cell(value: object) -> str:
    """Text that fits in a table cell: no bar, no line break."""
    text = str(value).replace("|", "\\|").replace("\n", " ")
    return (
        f"`{text}`"
        if isinstance(value, (list, dict, bool, int, float)) or text.startswith("matches")
        else text
    )
