"""A TOML file as it was written: its values, the line of each, and everything wrong with it in one error."""

from __future__ import annotations

import difflib
import json
import os
import re
import stat
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from skyhold.errors import ScenarioError
from skyhold.nouns.noun import Noun
from skyhold.scenario.expectations import BOUNDS, expectation, in_words, trouble
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
        items = _causes(error.errors(include_url=False))
        parts = [_part(model, document, item) for item in items]
        raise ScenarioError.of(parts, document.where) from None
    except (RecursionError, OverflowError) as error:
        raise ScenarioError(
            "a value is too large or nested too deeply",
            came=type(error).__name__,
            where=document.where,
            remedy="remove it",
        ) from None


def _causes(items: list[ErrorDetails]) -> list[ErrorDetails]:
    """Without the lists that pydantic finds too short because it left out an item that is wrong itself."""
    within = [item["loc"] for item in items]
    return [
        item
        for item in items
        if item["type"] != "too_short"
        or not any(len(loc) > len(item["loc"]) and loc[: len(item["loc"])] == item["loc"] for loc in within)
    ]


def _part(model: type[Noun], document: Document, item: ErrorDetails) -> ScenarioError:
    tagged: Where = tuple(item["loc"])
    path = _without_tags(tagged)
    context = item.get("ctx", {})
    if item["type"] == "scenario":
        at = _without_tags(tagged + context["path"])
        name = f"{spelled(at)}: " if at else ""
        return ScenarioError(
            f"{name}{context['problem']}",
            expected=context["expected"],
            came=context["came"],
            where=document.place(at),
            remedy=context["remedy"],
        )
    if item["type"] == "extra_forbidden":
        return _unknown_key(model, document, tagged)
    if item["type"] == "missing":
        return _missing_key(model, document, tagged)
    if item["type"] == "union_tag_invalid":
        return _unknown_kind(document, path, context)
    expected, remedy = expectation(item["type"], context, item["msg"])
    if context.keys() & BOUNDS.keys():
        expected = in_words(_limits(model, tagged)) or expected
    if item["type"] == "literal_error":
        remedy = _near_choice(str(context["expected"]), item["input"]) or remedy
    return ScenarioError(
        f"{spelled(path) or 'the file'} {trouble(item['type'])}",
        expected=expected,
        came=quoted(item["input"]),
        where=document.place(path),
        remedy=remedy,
    )


def _without_tags(path: Where) -> Where:
    """The path as the file has it: pydantic puts the kind of an event behind its index, and no table has a hyphen."""
    last = len(path) - 1
    tags = [
        i for i, part in enumerate(path) if 0 < i < last and isinstance(path[i - 1], int) and "-" in str(part)
    ]
    return tuple(part for i, part in enumerate(path) if i not in tags)


def _unknown_kind(document: Document, path: Where, context: Mapping[str, Any]) -> ScenarioError:
    expected = str(context["expected_tags"])
    return ScenarioError(
        f"{spelled((*path, 'kind'))} is not valid",
        expected=" or ".join(expected.rsplit(", ", 1)).replace("'", '"'),
        came=quoted(context["tag"]),
        where=document.place((*path, "kind")),
        remedy=_near_choice(expected, context["tag"]) or "choose one of these",
    )


def _unknown_key(model: type[Noun], document: Document, tagged: Where) -> ScenarioError:
    path = _without_tags(tagged)
    key, table = str(path[-1]), path[:-1]
    owner = noun_at(model, tagged[:-1])
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


def _missing_key(model: type[Noun], document: Document, tagged: Where) -> ScenarioError:
    path = _without_tags(tagged)
    key = str(path[-1])
    owner = noun_at(model, tagged[:-1])
    about = owner.model_fields[key].description if owner and key in owner.model_fields else None
    return ScenarioError(
        f"{spelled(path)} is missing",
        expected=about or "a value",
        where=document.place(path[:-1]),
        remedy=f"add {key} to {headed(path[:-1])}",
    )


def _limits(model: type[Noun], path: Where) -> list[dict[str, Any]]:
    """The bounds of the field a path leads to."""
    owner, key = noun_at(model, path[:-1]), path[-1]
    metadata = owner.model_fields[key].metadata if owner and key in owner.model_fields else []
    return [{name: getattr(item, name) for name in BOUNDS if hasattr(item, name)} for item in metadata]


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
    """The noun a path leads to, if it leads to one; a kind in the path chooses among several."""
    found = [model]
    for part in path:
        if isinstance(part, int):
            continue
        of_kind = [noun for noun in found if part in _kinds(noun)]
        if of_kind:
            found = of_kind
        elif not found or part not in found[0].model_fields:
            return None
        else:
            found = list(nouns_in(found[0].model_fields[part].annotation))
    return found[0] if found else None


def _kinds(noun: type[Noun]) -> tuple[object, ...]:
    kind = noun.model_fields.get("kind")
    return get_args(kind.annotation) if kind else ()


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
