"""Satellites that cannot be placed: named and counted, never dropped."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Fault:
    """A satellite whose position is NaN at some of the instants asked for.

    `index` is its number in the fleet, `code` SGP4's, `first` the first of the instants and `instants` how many.
    """

    name: str
    index: int
    code: int
    reason: str
    first: int
    instants: int
