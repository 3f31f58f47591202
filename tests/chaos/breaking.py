"""How a breakage is made in a process, and undone."""

from collections.abc import Callable
from typing import Any

BREAKAGES: dict[str, Callable[[], None]] = {}
# What was broken, and what was there before.
PUT: list[tuple[Any, str, Any]] = []


def breakage(make: Callable[[], None]) -> Callable[[], None]:
    BREAKAGES[make.__name__.replace("_", "-")] = make
    return make


def put(place: Any, name: str, value: Any) -> None:
    """On a class or a module, whatever its type says."""
    PUT.append((place, name, getattr(place, name)))
    setattr(place, name, value)


def put_back(to: int) -> None:
    while len(PUT) > to:
        place, name, value = PUT.pop()
        setattr(place, name, value)
