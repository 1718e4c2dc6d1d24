"""Which satellites of a catalogue serve, which climb to their shell, which come down: one class per record.

Heights here are Kozai heights: the published mean motion by Kepler's third law, less 6,378.137 km. A filed
altitude is taken as a Brouwer mean altitude and lowered or raised to its Kozai height by J2 and the
inclination.
"""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

from skyhold.catalogues.element_set import ElementSet, kozai_height_km
from skyhold.constants import WGS84_A_M
from skyhold.units import KM

Kind = Literal["operational", "raising", "lowering", "other"]
KINDS: tuple[Kind, ...] = ("operational", "raising", "lowering", "other")

BOX_KM = 1.0  # a kilometre is 1.2 degrees a day along the track: a 16-degree slot is lost in a fortnight
DRIFT_KM = 6.0  # spares and slot changes are flown nearer to the shell than this
SEARCH_KM = 6.0  # a shell is flown a few km from its filed altitude (550 km at 53 degrees: 2.5 km low)
MAX_TILT_DEG = 0.5  # launchers place, and the Moon and Sun move, inclinations by less
THRUST_KM_DAY = 0.3  # electric raising gains 2 to 10 km a day; drag above 450 km costs less than this
DECAY_KM_DAY = 1.0  # thrust holds a waiting height; only below 300 km does drag alone do this
MAX_ECCENTRICITY = 0.01  # 140 km between apogee and perigee: not an orbit that a circular shell is reached by
CLIMB_YEARS = 1  # climbing, with waits for the plane, takes half a year; this counts calendar years
BATCH = 5  # launch-mates at one height that make a group travelling together
BATCH_KM = 5.0
MIN_SHELL = 20
TWO_LAUNCHES = 120
SECTORS, MIN_SECTORS = 24, 12  # the planes of a shell lie all round; a parked launch fills a few sectors
FAMILY_GAP_DEG = 0.4


class FiledShell(Protocol):
    """What the census needs of a shell."""

    @property
    def name(self) -> str:
        """What to call it."""

    @property
    def altitude_km(self) -> float:
        """Mean altitude over 6,378.137 km."""

    @property
    def inclination_deg(self) -> float:
        """Inclination."""


@dataclass(frozen=True, slots=True)
class NominalShell:
    """A shell by name, mean altitude and inclination."""

    name: str
    altitude_km: float
    inclination_deg: float


@dataclass(frozen=True, slots=True)
class Target:
    """A shell as it is flown: the Kozai height that its satellites keep."""

    name: str
    inclination_deg: float
    height_km: float


@dataclass(frozen=True, slots=True)
class Member:
    """One record: its class, the shell it belongs to (empty: none), and the rule that decided."""

    record: ElementSet
    kind: Kind
    shell: str
    reason: str


@dataclass(frozen=True)
class Census:
    """A member for every record given, in the same order; and the shells as flown."""

    members: tuple[Member, ...]
    targets: tuple[Target, ...]

    def counts(self) -> Mapping[str, Mapping[Kind, int]]:
        """Satellites of each class by shell; "" is for those of no shell."""
        table: dict[str, dict[Kind, int]] = {target.name: dict.fromkeys(KINDS, 0) for target in self.targets}
        for member in self.members:
            table.setdefault(member.shell, dict.fromkeys(KINDS, 0))[member.kind] += 1
        return table

    def total(self, kind: Kind) -> int:
        """Records of one class."""
        return sum(member.kind == kind for member in self.members)

    def select(self, keep: Collection[str] = ("operational",)) -> tuple[Member, ...]:
        """Members of the classes named, in order."""
        return tuple(member for member in self.members if member.kind in keep)

    def summary(self) -> str:
        """A line a shell, and the sum, which is the number of records."""
        lines = [f"{'shell':28s}" + "".join(f"{kind:>13s}" for kind in KINDS)]
        rows = [*self.counts().items(), ("all", {kind: self.total(kind) for kind in KINDS})]
        for name, row in rows:
            lines.append(f"{name or 'no shell':28s}" + "".join(f"{row[kind]:13,d}" for kind in KINDS))
        return "\n".join(lines)


def census(records: Iterable[ElementSet], shells: Sequence[FiledShell] | None = None) -> Census:
    """Class every record; without `shells`, the shells are found in the records themselves.

    A record belongs to the shell of nearest inclination (within 0.5 degrees); of several of that inclination,
    to one within 6 km, else to the nearest above. Its height is compared with the height the shell is flown
    at, which is the most crowded 2 km within 6 km of the filed altitude. The rules, in order:

    1. eccentricity above 0.01, or no shell of the inclination: *other*;
    2. within 1 km of the shell: *operational*; a satellite further off loses its slot within a fortnight;
    3. within 6 km, height changing by less than 0.3 km a day: *other*, a spare or one changing slots;
    4. above the shell: *lowering* where it sinks by 0.3 km a day or more, otherwise *other*;
    5. below: *raising* where it climbs by 0.3 km a day or more (only thrust does that);
    6. below, launched two calendar years ago or earlier: *lowering*; climbing takes half a year;
    7. below, with five or more launch-mates within 5 km: *raising*, a launch that climbs or waits;
    8. below, alone: *lowering* where it sinks by 1 km a day or more or half of its launch has arrived,
       otherwise *raising*;
    9. below, launch unknown: *lowering* where it sinks by 0.3 km a day or more, otherwise *other*.

    The rate is that of the published derivative of mean motion. One set a record cannot tell a dead satellite
    in its slot from a live one: a passive one counts as operational until it has sunk by a kilometre.
    """
    sets = tuple(records)
    targets = find_shells(sets) if shells is None else _as_flown(sets, shells)
    batches = _Launches(sets, targets)
    members = []
    for record in sets:
        target = _target_of(record, targets)
        kind, reason = _class_of(record, target, batches)
        members.append(Member(record, kind, target.name if target else "", reason))
    return Census(tuple(members), targets)


def climb_rate_km_day(record: ElementSet) -> float:
    """Rate of the semi-major axis: da/dt = -(2/3) (a/n) dn/dt, dn/dt twice that published."""
    axis_km = record.kozai_altitude_km() + WGS84_A_M / KM
    return -2.0 / 3.0 * axis_km / record.mean_motion_rev_day * 2.0 * record.mean_motion_dot


def _class_of(record: ElementSet, target: Target | None, launches: _Launches) -> tuple[Kind, str]:
    if target is None:
        return "other", "no shell of this inclination"
    if record.eccentricity > MAX_ECCENTRICITY:
        return "other", "eccentric orbit"
    gap_km = record.kozai_altitude_km() - target.height_km
    rate = climb_rate_km_day(record)
    if abs(gap_km) <= BOX_KM:
        return "operational", "at the shell's height"
    if abs(gap_km) <= DRIFT_KM and abs(rate) < THRUST_KM_DAY:
        return "other", "near the shell and steady: spare or changing slots"
    if gap_km > 0.0:
        sinking = rate <= -THRUST_KM_DAY
        return ("lowering", "above the shell, sinking") if sinking else ("other", "above the shell")
    if rate >= THRUST_KM_DAY:
        return "raising", "below the shell, climbing"
    return _class_below(record, rate, launches)


def _class_below(record: ElementSet, rate: float, launches: _Launches) -> tuple[Kind, str]:
    """Rules 6 to 9: a satellite below its shell that does not visibly climb."""
    launch = _launch_of(record)
    if launch is None:
        sinking = rate <= -THRUST_KM_DAY
        return (
            ("lowering", "below, sinking, launch unknown") if sinking else ("other", "below, launch unknown")
        )
    if record.epoch.datetime().year - int(launch[:4]) > CLIMB_YEARS:
        return "lowering", "below the shell long after launch"
    if launches.companions(launch, record.kozai_altitude_km()) >= BATCH:
        return "raising", "below the shell together with its launch"
    if rate <= -DECAY_KM_DAY:
        return "lowering", "below the shell alone, sinking"
    if launches.arrived(launch) >= 0.5:
        return "lowering", "below the shell alone, its launch has arrived"
    return "raising", "below the shell, its launch has not arrived"


def _launch_of(record: ElementSet) -> str | None:
    """Year and number of the launch, 2021-024 of 2021-024AP."""
    text = record.international_designator[:8]
    return text if len(text) == 8 and text[4] == "-" and (text[:4] + text[5:]).isdecimal() else None


class _Launches:
    """Heights of the satellites of each launch, and the share of each that has reached its shell."""

    def __init__(self, records: Sequence[ElementSet], targets: Sequence[Target]):
        self._heights: dict[str, list[float]] = defaultdict(list)
        self._arrived: Counter[str] = Counter()
        for record in records:
            launch, target = _launch_of(record), _target_of(record, targets)
            if launch is not None and target is not None:
                self._heights[launch].append(record.kozai_altitude_km())
                self._arrived[launch] += record.kozai_altitude_km() >= target.height_km - BOX_KM
        for heights in self._heights.values():
            heights.sort()

    def companions(self, launch: str, height_km: float) -> int:
        """Launch-mates within 5 km of a height, one of them being the satellite itself."""
        heights = self._heights[launch]
        return bisect_right(heights, height_km + BATCH_KM) - bisect_left(heights, height_km - BATCH_KM) - 1

    def arrived(self, launch: str) -> float:
        """Share of the launch at its shell or above."""
        return self._arrived[launch] / max(len(self._heights[launch]), 1)


def _target_of(record: ElementSet, targets: Sequence[Target]) -> Target | None:
    """The shell of nearest inclination; of equals, the nearest within 6 km, else above, else the highest."""
    tilts = [abs(target.inclination_deg - record.inclination_deg) for target in targets]
    nearest = min(tilts, default=math.inf)
    if nearest > MAX_TILT_DEG:
        return None
    alike = [target for target, tilt in zip(targets, tilts, strict=True) if tilt <= nearest + 0.05]
    height = record.kozai_altitude_km()
    closest = min(alike, key=lambda t: abs(t.height_km - height))
    if abs(closest.height_km - height) <= DRIFT_KM:
        return closest
    above = [target for target in alike if target.height_km >= height]
    return min(above, key=lambda t: t.height_km) if above else max(alike, key=lambda t: t.height_km)


def _as_flown(records: Sequence[ElementSet], shells: Sequence[FiledShell]) -> tuple[Target, ...]:
    """Each filed shell at the height that most of its satellites keep, or as filed where they are few."""
    filed = [
        Target(s.name, s.inclination_deg, kozai_height_km(s.altitude_km, s.inclination_deg)) for s in shells
    ]
    heights: dict[str, list[float]] = defaultdict(list)
    for record in records:
        target = _target_of(record, filed)
        if target is not None and abs(record.kozai_altitude_km() - target.height_km) <= SEARCH_KM:
            heights[target.name].append(record.kozai_altitude_km())
    return tuple(
        Target(t.name, t.inclination_deg, _most_crowded(sorted(heights[t.name]))[0])
        if len(heights[t.name]) >= BATCH
        else t
        for t in filed
    )


def _most_crowded(heights: Sequence[float]) -> tuple[float, int, int]:
    """Median of the most crowded window of two kilometres in sorted heights, and where it starts and ends."""
    best = (0, 0)
    end = 0
    for start in range(len(heights)):
        while end < len(heights) and heights[end] <= heights[start] + 2.0 * BOX_KM:
            end += 1
        if end - start > best[1] - best[0]:
            best = (start, end)
    return heights[(best[0] + best[1] - 1) // 2], best[0], best[1]


def find_shells(records: Iterable[ElementSet]) -> tuple[Target, ...]:
    """Shells that the records show: 20 or more satellites within 2 km of height whose nodes lie all round.

    A launch parked at one height fills a few neighbouring planes and is not taken for a shell: nodes must be
    found in 12 of 24 sectors, or the satellites must be more than two launches carry (120). Constellations
    smaller than this need their filed shells.
    """
    circular = [r for r in records if r.eccentricity <= MAX_ECCENTRICITY]
    found = []
    for family in _families(circular):
        rest = sorted(family, key=ElementSet.kozai_altitude_km)
        while len(rest) >= MIN_SHELL:
            height, start, end = _most_crowded([r.kozai_altitude_km() for r in rest])
            if end - start < MIN_SHELL:
                break
            crowd = rest[start:end]
            sectors = {int(r.raan_deg % 360.0 * SECTORS / 360.0) for r in crowd}
            if len(sectors) >= MIN_SECTORS or len(crowd) > TWO_LAUNCHES:
                tilt = sorted(r.inclination_deg for r in crowd)[len(crowd) // 2]
                found.append(Target(f"{height:.0f} km {tilt:.1f} deg", tilt, height))
            rest = rest[:start] + rest[end:]
    return tuple(found)


def _families(records: Sequence[ElementSet]) -> list[list[ElementSet]]:
    """Records grouped by inclination, a new group where the gap to the next is wide."""
    families: list[list[ElementSet]] = []
    last = -math.inf
    for record in sorted(records, key=lambda r: r.inclination_deg):
        if record.inclination_deg - last > FAMILY_GAP_DEG:
            families.append([])
        families[-1].append(record)
        last = record.inclination_deg
    return families
