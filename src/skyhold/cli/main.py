"""The `skyhold` command: its verbs, and how a failure is told."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from cyclopts import App, CycloptsError, Parameter

from skyhold import __version__
from skyhold.cli.console import tell
from skyhold.errors import SkyholdError

OK, FAILED, USER_ERROR, DEFECT, INTERRUPTED = 0, 1, 2, 3, 130

FAMILIES = ("data", "station")  # verbs that have verbs of their own

# Each verb is imported when it is called, so that `skyhold --help` stays light.
VERBS = {
    "run": "Run a scenario: a folder of results, a summary and a report.",
    "check": "Say whether a scenario can be run, and what it will run.",
    "new": "Write a commented scenario file, from one of the library.",
    "schema": "Write the JSON Schema of scenario files, for editors.",
    "data": "List or update the data sets that the world publishes.",
    "coverage": "Figures of merit of a fleet over a country.",
    "passes": "When satellites rise and set at a place.",
    "track": "Who serves a terminal that moves, and where it loses service.",
    "link": "Budget of one link: ledger, rate, margins, and what they hang on.",
    "feel": "What a user feels every 100 ms, verdicts, and traces for emulators.",
    "latency": "One user three ways: low orbit, geostationary, fibre.",
    "capacity": "What people ask of a fleet, what they get, and why some get less.",
    "jam": "What a jammer takes from whom, and what helps.",
    "plan": "Where terminals go to serve most people; what service still lacks.",
    "station": "How long a station stays up, who can hold it, how it falls, on whom.",
    "compare": "What differs between two runs.",
    "report": "Write the report of a run again.",
    "validate": "What the world says beside what Skyhold says.",
    "bench": "How fast Skyhold is here, beside its peers.",
    "doctor": "Look this installation over.",
}


def build_app() -> App:
    """The command line with its verbs, none of them imported yet."""
    app = App(
        name="skyhold",
        help="The open, fast and validated digital twin of services in low Earth orbit under disruption.",
        version=__version__,
        help_format="plaintext",
        suppress_keyboard_interrupt=False,
        default_parameter=Parameter(negative="", show_default=False),
        help_epilogue="Exit codes: 0 done, 1 a check or validation failed, 2 something to mend in the input.",
    )
    for verb, sentence in VERBS.items():
        target = "app" if verb in FAMILIES else verb
        app.command(f"skyhold.cli.{verb}:{target}", name=verb, help=sentence)
    return app


def main(arguments: Sequence[str] | None = None) -> None:
    """Entry point: run one verb and leave with its exit code."""
    sys.exit(run_verb(sys.argv[1:] if arguments is None else list(arguments)))


def run_verb(arguments: Sequence[str]) -> int:
    """Run one verb; an error becomes one line on stderr and an exit code (with --debug, a traceback)."""
    debug = "--debug" in arguments
    try:
        code = build_app()(arguments, exit_on_error=False, print_error=False, result_action="return_value")
    except KeyboardInterrupt:
        tell(
            "interrupted; of a run, what is done stays: the same command with --resume and its --out goes on"
        )
        return INTERRUPTED
    except BrokenPipeError:
        sys.stderr.close()
        return OK
    except Exception as error:
        if debug:
            raise
        sentence, failure = _sentence(error)
        tell(sentence)
        return failure
    return code if isinstance(code, int) else OK


def _sentence(error: Exception) -> tuple[str, int]:
    if isinstance(error, SkyholdError):
        return str(error), USER_ERROR
    if isinstance(error, CycloptsError):
        return f"{error} See skyhold --help, or --help after the verb.", USER_ERROR
    if isinstance(error, OSError):
        return f"{error.strerror or error}: {error.filename}" if error.filename else str(error), USER_ERROR
    return (
        f"{type(error).__name__}: {error}. This is a defect of Skyhold: run again with --debug, and tell.",
        DEFECT,
    )
