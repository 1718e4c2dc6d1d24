"""How terminals are served: slots, the policy that chooses, the way to the internet, and what goes wrong."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Annotated, Any, Literal

from pydantic import Discriminator, Field, Tag, model_validator

from skyhold.nouns.demand import TerminalLoss, TerrestrialOutage
from skyhold.nouns.noun import Count, Name, Noun, Number, Slug, Utc, fault


class Clock(Noun):
    """When: UTC start, length, and the scheduling slots."""

    start_utc: Utc = Field(
        description="first instant; a time without a zone is UTC, a date alone its midnight"
    )
    duration_h: Number = Field(default=24.0, gt=0, le=24 * 366, description="length of the run")
    slot_period_s: Number = Field(default=15.0, gt=0, le=3600, description="length of a scheduling slot")
    slot_offset_s: Number = Field(
        default=12.0, ge=0, lt=60, description="first slot of each minute, past the minute"
    )

    @property
    def end_utc(self) -> datetime:
        """The instant the run ends."""
        return self.start_utc + timedelta(hours=self.duration_h)

    @model_validator(mode="after")
    def _holds_a_slot(self) -> Clock:
        if self.duration_h * 3600 < self.slot_period_s:
            raise fault(
                "the run is shorter than one slot",
                expected=f"duration_h of {self.slot_period_s / 3600:.6g} or more",
                came=f"{self.duration_h:g} h with slots of {self.slot_period_s:g} s",
                remedy="lengthen duration_h or shorten slot_period_s",
                key="duration_h",
            )
        return self


class Scheduler(Noun):
    """Which usable satellite a terminal gets at each slot."""

    policy: Literal["highest-elevation", "longest-remaining", "least-loaded", "random"] = Field(
        default="highest-elevation", description="how a terminal's satellite is chosen"
    )
    hysteresis: Number = Field(
        default=0.0,
        ge=0,
        description="how much better a challenger must score: degrees of elevation, seconds remaining, "
        "or terminals",
    )
    seed: Count = Field(default=1, ge=0, description="seed of the random policy")


class Internet(Noun):
    """From the gateway to the exchange: the point of presence and the fibre."""

    pop: Name = Field(default="nearest", description="library point of presence, or nearest to the terminal")
    fibre_route_factor: Number = Field(default=1.5, ge=1, le=5, description="fibre length over great circle")


class GatewayDown(Noun):
    """A gateway is lost for a while, or for good."""

    kind: Literal["gateway-down"] = Field(default="gateway-down", description="what happens")
    gateway: Name = Field(description="name of the gateway")
    from_utc: Utc = Field(description="first instant without it")
    to_utc: Utc | None = Field(default=None, description="first instant with it again; left out: for good")

    @model_validator(mode="after")
    def _ends_after_start(self) -> GatewayDown:
        if self.to_utc is not None and self.to_utc <= self.from_utc:
            raise fault(
                "the event ends before it begins",
                expected=f"to_utc after {self.from_utc:%Y-%m-%dT%H:%M:%SZ}",
                came=f"{self.to_utc:%Y-%m-%dT%H:%M:%SZ}",
                remedy="swap the two, or leave to_utc out where the gateway stays lost",
                key="to_utc",
            )
        return self


def _kind_of(event: Any) -> str:
    """A table without a kind is the oldest one, a lost gateway."""
    kind = event.get("kind") if isinstance(event, dict) else getattr(event, "kind", None)
    return kind if isinstance(kind, str) else "gateway-down"


Event = Annotated[
    Annotated[GatewayDown, Tag("gateway-down")]
    | Annotated[TerrestrialOutage, Tag("terrestrial-outage")]
    | Annotated[TerminalLoss, Tag("terminal-loss")],
    Discriminator(_kind_of),
]
"""What goes wrong."""


class Variant(Noun):
    """The same scenario with some values set otherwise; it is run beside the baseline."""

    name: Slug = Field(description="name of the variant: small letters, digits, hyphens")
    title: Name = Field(description="what is different, as the report says it")
    set: dict[str, object] = Field(
        min_length=1,
        description="path.to.key = value, as --set takes them; tables are merged, lists replaced",
    )
