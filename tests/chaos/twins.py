"""11. Whatever happens, in whatever order, SQLite and PostgreSQL are left in the same state."""

import asyncio
import logging
import tempfile
import time
from collections.abc import Sequence
from functools import cache
from pathlib import Path

from hypothesis import HealthCheck, Phase, settings
from hypothesis import seed as seeded
from hypothesis.stateful import run_state_machine_as_test

from orgbot.matching.engine import build
from orgbot.runtime.mind import Known, Mind
from orgbot.storage.engine import migrate, normalise, open_engine
from tests.chaos import sabotage as breakages
from tests.chaos.machine import Machine, Pair, Tally
from tests.chaos.postgres import database
from tests.chaos.processes import Nursery
from tests.chaos.replica import small
from tests.chaos.report import Report, Size


async def run(nursery: Nursery, size: Size, seed: int, sabotage: str = "") -> Report:
    del nursery
    return await asyncio.to_thread(_run, size, seed, sabotage)


@cache
def mind() -> Mind:
    kb = small()
    return Mind(Known(kb, build(kb, words_only=True)))


def _run(size: Size, seed: int, sabotage: str) -> Report:
    began, tally = time.monotonic(), Tally()
    with tempfile.TemporaryDirectory(prefix="chaos-twins") as folder, database(killed=False) as postgres:
        lite, real = (
            open_engine(f"sqlite:///{Path(folder) / 'twin.sqlite3'}"),
            open_engine(normalise(postgres.url)),
        )
        # Claims that are another's by now are the point here, and not news.
        logging.disable()
        try:
            migrate(lite)
            migrate(real)
            with breakages.applied(sabotage):
                # A shorter history of a breakage that is known is of no use.
                phases = [Phase.generate] if sabotage else list(Phase)
                _search(Pair(lite, real, mind()), tally, size, seed, phases)
        finally:
            logging.disable(logging.NOTSET)
            lite.dispose()
            real.dispose()
    return Report(
        number=11,
        name="The same events over both databases",
        updates=tally.updates,
        faults=tally.faults,
        shown=tally.shown,
        ambiguous=tally.ambiguous,
        duplicates=0,
        lost=tally.lost,
        seconds=time.monotonic() - began,
        seen=f"{tally.runs} histories, {tally.steps} steps: the same state after each",
    )


def _search(pair: Pair, tally: Tally, size: Size, seed: int, phases: Sequence[Phase]) -> None:
    class Bound(Machine):
        twins = pair
        counts = tally

    bounded = settings(
        max_examples=size.of(15, 60),
        stateful_step_count=size.of(15, 40),
        phases=phases,
        deadline=None,
        database=None,
        derandomize=False,
        suppress_health_check=list(HealthCheck),
    )
    run_state_machine_as_test(seeded(seed)(Bound), settings=bounded)
