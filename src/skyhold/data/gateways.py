"""Gateways and points of presence: the embedded list with dates and confidence, and lists of the user.

No operator publishes such a list. Every site says how sure it is, and when it is thought to have opened.
"""

from __future__ import annotations

import tomllib
from functools import lru_cache
from importlib import resources
from pathlib import Path
from typing import Any

from skyhold.data.ground import Gateway, GatewayTable, Pop, RejectedRow, open_on
from skyhold.data.site_table import read_table
from skyhold.errors import DataError

__all__ = [
    "Gateway",
    "GatewayTable",
    "Pop",
    "RejectedRow",
    "library_gateways",
    "library_pops",
    "open_on",
    "read_gateways",
]


def library_gateways() -> tuple[Gateway, ...]:
    """The embedded gateways, planned and unverified ones too."""
    return tuple(
        Gateway(
            name=row["name"],
            country=row["country"],
            latitude_deg=row["at"][0],
            longitude_deg=row["at"][1],
            opened=row.get("opened"),
            closed=row.get("closed"),
            confidence=row["confidence"],
            dated=row.get("dated", ""),
            status=row.get("status", "live"),
            min_elevation_deg=row.get("min_elevation_deg"),
            source=_embedded()["sources"][row["source"]],
        )
        for row in _embedded()["gateways"]["list"]
    )


def library_pops() -> tuple[Pop, ...]:
    """The embedded points of presence."""
    return tuple(
        Pop(
            name=row["name"],
            city=row["name"],
            country=row["country"],
            latitude_deg=row["at"][0],
            longitude_deg=row["at"][1],
            opened=row.get("opened"),
            closed=row.get("closed"),
            confidence=row["confidence"],
            dated=row.get("dated", ""),
            code=row["code"],
            source=_embedded()["sources"][row["source"]],
        )
        for row in _embedded()["pops"]["list"]
    )


@lru_cache(maxsize=1)
def _embedded() -> dict[str, Any]:
    return tomllib.loads((resources.files("skyhold.data") / "embedded" / "gateways.toml").read_text("utf-8"))


def read_gateways(path: str | Path) -> GatewayTable:
    """Gateways and points of presence of a CSV file.

    Columns: name, latitude_deg, longitude_deg, and any of altitude_m, country, opened, closed, confidence,
    min_elevation_deg, status, kind, source. Also read are the layouts of two public maps (name, lat, lon,
    status, type; and region, name, lat, lon, kind, status, ..., ka_min_elevation). Rows that cannot be
    used are reported in `rejected`. Raises `DataError` where the file is no such table, or has no row that
    can be used.
    """
    file = Path(path)
    table = read_table(file)
    if not table.gateways and not table.pops:
        first = "; ".join(f"line {row.line}: {row.reason}" for row in table.rejected[:3])
        raise DataError(
            "no row of the gateway file can be used",
            came=first or "no rows",
            where=str(file),
            remedy="give a name, latitude_deg and longitude_deg in each row",
        )
    return table
