"""The conductor: the straight line, one screen per branch.

`skyhold.simulate(scenario)` is `skyhold.simulate.run.simulate`. Once this folder is imported, Python sets the attribute
`simulate` of the package to the folder; so the folder can be called, and the word works after any import.
"""

import sys
from types import ModuleType
from typing import Any


class _Callable(ModuleType):
    def __call__(self, *args: Any, **options: Any) -> Any:
        from skyhold.simulate.run import simulate

        return simulate(*args, **options)


sys.modules[__name__].__class__ = _Callable
