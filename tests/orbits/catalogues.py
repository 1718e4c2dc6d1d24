"""Element sets that tests fly."""

from importlib.resources import files
from pathlib import Path

import numpy as np
import pytest
from sgp4.api import WGS72, Satrec
from validation.case import DATA

from skyhold.catalogues.element_set import ElementSet
from skyhold.times import Epoch

EPOCH = Epoch(2_459_600.5, 0.25)
REV_DAY = 1440 / (2 * np.pi)


def record_of(sat: Satrec) -> ElementSet:
    """A satellite of the library as one of our records."""
    whole = np.floor(sat.jdsatepochF)
    return ElementSet(
        name=str(sat.satnum),
        catalog_number=sat.satnum,
        international_designator="",
        epoch=Epoch(sat.jdsatepoch + whole, sat.jdsatepochF - whole),
        mean_motion_rev_day=sat.no_kozai * REV_DAY,
        eccentricity=sat.ecco,
        inclination_deg=float(np.degrees(sat.inclo)),
        raan_deg=float(np.degrees(sat.nodeo)),
        argument_of_perigee_deg=float(np.degrees(sat.argpo)),
        mean_anomaly_deg=float(np.degrees(sat.mo)),
        bstar=sat.bstar,
    )


def verification() -> list[tuple[Satrec, np.ndarray]]:
    """The cases of AIAA 2006-6753 that the sgp4 package ships: satellites, and the minutes each is asked at."""
    lines = files("sgp4").joinpath("SGP4-VER.TLE").read_text().splitlines()
    lines = [line for line in lines if line[:2] in ("1 ", "2 ")]
    cases = []
    for first, second in zip(lines[::2], lines[1::2], strict=True):
        start, stop, step = map(float, second[69:].split())
        sat = Satrec.twoline2rv(first, second[:69], WGS72)
        cases.append((sat, np.append(np.arange(start, stop, step), stop)))
    return cases


def shared(name: str) -> Path:
    """A shared data file, or the test is skipped."""
    path = DATA / name
    if not path.exists():
        pytest.skip(f"{name} is not here")
    return path


def ring(count: int, mean_motion: float = 15.06, epoch: Epoch = EPOCH, **changes: float) -> list[ElementSet]:
    """Satellites all round a circle at 53 degrees."""
    base = {
        "mean_motion_rev_day": mean_motion,
        "eccentricity": 1e-4,
        "inclination_deg": 53.0,
        "argument_of_perigee_deg": 90.0,
        "bstar": 2e-4,
    } | changes
    return [
        ElementSet(
            name=f"ring {k}",
            catalog_number=k,
            international_designator="",
            epoch=epoch,
            raan_deg=7.0 * k % 360.0,
            mean_anomaly_deg=360.0 * k / count,
            **base,
        )
        for k in range(count)
    ]
