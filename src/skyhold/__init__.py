"""Skyhold: the open, fast and validated digital twin of services in low Earth orbit under disruption."""

from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

if TYPE_CHECKING:
    from skyhold.results.files import open_run as open
    from skyhold.scenario.load import load
    from skyhold.simulate.run import simulate

__all__ = ["__version__", "load", "open", "simulate"]

_LAZY = {
    "load": ("skyhold.scenario.load", "load"),
    "simulate": ("skyhold.simulate", ""),
    "open": ("skyhold.results.files", "open_run"),
}


def __getattr__(name: str) -> Any:
    """Import the public words on first use, so that `import skyhold` stays light; `simulate` is a callable folder."""
    if name not in _LAZY:
        raise AttributeError(f"module 'skyhold' has no attribute {name!r}")
    import importlib

    place, attribute = _LAZY[name]
    module = importlib.import_module(place)
    return getattr(module, attribute) if attribute else module
