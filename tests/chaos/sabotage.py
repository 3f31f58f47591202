"""Known breakages of the product, made in a replica's memory: a scenario that passes all the same is broken.

`python -m tests.chaos.run --sabotage` runs each scenario with the breakages that it must catch.
"""

from collections.abc import Callable
from typing import Any

BREAKAGES: dict[str, Callable[[], None]] = {}


def apply(name: str) -> None:
    if name:
        BREAKAGES[name]()


def breakage(make: Callable[[], None]) -> Callable[[], None]:
    BREAKAGES[make.__name__.replace("_", "-")] = make
    return make


def put(place: Any, name: str, value: Any) -> None:
    """On a class or a module, whatever its type says."""
    setattr(place, name, value)
