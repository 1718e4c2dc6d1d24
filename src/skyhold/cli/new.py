"""`skyhold new`: a commented scenario file to start from."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from skyhold.cli.console import Voice
from skyhold.errors import ScenarioError


def new(
    name: str,
    /,
    *,
    from_: Annotated[str, Parameter(name="--from", show_default=True)] = "ukraine-2022",
    out: Annotated[Path | None, Parameter(name=["--out", "-o"])] = None,
    voice: Voice = Voice(),
) -> int:
    """Write a commented scenario file, from one of the library.

    Parameters
    ----------
    name
        Name of the new scenario: small letters, digits and hyphens.
    from_
        The library scenario to start from.
    out
        The file to write; NAME.toml if not given.
    """
    from skyhold.scenario import template

    text = template.new(name, from_)
    path = out or Path(f"{name}.toml")
    if path.exists():
        raise ScenarioError(f"{path} exists and is not written over", remedy="give another file with --out")
    path.write_text(text, encoding="utf-8")
    sentence = f"Wrote {path}, from {from_}. Change it, then: skyhold check {path}; skyhold run {path}"
    voice.answer({"file": str(path), "from": from_}, [] if voice.quiet else [sentence])
    return 0
