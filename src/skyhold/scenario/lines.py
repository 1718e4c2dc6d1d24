"""On which line of a TOML text each key stands; tomllib does not say."""

from __future__ import annotations

import contextlib
import re
import tomllib

Where = tuple[str | int, ...]
"""A path into a scenario: keys of tables and indices of lists."""

_TOKEN = re.compile(
    r"""(?P<blank>[ \t\r]+|\#[^\n]*)
    |(?P<newline>\n)
    |(?P<text>\"{3}(?:\\[\s\S]|[^\\])*?\"{3,5}|'{3}[\s\S]*?'{3,5}|"(?:\\.|[^"\\\n])*"|'[^'\n]*')
    |(?P<mark>[\[\]{}=,.])
    |(?P<bare>[^\s\[\]{}=,."'\#]+)""",
    re.VERBOSE,
)


def lines_of(text: str) -> dict[Where, int]:
    """The line, from 1, of every header, key and list item of a TOML text that `tomllib` has accepted."""
    walk = _Walk(text)
    with contextlib.suppress(IndexError, RecursionError):
        walk.file()
    return walk.lines


class _Walk:
    """One reading of a text, token by token."""

    def __init__(self, text: str) -> None:
        self.lines: dict[Where, int] = {}
        self._counts: dict[Where, int] = {}
        self._tokens: list[tuple[str, str, int]] = []
        self._at = 0
        line = 1
        for found in _TOKEN.finditer(text):
            kind = found.lastgroup or ""
            if kind != "blank":
                self._tokens.append((kind, found[0], line))
            line += found[0].count("\n")

    def file(self) -> None:
        table: Where = ()
        while self._at < len(self._tokens):
            kind, _, line = self._tokens[self._at]
            if kind == "newline":
                self._at += 1
            elif self._is("["):
                table = self._header()
                self._note(table, line)
            else:
                self._pair(table)

    def _note(self, path: Where, line: int) -> None:
        """The line of a path, and of each table around it that has no line yet."""
        for length in range(1, len(path) + 1):
            self.lines.setdefault(path[:length], line)

    def _is(self, mark: str) -> bool:
        return self._tokens[self._at][:2] == ("mark", mark)

    def _header(self) -> Where:
        self._at += 1
        many = self._is("[")
        self._at += many
        path: Where = ()
        for part in self._key():
            path = (*path, part)
            if path in self._counts:
                path = (*path, self._counts[path] - 1)
        self._at += 1 + many
        return self._opened(path) if many else path

    def _opened(self, path: Where) -> Where:
        bare = path[:-1] if isinstance(path[-1], int) else path
        self._counts[bare] = self._counts.get(bare, 0) + 1
        return (*bare, self._counts[bare] - 1)

    def _key(self) -> list[str]:
        parts: list[str] = []
        while True:
            kind, word, _ = self._tokens[self._at]
            parts.append(unquoted(word) if kind == "text" else word)
            self._at += 1
            if not self._is("."):
                return parts
            self._at += 1

    def _pair(self, table: Where) -> None:
        line = self._tokens[self._at][2]
        path = (*table, *self._key())
        self._note(path, line)
        self._at += 1
        self._value(path)

    def _value(self, path: Where) -> None:
        self._note(path, self._tokens[self._at][2])
        if self._is("["):
            self._items(path)
        elif self._is("{"):
            self._inline(path)
        else:
            while self._at < len(self._tokens) and not self._ends():
                self._at += 1

    def _ends(self) -> bool:
        return self._tokens[self._at][0] == "newline" or self._is(",") or self._is("]") or self._is("}")

    def _items(self, path: Where) -> None:
        self._at += 1
        index = 0
        while not self._is("]"):
            if self._tokens[self._at][0] == "newline" or self._is(","):
                self._at += 1
            else:
                self._value((*path, index))
                index += 1
        self._at += 1

    def _inline(self, path: Where) -> None:
        self._at += 1
        while not self._is("}"):
            if self._tokens[self._at][0] == "newline" or self._is(","):
                self._at += 1
            else:
                self._pair(path)
        self._at += 1


def unquoted(word: str) -> str:
    """A quoted key as TOML reads it; one that TOML does not read stays as it is."""
    try:
        return next(iter(tomllib.loads(f"{word} = 0")))
    except ValueError:
        return word
