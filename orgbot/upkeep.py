"""What goes on beside the messages, until it is cancelled: lessons, forgetting, faq/ read again."""

import asyncio
import logging
from contextlib import suppress
from pathlib import Path
from threading import Event

from watchfiles import Change, awatch

from orgbot.app import Parts
from orgbot.knowledge.load import load
from orgbot.runtime.ports import StoreAwayError

log = logging.getLogger(__name__)

# Seconds between two looks at what there is to teach.
SCHOOL_PAUSE, SCHOOL_IDLE = 0.5, 30.0
# Seconds between two looks at whether something is to be forgotten.
FORGETTING = 600.0
# Seconds that a file may take to be saved.
SAVING = 1.0
# Milliseconds after which a folder that has come is read, if nothing happens in it.
LOOK = 1000


async def keep_school(parts: Parts) -> None:
    """Until cancelled: what the freelancer waits for within a second, what another process learned within
    thirty. What fails is logged, and tried again."""
    idle = 0.0
    while True:
        if parts.school.wanted or idle >= SCHOOL_IDLE:
            idle = 0.0
            try:
                await asyncio.to_thread(parts.school.work)
            except Exception:
                log.exception("the school could not work")
            parts.delivery.wake()
        await asyncio.sleep(SCHOOL_PAUSE)
        idle += SCHOOL_PAUSE


async def keep_clean(parts: Parts) -> None:
    """Until cancelled: forget, from time to time, what is kept for long enough, if no other replica does. A
    failure is logged: the bot goes on, and the next time makes up for it."""
    stop = Event()
    try:
        while True:
            await _forget(parts, stop)
            await asyncio.sleep(FORGETTING)
    finally:
        # A thread cannot be cancelled, and the process waits for it before it ends.
        stop.set()


async def _forget(parts: Parts, stop: Event) -> None:
    try:
        gone = await asyncio.to_thread(parts.store.purge_in_turn, parts.handler.clock(), stop)
        if gone is not None:
            log.info("%d old rows forgotten", gone)
    except StoreAwayError as error:
        log.warning("the database does not answer (%s); old rows wait", error)
    except Exception:
        log.exception("old rows could not be forgotten")


async def watch(parts: Parts, folder: Path) -> None:
    """Until cancelled: faq/ edited by hand is read again, and another that takes its place. Where folders
    cannot be watched, it is not."""
    anew = False
    try:
        while True:
            with suppress(FileNotFoundError):
                await _watch_this_one(parts, folder, anew=anew)
            anew = True
            await asyncio.sleep(SAVING)
    except OSError as error:
        log.warning("%s cannot be watched (%s): restart to read what is edited", folder, error.strerror)
        await asyncio.Event().wait()


async def _watch_this_one(parts: Parts, folder: Path, *, anew: bool) -> None:
    """Until it is moved away or deleted: what comes in its place is another folder, which nobody watches.
    `anew`: it came in the place of another, and is read whatever happens in it."""
    changes = awatch(folder, debounce=500, recursive=True, rust_timeout=LOOK, yield_on_timeout=anew)
    async for seen in changes:
        gone = (Change.deleted, str(folder)) in seen
        # One that is in its place already is read when it is watched.
        if (seen or anew) and not (gone and await asyncio.to_thread(folder.is_dir)):
            anew = False
            await _read_again(parts, folder)
        if gone:
            return


async def _read_again(parts: Parts, folder: Path) -> None:
    kb, problems = await asyncio.to_thread(load, folder)
    if kb is None:
        # Some editors empty a file before they write it.
        await asyncio.sleep(SAVING)
        kb, problems = await asyncio.to_thread(load, folder)
    errors = [problem for problem in problems if problem.severity == "error"]
    try:
        await asyncio.to_thread(parts.school.edited, kb, errors)
    except StoreAwayError:
        log.warning("the database does not answer: save faq/ again once it does")
    parts.delivery.wake()
