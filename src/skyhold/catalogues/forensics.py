"""Forged and inconsistent element sets: what one set says against itself, and sets of one object against
each other.

An invented set is betrayed by what its author did not compute: a checksum, a node that drifts as J2 makes
it, a revolution number that counts the revolutions. A finding is a reason to look, not a verdict: *strong*
where physics or arithmetic rules it out, *weak* where publishers are known to do it too (they renumber
revolutions, reissue epochs and mix orders).
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import Literal

from skyhold.catalogues.catalog import Catalog
from skyhold.catalogues.element_set import ElementSet, kozai_height_km
from skyhold.constants import SGP4_J2, SGP4_RE_KM, WGS84_A_M
from skyhold.times import Epoch
from skyhold.units import DAY_S, KM

REVOLUTION_ROLL = 100_000  # TLE keep five digits
MAX_REV_DAY = 16.6  # an orbit at 110 km, which lasts hours
MAX_GAP_DAYS = 30.0  # over longer gaps thrust leaves nothing to compare
SAME_EPOCH_S = 0.01  # eight digits of a day are 0.9 ms
NODE_FLOOR_DEG = 0.05  # scatter of the node between published sets is below 0.01 degrees
NODE_SHARE = 0.01  # J4 and J2 squared, left out here, are 0.3 per cent of the J2 rate
TILT_FLOOR_DEG, TILT_DEG_DAY = 0.05, 0.02  # scatter, Moon and Sun; 0.02 degrees is 2.6 m/s of thrust a day
HEIGHT_FLOOR_KM, HEIGHT_KM_DAY = (
    15.0,
    15.0,
)  # the largest station reboost is 10 km; electric raising 10 km a day
DECAY_HEIGHT_KM = 250.0  # below this a day of drag outruns the allowance
MISCOUNT = 2  # revolutions: the count steps at the node, and publishers differ by one
MISCOUNT_SHARE = 0.01  # of the revolutions made between: mean motion is not known between sets
MAX_NUMBERINGS = 64  # of the most recent are compared, so that invented counts cost no more than real ones
PLACEHOLDER = 10
NUMBERING = 3  # sets that follow one numbering make it a publisher's

Strength = Literal["strong", "weak"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One inconsistency: what kind, of which object, at which epoch, how sure, and the figures."""

    kind: str
    strength: Strength
    catalog_number: int
    name: str
    epoch: Epoch | None
    expected: str
    came: str

    def __str__(self) -> str:
        when = f" at {self.epoch.datetime():%Y-%m-%d %H:%M}" if self.epoch else ""
        whose = f"{self.catalog_number} {self.name}".strip()
        return f"{whose}{when}: {self.kind} ({self.strength}): expected {self.expected}, got {self.came}"


def _found(kind: str, strength: Strength, record: ElementSet, expected: str, came: str) -> Finding:
    return Finding(kind, strength, record.catalog_number, record.name, record.epoch, expected, came)


def check_catalog(catalog: Catalog) -> list[Finding]:
    """Everything below over a catalogue, and a finding for each set that was turned away for its checksum."""
    checksums = [
        Finding("checksum", "strong", 0, rejection.identifier, None, "a matching checksum", rejection.reason)
        for rejection in catalog.rejected
        if "checksum" in rejection.problem
    ]
    alone = [finding for record in catalog.records for finding in check_set(record)]
    return checksums + alone + check_sets(catalog.records)


def check_altitude(
    record: ElementSet, stated_altitude_km: float, tolerance_km: float = 5.0
) -> Finding | None:
    """Whether the mean motion gives the altitude that is stated of the set; None where it does.

    The stated mean altitude (over 6,378.137 km) is turned into its Kozai height and compared. Five
    kilometres hold every filed shell as it is flown (550 km at 53 degrees is flown 2.5 km low).
    """
    expected = kozai_height_km(stated_altitude_km, record.inclination_deg)
    came = record.kozai_altitude_km()
    if abs(came - expected) <= tolerance_km:
        return None
    return _found(
        "altitude",
        "strong",
        record,
        f"{expected:.1f} +- {tolerance_km:g} km in Kozai height for {stated_altitude_km:g} km stated",
        f"{came:.1f} km from {record.mean_motion_rev_day:.8f} rev/day",
    )


def check_set(record: ElementSet) -> list[Finding]:
    """What one set says against itself: perigee under ground, epoch before launch, too many revolutions."""
    findings = []
    axis_km = record.kozai_altitude_km() + WGS84_A_M / KM
    perigee_km = axis_km * (1.0 - record.eccentricity) - WGS84_A_M / KM
    if perigee_km < 0.0:
        findings.append(_found("perigee", "strong", record, "above the ground", f"{perigee_km:.0f} km"))
    year = record.international_designator[:4]
    if year.isdecimal() and record.international_designator[4:5] == "-":
        findings += _check_age(record, int(year))
    return findings


def _check_age(record: ElementSet, launch_year: int) -> list[Finding]:
    """Epoch and revolution number against the first day of the launch year, below one roll of the count."""
    age_days = Epoch.from_datetime(datetime(launch_year, 1, 1)).seconds_until(record.epoch) / DAY_S
    if age_days < 0.0:
        return [
            _found(
                "epoch", "strong", record, f"after launch in {launch_year}", f"{-age_days:.0f} days before"
            )
        ]
    most = age_days * MAX_REV_DAY
    if record.revolution_number > most + MISCOUNT and most < REVOLUTION_ROLL:
        return [
            _found(
                "revolution number",
                "weak",
                record,
                f"at most {most:.0f} since the start of {launch_year}",
                str(record.revolution_number),
            )
        ]
    return []


def check_sets(records: Iterable[ElementSet]) -> list[Finding]:
    """Sets of one object against each other, object by object, each with the one before it in time.

    Node drift against J2, inclination and height against what thrust can do, revolutions counted against
    revolutions made, sets that differ at one epoch, and epochs out of the file's order.
    """
    objects: dict[int, list[ElementSet]] = defaultdict(list)
    for record in records:
        objects[record.catalog_number].append(record)
    findings: list[Finding] = []
    for sets in objects.values():
        findings += _check_order(sets)
        in_time = sorted(sets, key=lambda r: (r.epoch.day, r.epoch.fraction))
        for earlier, later in pairwise(in_time):
            findings += _check_pair(earlier, later)
        findings += _check_revolutions(in_time)
    return findings


def _check_pair(earlier: ElementSet, later: ElementSet) -> list[Finding]:
    days = earlier.epoch.seconds_until(later.epoch) / DAY_S
    if days * DAY_S <= SAME_EPOCH_S:
        return _check_same_epoch(earlier, later)
    if days > MAX_GAP_DAYS:
        return []
    checks = (_check_node, _check_inclination, _check_height)
    return [finding for check in checks if (finding := check(earlier, later, days)) is not None]


def _check_same_epoch(one: ElementSet, other: ElementSet) -> list[Finding]:
    """Two sets at one epoch agree to the scatter of fits, unless one of them is not of this object."""
    place = abs(_wrap(_latitude_argument(one) - _latitude_argument(other)))
    node = abs(_wrap(one.raan_deg - other.raan_deg))
    tilt = abs(one.inclination_deg - other.inclination_deg)
    if max(place, node, tilt) <= 1e-9 and one.mean_motion_rev_day == other.mean_motion_rev_day:
        return []
    far = place > 0.5 or node > NODE_FLOOR_DEG or tilt > TILT_FLOOR_DEG
    came = f"{place:.4f} degrees apart along the track, {node:.4f} in node, {tilt:.4f} in inclination"
    return [
        _found("two sets at one epoch", "strong" if far else "weak", other, "one set, or equal sets", came)
    ]


def node_rate_deg_day(record: ElementSet) -> float:
    """Secular drift of the node by J2, -3/2 J2 (R/p)^2 n cos i (Vallado, Fundamentals, 4th ed., eq. 9-41)."""
    axis_km = record.kozai_altitude_km() + WGS84_A_M / KM
    parameter = axis_km * (1.0 - record.eccentricity**2)
    cosine = math.cos(math.radians(record.inclination_deg))
    return -1.5 * SGP4_J2 * (SGP4_RE_KM / parameter) ** 2 * record.mean_motion_rev_day * 360.0 * cosine


def _check_node(earlier: ElementSet, later: ElementSet, days: float) -> Finding | None:
    drift = 0.5 * (node_rate_deg_day(earlier) + node_rate_deg_day(later)) * days
    error = _wrap(later.raan_deg - earlier.raan_deg - drift)
    margin = NODE_FLOOR_DEG + NODE_SHARE * abs(drift)
    if abs(error) <= margin:
        return None
    came = f"{drift + error:.3f}"
    return _found(
        "node drift", "strong", later, f"{drift:.3f} +- {margin:.3f} degrees in {days:.2f} days", came
    )


def _check_inclination(earlier: ElementSet, later: ElementSet, days: float) -> Finding | None:
    change = later.inclination_deg - earlier.inclination_deg
    margin = TILT_FLOOR_DEG + TILT_DEG_DAY * days
    if abs(change) <= margin:
        return None
    return _found("inclination jump", "strong", later, f"within {margin:.3f} degrees", f"{change:+.4f}")


def _check_height(earlier: ElementSet, later: ElementSet, days: float) -> Finding | None:
    change = later.kozai_altitude_km() - earlier.kozai_altitude_km()
    margin = HEIGHT_FLOOR_KM + HEIGHT_KM_DAY * days
    if abs(change) <= margin or (change < 0.0 and later.kozai_altitude_km() < DECAY_HEIGHT_KM):
        return None
    return _found("height jump", "strong", later, f"within {margin:.1f} km", f"{change:+.1f} km")


@dataclass(slots=True)
class _Numbering:
    """One way of counting that sets of an object follow: the count less the revolutions made, and its sets."""

    offset: float
    made: float
    members: list[ElementSet]

    def follows(self, offset: float, made: float) -> bool:
        """Whether a count goes on from the last member's, rolling over at 100,000."""
        error = (offset - self.offset + REVOLUTION_ROLL / 2) % REVOLUTION_ROLL - REVOLUTION_ROLL / 2
        return abs(error) <= MISCOUNT + MISCOUNT_SHARE * (made - self.made)


def _check_revolutions(in_time: Sequence[ElementSet]) -> list[Finding]:
    """Sets whose revolution number follows from no other's.

    Publishers number one object in several ways side by side, so a numbering that three sets follow is
    accepted. Sets that all carry one number below ten carry a placeholder, and are passed over.
    """
    numbers = {record.revolution_number for record in in_time}
    if len(numbers) == 1 and max(numbers) < PLACEHOLDER:
        return []
    numberings: list[_Numbering] = []
    made = 0.0
    for index, record in enumerate(in_time):
        if index:
            before = in_time[index - 1]
            days = before.epoch.seconds_until(record.epoch) / DAY_S
            made += 0.5 * (before.mean_motion_rev_day + record.mean_motion_rev_day) * days
        _enter(numberings, record, made)
    largest = max(numberings, key=lambda numbering: len(numbering.members))
    return [
        _found(
            "revolution number",
            "weak",
            record,
            "a count that follows from other sets",
            str(record.revolution_number),
        )
        for numbering in numberings
        if numbering is not largest and len(numbering.members) < NUMBERING
        for record in numbering.members
    ]


def _enter(numberings: list[_Numbering], record: ElementSet, made: float) -> None:
    """Put a set into the numbering it follows, the most recent first, or start a new one."""
    offset = record.revolution_number - made
    for numbering in numberings[:MAX_NUMBERINGS]:
        if numbering.follows(offset, made):
            numbering.offset, numbering.made = offset, made
            numbering.members.append(record)
            numberings.remove(numbering)
            numberings.insert(0, numbering)
            return
    numberings.insert(0, _Numbering(offset, made, [record]))


def _check_order(sets: Sequence[ElementSet]) -> list[Finding]:
    """Epochs that go against the order, rising or falling, that most sets of the object have."""
    steps = [one.epoch.seconds_until(other.epoch) for one, other in pairwise(sets)]
    rising = sum(step > SAME_EPOCH_S for step in steps)
    falling = sum(step < -SAME_EPOCH_S for step in steps)
    sign = 1.0 if rising >= falling else -1.0
    return [
        _found(
            "epoch order", "weak", record, "the order of the file", f"{-sign * step / DAY_S:.3f} days back"
        )
        for step, record in zip(steps, sets[1:], strict=True)
        if sign * step < -SAME_EPOCH_S
    ]


def _latitude_argument(record: ElementSet) -> float:
    return record.argument_of_perigee_deg + record.mean_anomaly_deg


def _wrap(angle_deg: float) -> float:
    return (angle_deg + 180.0) % 360.0 - 180.0
