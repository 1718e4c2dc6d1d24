"""One family of errors; each says what was expected, what came, where, and what to do."""

from __future__ import annotations


class SkyholdError(Exception):
    """Something the user can mend.

    `expected`, `came`, `where` and `remedy` are plain sentences without a full stop; the message joins them.
    """

    def __init__(
        self, problem: str, *, expected: str = "", came: str = "", where: str = "", remedy: str = ""
    ):
        self.problem, self.expected, self.came = problem, expected, came
        self.where, self.remedy = where, remedy
        super().__init__(self._sentence())

    def _sentence(self) -> str:
        parts = [self.problem]
        if self.expected:
            parts.append(f"expected {self.expected}")
        if self.came:
            parts.append(f"got {self.came}")
        text = "; ".join(parts)
        if self.where:
            text += f" ({self.where})"
        return f"{text}. {self.remedy[0].upper()}{self.remedy[1:]}." if self.remedy else f"{text}."


class ScenarioError(SkyholdError):
    """A scenario file, or a value set over it, does not say what can be simulated.

    Where several things are wrong at once, `parts` has an error for each and the message lists them.
    """

    parts: tuple[ScenarioError, ...] = ()

    @classmethod
    def of(cls, parts: list[ScenarioError], where: str) -> ScenarioError:
        """One error for one or more problems of the same file."""
        if len(parts) == 1:
            return parts[0]
        listed = "".join(f"\n  {number}. {part}" for number, part in enumerate(parts[:20], 1))
        more = f"\n  and {len(parts) - 20} more" if len(parts) > 20 else ""
        whole = cls(f"{len(parts)} things are wrong", where=where, remedy="mend each of these")
        whole.args = (f"{where}: {len(parts)} things are wrong{listed}{more}",)
        whole.parts = tuple(parts)
        return whole


class CatalogError(SkyholdError):
    """A catalogue of orbital elements could not be read at all."""


class DataError(SkyholdError):
    """A data set is missing, stale, truncated or not what its hash says."""


class ResultError(SkyholdError):
    """A run folder is missing, incomplete or not a run."""
