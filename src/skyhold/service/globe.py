"""The globe: cells that hold many of the system's own, a mesh of lasers, and what a fleet offers to whom."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from skyhold.errors import SkyholdError
from skyhold.network.gateways import Backhaul, GatewaySegment
from skyhold.times import Instants

BEAM_CELL_RESOLUTION = 5
"""H3 resolution nearest to the cells of the system: 252.9 km2 (Puchol [RE]); Pekhterev has 379 km2 [RE]."""
APERTURE = 7.0  # children of an H3 cell
MANY = 1_000_000
REACHED = 0.5  # share of what is wanted that makes people reached
KBIT = 1e3

Reals = NDArray[np.floating[Any]]


def beam_cells(resolution: int) -> float:
    """How many cells of the system a cell of an H3 resolution holds; 1 where it is finer than those.

    A cell of resolution 3 (12,393 km2) holds 49 of resolution 5, and each may be lit on all channels (Nco = 1 is a rule
    for one of them). Finer cells than the system's keep their full right: neighbours in one beam are not told apart.
    """
    return float(max(1.0, APERTURE ** (BEAM_CELL_RESOLUTION - resolution)))


@dataclass(frozen=True)
class LaserMesh(GatewaySegment):
    """A ground segment that every satellite reaches over lasers, wherever it is, and that never is the limit.

    An upper bound: lasers of 100 Gbit/s carry the 18 Gbit/s of a satellite many hops, but no route is sought here, and
    no gateway at the other end is counted. Delays are not modelled: those of `backhaul` are 0.
    """

    @staticmethod
    def over(ground: GatewaySegment) -> LaserMesh:
        """The mesh in place of a ground segment."""
        return LaserMesh(
            names=("over lasers",),
            sites=ground.sites.take(np.array([0])),
            mask=ground.mask,
            pops=ground.pops,
            fibre_s=ground.fibre_s[:1],
        )

    def antennas(self, of_site: int) -> NDArray[np.int32]:
        """As many as anybody asks for."""
        return np.full(1, MANY, np.int32)

    def backhaul(self, xyz: NDArray[np.floating], instants: Instants) -> Backhaul:
        """Every satellite has a way down."""
        shape = (xyz.shape[0], len(self.pops), xyz.shape[1])
        return Backhaul(np.zeros(shape, np.float32), np.zeros(shape, np.int16))

    def in_view(self, xyz: NDArray[np.floating], instants: Instants) -> NDArray[np.bool_]:
        """(T, 1, S): all of them."""
        return np.ones((xyz.shape[0], 1, xyz.shape[1]), np.bool_)


@dataclass(frozen=True)
class GlobeCapacity:
    """What a fleet offers to the people who lack access; rates are means over time.

    `payload_bit_s` is what all payloads together could carry; `carried_bit_s` of `wanted_bit_s` is what reaches people
    who have a terminal; `people` lack access, `subscribers` of them are behind a terminal; `reached_people` live where
    at least half of what is wanted is carried. `carried_share` is of the payloads: satellites over oceans, poles and
    countries that want little carry nothing.
    """

    satellites: int
    payload_bit_s: float
    wanted_bit_s: float
    carried_bit_s: float
    people: float
    subscribers: float
    reached_people: float

    @property
    def carried_share(self) -> float:
        """Carried over what the payloads could."""
        return self.carried_bit_s / self.payload_bit_s if self.payload_bit_s else 0.0

    @property
    def served_share(self) -> float:
        """Carried over wanted."""
        return self.carried_bit_s / self.wanted_bit_s if self.wanted_bit_s else 0.0

    @property
    def kbit_s_per_person(self) -> float:
        """Carried, over everybody who lacks access."""
        return self.carried_bit_s / self.people / KBIT if self.people else 0.0

    @property
    def payload_kbit_s_per_person(self) -> float:
        """All that payloads could carry, over everybody who lacks access: out of reach."""
        return self.payload_bit_s / self.people / KBIT if self.people else 0.0


def globe_capacity(
    satellites: int,
    satellite_bit_s: float,
    people: Reals,
    subscribers: Reals,
    wanted_bit_s: Reals,
    carried_bit_s: Reals,
) -> GlobeCapacity:
    """Capacity of a fleet against people: (C,) people without access, those behind terminals, rates wanted and carried.

    Errors: SkyholdError where the four do not have one shape, or more is carried than wanted.
    """
    shapes = {np.shape(one) for one in (people, subscribers, wanted_bit_s, carried_bit_s)}
    if len(shapes) != 1:
        raise SkyholdError(
            "these are not of the same cells", expected="one shape (C,)", came=str(sorted(shapes))
        )
    if (carried_bit_s > wanted_bit_s * (1.0 + 1e-4) + 1e5).any():
        raise SkyholdError(
            "more is carried than wanted",
            expected="at most what each cell wants",
            came=f"{float((carried_bit_s - wanted_bit_s).max()):.3g} bit/s more",
        )
    reached = (carried_bit_s >= REACHED * wanted_bit_s) & (wanted_bit_s > 0.0)
    return GlobeCapacity(
        satellites,
        satellites * satellite_bit_s,
        float(np.sum(wanted_bit_s)),
        float(np.sum(carried_bit_s)),
        float(np.sum(people)),
        float(np.sum(subscribers)),
        float(np.sum(people[reached])),
    )


def per_person_mbit_s(carried_bit_s: Reals, people: Reals) -> NDArray[np.float64]:
    """(C,) Mbit/s per person who lacks access, NaN where nobody does: the map."""
    rate = np.full(np.shape(people), np.nan)
    np.divide(carried_bit_s, people * 1e6, out=rate, where=np.asarray(people) >= 1.0)
    return rate
