"""The checkout that Skyhold was installed from: `validation/` and `benchmarks/` are not in the package."""

from __future__ import annotations

import importlib
import sys
from pathlib import Path
from types import ModuleType

import skyhold
from skyhold.errors import DataError


def find_checkout(folder: str, path: Path | None = None) -> Path:
    """The directory that holds `folder`: `path`, or else above the package, or else the current one.

    Errors: DataError where none of them holds it.
    """
    package = Path(skyhold.__file__).resolve()
    candidates = [path.resolve()] if path else [*package.parents, Path.cwd()]
    for candidate in candidates:
        if (candidate / folder / "__init__.py").is_file():
            return candidate
    raise DataError(
        f"no {folder}/ found",
        where=", ".join(str(candidate) for candidate in candidates[:3]),
        remedy="it comes with the source, not with the installed package: give the checkout with --path",
    )


def import_from(root: Path, module: str) -> ModuleType:
    """Import a module of the checkout."""
    if str(root) not in sys.path:
        sys.path.insert(0, str(root))
    return importlib.import_module(module)
