"""That a scenario finds a breakage which it must find, and by its own eyes."""

import asyncio
import time
from collections.abc import Iterator

from tests.chaos.processes import Nursery
from tests.chaos.report import Size
from tests.chaos.scenarios import SCENARIOS

# Seconds for what never comes, in a scenario that lacks it.
PATIENCE = 15.0


def caught(replicas: Nursery, name: str, how: str, seed: int) -> str:
    """How, in a line. Raises AssertionError when the scenario passes all the same, or when all that it has
    found is that a process did not start, or a mistake of its own."""
    began = time.monotonic()
    try:
        asyncio.run(SCENARIOS[name].run(replicas, Size(full=False, patience=PATIENCE), seed, how))
    except Exception as error:  # noqa: BLE001  # which one it is, is the question
        found = [*causes(error)]
        strange = [cause for cause in found if not isinstance(cause, AssertionError)]
        assert not strange, f"{name}: {how}: not caught, but stopped by {strange[0]!r}"
        words = (str(found[0]) or repr(found[0])).splitlines()[0][:100]
        return f"{name}: {how}: caught in {time.monotonic() - began:.0f} s by {_place(found[0])} ({words})"
    raise AssertionError(f"{name}: {how}: NOT CAUGHT")


def causes(error: BaseException) -> Iterator[BaseException]:
    if isinstance(error, BaseExceptionGroup):
        for one in error.exceptions:
            yield from causes(one)
    else:
        yield error


def _place(error: BaseException) -> str:
    """The function whose assertion it is."""
    frame, name = error.__traceback__, ""
    while frame is not None:
        code = frame.tb_frame.f_code
        name, frame = (
            f"{code.co_filename.rpartition('/')[2].removesuffix('.py')}.{code.co_name}",
            frame.tb_next,
        )
    return name
