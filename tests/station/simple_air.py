"""An ensemble in exponential air whose members differ in one number, and small supplies to plan with."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime

import numpy as np

from skyhold.holding.burn_program import Wish
from skyhold.holding.supply import Pool, Source, Supply

START = datetime(2022, 2, 25, tzinfo=UTC)


@dataclass(frozen=True)
class SimpleAir:
    """dh/dt = -rate exp(-(h - 417 km)/scale), closed form; `rate` (N,) m a day."""

    rate: tuple[float, ...]
    scale: float = 55e3

    def sunk(self, height, days):
        grown = np.exp((height - 417e3) / self.scale) - np.array(self.rate) * days / self.scale
        return 417e3 + self.scale * np.log(np.where(grown > 0, grown, np.nan))

    def loss_m(self, altitude_m, from_day, to_day):
        return altitude_m - self.sunk(altitude_m, to_day - from_day)

    def fly(self, altitude_m, raise_day, raise_m, out_day):
        events = [(day, 0, m) for day, m in zip(raise_day, raise_m, strict=True)]
        height, now, seen = np.full(len(self.rate), altitude_m), 0.0, []
        for day, is_out, metres in sorted([*events, *((day, 1, 0.0) for day in out_day)]):
            height, now = self.sunk(height, day - now) + metres, day
            if is_out:
                seen.append(height)
        return np.stack(seen, axis=1)


def source(name: str, present: tuple[bool, ...], isp_s: float = 300.0, thrust_n: float = 1000.0) -> Source:
    return Source(name, "test-craft", "us", name, thrust_n, isp_s, False, True, "C", present)


def supply(
    stocks: dict[str, float],
    spans: int = 2,
    days: float = 30.0,
    present: dict[str, tuple[bool, ...]] | None = None,
    mass_kg: float = 450e3,
    isp: dict[str, float] | None = None,
    feeds_attitude: bool = True,
) -> Supply:
    """Craft with propellant, there in all spans unless said otherwise."""
    there = {name: (present or {}).get(name, (True,) * spans) for name in stocks}
    return Supply(
        start=START,
        edge_day=tuple(days * n for n in range(spans + 1)),
        mass_kg=(mass_kg,) * spans,
        attitude_held=(True,) * spans,
        sources=tuple(source(name, there[name], (isp or {}).get(name, 300.0)) for name in stocks),
        pools=tuple(Pool(name, kg, feeds_attitude, there[name]) for name, kg in stocks.items()),
    )


def wish(spans: int = 2, **changes: object) -> Wish:
    """Hold 412 to 422 km from 417 on."""
    return replace(Wish(417e3, 412e3, 422e3, (0.0,) * spans), **changes)  # type: ignore[arg-type]
