"""`skyhold schema`: the JSON Schema of scenario files."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from skyhold.cli.console import Voice


def schema(
    *, out: Annotated[Path | None, Parameter(name=["--out", "-o"])] = None, voice: Voice = Voice()
) -> int:
    """Write the JSON Schema of scenario files, for editors.

    An editor uses it when the first line of a scenario says `#:schema scenario.schema.json`.

    Parameters
    ----------
    out
        The file to write; printed if not given.
    """
    from skyhold.scenario.schema import json_schema

    text = json.dumps(json_schema(), indent=2)
    if out is None:
        print(text)
        return 0
    out.write_text(text + "\n", encoding="utf-8")
    voice.answer({"file": str(out)}, [] if voice.quiet else [f"Wrote {out}."])
    return 0
