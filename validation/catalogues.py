"""Catalogues: read whole, as the sgp4 library reads them; the census beside what the operator said; forgeries."""

from __future__ import annotations

import csv
import gzip
import json
import math
import random
from collections.abc import Iterator
from dataclasses import replace
from functools import cache

from sgp4 import omm as library_omm
from sgp4.api import Satrec

from skyhold.catalogues.catalog import Catalog, ElementSet, read_catalog
from skyhold.catalogues.census import KINDS, Census, NominalShell, census
from skyhold.catalogues.forensics import Finding, check_catalog, check_sets
from skyhold.catalogues.omm import parse_epoch
from validation.case import DATA, Case

TLE_2022 = "starlink/starlink_2022-01-22.tle"
TLE_2024 = "starlink/starlink_2024-07-17.tle.gz"
OMM_2025 = "starlink/starlink_omm_2025-06-28.json.gz"
ISS = "iss/iss_elements_2015_2021.csv.gz"
DECAY = "decay/starlink_44249.txt"

FCC_21_48 = (
    NominalShell("first", 550.0, 53.0),
    NominalShell("second", 540.0, 53.2),
    NominalShell("third", 570.0, 70.0),
    NominalShell("fourth", 560.0, 97.6),
)


@cache
def catalog(name: str) -> Catalog:
    """A catalogue of the shared data."""
    return read_catalog(DATA / name)


@cache
def counted(name: str) -> Census:
    """Its census with the shells filed for the first generation."""
    return census(catalog(name), FCC_21_48)


def operational_at_53() -> float:
    """Operational satellites of inclinations 52.5 to 53.5 degrees."""
    members = counted(TLE_2022).select()
    return float(sum(52.5 < member.record.inclination_deg < 53.5 for member in members))


def unaccounted() -> float:
    """Records of three catalogues that are in no class."""
    names = (TLE_2022, TLE_2024, OMM_2025)
    return float(sum(len(catalog(n)) - sum(counted(n).total(kind) for kind in KINDS) for n in names))


def as_library(record: ElementSet, theirs: Satrec) -> float:
    """Largest difference of the elements, relative, between a set and the library's reading of it."""
    motion = record.mean_motion_rev_day * math.tau / 1440.0
    pairs = (
        (motion, theirs.no_kozai),
        (record.eccentricity, theirs.ecco),
        (math.radians(record.inclination_deg), theirs.inclo),
        (math.radians(record.raan_deg), theirs.nodeo),
        (math.radians(record.argument_of_perigee_deg), theirs.argpo),
        (math.radians(record.mean_anomaly_deg), theirs.mo),
        (record.bstar, theirs.bstar),
        (record.mean_motion_dot * math.tau / 1440.0**2, theirs.ndot),
        (float(record.catalog_number), float(theirs.satnum)),
        (float(record.revolution_number), float(theirs.revnum)),
    )
    return max(abs(a - b) / max(abs(b), 1e-12) for a, b in pairs)


def tle_against_library(name: str) -> float:
    """Largest relative difference over a TLE file, the library given the same two lines."""
    raw = (DATA / name).read_bytes()
    lines = (gzip.decompress(raw) if name.endswith(".gz") else raw).decode("ascii").splitlines()
    firsts = [k for k, line in enumerate(lines) if line.startswith("1 ")]
    theirs = [Satrec.twoline2rv(lines[k], lines[k + 1]) for k in firsts]
    return max(as_library(a, b) for a, b in zip(catalog(name), theirs, strict=True))


def epochs_against_library() -> float:
    """Largest difference of the epochs of a TLE file, microseconds."""
    lines = (DATA / TLE_2022).read_text("ascii").splitlines()
    firsts = [k for k, line in enumerate(lines) if line.startswith("1 ")]
    worst = 0.0
    for ours, k in zip(catalog(TLE_2022), firsts, strict=True):
        theirs = Satrec.twoline2rv(lines[k], lines[k + 1])
        days = (ours.epoch.day - theirs.jdsatepoch) + (ours.epoch.fraction - theirs.jdsatepochF)
        worst = max(worst, abs(days) * 86_400e6)
    return worst


def omm_as_the_library_reads_it() -> float:
    """Records whose elements the library, given the fields of the file, has too."""
    fields = json.loads(gzip.decompress((DATA / OMM_2025).read_bytes()))
    same = 0
    for ours, entry in zip(catalog(OMM_2025), fields, strict=True):
        theirs = Satrec()
        library_omm.initialize(theirs, entry)
        same += as_library(ours, theirs) < 1e-12
    return float(same)


def station_sets() -> Iterator[ElementSet]:
    """The station's sets of seven years."""
    with gzip.open(DATA / ISS, "rt", encoding="utf-8") as stream:
        for row in csv.DictReader(stream):
            yield ElementSet(
                "ISS",
                25544,
                "1998-067A",
                parse_epoch(row["epoch_utc"]),
                float(row["mean_motion_rev_day"]),
                float(row["ecc"]),
                float(row["inc_deg"]),
                float(row["raan_deg"]),
                float(row["argp_deg"]),
                float(row["ma_deg"]),
                float(row["bstar"]),
            )


def strong(findings: list[Finding]) -> int:
    """Findings that arithmetic or physics would call false."""
    return sum(finding.strength == "strong" for finding in findings)


def false_alarms_station() -> float:
    """Strong findings among the 10,867 real sets of the station."""
    return float(strong(check_sets(station_sets())))


def false_alarms_starlink() -> float:
    """Strong findings among the 18,328 real sets of four Starlink files."""
    names = (TLE_2022, TLE_2024, OMM_2025, DECAY)
    return float(sum(strong(check_catalog(catalog(name))) for name in names))


def forgeries_found() -> float:
    """Share of 500 forgeries found, per cent: in a triple of real sets the middle one is given a random node."""
    chance = random.Random(20220228)
    sets = sorted(catalog(DECAY).records, key=lambda r: (r.epoch.day, r.epoch.fraction))
    found = 0
    for _ in range(500):
        k = chance.randrange(1, len(sets) - 1)
        forged = replace(sets[k], raan_deg=chance.uniform(0.0, 360.0))
        findings = check_sets([sets[k - 1], forged, sets[k + 1]])
        found += any(
            f.kind in ("node drift", "two sets at one epoch") and f.strength == "strong" for f in findings
        )
    return 100.0 * found / 500


MUSK = "E. Musk, statement of January 2022: 1,469 active, 272 moving to operational orbits"

CASES: tuple[Case, ...] = (
    Case(
        name="Starlink 2022-01-22, operational at 53 degrees",
        kind="observed",
        says=1469,
        unit="satellites",
        margin=14.69,
        why="1 %: the statement is a week older; the count is 1,471 to 1,473 for a box of 0.3 to 2 km, 1,486 for 3 km",
        source=MUSK,
        ours=operational_at_53,
        needs=(TLE_2022,),
    ),
    Case(
        name="Starlink 2022-01-22, raising",
        kind="observed",
        says=272,
        unit="satellites",
        margin=53,
        why="a week apart: one launch (up to 53 satellites then) may have gone up or arrived between",
        source=MUSK,
        ours=lambda: float(counted(TLE_2022).total("raising")),
        needs=(TLE_2022,),
    ),
    Case(
        name="Records of three catalogues in no class of the census",
        kind="law",
        says=0,
        unit="records",
        margin=0,
        why="each record has one class",
        source="arithmetic",
        ours=unaccounted,
        needs=(TLE_2022, TLE_2024, OMM_2025),
    ),
    Case(
        name="OMM of 2025-06-28 read as the sgp4 library reads them",
        kind="crossed",
        says=7814,
        unit="records",
        margin=0,
        why="every record, every element to 1e-12",
        source="sgp4 (Rhodes), sgp4.omm.initialize",
        ours=omm_as_the_library_reads_it,
        needs=(OMM_2025,),
    ),
    Case(
        name="TLE of 2022-01-22, elements against the sgp4 library",
        kind="crossed",
        says=0,
        unit="relative",
        margin=1e-12,
        why="both read the same decimal digits",
        source="sgp4 (Rhodes), Satrec.twoline2rv",
        ours=lambda: tle_against_library(TLE_2022),
        needs=(TLE_2022,),
    ),
    Case(
        name="TLE of 2024-07-17, elements against the sgp4 library",
        kind="crossed",
        says=0,
        unit="relative",
        margin=1e-12,
        why="both read the same decimal digits",
        source="sgp4 (Rhodes), Satrec.twoline2rv",
        ours=lambda: tle_against_library(TLE_2024),
        needs=(TLE_2024,),
    ),
    Case(
        name="TLE of 2022-01-22, epochs against the sgp4 library",
        kind="crossed",
        says=0,
        unit="us",
        margin=0.01,
        why="a hundredth of a microsecond is 0.1 mm of orbit",
        source="sgp4 (Rhodes), Satrec.twoline2rv",
        ours=epochs_against_library,
        needs=(TLE_2022,),
    ),
    Case(
        name="Strong findings among 10,867 real sets of the ISS, 2015-2021",
        kind="observed",
        says=0,
        unit="findings",
        margin=0,
        why="the sets are real: each strong finding is a false alarm, or a set that was published wrong",
        source="18 SDS element sets by way of spherapy",
        ours=false_alarms_station,
        relation="at most",
        needs=(ISS,),
        known_failure="4: two sets (2017-03-03 17:49, 2018-09-07 12:52) have a node 0.32 degrees off both neighbours",
    ),
    Case(
        name="Strong findings among 18,328 real sets of Starlink, four files",
        kind="observed",
        says=0,
        unit="findings",
        margin=0,
        why="the sets are real; revolution counts are weak findings because 39 of these sets count too many",
        source="18 SDS and operator element sets",
        ours=false_alarms_starlink,
        relation="at most",
        needs=(TLE_2022, TLE_2024, OMM_2025, DECAY),
    ),
    Case(
        name="Forged nodes found between real sets",
        kind="law",
        says=100,
        unit="%",
        margin=1,
        why="a random node falls into the tolerance of 0.05 to 0.5 degrees of 360 by chance, or beside a long gap",
        source="J2 drift of the node",
        ours=forgeries_found,
        relation="at least",
        needs=(DECAY,),
    ),
)
