"""Every scenario, short: kills, freezes and outages of seconds. `make chaos` runs them in full."""

import asyncio
from collections.abc import Iterator

import pytest

from tests.chaos.processes import Nursery, nursery
from tests.chaos.proof import caught
from tests.chaos.report import Size
from tests.chaos.scenarios import SCENARIOS

SEED = 20_261_123


@pytest.fixture(scope="module")
def replicas() -> Iterator[Nursery]:
    with nursery() as place:
        yield place


@pytest.mark.parametrize("name", SCENARIOS)
def test_nothing_is_lost(replicas: Nursery, name: str) -> None:
    report = asyncio.run(SCENARIOS[name].run(replicas, Size(full=False), SEED, ""))
    assert report.lost == 0
    assert report.updates
    assert report.faults


@pytest.mark.parametrize("name", SCENARIOS)
def test_a_breakage_is_caught(replicas: Nursery, name: str) -> None:
    """The first of them, which takes seconds; `make chaos` tries them all."""
    assert caught(replicas, name, SCENARIOS[name].caught[0], SEED)
