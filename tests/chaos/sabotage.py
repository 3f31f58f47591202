"""Known breakages of the product, made in a replica's memory: a scenario that passes all the same is broken.

`python -m tests.chaos.run --sabotage` runs each scenario with the breakages that it must catch.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from tests.chaos import breaking, broken_handling, broken_sending

# Those that only the logs tell of: see Town.check_logs.
HEARD = ("log-what-is-said", "lose-a-task")
# Imported, they are in BREAKAGES.
ROOMS = broken_handling, broken_sending


def apply(name: str) -> None:
    if name:
        breaking.BREAKAGES[name]()


@contextmanager
def applied(name: str) -> Iterator[None]:
    """In a process that goes on afterwards, such as that of the tests."""
    before = len(breaking.PUT)
    try:
        apply(name)
        yield
    finally:
        breaking.put_back(before)
