"""What a value should have been: the errors of pydantic in words that people read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any


def trouble(kind: str) -> str:
    """What is wrong with a value, by the type of the error."""
    if kind.endswith(("_type", "_parsing", "_attributes_type")):
        return "is of the wrong kind"
    if kind.startswith(("greater", "less", "finite", "too_")) or kind.endswith("_size"):
        return "is out of range"
    return "is not valid"


KINDS = {
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

BOUNDS = {"gt": "more than {:g}", "ge": "at least {:g}", "lt": "less than {:g}", "le": "at most {:g}"}


def expectation(kind: str, context: Mapping[str, Any], message: str) -> tuple[str, str]:
    """What was expected, and what to do, by the type of the error, its context and its message."""
    if kind in KINDS:
        return KINDS[kind]
    if context.keys() & BOUNDS.keys():
        return in_words([context]), "choose a value inside the range"
    if kind == "literal_error":
        return str(context["expected"]).replace("'", '"'), "choose one of these"
    if kind == "string_pattern_mismatch":
        if context["pattern"] == "^[A-Z]{3}$":
            return (
                "three capital letters, ISO 3166-1 alpha-3, e.g. UKR",
                "write the country's three-letter code",
            )
        return "small letters, digits and hyphens", "write it like my-scenario-1"
    if kind == "string_too_short":
        return "text", "write something between the quotation marks, or leave the key out"
    if kind == "too_short":
        return f"at least {context['min_length']}", "give more, or leave the key out"
    if kind in ("too_long", "string_too_long"):
        return f"at most {context['max_length']}", "give fewer"
    return message[:1].lower() + message[1:], "see the page on scenario files, or `skyhold schema`"


def in_words(limits: Sequence[Mapping[str, Any]]) -> str:
    """Bounds in words: at least 0 and less than 90."""
    merged = {name: bound for each in limits for name, bound in each.items() if name in BOUNDS}
    return " and ".join(words.format(merged[name]) for name, words in BOUNDS.items() if name in merged)
