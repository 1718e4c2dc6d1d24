"""Values set over a scenario: the paths that people type, and what setting one does to its neighbours."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from skyhold.errors import ScenarioError
from skyhold.nouns.ground import AREA_CHOICES
from skyhold.scenario.document import Document, spelled
from skyhold.scenario.lines import Where, unquoted

CHOICES: dict[str, tuple[str, ...]] = {
    "area": AREA_CHOICES,
    "station": ("library", "file", "spec"),
    "broadband": ("library", "file"),
}
"""Keys of a table that exclude one another: setting one takes the others out."""

SOURCES: dict[str, tuple[str, ...]] = {"fleet": ("library", "shells", "codes", "catalogue")}
"""Keys that may stand side by side in a file: setting one that was not there takes the place of those that were."""


def plain(value: object) -> Any:
    """Nouns as tables, tuples as lists, paths as text; what is None is left out."""
    if isinstance(value, BaseModel):
        items = ((key, getattr(value, key)) for key in type(value).model_fields)
        return {key: plain(item) for key, item in items if item is not None}
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items() if item is not None}
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    return value.as_posix() if isinstance(value, Path) else value


def parse_set(text: str) -> tuple[Where, object]:
    """Read `path.to.key=value`; an empty value is None, which takes the key out.

    Errors: ScenarioError without an equals sign or with a path that is none.
    """
    path, sign, value = text.partition("=")
    if not sign:
        raise ScenarioError(
            "a value to set needs an equals sign",
            expected="path.to.key=value",
            came=repr(text[:80]),
            where="--set",
            remedy="write e.g. --set terminal.min_elevation_deg=40",
        )
    return parse_path(path), _value(value.strip())


def _value(text: str) -> object:
    if not text:
        return None
    try:
        found = tomllib.loads(f"value = {text}")
    except (ValueError, RecursionError):
        return text
    return found["value"] if list(found) == ["value"] else text


_PART = re.compile(
    r"""\s*(?:([A-Za-z0-9_+-]+)|("(?:\\.|[^"\\])*"|'[^']*'))\s*((?:\[\s*(?:\d{1,9}|\+)\s*\]\s*)*)(?:\.|$)"""
)


def parse_path(text: str) -> Where:
    """Read a dotted path: `places[0].name`, `places.0.name`, `variants[0].set."area.country"`.

    Errors: ScenarioError for an empty path or empty part.
    """
    path: list[str | int] = []
    at = 0
    while at < len(text):
        found = _PART.match(text, at)
        if not found:
            raise _no_path(text)
        word, quote, indices = found.groups()
        path.append(
            unquoted(quote) if quote else int(word) if re.fullmatch(r"0|[1-9][0-9]{0,8}", word) else word
        )
        path.extend("+" if index == "+" else int(index) for index in re.findall(r"\d+|\+", indices))
        at = found.end()
    if not path or text.rstrip().endswith("."):
        raise _no_path(text)
    return tuple(path)


def _no_path(text: str) -> ScenarioError:
    return ScenarioError(
        "this is not a path to a key",
        expected="keys joined by dots, indices of lists in brackets",
        came=repr(text[:80]),
        where="--set",
        remedy="write e.g. terminal.min_elevation_deg or places[0].name",
    )


def assigned(document: Document, sets: Sequence[tuple[Where, object]]) -> Document:
    """The document with values set in order; a table is merged, a list replaced, None takes a key out."""
    values = plain(document.values)
    reached = []
    for path, value in sets:
        before = _present(values, str(path[0]))
        reached.append(_assign(values, path, plain(value)))
        _choose(values, path, value)
        _replace(values, path, value, before)
    return Document(document.text, document.where, values, tuple(reached))


def _choose(values: dict[str, Any], path: Where, value: object) -> None:
    """Where one of several keys that exclude one another was set (of an area, of a station), take the others out."""
    choices = CHOICES.get(str(path[0]), ())
    keys = [path[1]] if len(path) > 1 else list(value) if isinstance(value, Mapping) else []
    chosen = [key for key in keys if key in choices]
    table = values.get(str(path[0]))
    if len(chosen) == 1 and isinstance(table, dict) and table.get(chosen[0]):
        for other in choices:
            if other != chosen[0]:
                table.pop(other, None)


def _present(values: Mapping[str, Any], table: str) -> set[str]:
    """The sources that a table has."""
    found = values.get(table)
    return {key for key in SOURCES.get(table, ()) if found.get(key)} if isinstance(found, Mapping) else set()


def _replace(values: dict[str, Any], path: Where, value: object, before: set[str]) -> None:
    """Where one source of a table was set that was not there before, take those out that were.

    Several at once (`fleet = { library = ..., catalogue = ... }`) and what is appended (`fleet.codes.+`) stay beside
    them.
    """
    table = str(path[0])
    now = _present(values, table)
    new = now - before
    if len(new) == 1 and "+" not in path and not (isinstance(value, Mapping) and len(value.keys() & now) > 1):
        for other in before & now:
            values[table].pop(other)


def _assign(values: dict[str, Any], path: Where, value: Any) -> Where:
    """Set a value in place; the path with `+` replaced by the index it found."""
    node: Any = values
    reached: list[str | int] = []
    for number, part in enumerate(path):
        part = _reach(node, part, tuple(reached))
        reached.append(part)
        if number == len(path) - 1:
            _put(node, part, value)
        elif isinstance(node, list) and part == len(node):
            node.append({})
            node = node[-1]
        elif isinstance(node, list):
            node = node[part]
        else:
            listed = isinstance(path[number + 1], int) or path[number + 1] == "+"
            node = node.setdefault(part, [] if listed else {})
    return tuple(reached)


def _reach(node: Any, part: str | int, reached: Where) -> Any:
    """The key or index a part of a path means at a node."""
    if isinstance(node, dict):
        return str(part)
    where = f"--set {spelled((*reached, part))}"
    if not isinstance(node, list):
        raise ScenarioError(
            f"{spelled(reached)} is a single value, {part!r} cannot be set inside it",
            expected="a table or a list",
            where=where,
            remedy=f"set {spelled(reached)} itself",
        )
    index = len(node) if part == "+" else part
    if not isinstance(index, int) or index > len(node):
        raise ScenarioError(
            f"{spelled(reached)} is a list of {len(node)}",
            expected=f"an index from 0, {len(node)} or + to append",
            came=repr(part),
            where=where,
            remedy=f"write e.g. {spelled((*reached, 0))}",
        )
    return index


def _put(node: Any, part: Any, value: Any) -> None:
    if isinstance(node, list):
        if value is None:
            del node[part : part + 1]
        else:
            node[part : part + 1] = [value]
    elif value is None:
        node.pop(part, None)
    elif isinstance(value, dict) and isinstance(node.get(part), dict):
        for key, item in value.items():
            _put(node[part], key, item)
    else:
        node[part] = value
