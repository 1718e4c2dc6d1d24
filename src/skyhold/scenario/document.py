"""A TOML file as it was written: its values, the line of each, and everything wrong with it in one error."""

from __future__ import annotations

import difflib
import json
import os
import re
import stat
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar, get_origin

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from skyhold.errors import ScenarioError
from skyhold.nouns.noun import Noun
from skyhold.scenario.lines import Where, lines_of

LARGEST_FILE_BYTES = 16 * 1024 * 1024
LONGEST_QUOTE = 60

Model = TypeVar("Model", bound=Noun)


@dataclass(frozen=True)
class Document:
    """The values of a TOML text; `where` names it in errors, `sets` are the paths set over it."""

    text: str
    where: str
    values: dict[str, Any]
    sets: tuple[Where, ...] = field(default=())

    def place(self, path: Where) -> str:
        """Where a path stands: the file, and the line of it or of the nearest table around it."""
        for wanted in self.sets:
            if path and (path[: len(wanted)] == wanted or wanted[: len(path)] == path):
                return f"--set {spelled(wanted)}"
        lines = lines_of(self.text)
        for length in range(len(path), 0, -1):
            if path[:length] in lines:
                return f"{self.where}, line {lines[path[:length]]}"
        return self.where


def read(path: str | os.PathLike[str]) -> Document:
    """Read a TOML file.

    Errors: ScenarioError for what is no file, too large, not UTF-8 or not TOML.
    """
    where = str(path)
    try:
        status = Path(path).stat()
        if stat.S_ISDIR(status.st_mode):
            raise _is_folder(Path(path))
        if not stat.S_ISREG(status.st_mode):
            raise ScenarioError("this is not a file", where=where, remedy="give the path of a .toml file")
        if status.st_size > LARGEST_FILE_BYTES:
            raise ScenarioError(
                "the file is too large for a scenario",
                expected=f"at most {LARGEST_FILE_BYTES // 1024**2} MiB",
                came=f"{status.st_size / 1024**2:.0f} MiB",
                where=where,
                remedy="keep catalogues and lists of sites in files of their own, named in the scenario",
            )
        content = Path(path).read_bytes()
    except FileNotFoundError:
        raise ScenarioError("there is no such file", where=where, remedy=_near_file(Path(path))) from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise ScenarioError(
            f"the file cannot be read: {reason}", where=where, remedy="check its path and its permissions"
        ) from None
    return parse(_decoded(content, where), where)


def _is_folder(path: Path) -> ScenarioError:
    inside = sorted(item.name for item in path.glob("*.toml"))[:5]
    remedy = f"name the file in it: {', '.join(inside)}" if inside else "give the path of a .toml file"
    return ScenarioError("this is a folder, not a scenario file", where=str(path), remedy=remedy)


def _near_file(path: Path) -> str:
    try:
        beside = [item.name for item in path.parent.iterdir() if item.suffix == ".toml"]
    except (OSError, ValueError):
        return "check the path; the folder is not there either"
    near = nearest(path.name, beside)
    return f"did you mean {path.parent / near}" if near else "check the path"


def _decoded(content: bytes, where: str) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise ScenarioError(
            "the file is not text in UTF-8",
            came=f"byte 0x{content[error.start]:02x} at offset {error.start}",
            where=f"{where}, line {line}",
            remedy="save it again with the encoding UTF-8",
        ) from None


def parse(text: str, where: str) -> Document:
    """Read a TOML text; `where` names it in errors.

    Errors: ScenarioError with line and column for what is not TOML, and for a text that says nothing.
    """
    try:
        values = tomllib.loads(text)
    except RecursionError:
        raise ScenarioError(
            "lists or tables are nested too deeply",
            where=where,
            remedy="flatten them; no scenario needs more than 6",
        ) from None
    except ValueError as error:
        raise _not_toml(text, where, str(error)) from None
    if not values:
        raise ScenarioError(
            "the file is empty",
            expected="a scenario",
            where=where,
            remedy="start from one of the library: skyhold new NAME --from ukraine-2022",
        )
    return Document(text, where, values)


def _not_toml(text: str, where: str, message: str) -> ScenarioError:
    found = re.search(r"\(at line (\d+), column (\d+)\)", message)
    problem = message.split(" (at ")[0]
    rows = text.splitlines()
    line = int(found[1]) if found else len(rows)
    came = rows[line - 1].strip() if 0 < line <= len(rows) else ""
    position = f"line {line}, column {found[2]}" if found else f"line {max(line, 1)}, the end"
    return ScenarioError(
        f"this is not TOML: {problem[:1].lower()}{problem[1:]}",
        came=quoted(came) if came else "",
        where=f"{where}, {position}",
        remedy=_toml_remedy(problem),
    )


def _toml_remedy(problem: str) -> str:
    said = problem.lower()
    if "overwrite" in said or "twice" in said or "declare" in said or "mutate" in said or "redefine" in said:
        return "remove one of the two; a list of tables is headed [[name]], with two brackets"
    if "unclosed" in said or "unterminated" in said or "expected" in said:
        return "look for a missing quotation mark, bracket or equals sign here or on the line before"
    return "put quotation marks round text, write true and false small, and dates as 2022-02-28T00:00:00Z"


def validate(model: type[Model], document: Document) -> Model:
    """The noun a document describes.

    Errors: one ScenarioError for everything wrong with it; its `parts` are the problems one by one.
    """
    try:
        return model.model_validate(document.values)
    except ValidationError as error:
        parts = [_part(model, document, item) for item in error.errors(include_url=False)]
        raise ScenarioError.of(parts, document.where) from None
    except (RecursionError, OverflowError) as error:
        raise ScenarioError(
            "a value is too large or nested too deeply",
            came=type(error).__name__,
            where=document.where,
            remedy="remove it",
        ) from None


def _part(model: type[Noun], document: Document, item: ErrorDetails) -> ScenarioError:
    path: Where = tuple(item["loc"])
    context = item.get("ctx", {})
    if item["type"] == "scenario":
        at = path + context["path"]
        name = f"{spelled(at)}: " if at else ""
        return ScenarioError(
            f"{name}{context['problem']}",
            expected=context["expected"],
            came=context["came"],
            where=document.place(at),
            remedy=context["remedy"],
        )
    if item["type"] == "extra_forbidden":
        return _unknown_key(model, document, path)
    if item["type"] == "missing":
        return _missing_key(model, document, path)
    expected, remedy = _expectation(item["type"], context, item["msg"])
    if context.keys() & _BOUNDS.keys():
        expected = _range(_limits(model, path)) or expected
    if item["type"] == "literal_error":
        remedy = _near_choice(str(context["expected"]), item["input"]) or remedy
    return ScenarioError(
        f"{spelled(path) or 'the file'} {_trouble(item['type'])}",
        expected=expected,
        came=quoted(item["input"]),
        where=document.place(path),
        remedy=remedy,
    )


def _unknown_key(model: type[Noun], document: Document, path: Where) -> ScenarioError:
    key, table = str(path[-1]), path[:-1]
    owner = noun_at(model, table)
    valid = list(owner.model_fields) if owner else []
    near = nearest(key, valid)
    homes = [] if near else [home for home, noun in tables_of(model) if key in noun.model_fields]
    if near:
        remedy = f"did you mean {near}"
    elif homes:
        remedy = f"move it to {' or '.join(homes[:3])}"
    else:
        remedy = f"remove it, or choose one of {', '.join(valid)}"
    return ScenarioError(
        f"{spelled(path)} is not a key of {headed(table)}", where=document.place(path), remedy=remedy
    )


def _missing_key(model: type[Noun], document: Document, path: Where) -> ScenarioError:
    key = str(path[-1])
    owner = noun_at(model, path[:-1])
    about = owner.model_fields[key].description if owner and key in owner.model_fields else None
    return ScenarioError(
        f"{spelled(path)} is missing",
        expected=about or "a value",
        where=document.place(path[:-1]),
        remedy=f"add {key} to {headed(path[:-1])}",
    )


def _trouble(kind: str) -> str:
    if kind.endswith(("_type", "_parsing", "_attributes_type")):
        return "is of the wrong kind"
    if kind.startswith(("greater", "less", "finite", "too_")) or kind.endswith("_size"):
        return "is out of range"
    return "is not valid"


_KINDS = {
    "float_type": ("a number", "write a number without quotation marks"),
    "int_type": ("a whole number", "write a whole number without quotation marks or decimal point"),
    "int_from_float": ("a whole number", "write a whole number without decimal point"),
    "bool_type": ("true or false", "write true or false, small and without quotation marks"),
    "string_type": ("text in quotation marks", "put quotation marks round it"),
    "tuple_type": ("a list", "put it in brackets: [ ... ]"),
    "dict_type": ("a table", "write it as a [table] or as { key = value }"),
    "model_type": ("a table", "write it as a [table] or as { key = value }; in a list, as [[table]]"),
    "model_attributes_type": (
        "a table",
        "write it as a [table] or as { key = value }; in a list, as [[table]]",
    ),
    "path_type": ("a path in quotation marks", "put quotation marks round it"),
    "finite_number": (
        "a finite number",
        "nan and inf stand for nothing here; leave the key out for its default",
    ),
    "int_parsing_size": ("a whole number of at most 18 digits", "write a smaller number"),
}

_BOUNDS = {"gt": "more than {:g}", "ge": "at least {:g}", "lt": "less than {:g}", "le": "at most {:g}"}


def _expectation(kind: str, context: Mapping[str, Any], message: str) -> tuple[str, str]:
    if kind in _KINDS:
        return _KINDS[kind]
    if context.keys() & _BOUNDS.keys():
        return _range([context]), "choose a value inside the range"
    if kind == "literal_error":
        return str(context["expected"]).replace("'", '"'), "choose one of these"
    if kind == "string_pattern_mismatch":
        if context["pattern"] == "^[A-Z]{3}$":
            return (
                "three capital letters, ISO 3166-1 alpha-3, e.g. UKR",
                "write the country's three-letter code",
            )
        return "small letters, digits and hyphens", "write it like my-scenario-1"
    if kind in ("too_short", "string_too_short"):
        return f"at least {context['min_length']}", "give more, or leave the key out"
    if kind in ("too_long", "string_too_long"):
        return f"at most {context['max_length']}", "give fewer"
    return message[:1].lower() + message[1:], "see the page on scenario files, or `skyhold schema`"


def _limits(model: type[Noun], path: Where) -> list[dict[str, Any]]:
    """The bounds of the field a path leads to."""
    owner, key = noun_at(model, path[:-1]), path[-1]
    metadata = owner.model_fields[key].metadata if owner and key in owner.model_fields else []
    return [{name: getattr(item, name) for name in _BOUNDS if hasattr(item, name)} for item in metadata]


def _range(limits: Sequence[Mapping[str, Any]]) -> str:
    """Bounds in words: at least 0 and less than 90."""
    merged = {name: bound for each in limits for name, bound in each.items() if name in _BOUNDS}
    return " and ".join(words.format(merged[name]) for name, words in _BOUNDS.items() if name in merged)


def _near_choice(expected: str, came: object) -> str:
    near = nearest(str(came), re.findall(r"'([^']*)'", expected)) if isinstance(came, str) else None
    return f'did you mean "{near}"' if near else ""


def nearest(word: str, words: Iterable[str]) -> str | None:
    """The known word most like this one, if one is like it at all (letters' case put aside)."""
    known = {item.casefold(): item for item in words}
    found = difflib.get_close_matches(word[:100].casefold(), known, n=1, cutoff=0.6)
    return known[found[0]] if found else None


def spelled(path: Where) -> str:
    """A path as people write it: places[0].name."""
    text = ""
    for part in path:
        if isinstance(part, int):
            text += f"[{part}]"
        else:
            plain = re.fullmatch(r"[A-Za-z0-9_-]+", part)
            text += ("." if text else "") + (part if plain else _string(part))
    return text


def headed(path: Where) -> str:
    """The table a path leads to, as its header would read."""
    return f"[{spelled(path)}]" if path else "the top of the file"


def quoted(value: object) -> str:
    """A value as TOML would show it, cut short."""
    try:
        text = _string(value) if isinstance(value, str) else repr(value)
    except (ValueError, RecursionError):
        return f"a very large {type(value).__name__}"
    text = text.lower() if isinstance(value, bool) else text
    return text if len(text) <= LONGEST_QUOTE else f"{text[: LONGEST_QUOTE - 3]}..."


def _string(text: str) -> str:
    """A TOML basic string: JSON's escapes are TOML's, but for the delete character."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def noun_at(model: type[Noun], path: Where) -> type[Noun] | None:
    """The noun a path leads to, if it leads to one."""
    found: type[Noun] | None = model
    for part in path:
        if isinstance(part, int):
            continue
        if found is None or part not in found.model_fields:
            return None
        found = next(nouns_in(found.model_fields[part].annotation), None)
    return found


def nouns_in(annotation: object) -> Iterator[type[Noun]]:
    """The nouns a type is made of: itself, or those inside its tuple or union."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation  # type: ignore[misc]
    for part in getattr(annotation, "__args__", ()):
        yield from nouns_in(part)


def tables_of(model: type[Noun], path: str = "") -> Iterator[tuple[str, type[Noun]]]:
    """Every table of a file with its header: (`the top of the file`, the noun), (`[clock]`, Clock), ..."""
    if not path:
        yield headed(()), model
    for key, info in model.model_fields.items():
        for noun in nouns_in(info.annotation):
            header = f"{path}.{key}" if path else key
            yield (f"[[{header}]]" if get_origin(info.annotation) is tuple else f"[{header}]"), noun
            yield from tables_of(noun, header)
