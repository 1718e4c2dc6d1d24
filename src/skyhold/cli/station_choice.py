"""The station that a quick question is about: a scenario, and what was typed over it."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

from cyclopts import Parameter

from skyhold.errors import ScenarioError

if TYPE_CHECKING:
    from skyhold.scenario.scenario import StationScenario

DEFAULT_SCENARIO = "iss-2022"
TYPED = "typed on the command line"
OBJECT_MASS_KG, OBJECT_DAY = 1000.0, "2022-02-25"

Altitude = Annotated[float | None, Parameter(name="--altitude", help="Circular orbit: mean altitude, km.")]
Inclination = Annotated[float | None, Parameter(name="--inclination", help="Inclination, degrees.")]
Ballistic = Annotated[
    float | None,
    Parameter(name="--ballistic", help="Not the station, but an object of m / (Cd A), kg/m2."),
]
Sun = Annotated[
    Literal["climatology", "as-observed"] | None,
    Parameter(help="Past cycles at this phase, or the real one."),
]
Forecast = Annotated[Path | None, Parameter(help="A forecast file of NASA Marshall, as issued.")]
Days = Annotated[float | None, Parameter(help="How far to look ahead, days.")]


@Parameter(name="*")
@dataclass(frozen=True)
class Choice:
    """Options that every question about a station takes: which scenario, and what is different in it."""

    scenario: Annotated[
        str, Parameter(show_default=True, help="A station scenario: a file, or a name of the library.")
    ] = DEFAULT_SCENARIO
    variant: Annotated[str | None, Parameter(help="A variant of it instead of the baseline.")] = None
    without: Annotated[
        tuple[str, ...], Parameter(negative="", help="A partner that leaves at the start; may be repeated.")
    ] = ()
    date: Annotated[str | None, Parameter(help="Start, UTC, if not that of the scenario.")] = None
    sets: Annotated[
        tuple[str, ...],
        Parameter(name="--set", negative="", help="path.to.key=value, set over it; may be repeated."),
    ] = ()

    def resolve(self, values: Mapping[str, object], *, moved: bool = True) -> StationScenario:
        """The scenario with its variant, `values` by dotted path, then what these options say; None is left out.

        With a date, the elements of the orbit are taken for that date too (`moved`). Errors: ScenarioError for what
        is typed wrong, for another kind of scenario, and for all that stops a run.
        """
        from skyhold.scenario.check import require
        from skyhold.scenario.load import load, with_values, with_variant
        from skyhold.scenario.scenario import StationScenario

        found = load(self.scenario, sets=self.sets, kind=StationScenario)
        if self.variant is not None:
            found = with_variant(found, self.variant)
        found = with_values(found, {"variants": []} | ({"start_utc": self.date} if self.date else {}))
        typed = {path: value for path, value in values.items() if value is not None}
        if self.date and moved:
            typed["orbit.epoch_utc"] = found.start_utc
        found = with_values(found, typed)
        if self.without:
            found = with_values(found, {"withdrawals": self._withdrawals(found)})
        require(found)
        return found

    def _withdrawals(self, found: StationScenario) -> list[dict[str, object]]:
        """Those of the scenario, and one from the start for each partner named."""
        named = {*self.without}
        kept = [each.model_dump() for each in found.withdrawals if each.partner not in named]
        return [*kept, *({"partner": each, "from_utc": found.start_utc} for each in self.without)]


def sun_values(sun: str | None, forecast: Path | None) -> dict[str, object]:
    """The space weather that was typed, by dotted path.

    Errors: ScenarioError where both a Sun and a forecast are given.
    """
    if sun and forecast:
        raise ScenarioError(
            "two Suns are chosen", expected="--sun or --forecast", remedy="take one of the two out"
        )
    if forecast:
        return {"space_weather": {"kind": "forecast", "file": str(forecast.resolve())}}
    return {"space_weather.kind": sun}


def orbit_values(
    choice: Choice, altitude_km: float | None, inclination_deg: float | None
) -> dict[str, object]:
    """The circular orbit that was typed, by dotted path; what is not typed stays as in the scenario.

    Errors: ScenarioError for an altitude below 120 km.
    """
    tilt: dict[str, object] = {"orbit.inclination_deg": inclination_deg}
    if altitude_km is None:
        return tilt
    degrees = choice.resolve(tilt).orbit.inclination_deg
    typed = {
        "mean_motion_rev_day": _mean_motion_rev_day(altitude_km, degrees),
        "eccentricity": 0.0,
        "bstar": 0.0,
        "source": TYPED,
    }
    return tilt | {f"orbit.{key}": value for key, value in typed.items()}


def object_values(ballistic_kg_m2: float | None) -> dict[str, object]:
    """A nameless object of one ballistic number in place of the station, by dotted path.

    Its mass and its day are arbitrary: only the ballistic number counts.

    Errors: ScenarioError where that is not positive.
    """
    if ballistic_kg_m2 is None:
        return {}
    if not 0 < ballistic_kg_m2 < math.inf:
        raise ScenarioError(
            "a ballistic number is not positive",
            expected="mass over drag coefficient and area, above 0 kg/m2",
            came=f"{ballistic_kg_m2:g}",
            where="--ballistic",
            remedy="check mass, drag coefficient and area",
        )
    said: dict[str, Any] = {"trust": "R", "source": TYPED}
    one = {"name": "object", "owner": "nobody", "segment": "object", "mass_kg": OBJECT_MASS_KG}
    spec = {
        "schema_version": 1,
        "name": "object",
        "title": f"An object of {ballistic_kg_m2:g} kg/m2",
        "day": OBJECT_DAY,
        "sources": [TYPED],
        "partners": [{"name": "nobody", "title": "nobody"}],
        "modules": [one | {"length_m": 1.0, "diameter_m": 1.0, "pressurised": False} | said],
        "masses": [{"day": OBJECT_DAY, "mass_kg": OBJECT_MASS_KG} | said],
        "ballistic": {"median_kg_m2": ballistic_kg_m2} | said,
    }
    return {"station": {"spec": spec}, "withdrawals": [], "detachments": [], "title": spec["title"]}


def _mean_motion_rev_day(altitude_km: float, inclination_deg: float) -> float:
    """Kozai mean motion of a circular orbit of a mean altitude over the equatorial radius."""
    from skyhold.decay.mean_orbit import MeanOrbit, kozai_mean_motion_rev_day
    from skyhold.times import Epoch
    from skyhold.units import DEG, KM

    orbit = MeanOrbit.at_altitude(Epoch(0, 0.0), altitude_km * KM, inclination_deg * DEG)
    return float(kozai_mean_motion_rev_day(orbit.axis_m, 0.0, orbit.inclination_rad))
