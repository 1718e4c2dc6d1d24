"""`skyhold link`: the budget of one link, its margins, and what the rate hangs on."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any, Literal

from cyclopts import Parameter

from skyhold.cli.console import Voice, finite
from skyhold.cli.sky import Latitude, Longitude
from skyhold.errors import ScenarioError

if TYPE_CHECKING:
    from skyhold.links.ledger import Ledger, Line
    from skyhold.nouns.radio import RadioSpec

DEFAULT_SYSTEM = "starlink-v1-2022"
GATEWAY_DISH_M = 1.5
Way = Literal["user-down", "user-up", "gateway-up", "gateway-down", "laser"]
LEDGER = ("line", "value", "unit", "note")
MODES = ("mode", "threshold dB", "margin dB", "rate Mbit/s", "holds")
TORNADO = ("parameter", "low", "high", "rate at low Mbit/s", "rate at high Mbit/s", "source")


@dataclass(frozen=True)
class Weather:
    """What stands between: dB of clear air, of rain, cloud and scintillation, and in words."""

    gas_db: float = 0.0
    wet_db: float = 0.0
    words: str = "no air (no place given)"


@dataclass(frozen=True)
class Question:
    """Where and how a link is asked about."""

    elevation_deg: float
    place: dict[str, Any] | None
    availability: float | None
    rain_mm_h: float | None
    range_km: float


def link(
    *,
    at: Annotated[
        str | None, Parameter(help="A city, such as Kyiv, for its rain; or give --lat and --lon.")
    ] = None,
    latitude_deg: Latitude | None = None,
    longitude_deg: Longitude | None = None,
    country: Annotated[str | None, Parameter(help="Country of the city, ISO 3166-1 alpha-3.")] = None,
    elevation: Annotated[float, Parameter(help="Of the satellite, degrees.", show_default=True)] = 40.0,
    direction: Annotated[
        tuple[Way, ...], Parameter(negative="", help="Which link; may be repeated.", show_default=True)
    ] = ("user-down",),
    system: Annotated[
        str, Parameter(help="A radio system of the library.", show_default=True)
    ] = DEFAULT_SYSTEM,
    availability: Annotated[
        float | None, Parameter(help="Per cent of the year the attenuation is not exceeded, 50 to 99.999.")
    ] = None,
    rain_mm_h: Annotated[
        float | None, Parameter(name="--rain-mm-h", help="Rain of this rate instead.")
    ] = None,
    range_km: Annotated[
        float, Parameter(name="--range-km", help="Between satellites, for laser.", show_default=True)
    ] = 2000.0,
    sets: Annotated[
        tuple[str, ...],
        Parameter(name="--set", negative="", help="A number of the radio, such as user_down.noise_k=250."),
    ] = (),
    spectrum: Annotated[
        bool, Parameter(negative="", help="Also its channels, beams, reuse and flux.")
    ] = False,
    voice: Voice = Voice(),
) -> int:
    """Budget of a link line by line: rate, margin to each mode, and which uncertain numbers move it.

    Without a place the link is in vacuum; with one in its clear air, or with --availability or --rain-mm-h in its
    rain.
    """
    radio = _radio(system, sets)
    question = Question(
        elevation, _place(at, latitude_deg, longitude_deg, country, voice), availability, rain_mm_h, range_km
    )
    _require_sense(question)
    answers = [_answer(radio, way, question) for way in direction]
    told = _spectrum(radio, elevation) if spectrum else ()
    if voice.json:
        links = [answer.record() for answer in answers]
        more = {"spectrum": [vars(line) for line in told]} if told else {}
        voice.answer(finite({"system": radio.name, "links": links, **more}))
        return 0
    for answer in answers:
        _print(answer, voice)
    if told:
        voice.table(f"{radio.name}: spectrum of the users' links", LEDGER, _lines(told))
    return 0


@dataclass(frozen=True)
class Answer:
    """A ledger with its weather and its sensitivity."""

    way: str
    weather: Weather
    ledger: Ledger
    moving: list[Any]

    def record(self) -> dict[str, Any]:
        """What --json prints."""
        return {
            "direction": self.way,
            "title": self.ledger.title,
            "weather": self.weather.words,
            "ratio_db": self.ledger.ratio_db,
            "efficiency_bit_s_hz": self.ledger.efficiency,
            "rate_bit_s": self.ledger.rate_bit_s,
            "lines": [vars(line) for line in self.ledger.lines],
            "margins": [vars(margin) for margin in self.ledger.margins()],
            "sensitivity": [vars(row) for row in self.moving],
        }


@dataclass(frozen=True)
class Direction:
    """How a direction is computed: its budget, its frequency and the dish on the ground."""

    budget: Callable[..., Ledger]
    f_ghz: float
    aperture_m: float


def _directions(radio: RadioSpec) -> dict[str, Direction]:
    from skyhold.links import budgets

    terminal_m = radio.user_down.aperture_m
    return {
        "user-down": Direction(budgets.user_down, radio.user_down.frequency_ghz, terminal_m),
        "user-up": Direction(budgets.user_up, radio.user_up.frequency_ghz, terminal_m),
        "gateway-up": Direction(budgets.gateway_up, radio.gateway_up.frequency_ghz, GATEWAY_DISH_M),
        "gateway-down": Direction(budgets.gateway_down, radio.gateway_down.frequency_ghz, GATEWAY_DISH_M),
    }


def _answer(radio: RadioSpec, way: str, question: Question) -> Answer:
    from skyhold.links import budgets, spectrum

    if way == "laser":
        return _light(radio, question)
    direction = _directions(radio)[way]
    elevation = math.radians(question.elevation_deg)
    weather = _weather(direction, question)

    def budget(one: RadioSpec) -> Ledger:
        return direction.budget(one, elevation, weather.wet_db, gas_db=weather.gas_db)

    ledger = budget(radio)
    spectrum.channel_plan(radio)
    spectrum.require_legal(radio, elevation)
    return Answer(way, weather, ledger, budgets.sensitivity(budget, radio))


def _light(radio: RadioSpec, question: Question) -> Answer:
    from skyhold.links import budgets

    def budget(one: RadioSpec) -> Ledger:
        return budgets.laser(one, question.range_km * 1e3)

    return Answer(
        "laser", Weather(words="between satellites"), budget(radio), budgets.sensitivity(budget, radio)
    )


def _weather(direction: Direction, question: Question) -> Weather:
    """Attenuation by the recommendations of ITU-R for the place, or none without a place."""
    from skyhold.attenuation import rain, total
    from skyhold.attenuation.climate import site_climate
    from skyhold.nouns.radio import WeatherSpec

    place = question.place
    if place is None:
        return Weather()
    elevation = math.radians(question.elevation_deg)
    typed = None if question.rain_mm_h is None else WeatherSpec(rain_001_mm_h=question.rain_mm_h)
    climate = site_climate(place["latitude_deg"], place["longitude_deg"], typed)
    gas = float(total.clear_db(climate, direction.f_ghz, elevation)[0])
    if question.rain_mm_h is not None:
        wet = float(rain.exceeded_db(climate, direction.f_ghz, elevation, 0.01)[0])
        return Weather(gas, wet, f"{place['name']}, rain of {question.rain_mm_h:g} mm/h (path of P.618)")
    if question.availability is None:
        return Weather(gas, 0.0, f"{place['name']}, clear")
    percent = 100.0 - question.availability
    found = total.exceeded_db(climate, direction.f_ghz, elevation, percent, direction.aperture_m)
    clear = float(found.gas_db[0])
    words = f"{place['name']}, exceeded {percent:.4g} % of the year (P.618)"
    return Weather(clear, float(found.total_db[0]) - clear, words)


def _radio(system: str, sets: tuple[str, ...]) -> RadioSpec:
    """The system of the library with what was set over it."""
    from skyhold.nouns.radio import RadioSpec
    from skyhold.scenario.document import Document, validate
    from skyhold.scenario.library import radio
    from skyhold.scenario.setting import assigned, parse_set, plain

    document = Document("", "command line", plain(radio(system)))
    return validate(RadioSpec, assigned(document, [parse_set(text) for text in sets]))


def _place(
    at: str | None, latitude_deg: float | None, longitude_deg: float | None, country: str | None, voice: Voice
) -> dict[str, Any] | None:
    from skyhold.cli.latency import place_typed

    if at is None and latitude_deg is None and longitude_deg is None:
        return None
    return place_typed(at, latitude_deg, longitude_deg, country, voice)


def _require_sense(question: Question) -> None:
    """Refuse what has no meaning before anything is computed."""
    if not 5.0 <= question.elevation_deg <= 90.0:
        raise _wrong("--elevation", "5 to 90 degrees", f"{question.elevation_deg:g}")
    if question.availability is not None and not 50.0 <= question.availability <= 99.999:
        raise _wrong("--availability", "50 to 99.999 per cent", f"{question.availability:g}")
    if question.rain_mm_h is not None and not 0.0 < question.rain_mm_h <= 250.0:
        raise _wrong("--rain-mm-h", "above 0 and at most 250 mm/h", f"{question.rain_mm_h:g}")
    if not 0.0 < question.range_km < math.inf:
        raise _wrong("--range-km", "more than 0 km", f"{question.range_km:g}")
    if question.availability is not None and question.rain_mm_h is not None:
        raise _wrong("the weather", "--availability or --rain-mm-h", "both", "leave one of the two out")
    if question.place is None and (question.availability is not None or question.rain_mm_h is not None):
        raise _wrong("the weather", "a place, for its rain height and its air", "none", "add --at Kyiv")


def _wrong(
    what: str, expected: str, came: str, remedy: str = "choose a value inside the range"
) -> ScenarioError:
    return ScenarioError(
        f"{what} has no meaning", expected=expected, came=came, where="command line", remedy=remedy
    )


def _spectrum(radio: RadioSpec, elevation_deg: float) -> tuple[Line, ...]:
    from skyhold.links import spectrum

    return spectrum.lines(radio, math.radians(elevation_deg))


def _lines(lines: tuple[Line, ...]) -> list[tuple[str, str, str, str]]:
    return [(line.name, f"{line.value:10,.2f}", line.unit, line.note) for line in lines]


def _print(answer: Answer, voice: Voice) -> None:
    ledger = answer.ledger
    voice.table(f"{ledger.title}; {answer.weather.words}", LEDGER, _lines(ledger.lines))
    margins = ledger.margins()
    if margins:
        near = _nearest(margins)
        voice.say("")
        voice.table("Margin to the modes", MODES, [_mode_row(margin) for margin in near])
    if answer.moving:
        moving = [
            (row.parameter, row.low, row.high, row.rate_low / 1e6, row.rate_high / 1e6, row.source)
            for row in answer.moving
        ]
        voice.say("")
        voice.table("What the rate hangs on, one at a time", TORNADO, moving)
    voice.say(f"\n{_sentence(answer)}\n")


def _nearest(margins: tuple[Any, ...], around: int = 6) -> tuple[Any, ...]:
    """The modes about the ratio; all of them where they are few."""
    held = sum(margin.margin_db >= 0.0 for margin in margins)
    first = max(0, min(held - around, len(margins) - 2 * around))
    return margins[first : first + 2 * around]


def _mode_row(margin: Any) -> tuple[Any, ...]:
    held = margin.margin_db >= 0.0
    return (
        margin.mode,
        round(margin.threshold_db, 2),
        round(margin.margin_db, 2),
        margin.rate_bit_s / 1e6,
        held,
    )


def _sentence(answer: Answer) -> str:
    rate = answer.ledger.rate_bit_s / 1e6
    if not rate > 0.0:
        return "Nothing gets through: the ratio is below the lowest mode."
    if not answer.moving:
        return f"{rate:,.0f} Mbit/s; no uncertain number within its range changes that."
    ends = [end for row in answer.moving for end in (row.rate_low, row.rate_high)]
    return (
        f"{rate:,.0f} Mbit/s; {min(ends) / 1e6:,.0f} to {max(ends) / 1e6:,.0f} as the uncertain numbers go one by one, "
        f"most by {answer.moving[0].parameter}."
    )
