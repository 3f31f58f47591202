"""One bot at a time on a SQLite file: a lock that the system lets go of when its process ends, in any way.

Two would lose nothing, but each takes what the other is sending for what a dead process left, and sends it
again; and a restore under a bot that runs would leave it with what it remembers.
"""

import logging
import os
from io import FileIO
from pathlib import Path

from sqlalchemy.engine import make_url

try:
    import fcntl
except ImportError:  # not on every platform
    fcntl = None  # type: ignore[assignment]

log = logging.getLogger(__name__)

LOCK = ".verrou"


class NotAloneError(Exception):
    """Another process has it."""


def hold(url: str) -> FileIO | None:
    """Until what it gives is closed, or the process ends; None for a database that needs no such thing, or
    where there are no locks. The file's folder is made when it is missing. Raises NotAloneError."""
    parsed = make_url(url)
    if parsed.drivername != "sqlite" or parsed.database in (None, "", ":memory:") or fcntl is None:
        return None
    # One file has one lock, by whatever link it is called.
    path = Path(parsed.database or "").resolve()
    lock = None
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        # Beside it: to close a file that SQLite has open would end SQLite's own locks. To be read is enough:
        # root may have made it, for a restore.
        lock = FileIO(os.open(f"{path}{LOCK}", os.O_RDONLY | os.O_CREAT, 0o644))
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        if lock is not None:
            lock.close()
        raise NotAloneError(parsed.database) from None
    except OSError as error:
        # Where there is no database, its opening will say why.
        if path.exists():
            log.warning(
                "no lock can be had beside the database (%s): let no second bot use it", error.strerror
            )
    return lock
