"""`python -m tests.chaos.run` (make chaos): every scenario in full; writes what it found into
docs/operations.md. With names, these alone; `--short`: as the tests run them, and nothing is written;
`--sabotage`: with each of the breakages that a scenario must catch, short."""

# ruff: noqa: T201  # its output is read by another process, or by a person

import asyncio
import sys
from collections.abc import Sequence
from pathlib import Path

from tests.chaos import report
from tests.chaos.processes import Nursery, nursery
from tests.chaos.proof import caught, causes
from tests.chaos.report import Report, Size
from tests.chaos.scenarios import SCENARIOS

PAGE = Path(__file__).parents[2] / "docs" / "operations.md"
SEED = 20_261_123
# For the end of an outage or of a claim, not for the processor.
PATIENT = ("poison", "notices", "owner", "midform")


def main(arguments: Sequence[str]) -> int:
    """The exit code: how many scenarios are not as they should be."""
    names = [name for name in arguments if not name.startswith("-")] or list(SCENARIOS)
    with nursery() as replicas:
        if "--sabotage" in arguments:
            asked = [(name, how) for name in names for how in SCENARIOS[name].caught]
            return sum(not _caught(replicas, name, how) for name, how in asked)
        size = Size(full="--short" not in arguments)
        found = asyncio.run(_all(replicas, names, size))
    if size.full:
        numbers = {name: number for number, name in enumerate(SCENARIOS, 1)}
        report.write(PAGE, {numbers[name]: one.row() if one else None for name, one in found.items()})
    return sum(one is None for one in found.values())


async def _all(replicas: Nursery, names: Sequence[str], size: Size) -> dict[str, Report | None]:
    """One after the other, and beside them those that mostly wait."""
    lanes = [name for name in names if name not in PATIENT], [name for name in names if name in PATIENT]

    async def lane(mine: Sequence[str]) -> dict[str, Report | None]:
        return {name: await _run(replicas, name, size) for name in mine}

    busy, patient = await asyncio.gather(*map(lane, lanes))
    return {**busy, **patient}


async def _run(replicas: Nursery, name: str, size: Size) -> Report | None:
    try:
        found = await SCENARIOS[name].run(replicas, size, SEED, "")
    except Exception as error:  # noqa: BLE001  # the others are run all the same
        print(f"{name}: FAILED", *causes(error), sep="\n", flush=True)
        return None
    print(found.row(), flush=True)
    return found


def _caught(replicas: Nursery, name: str, how: str) -> bool:
    try:
        print(caught(replicas, name, how, SEED), flush=True)
    except AssertionError as error:
        print(error, flush=True)
        return False
    return True


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
