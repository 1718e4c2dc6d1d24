"""The plan: what may be placed, and what it is for."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from skyhold.nouns.ground import GatewaySite
from skyhold.nouns.noun import Count, Noun, Number


class PlanSpec(Noun):
    """Where to put terminals, and at most a gateway or two, to serve most people."""

    terminals: Count = Field(ge=0, le=10_000_000, description="terminals to place")
    most_per_cell: Count | None = Field(
        default=None, ge=1, description="terminals in one cell; left out: no limit"
    )
    objective: Literal["people", "sites-first"] = Field(
        default="sites-first", description="most people, or every priority site first and then most people"
    )
    least_mbit_s: Number = Field(
        default=1.0, gt=0, description="rate down that makes a terminal's users served"
    )
    gateways: Count = Field(default=0, ge=0, le=10, description="more gateways that may be opened")
    gateway_sites: tuple[GatewaySite, ...] = Field(default=(), description="where they may stand")
