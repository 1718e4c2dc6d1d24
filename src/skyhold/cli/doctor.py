"""`skyhold doctor`: look this installation over."""

from __future__ import annotations

import os
import platform
import sys
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from skyhold.cli.console import Voice

LIBRARIES = ("numpy", "numba", "sgp4", "h3", "pydantic", "xarray", "zarr", "pyarrow", "pillow")


@dataclass(frozen=True)
class Finding:
    """One thing looked at: what is there, whether it will do, and what to do if not."""

    what: str
    found: str
    ok: bool
    remedy: str = ""


def doctor(*, voice: Voice = Voice()) -> int:
    """Look this installation over: Python, libraries, cores, caches, data.

    Exits with 1 if something will not do, and says what to do about it.
    """
    findings = list(_look())
    rows = [(f.what, f.found, f.ok) for f in findings]
    voice.table("This installation", ("what", "found", "OK"), rows, [asdict(f) for f in findings])
    for finding in findings:
        if not finding.ok and not voice.json:
            print(f"{finding.what}: {finding.remedy}")
    return int(not all(finding.ok for finding in findings))


def _look() -> Iterator[Finding]:
    new_enough = sys.version_info >= (3, 11)
    yield Finding("Python", platform.python_version(), new_enough, "install Python 3.11 or newer")
    for name in ("skyhold", *LIBRARIES):
        yield _library(name)
    yield Finding("cores", str(os.cpu_count()), True)
    yield _kernel_cache()
    yield _kernels()
    yield from _data()
    yield _climate()


def _library(name: str) -> Finding:
    try:
        return Finding(name, version(name), True)
    except PackageNotFoundError:
        return Finding(name, "not installed", False, "install Skyhold again: make run, or pip install -e .")


def _kernel_cache() -> Finding:
    """Where numba keeps compiled kernels: beside the source if it can write there, else at home."""
    import skyhold

    place = Path(os.environ.get("NUMBA_CACHE_DIR") or Path(skyhold.__file__).parent)
    while not place.exists():
        place = place.parent
    remedy = "kernels are compiled anew in each process: set NUMBA_CACHE_DIR to a folder that can be written"
    user = Path.home()
    good = os.access(place, os.W_OK) or os.access(user, os.W_OK)
    return Finding("kernel cache", str(place if os.access(place, os.W_OK) else user), good, remedy)


def _kernels() -> Finding:
    """Whether numba compiles and runs a loop here."""
    import numba

    remedy = "numba cannot compile here: see its message with --debug"

    doubled = numba.njit(lambda x: 2.0 * x)
    return Finding("compiler", f"numba {numba.__version__}", doubled(21.0) == 42.0, remedy)


def _data() -> Iterator[Finding]:
    """Embedded and fetched data sets; an old one is no fault."""
    from skyhold.data import store

    remedy = "the file is not what its hash says: fetch or install it again"
    for held in store.listing():
        age = "" if held.age_h is None else f", {held.age_h / 24:.0f} days old"
        yield Finding(f"data: {held.name}", held.state + age, held.state != "changed", remedy)


def _climate() -> Finding:
    """Whether rain has maps: the table made of them, or the package it is made of; neither is no fault."""
    from importlib.util import find_spec

    from skyhold.attenuation import climate_table

    if climate_table.place().is_file():
        return Finding("climate maps", "table made", True)
    there = find_spec("itur") is not None
    return Finding("climate maps", "itur is installed" if there else "absent: rain by latitude", True)
