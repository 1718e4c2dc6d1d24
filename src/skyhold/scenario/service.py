"""How terminals are served: slots, the policy that chooses, and the way to the internet."""

from __future__ import annotations

from typing import Literal

from pydantic import AwareDatetime, Field

from skyhold.scenario.noun import Noun


class Clock(Noun):
    """When: UTC start, length, and the scheduling slots."""

    start_utc: AwareDatetime
    duration_h: float = Field(default=24.0, gt=0, le=24 * 366)
    slot_period_s: float = Field(default=15.0, gt=0, le=3600)
    slot_offset_s: float = Field(default=12.0, ge=0, lt=60)


class Scheduler(Noun):
    """Which usable satellite a terminal gets at each slot."""

    policy: Literal["highest-elevation", "longest-remaining", "least-loaded", "random"] = "highest-elevation"
    hysteresis: float = Field(default=0.0, ge=0, description="how much better a challenger must score: degrees of elevation, seconds remaining, or terminals")
    seed: int = 1


class Internet(Noun):
    """From the gateway to the exchange: the point of presence and the fibre."""

    pop: str = Field(default="nearest", description="library point of presence, or nearest to the terminal")
    fibre_route_factor: float = Field(default=1.5, ge=1, le=5, description="fibre length over great circle")


class GatewayDown(Noun):
    """A gateway is lost for a while, or for good."""

    kind: Literal["gateway-down"] = "gateway-down"
    gateway: str
    from_utc: AwareDatetime
    to_utc: AwareDatetime | None = None


Event = GatewayDown


class Variant(Noun):
    """The same scenario with some values set otherwise; it is run beside the baseline."""

    name: str = Field(pattern="^[a-z0-9][a-z0-9-]*$")
    title: str
    set: dict[str, object] = Field(description="path.to.key = value, as --set takes them")


