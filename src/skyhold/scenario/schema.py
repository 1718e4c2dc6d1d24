"""The words of a scenario file for editors (JSON Schema) and for people (Markdown)."""

from __future__ import annotations

import re
from typing import Any, Literal, get_args, get_origin

import tomlkit
from pydantic import TypeAdapter
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from skyhold.nouns.noun import Noun
from skyhold.scenario.document import tables_of
from skyhold.scenario.scenario import KINDS, Scenario
from skyhold.scenario.setting import plain

DIALECT = "https://json-schema.org/draft/2020-12/schema"
SCHEMA_FILE = "scenario.schema.json"

UNITS = {
    "km": "km",
    "m": "m",
    "m2": "m2",
    "m_s": "m/s",
    "m_s_year": "m/s a year",
    "deg": "degrees",
    "rev_day": "revolutions a day",
    "days": "days",
    "h": "hours",
    "s": "seconds",
    "utc": "UTC",
    "kg": "kg",
    "kg_year": "kg a year",
    "kg_m2": "kg/m2",
    "n": "N",
    "nms": "N m s",
    "kw": "kW",
}
_UNIT = re.compile(rf"_({'|'.join(sorted(UNITS, key=len, reverse=True))})$")


def unit_of(key: str) -> str:
    """The unit a key wears at its end, or nothing."""
    found = _UNIT.search(key)
    return UNITS[found[1]] if found else ""


def json_schema() -> dict[str, Any]:
    """The JSON Schema (draft 2020-12) of scenario files; units stand in the titles and as `x-unit`.

    `kind` chooses the definition that holds; without it the file is a broadband scenario.
    """
    parts = TypeAdapter(Scenario).json_schema()["$defs"]
    for part in parts.values():
        part["properties"] = {key: _property(key, item) for key, item in part.get("properties", {}).items()}
    chosen: dict[str, Any] = {"$ref": f"#/$defs/{KINDS['broadband'].__name__}"}
    for kind in ("combined", "station"):
        asked = {"properties": {"kind": {"const": kind}}, "required": ["kind"]}
        chosen = {"if": asked, "then": {"$ref": f"#/$defs/{KINDS[kind].__name__}"}, "else": chosen}
    return {"$schema": DIALECT, "title": "Skyhold scenario", "type": "object", **chosen, "$defs": parts}


def _property(key: str, item: dict[str, Any]) -> dict[str, Any]:
    """One property without the null that TOML cannot write, with its unit."""
    choices = [choice for choice in item.get("anyOf", ()) if choice.get("type") != "null"]
    if len(choices) == 1:
        item = {**{name: value for name, value in item.items() if name != "anyOf"}, **choices[0]}
    if item.get("default", 0) is None:
        item = {name: value for name, value in item.items() if name != "default"}
    unit = unit_of(key)
    words = key.rsplit("_", 1)[0] if unit else key
    title = words.replace("_", " ") + (f" ({unit})" if unit else "")
    return {**item, "title": title, **({"x-unit": unit} if unit else {})}


def markdown() -> str:
    """A page with a table of keys for every part of a scenario file."""
    lines = [
        "# Scenario files",
        "",
        "A scenario is a TOML file. `skyhold new NAME --from ukraine-2022` writes one to start from,",
        "`skyhold check FILE` says what is wrong with it, `skyhold schema` writes the JSON Schema for editors.",
        "Keys that are not in these tables are errors. A time without a zone is UTC; a date alone is its midnight.",
        "",
    ]
    for kind, scenario in KINDS.items():
        lines += [f'## Files of kind = "{kind}"', ""]
        for header, noun in tables_of(scenario):
            lines += _table(header, noun)
    return "\n".join(lines)


def _table(header: str, noun: type[Noun]) -> list[str]:
    head = [f"### {header[0].upper()}{header[1:]}", "", _first_line(noun), ""]
    head += ["| key | kind | unit | default | meaning |", "|---|---|---|---|---|"]
    return [*head, *(_row(key, info) for key, info in noun.model_fields.items()), ""]


def _first_line(noun: type[Noun]) -> str:
    return (noun.__doc__ or "").strip().splitlines()[0]


def _row(key: str, info: FieldInfo) -> str:
    cells = (f"`{key}`", kind_of(info.annotation), unit_of(key), default_of(info), info.description or "")
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def default_of(info: FieldInfo) -> str:
    """The default of a key as TOML, or what its absence means."""
    if info.is_required():
        return "required"
    if info.default is None or info.default is PydanticUndefined or isinstance(info.default, Noun):
        return "left out"
    return f"`{toml_value(info.default)}`"


def toml_value(value: object) -> str:
    """A value as TOML writes it on one line."""
    return str(tomlkit.item(plain(value)).as_string())


def kind_of(annotation: Any) -> str:
    """A type in words."""
    if get_origin(annotation) is Literal:
        return " or ".join(f"`{toml_value(choice)}`" for choice in get_args(annotation))
    parts = [part for part in get_args(annotation) if part not in (type(None), Ellipsis)]
    if get_origin(annotation) is tuple:
        return f"list of {len(parts)} numbers" if len(parts) > 1 else f"list of {kind_of(parts[0])}"
    if get_origin(annotation) is dict:
        return "table"
    if parts:
        return kind_of(parts[0])
    names = {"str": "text", "float": "number", "int": "whole number", "bool": "true or false", "Path": "file"}
    name = getattr(annotation, "__name__", "")
    if isinstance(annotation, type) and issubclass(annotation, Noun):
        return "table"
    return names.get(name, "date and time")
