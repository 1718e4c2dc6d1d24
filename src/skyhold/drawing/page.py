"""What a page is made of: sections, figures with their legends, tables, tiles."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from markupsafe import Markup

from skyhold.drawing import numerals

GOOD, BAD, SAME = "good", "bad", "same"


@dataclass(frozen=True)
class Legend:
    """What the colours of a figure mean: (colour, words), and a remark."""

    title: str
    entries: Sequence[tuple[str, str]]
    note: str = ""
    shape: str = "square"


@dataclass(frozen=True)
class Figure:
    """A drawing with its title, its legend, and a sentence under it."""

    title: str
    drawing: Markup
    legend: Legend | None = None
    caption: str = ""
    wide: bool = False


@dataclass(frozen=True)
class View:
    """A table for people: heads, an alignment for each column ("l", "r" or "c"), rows of words and drawings."""

    caption: str
    heads: Sequence[str | Markup]
    align: str
    rows: Sequence[Sequence[Any]]
    note: str = ""
    folded: bool = False


@dataclass(frozen=True)
class Change:
    """A figure of a variant beside the baseline: its name, value, signed change, and whether that is good."""

    label: str
    value: str
    change: str
    kind: str

    @property
    def arrow(self) -> str:
        """Up or down, nothing for a change told in words."""
        if self.kind == SAME:
            return "="
        return {"+": "▲", numerals.MINUS: "▼"}.get(self.change[:1], "")


@dataclass(frozen=True)
class Tile:
    """A figure of the run at a glance, with the same figure of each variant below it."""

    label: str
    value: str
    note: str
    changes: Sequence[Change] = ()


@dataclass(frozen=True)
class Section:
    """A part of the report: an anchor, a title, a lead, figures, tables, and remarks."""

    anchor: str
    title: str
    lead: str = ""
    figures: Sequence[Figure] = ()
    tables: Sequence[View] = ()
    remarks: Sequence[str] = field(default_factory=tuple)


def variant_label(name: str) -> str:
    """A variant's name as a short label: polish-gateway-lost is "Polish gateway lost"."""
    words = ["GSO" if word == "gso" else word for word in name.split("-")]
    label = " ".join(words)
    return label[:1].upper() + label[1:]
