"""A scenario file to start from: one of the library, with the keys it leaves out as comments."""

from __future__ import annotations

import re
import tomllib

from pydantic.fields import FieldInfo

from skyhold.errors import ScenarioError
from skyhold.nouns.noun import Noun
from skyhold.scenario import library
from skyhold.scenario.document import nouns_in, tables_of
from skyhold.scenario.load import loads
from skyhold.scenario.scenario import KINDS
from skyhold.scenario.schema import SCHEMA_FILE, toml_value, unit_of

ALTERNATIVES = ("[area]", "[fleet]", "[station]", "[broadband]")
"""Tables whose keys exclude or replace one another: what they leave out is left out."""

OPTIONAL = (
    "[area]",
    "[cities]",
    "[terminal]",
    "[scheduler]",
    "[internet]",
    "[[events]]",
    "[[withdrawals]]",
    "[[detachments]]",
    "[deorbit]",
)
"""Tables shown as comments where a scenario has none."""


def new(name: str, from_library: str = "ukraine-2022") -> str:
    """A commented scenario file named `name`, made from a library scenario; it loads as it is.

    The first line points editors to the schema that `skyhold schema --out scenario.schema.json` writes.

    Errors: ScenarioError for a name that is none, or a library scenario nobody knows.
    """
    if not re.fullmatch(r"[a-z0-9][a-z0-9-]{0,99}", name):
        raise ScenarioError(
            "this name cannot be a scenario's",
            expected="small letters, digits and hyphens, at most 100",
            came=repr(name[:100]),
            where="name of the new scenario",
            remedy=f"try {_slug(name)}",
        )
    text = re.sub(
        r'^name = ".*"$', f'name = "{name}"', library.scenario_text(from_library), count=1, flags=re.M
    )
    head = (
        f"#:schema {SCHEMA_FILE}\n"
        f"# Editors check this file by the line above once `skyhold schema --out {SCHEMA_FILE}` wrote the schema.\n"
        f"# Made from the library scenario {from_library}. Lines that begin with # and a key show its default.\n\n"
    )
    whole = head + _with_defaults(text)
    loads(whole, f"{name}.toml")
    return whole


def _slug(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:100] or "my-scenario"


def _with_defaults(text: str) -> str:
    """The text with the keys each table leaves out added to it as comments, and the tables it leaves out."""
    known: dict[str, type[Noun]] = {}
    for header, noun in tables_of(KINDS[str(tomllib.loads(text).get("kind", "broadband"))]):
        known.setdefault(header, noun)
    opening, *sections = re.split(r"(?m)^(?=\[)", text)
    whole, seen = opening, set()
    for section in sections:
        header = section.split("]", 1)[0] + ("]]" if section.startswith("[[") else "]")
        seen.add(header)
        fill = header in known and not header.startswith("[[") and header not in ALTERNATIVES
        whole += _section(section, known[header]) if fill else section
    absent = [header for header in OPTIONAL if header in known and header not in seen]
    return whole + "".join(f"\n# {header}\n" + _keys(known[header], "") for header in absent)


def _section(section: str, noun: type[Noun]) -> str:
    body = section.rstrip("\n")
    return f"{body}\n{_keys(noun, body)}{section[len(body) + 1 :]}"


def _keys(noun: type[Noun], body: str) -> str:
    missing = [
        (key, info) for key, info in noun.model_fields.items() if not re.search(rf"(?m)^{key}\b", body)
    ]
    return "".join(_comment(key, info) for key, info in missing)


def _comment(key: str, info: FieldInfo) -> str:
    if next(nouns_in(info.annotation), None):
        return ""
    about = "; ".join(part for part in (unit_of(key), info.description) if part)
    if info.is_required() or info.default is None:
        return f"# {key}: {about}\n"
    return f"# {key} = {toml_value(info.default)} # {about}\n"
