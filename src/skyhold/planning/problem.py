"""What is to be planned: cells with people, what the sky can carry in sampled slots, terminals, gateways, sites."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from skyhold.errors import SkyholdError

Floats = NDArray[np.float64]
Indices = NDArray[np.int64]


@dataclass(frozen=True)
class Payload:
    """What one satellite can do at once, in beams.

    `beams` user beams; each of `links` gateway links carries `link_beams` of them; one cell gets at most `cell_beams`,
    and a cell that is lit at all takes at least `least_share` of a beam's time; with `whole_steps` whole terminals are
    counted in whole such shares, as the scheduler gives them out (the bound is not).
    """

    beams: float = 8.0
    link_beams: float = 8.0
    links: int = 2
    cell_beams: float = 8.0
    least_share: float = 0.1
    whole_steps: bool = False


@dataclass(frozen=True)
class Gateway:
    """A gateway: satellites it follows at once; `optional` ones stand only where the plan opens them."""

    name: str
    antennas: float = 8.0
    optional: bool = False


@dataclass(frozen=True)
class Site:
    """A site of priority: the index of its cell, and the rate that one terminal there must get."""

    name: str
    cell: int
    need_bit_s: float


@dataclass(frozen=True, eq=False)
class Slot:
    """One sampled slot: who reaches whom, and what a whole beam gives each cell.

    `beam_bit_s` (C,), 0 where no link holds (jammed, rained out). Pairs of cell and satellite (E,), and of satellite
    and gateway (F,), satellites numbered 0..satellites-1.
    """

    satellites: int
    beam_bit_s: Floats
    cell: Indices
    satellite: Indices
    from_satellite: Indices
    gateway: Indices
    name: str = ""

    def seen(self, cells: int) -> NDArray[np.bool_]:
        """(C,) cells with a usable satellite."""
        return np.bincount(self.cell, minlength=cells) > 0

    def linked(self, cells: int, gateways: NDArray[np.bool_]) -> NDArray[np.bool_]:
        """(C,) cells with a usable satellite that sees one of these (G,) gateways."""
        lit = np.zeros(self.satellites, np.bool_)
        lit[self.from_satellite[gateways[self.gateway]]] = True
        return np.bincount(self.cell[lit[self.satellite]], minlength=cells) > 0


@dataclass(frozen=True)
class Objective:
    """What comes first: `sites_first` is every site that can be met and then most people; else the other way."""

    sites_first: bool = True


@dataclass(frozen=True, eq=False)
class Problem:
    """The whole of it. A plan must hold in every slot at once.

    `people` (C,) in need; a terminal serves `users` of them where it gets `terminal_bit_s`; `most_per_cell` None is
    no limit; at most `more_gateways` of the optional gateways may be opened.
    """

    people: Floats
    slots: tuple[Slot, ...]
    gateways: tuple[Gateway, ...]
    terminals: int
    users: float = 15.0
    terminal_bit_s: float = 1e6
    payload: Payload = field(default_factory=Payload)
    sites: tuple[Site, ...] = ()
    more_gateways: int = 0
    most_per_cell: int | None = None
    objective: Objective = field(default_factory=Objective)
    room: Floats | None = None

    def __post_init__(self) -> None:
        _require(self)

    @property
    def cells(self) -> int:
        """C."""
        return len(self.people)

    @cached_property
    def optional(self) -> Indices:
        """Indices of the gateways that may be opened."""
        return np.flatnonzero([gateway.optional for gateway in self.gateways])

    @cached_property
    def beam_bit_s(self) -> Floats:
        """(C,) what a whole beam gives each cell in its worst slot."""
        return np.asarray(np.min([slot.beam_bit_s for slot in self.slots], axis=0))

    @cached_property
    def reachable(self) -> NDArray[np.bool_]:
        """(C,) cells that can be served in every slot, with any gateway that may be opened."""
        may = np.array([not g.optional or self.more_gateways > 0 for g in self.gateways], np.bool_)
        linked = [slot.linked(self.cells, may) for slot in self.slots]
        return np.asarray(np.all(linked, axis=0) & (self.beam_bit_s > 0.0))

    @cached_property
    def most(self) -> Indices:
        """(C,) terminals for people that a cell can use: people, beams, limit of the cell."""
        need = np.ceil(self.people / self.users - 1e-9)
        beams = np.floor(self.payload.cell_beams * self.beam_bit_s / self.terminal_bit_s + 1e-9)
        limit = np.inf if self.most_per_cell is None else self.most_per_cell
        room = np.minimum(limit, np.inf if self.room is None else self.room)
        usable = np.minimum(np.minimum(need, beams), np.minimum(room, self.terminals))
        return np.where(self.reachable, usable, 0.0).astype(np.int64)

    def capped(self, room: NDArray[np.generic], sites_too: bool = False) -> Problem:
        """The same with at most `room` (C,) terminals for people in each cell; sites are left out where it is 0."""
        kept = np.asarray(room, np.float64) if self.room is None else np.minimum(self.room, room)
        sites = tuple(site for site in self.sites if not sites_too or room[site.cell] > 0)
        return replace(self, room=kept, sites=sites)

    def with_antennas(self, share: float) -> Problem:
        """The same with a share of each gateway's antennas."""
        fewer = tuple(replace(gateway, antennas=gateway.antennas * share) for gateway in self.gateways)
        return replace(self, gateways=fewer)

    def with_terminals(self, terminals: int) -> Problem:
        """The same with another number of terminals."""
        return replace(self, terminals=terminals)


def _require(problem: Problem) -> None:
    checks = (
        (problem.slots, "at least one slot", "none"),
        (
            np.all(np.isfinite(problem.people)) and np.all(problem.people >= 0.0),
            "people of 0 or more",
            "others",
        ),
        (problem.terminals >= 0, "terminals of 0 or more", str(problem.terminals)),
        (problem.users > 0.0, "users of a terminal above 0", f"{problem.users:g}"),
        (problem.terminal_bit_s > 0.0, "a rate above 0", f"{problem.terminal_bit_s:g} bit/s"),
        (problem.payload.least_share > 0.0, "a least share above 0", f"{problem.payload.least_share:g}"),
        (all(0 <= s.cell < problem.cells for s in problem.sites), "sites in cells of the region", "another"),
        (
            all(len(s.beam_bit_s) == problem.cells for s in problem.slots),
            "a beam's rate for each cell",
            "fewer",
        ),
    )
    for holds, expected, came in checks:
        if not holds:
            raise SkyholdError("the plan cannot be made", expected=expected, came=came, where="planning")
