"""How the rate of a flow wanders within slots.

LeoCC's trace: autocorrelation 0.55 at 1 s, 0.23 at 5 s, 0.20 at 15 s; bins of 100 ms from 0.69 to 1.37 of their mean at
5 and 95 %. Two autoregressive parts in the logarithm have just that: one forgets in a second, one in over a minute.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from skyhold.experience import kernels


@dataclass(frozen=True)
class RateModel:
    """A lognormal rate about the slot's with mean 1: spread of its logarithm, and two memories.

    Solved, not fitted by hand: `slow_share` exp(-t/`slow_s`) + (1 - `slow_share`) exp(-t/`fast_s`) passes 0.55,
    0.23 and 0.20 at 1, 5 and 15 s. `sigma` is ln(66.5 / 33.6) over twice 1.645.
    """

    sigma: float = 0.2075
    fast_s: float = 1.14526
    slow_s: float = 103.766
    slow_share: float = 0.231104

    def autocorrelation(self, lag_s: float) -> float:
        """Of the logarithm of the rate, at a lag."""
        fast = (1.0 - self.slow_share) * np.exp(-lag_s / self.fast_s)
        return float(fast + self.slow_share * np.exp(-lag_s / self.slow_s))

    def factors(self, count: int, step_s: float, rng: np.random.Generator) -> NDArray[np.float64]:
        """(N,) factors of mean 1 on the rate, one a step."""
        fast = wander(count, step_s / self.fast_s, rng)
        slow = wander(count, step_s / self.slow_s, rng)
        noise = np.sqrt(1.0 - self.slow_share) * fast + np.sqrt(self.slow_share) * slow
        return np.asarray(np.exp(self.sigma * noise - 0.5 * self.sigma**2))


def wander(count: int, steps_forgotten: float, rng: np.random.Generator) -> NDArray[np.float64]:
    """(N,) normal noise of unit variance whose autocorrelation is exp(-n `steps_forgotten`) after n steps."""
    out = np.empty(count)
    kernels.autoregress(float(np.exp(-steps_forgotten)), rng.standard_normal(count), out)
    return out
