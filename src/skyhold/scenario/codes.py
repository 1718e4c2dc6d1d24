"""The constellation code of the IRTF draft on constellation notation (draft-piraux-lsn-constellation-code).

`Type:Altitude:Inclination:T/P/F`, e.g. `D:550:53.0:1584/72/17 (Starlink Sh.1)`: D for a Walker delta, S for a
star; altitude in km; inclination in degrees; T satellites in P planes with phasing F. A name in brackets may
follow.
"""

from __future__ import annotations

import re
from typing import Any

from pydantic import ValidationError

from skyhold.errors import ScenarioError
from skyhold.nouns.constellation import Shell

_SHAPE = "Type:Altitude:Inclination:T/P/F, e.g. D:550:53.0:1584/72/17"
_NUMBER = r"\d{1,6}(?:\.\d{1,9})?"
_CODE = re.compile(
    rf"\s*([A-Za-z])\s*:\s*({_NUMBER})\s*:\s*({_NUMBER})\s*:\s*(\d{{1,7}})/(\d{{1,7}})/(\d{{1,7}})\s*(?:\(([^()]+)\))?\s*",
    re.ASCII,
)


def parse_code(text: str, where: str = "constellation code") -> Shell:
    """The shell a constellation code describes.

    T is divided by P as written: a P and an S that were swapped are never swapped back (`check` warns where a
    filed shell shows the mirror image).

    Errors: ScenarioError for another shape, a T that P does not divide, an F outside 0..P-1, or an orbit
    outside the limits of `Shell`.
    """
    found = _CODE.fullmatch(text)
    if not found:
        raise _refusal(
            "this is not a constellation code", _SHAPE, text, where, "write the six parts in this order"
        )
    kind, altitude, inclination, total, planes, phasing, name = found.groups()
    if kind not in "DS":
        raise _refusal("the type is unknown", "D (delta) or S (star)", kind, where, "begin with D or S")
    satellites = _divided(int(total), int(planes), text, where)
    if int(phasing) >= int(planes):
        raise _refusal(
            "the phasing F does not exist",
            f"0..{int(planes) - 1}",
            phasing,
            where,
            f"take F modulo P = {planes}",
        )
    return _shell(
        text,
        where,
        name=(name or "").strip() or text.strip(),
        altitude_km=float(altitude),
        inclination_deg=float(inclination),
        planes=int(planes),
        satellites_per_plane=satellites,
        phasing=int(phasing),
        pattern="delta" if kind == "D" else "star",
    )


def _shell(text: str, where: str, **values: Any) -> Shell:
    """The shell of these values, whose source is the code."""
    try:
        return Shell(**values, source=f"constellation code {text.strip()}")
    except ValidationError as error:
        item = error.errors(include_url=False)[0]
        raise _refusal(
            f"{item['loc'][0] if item['loc'] else 'the shell'} is out of range",
            item["msg"][:1].lower() + item["msg"][1:],
            text,
            where,
            "check altitude (km), inclination (degrees) and numbers of planes and satellites",
        ) from None


def code_of(shell: Shell) -> str:
    """The constellation code of a shell as filed: what is missing or raising has no place in it."""
    kind = "D" if shell.pattern == "delta" else "S"
    orbit = f"{shell.altitude_km:g}:{shell.inclination_deg:g}"
    return f"{kind}:{orbit}:{shell.filed}/{shell.planes}/{shell.phasing} ({shell.name})"


def _divided(total: int, planes: int, text: str, where: str) -> int:
    if total < 1 or planes < 1:
        raise _refusal(
            "there are no satellites or no planes",
            "T and P of 1 or more",
            text,
            where,
            "check the T/P/F part",
        )
    satellites, rest = divmod(total, planes)
    if rest:
        raise _refusal(
            f"T = {total} satellites do not fit into P = {planes} planes",
            "a T that P divides",
            text,
            where,
            f"check which number is planes (P) and which satellites per plane (S = T/P = {total / planes:.4g}); "
            "Skyhold never swaps P and S",
        )
    return satellites


def _refusal(problem: str, expected: str, came: str, where: str, remedy: str) -> ScenarioError:
    shown = came.strip() if len(came) <= 80 else f"{came.strip()[:77]}..."
    return ScenarioError(problem, expected=expected, came=repr(shown), where=where, remedy=remedy)
