"""From a TOML file, or a name of the library, to a scenario, and back."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar, cast, overload

import tomlkit

from skyhold.errors import ScenarioError
from skyhold.nouns.ground import BORDERS
from skyhold.scenario import library
from skyhold.scenario.document import Document, nearest, parse, quoted, read, spelled, validate
from skyhold.scenario.lines import Where
from skyhold.scenario.scenario import (
    KINDS,
    SCHEMA_VERSION,
    BroadbandScenario,
    CombinedScenario,
    Scenario,
    StationScenario,
)
from skyhold.scenario.setting import assigned, parse_path, parse_set, plain

FILE_KEYS: tuple[Where, ...] = (
    ("fleet", "catalogue", "path"),
    ("gateways", "file"),
    ("area", "boundaries"),
    ("station", "file"),
    ("space_weather", "file"),
    ("broadband", "file"),
)
"""Keys that name files; a relative one in a scenario file starts at the file's folder."""

LISTED_FILE_KEYS = (("jammers", "elevation_model"), ("moving", "file"))
"""The same in the items of lists."""

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
    in `sets` at the working folder. Title and description then say that values were set, unless the title is.

    Errors: one ScenarioError for all that is wrong: file, line, what was expected, what came, and a remedy.
    """
    texts = _listed(sets)
    return _of_kind(_marked(_settled(_document(source), [parse_set(text) for text in texts]), texts), kind)


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
    takes a key out. Choosing an area's country, box or globe puts the other two out; a library fleet, shells, codes or
    a catalogue takes the place of the others that were there, unless several are set at once.

    Errors: ScenarioError.
    """
    document = Document("", f"scenario {scenario.name}", plain(scenario))
    changed = assigned(document, [(parse_path(path), value) for path, value in values.items()])
    return _checked(type(scenario), changed)


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
    for key, name in LISTED_FILE_KEYS:
        listed = values.get(key)
        for item in listed if isinstance(listed, list) else ():
            if isinstance(item, dict) and isinstance(item.get(name), str):
                item[name] = _beside(folder, item[name])
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
    changed = assigned(document, sets)
    scenario = _checked(_kind_of(changed), changed)
    for number, variant in enumerate(scenario.variants):
        try:
            with_values(scenario, {**variant.set, "variants": []})
        except ScenarioError as error:
            at = document.place(("variants", number, "set"))
            raise ScenarioError(
                f"variant {variant.name}: {error}", where=at, remedy="mend what the variant sets"
            ) from None
    return scenario


def _marked(scenario: Scenario, sets: Sequence[str]) -> Scenario:
    """With values set on loading, a title and a description that say so: they were written for other values."""
    if not sets or any(parse_set(text)[0] == ("title",) for text in sets):
        return scenario
    told = f"Changed on loading: {'; '.join(sets)}. As written: {scenario.description}".removesuffix(
        " As written: "
    )
    return scenario.model_copy(
        update={"title": f"{scenario.title or scenario.name} (changed)", "description": told}
    )


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
