"""What authorities and operators say of their fleets, beside the embedded ones."""

from __future__ import annotations

from collections.abc import Callable

from skyhold.scenario import library
from validation.case import Case


def _filed(fleet: str) -> Callable[[], float]:
    return lambda: float(sum(shell.filed for shell in library.library_fleet(fleet).shells))


def _operational(fleet: str) -> Callable[[], float]:
    return lambda: float(sum(shell.operational for shell in library.library_fleet(fleet).shells))


def _total(name: str, says: float, source: str, ours: Callable[[], float]) -> Case:
    return Case(name, "published", says, "satellites", 0.0, "a count in a document", source, ours)


CASES: tuple[Case, ...] = (
    _total("Starlink Gen1, filed", 4408, "FCC 21-48, April 2021", _filed("starlink-gen1")),
    _total(
        "Starlink Gen2, applied for",
        29_988,
        "press of December 2022 on FCC 22-91: 19,440 + 10,080 + 468",
        _filed("starlink-gen2"),
    ),
    _total(
        "Starlink Gen2, granted", 7500, "FCC 22-91 of 1 December 2022", _operational("starlink-gen2-granted")
    ),
    _total("Kuiper, filed", 3236, "FCC 20-102, July 2020", _filed("kuiper")),
    _total("OneWeb, filed", 720, "FCC 17-77, June 2017", _filed("oneweb")),
    _total("Telesat Lightspeed, filed", 1671, "SAT-MPL-20200526-00053", _filed("telesat-lightspeed")),
    Case(
        "Starlink serving on 2022-02-28",
        "published",
        1469,
        "satellites",
        15.0,
        "1 %: six weeks lie between the sentence and the date; decays and arrivals of those weeks are a few",
        "E. Musk, 15 January 2022: 1,469 active",
        _operational("starlink-2022-02-28"),
    ),
    Case(
        "Starlink working in February 2022, raising ones included",
        "published",
        1920,
        "satellites",
        20.0,
        "1 %: as far as two observers' counts of one day differ",
        "J. McDowell and M. Pekhterev: 2,091 launched, 1,920 working",
        lambda: float(
            sum(shell.filed - shell.missing for shell in library.library_fleet("starlink-2022-02-28").shells)
        ),
        known_failure="shell 1 is filled as counted in mid-2022 (1,450; public elements of 22 January show 1,476 near "
        "550 km), and satellites that drift, sink or fly near 97.5 degrees are left out",
    ),
)
