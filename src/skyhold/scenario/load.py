"""From a TOML file, or a name of the library, to a scenario, and back."""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar, cast, overload

import tomlkit
from pydantic import BaseModel

from skyhold.errors import ScenarioError
from skyhold.scenario import library
from skyhold.scenario.document import Document, nearest, parse, quoted, read, spelled, validate
from skyhold.scenario.ground import AREA_CHOICES, BORDERS
from skyhold.scenario.lines import Where, unquoted
from skyhold.scenario.scenario import (
    KINDS,
    SCHEMA_VERSION,
    BroadbandScenario,
    CombinedScenario,
    Scenario,
    StationScenario,
)

FILE_KEYS: tuple[Where, ...] = (
    ("fleet", "catalogue", "path"),
    ("gateways", "file"),
    ("area", "boundaries"),
    ("station", "file"),
    ("space_weather", "file"),
    ("broadband", "file"),
)
"""Keys that name files; a relative one in a scenario file starts at the file's folder."""

CHOICES: dict[str, tuple[str, ...]] = {
    "area": AREA_CHOICES,
    "station": ("library", "file", "spec"),
    "broadband": ("library", "file"),
}
"""Keys of a table that exclude one another: setting one takes the others out."""

SOURCES: dict[str, tuple[str, ...]] = {"fleet": ("library", "shells", "codes", "catalogue")}
"""Keys that may stand side by side in a file: setting one that was not there takes the place of those that were."""

AnyScenario = TypeVar("AnyScenario", bound=BroadbandScenario | StationScenario | CombinedScenario)


@overload
def load(source: str | os.PathLike[str], sets: Sequence[str] = ()) -> Scenario: ...
@overload
def load(
    source: str | os.PathLike[str], sets: Sequence[str] = (), *, kind: type[AnyScenario]
) -> AnyScenario: ...
def load(source: str | os.PathLike[str], sets: Sequence[str] = (), *, kind: type[Any] | None = None) -> Any:
    """Read a scenario: the path of a TOML file, or the name of a library scenario.

    The key `kind` of the file says which scenario it is; `kind` here refuses any other.

    `sets` are `path.to.key=value` as on the command line: the value is read as TOML and, where it is none,
    as text; `places[0].name` or `places.0.name` reach into lists, `places.+` or the index after the last
    appends, and an empty value takes a key out. Relative paths in the file start at the file's folder, those
    in `sets` at the working folder.

    Errors: one ScenarioError for all that is wrong: file, line, what was expected, what came, and a remedy.
    """
    return _of_kind(_settled(_document(source), [parse_set(item) for item in _listed(sets)]), kind)


@overload
def loads(text: str, where: str = "scenario text") -> Scenario: ...
@overload
def loads(text: str, where: str = "scenario text", *, kind: type[AnyScenario]) -> AnyScenario: ...
def loads(text: str, where: str = "scenario text", *, kind: type[Any] | None = None) -> Any:
    """Read a scenario from a TOML text; `where` names it in errors, `kind` refuses another kind.

    Errors: as `load`.
    """
    return _of_kind(_settled(parse(text, where), []), kind)


def _of_kind(scenario: Scenario, kind: type[Scenario] | None) -> Scenario:
    if kind is None or isinstance(scenario, kind):
        return scenario
    wanted = next(name for name, noun in KINDS.items() if noun is kind)
    raise ScenarioError(
        f"{scenario.name} is a {scenario.kind} scenario",
        expected=f"a {wanted} scenario",
        where=f"scenario {scenario.name}",
        remedy=f'choose a scenario whose kind is "{wanted}"',
    )


def with_values(scenario: AnyScenario, values: Mapping[str, object]) -> AnyScenario:
    """The scenario with some values set otherwise, e.g. {"terminal.min_elevation_deg": 40.0}.

    Paths as in `load`; a table is merged into the one there, a list takes the place of the one there, None
    takes a key out. Choosing an area's country, box or globe puts the other two out; a library fleet, shells, codes or a
    catalogue takes the place of the others that were there, unless several are set at once.

    Errors: ScenarioError.
    """
    document = Document("", f"scenario {scenario.name}", plain(scenario))
    assigned = _assigned(document, [(parse_path(path), value) for path, value in values.items()])
    return _checked(type(scenario), assigned)


def with_variant(scenario: AnyScenario, name: str) -> AnyScenario:
    """One variant of a scenario as a scenario of its own, with its name and title and no variants.

    Errors: ScenarioError where there is no such variant.
    """
    for variant in scenario.variants:
        if variant.name == name:
            varied = with_values(scenario, {**variant.set, "variants": []})
            named = {"name": variant.name, "title": variant.title}
            return cast("AnyScenario", varied.model_copy(update=named))
    names = [variant.name for variant in scenario.variants]
    near = nearest(name, names)
    raise ScenarioError(
        f"there is no variant named {name!r}",
        expected=f"one of {', '.join(names)}" if names else "",
        where=f"scenario {scenario.name}",
        remedy=f"did you mean {near}" if near else "choose a variant of the scenario",
    )


def dumps(scenario: Scenario) -> str:
    """The scenario as TOML, every value written out; `loads` of it gives an equal scenario."""
    return tomlkit.dumps(plain(scenario))


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


def _listed(sets: Sequence[str]) -> Sequence[str]:
    return (sets,) if isinstance(sets, str) else sets


def _document(source: str | os.PathLike[str]) -> Document:
    name = os.fspath(source)
    if isinstance(source, str) and name in library.scenario_names():
        return library.scenario_document(name)
    looks_like_file = not isinstance(source, str) or name.endswith(".toml") or re.search(r"[/\\]", name)
    if not looks_like_file and not os.path.lexists(name.replace("\0", "")):
        return library.scenario_document(name)
    found = read(source)
    _anchor(found.values, Path(os.path.abspath(name)).parent)
    return found


def _anchor(values: dict[str, Any], folder: Path) -> None:
    """Make relative file names absolute, in place, in the scenario and in what its variants set."""
    for path in FILE_KEYS:
        table: Any = values
        for part in path[:-1]:
            table = table.get(part) if isinstance(table, dict) else None
        if isinstance(table, dict) and isinstance(table.get(path[-1]), str):
            table[path[-1]] = _beside(folder, table[path[-1]])
    variants = values.get("variants")
    for variant in variants if isinstance(variants, list) else ():
        sets = variant.get("set") if isinstance(variant, dict) else None
        if isinstance(sets, dict):
            _anchor({key: item for key, item in sets.items() if isinstance(item, dict)}, folder)
            for key, item in sets.items():
                if isinstance(item, str) and key in {spelled(path) for path in FILE_KEYS}:
                    sets[key] = _beside(folder, item)


def _beside(folder: Path, name: str) -> str:
    return name if name == BORDERS else str(folder / name)


def _settled(document: Document, sets: Sequence[tuple[Where, object]]) -> Scenario:
    _check_version(document)
    assigned = _assigned(document, sets)
    scenario = _checked(_kind_of(assigned), assigned)
    for number, variant in enumerate(scenario.variants):
        try:
            with_values(scenario, {**variant.set, "variants": []})
        except ScenarioError as error:
            at = document.place(("variants", number, "set"))
            raise ScenarioError(
                f"variant {variant.name}: {error}", where=at, remedy="mend what the variant sets"
            ) from None
    return scenario


def _kind_of(document: Document) -> type[Scenario]:
    """The noun that a document's `kind` names; broadband where it names none."""
    kind = document.values.get("kind", "broadband")
    if isinstance(kind, str) and kind in KINDS:
        return KINDS[kind]
    near = nearest(kind, KINDS) if isinstance(kind, str) else None
    raise ScenarioError(
        "kind is not one this Skyhold runs",
        expected=" or ".join(f'"{name}"' for name in KINDS),
        came=quoted(kind),
        where=document.place(("kind",)),
        remedy=f'did you mean "{near}"' if near else "choose one of these; left out, it is broadband",
    )


def _checked(noun: type[AnyScenario], document: Document) -> AnyScenario:
    scenario = validate(noun, document)
    if isinstance(scenario, BroadbandScenario):
        library.shells(scenario.fleet, f"{document.place(('fleet',))}, fleet")
    if isinstance(scenario, StationScenario) and scenario.station.library:
        library.station(scenario.station, f"{document.place(('station',))}, station")
    return scenario


def _check_version(document: Document) -> None:
    version = document.values.get("schema_version", SCHEMA_VERSION)
    if type(version) is int and version == SCHEMA_VERSION:
        return
    newer = isinstance(version, int) and version > SCHEMA_VERSION
    raise ScenarioError(
        "schema_version is not one this Skyhold reads",
        expected=str(SCHEMA_VERSION),
        came=repr(version)[:40]
        if not isinstance(version, int) or abs(version) < 10**9
        else "a very large number",
        where=document.place(("schema_version",)),
        remedy="install a newer Skyhold, which reads this file"
        if newer
        else f"write schema_version = {SCHEMA_VERSION}, then let `skyhold check` name what else to change",
    )


def _assigned(document: Document, sets: Sequence[tuple[Where, object]]) -> Document:
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
