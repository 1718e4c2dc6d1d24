"""The plan: what may be placed, and what it is for."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, model_validator

from skyhold.nouns.ground import GatewaySite
from skyhold.nouns.noun import Count, Noun, Number, fault, forbid_twice


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
        default=1.0, gt=0, le=1e6, description="rate down that makes a terminal's users served"
    )
    gateways: Count = Field(default=0, ge=0, le=10, description="more gateways that may be opened")
    gateway_sites: tuple[GatewaySite, ...] = Field(
        default=(), description="where they may stand; left out: the largest cities of the area's country"
    )
    slots: Count = Field(default=20, ge=1, le=1000, description="sampled slots in which the plan must hold")

    @model_validator(mode="after")
    def _sites_differ(self) -> PlanSpec:
        forbid_twice((site.name for site in self.gateway_sites), "gateway_sites")
        if self.gateway_sites and not self.gateways:
            raise fault(
                "places for gateways are named and none may be opened",
                expected="gateways of 1 or more",
                came="gateways = 0",
                remedy="set gateways, or leave gateway_sites out",
                key="gateways",
            )
        return self
