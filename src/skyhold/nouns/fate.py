"""What becomes of a station: its orbit, the Sun, who leaves, what is held, how it comes down, who is below."""

from __future__ import annotations

import math
from itertools import pairwise
from pathlib import Path
from typing import Literal

from pydantic import Field, model_validator

from skyhold.constants import MU_M3_S2, WGS84_A_M
from skyhold.nouns.noun import (
    Count,
    CountryCode,
    Day,
    Latitude,
    Longitude,
    Name,
    Noun,
    Number,
    Slug,
    Switch,
    Utc,
    fault,
)

LOWEST_PERIGEE_KM = 120.0


class OrbitState(Noun):
    """Mean elements of an element set, as SGP4 takes them (Kozai mean motion, TEME)."""

    epoch_utc: Utc = Field(description="epoch of the elements")
    mean_motion_rev_day: Number = Field(gt=0, lt=20, description="Kozai mean motion, revolutions per day")
    eccentricity: Number = Field(ge=0, description="eccentricity, below 1")
    inclination_deg: Number = Field(ge=0, le=180, description="inclination")
    raan_deg: Number = Field(ge=0, le=360, description="right ascension of the ascending node")
    argument_of_perigee_deg: Number = Field(ge=0, le=360, description="argument of perigee")
    mean_anomaly_deg: Number = Field(ge=0, le=360, description="mean anomaly")
    bstar: Number = Field(default=0.0, ge=-1, le=1, description="drag term of SGP4, per Earth radius")
    catalogue_number: Count | None = Field(default=None, ge=1, description="catalogue number of the object")
    source: Name = Field(description="who published the elements")

    @property
    def perigee_km(self) -> float:
        """Two-body perigee height over the equatorial radius."""
        motion = self.mean_motion_rev_day * 2 * math.pi / 86_400
        axis_m: float = (MU_M3_S2 / motion**2) ** (1 / 3)
        return (axis_m * (1 - self.eccentricity) - WGS84_A_M) / 1000

    @model_validator(mode="after")
    def _stays_up(self) -> OrbitState:
        if self.eccentricity >= 1:
            raise fault(
                "these elements are those of an escape, not of an orbit",
                expected="an eccentricity below 1",
                came=f"{self.eccentricity:g}",
                remedy="check the eccentricity; a TLE leaves out its 0 and the point",
                key="eccentricity",
            )
        if self.perigee_km < LOWEST_PERIGEE_KM:
            raise fault(
                "the orbit is already inside the atmosphere",
                expected=f"a perigee of {LOWEST_PERIGEE_KM:g} km or more",
                came=f"{self.perigee_km:.1f} km",
                remedy="check mean motion (revolutions per day) and eccentricity",
                key="mean_motion_rev_day",
            )
        return self


class SpaceWeather(Noun):
    """Which Sun the run is under."""

    kind: Literal["as-observed", "forecast", "climatology"] = Field(
        default="climatology",
        description="the Sun as it then was, as forecast on a day, or as in past cycles at this phase",
    )
    file: Path | None = Field(default=None, description="forecast file; starts at the scenario's folder")
    issued: Day | None = Field(default=None, description="day the forecast was issued")

    @model_validator(mode="after")
    def _a_forecast_has_a_file(self) -> SpaceWeather:
        if self.kind == "forecast" and self.file is None:
            raise fault(
                "a forecast needs its file",
                expected="file, a forecast of NASA Marshall as issued",
                remedy='give file, or take kind = "climatology"',
                key="file",
            )
        if self.kind != "forecast" and self.file is not None:
            raise fault(
                f"a file is given, but the space weather is {self.kind}",
                expected='kind = "forecast"',
                remedy="take the file out, or change the kind",
                key="file",
            )
        return self


class Ensemble(Noun):
    """How many members, and how far what is uncertain is spread."""

    members: Count = Field(default=1000, ge=1, le=1_000_000, description="members")
    seed: Count = Field(default=1, ge=0, description="seed of the draws")
    ballistic_sigma: Number | None = Field(
        default=None, ge=0, le=1, description="spread of ln(ballistic number); left out: the station's"
    )
    density_bias_sigma: Number = Field(
        default=0.1, ge=0, le=1, description="spread of ln(density bias) of the atmosphere over months"
    )


class Thresholds(Noun):
    """Mean altitudes whose day is reported, over the equatorial radius."""

    crew_departure_km: Number = Field(default=330.0, gt=120, lt=2000, description="the last crew leaves")
    point_of_no_return_km: Number = Field(
        default=280.0, gt=120, lt=2000, description="below it nothing brings the station back up"
    )

    @model_validator(mode="after")
    def _crew_leaves_first(self) -> Thresholds:
        if self.crew_departure_km < self.point_of_no_return_km:
            raise fault(
                "the crew would leave below the point of no return",
                expected=f"crew_departure_km of {self.point_of_no_return_km:g} or more",
                came=f"{self.crew_departure_km:g}",
                remedy="swap the two, or raise crew_departure_km",
                key="crew_departure_km",
            )
        return self


class Withdrawal(Noun):
    """A partner leaves: its thrusters, propellant, vehicles, seats and launches are no longer there."""

    partner: Slug = Field(description="who leaves")
    from_utc: Utc = Field(description="first instant without it")


class Detachment(Noun):
    """A segment is cut off and flies on its own."""

    segment: Slug = Field(description="which segment")
    from_utc: Utc = Field(description="first instant without it")
    keeps: tuple[Name, ...] = Field(default=(), description="modules of it that stay with the rest")


class ReboostSpec(Noun):
    """Whether and how the station is held up."""

    policy: Literal["none", "hold"] = Field(default="hold", description="nobody pushes, or a band is held")
    low_km: Number = Field(default=412.0, gt=120, lt=2000, description="lower edge of the mean altitude")
    high_km: Number = Field(default=422.0, gt=120, lt=2000, description="upper edge of the mean altitude")
    horizon_days: Number = Field(default=365.0, gt=0, le=3660, description="how long the plan is")
    step_days: Number = Field(default=30.0, gt=0, le=366, description="one burn of each vehicle in each step")
    avoidance_m_s_year: Number = Field(
        default=1.0, ge=0, le=100, description="delta-v a year kept for avoiding debris"
    )
    deorbit_reserve_m_s: Number = Field(default=0.0, ge=0, le=500, description="delta-v kept for the deorbit")
    attitude_kg_year: Number = Field(
        default=0.0, ge=0, le=20_000, description="propellant a year for attitude, dockings and desaturation"
    )
    vehicles: tuple[Slug, ...] = Field(
        default=(), description="only these may push; none named: all aboard or due"
    )
    excluded: tuple[Slug, ...] = Field(default=(), description="these must not push")
    allow_unproven: Switch = Field(
        default=False, description="let vehicles push that had not done so by the date"
    )
    target_km: Number | None = Field(default=None, gt=120, lt=2000, description="mean altitude for a docking")
    target_utc: Utc | None = Field(default=None, description="when that altitude is wanted")

    @model_validator(mode="after")
    def _edges_in_order(self) -> ReboostSpec:
        if self.low_km >= self.high_km:
            raise fault(
                "the band has no width",
                expected=f"low_km below {self.high_km:g}",
                came=f"{self.low_km:g}",
                remedy="swap the two",
                key="low_km",
            )
        if (self.target_km is None) != (self.target_utc is None):
            raise fault(
                "a target needs an altitude and a time",
                expected="target_km and target_utc together",
                remedy="give both, or neither",
                key="target_km",
            )
        return self


class DeorbitSpec(Noun):
    """How the station is brought down on purpose."""

    vehicle: Slug = Field(default="progress-ms", description="what pushes")
    count: Count = Field(default=3, ge=1, le=50, description="how many of them work in turn")
    hold_altitude_km: Number = Field(
        default=270.0, gt=130, lt=1000, description="circular altitude from which lowering begins"
    )
    apogee_km: Number = Field(default=200.0, gt=120, lt=1000, description="apogee before the last burn")
    perigee_steps_km: tuple[Number, ...] = Field(
        default=(220.0, 180.0, 145.0), description="perigee after each burn before the last"
    )
    final_perigee_km: Number = Field(default=50.0, gt=-200, lt=120, description="perigee after the last burn")
    aim_latitude_deg: Latitude = -48.0
    aim_longitude_deg: Longitude = -123.0
    keep_out_km: Number = Field(default=370.0, ge=0, description="least distance of debris from foreign land")
    keep_out_own_km: Number = Field(
        default=50.0, ge=0, description="least distance from own land and Antarctic ice"
    )
    own_land: tuple[CountryCode, ...] = Field(
        default=("USA", "ATA"), description="land of the shorter distance"
    )

    @model_validator(mode="after")
    def _perigees_fall(self) -> DeorbitSpec:
        steps = (*self.perigee_steps_km, self.final_perigee_km)
        if any(low >= high for high, low in pairwise(steps)):
            raise fault(
                "the perigees do not fall step by step",
                expected="each below the one before, the final one lowest",
                came=", ".join(f"{step:g}" for step in steps),
                remedy="sort perigee_steps_km from high to low",
                key="perigee_steps_km",
            )
        return self


class RiskSpec(Noun):
    """What reaches the ground, and who is there."""

    population_year: Count = Field(default=2022, ge=1950, le=2100, description="year of the population")
    casualty_area_m2: Number | None = Field(
        default=None, gt=0, lt=1e6, description="sum over survivors; left out: from the modules by archetypes"
    )
    survival_low: Number = Field(
        default=0.10, ge=0, le=1, description="share of the mass that reaches the ground, low"
    )
    survival_high: Number = Field(default=0.40, ge=0, le=1, description="the same, high")
    breakup_altitude_km: Number = Field(default=78.0, gt=30, lt=120, description="main break-up, mean")
    breakup_sigma_km: Number = Field(
        default=4.0, ge=0, lt=30, description="main break-up, standard deviation"
    )

    @model_validator(mode="after")
    def _estimates_in_order(self) -> RiskSpec:
        if self.survival_low > self.survival_high:
            raise fault(
                "survival_low is above survival_high",
                expected=f"at most {self.survival_high:g}",
                came=f"{self.survival_low:g}",
                remedy="swap the two",
                key="survival_low",
            )
        return self
