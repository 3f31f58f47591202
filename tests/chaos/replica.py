"""Processes made by forking: `python -m tests.chaos.replica`.

Everything is imported, the content read and the matcher trained once; each line of standard input then asks
for something, and is answered by a line: {"start": environment, "log": path} → {"pid"} of a replica,
{"telegram": arguments, "log": path} → {"pid"} of a sandbox, {"wait": pid} → {"code"}, null while it runs.
A replica runs orgbot.running.run as production does, from the settings of its environment.
"""

# ruff: noqa: T201  # its output is read by another process, or by a person

import asyncio
import ctypes
import gc
import io
import json
import os
import signal
import sys
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from functools import partial
from pathlib import Path

from orgbot import logs
from orgbot.app import Ground, open_ground
from orgbot.knowledge.load import default_folder, load_or_raise
from orgbot.knowledge.model import KnowledgeBase
from orgbot.matching.engine import Engine, build
from orgbot.running import run
from orgbot.runtime.pace import IN_A_CHAT
from orgbot.settings import read
from orgbot.storage import engine, outbox
from tests.chaos import breaking, sabotage, telegram
from tests.chaos.points import ChaosStore, Points, watch_handling, watch_sending

PHRASINGS = 8
DIE_WITH_PARENT = 1  # PR_SET_PDEATHSIG


def small() -> KnowledgeBase:
    """A little of the content: what is under test here is not how texts are understood."""
    kb = load_or_raise(default_folder())
    entries = {
        name: replace(entry, phrasings=entry.phrasings[:PHRASINGS]) for name, entry in kb.entries.items()
    }
    return replace(kb, entries=entries, out_of_scope=kb.out_of_scope[::20], essais=kb.essais[:5])


def serve(environ: Mapping[str, str], kb: KnowledgeBase) -> None:
    """`CHAOS_TIMES`: seconds of the chat's lock, of a message's claim and between two messages of a chat,
    where the real ones take too long; `CHAOS_PATIENCE`: seconds to connect to PostgreSQL, and of its silence
    before it is asked whether it is there; `CHAOS_POINTS`, `CHAOS_SABOTAGE`: see the modules so called."""
    if environ.get("CHAOS_TIMES"):
        lock, claim, pause = (timedelta(seconds=float(one)) for one in environ["CHAOS_TIMES"].split(","))
        engine.LEASE, outbox.LEASE = lock, claim
        breaking.put(outbox, "IN_A_CHAT", replace(IN_A_CHAT, interval=pause))
    if environ.get("CHAOS_PATIENCE"):
        connect, silence = map(int, environ["CHAOS_PATIENCE"].split(","))
        breaking.put(engine, "ANSWER", connect)
        breaking.put(engine, "KEEPALIVES", dict.fromkeys(engine.KEEPALIVES, silence))
    sabotage.apply(environ.get("CHAOS_SABOTAGE", ""))
    logs.configure()
    settings = replace(read(environ), host="127.0.0.1")
    points = Points.read(environ.get("CHAOS_POINTS", ""))
    ground = open_ground(settings)
    store = ChaosStore(ground.store.engine, ground.store.bot_id, points)
    watch_handling(points)
    watch_sending(points)
    asyncio.run(run(settings, Ground(store, ground.listener), kb, MATCHERS[0], print))


MATCHERS: list[Engine] = []


def start(work: Callable[[], None], environ: Mapping[str, str], log: Path) -> int:
    pid = os.fork()
    if pid:
        return pid
    code = 1
    try:
        _become(environ, log)
        work()
        code = 0
    except BaseException:  # noqa: BLE001  # a fork must never return to the loop of its parent
        # As Python does it where nothing catches.
        sys.excepthook(*sys.exc_info())
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def _become(environ: Mapping[str, str], log: Path) -> None:
    """A process of its own: its environment, its output; gone with the parent, where the system can."""
    os.environ.clear()
    os.environ.update(environ)
    out = os.open(log, os.O_CREAT | os.O_APPEND | os.O_WRONLY)
    nothing = os.open(os.devnull, os.O_RDONLY)
    for target, source in ((0, nothing), (1, out), (2, out)):
        os.dup2(source, target)
    assert isinstance(sys.stdout, io.TextIOWrapper)
    sys.stdout.reconfigure(line_buffering=True)
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(DIE_WITH_PARENT, signal.SIGKILL)


def code_of(pid: int) -> int | None:
    """Negative for a signal; None while it runs."""
    done, status = os.waitpid(pid, os.WNOHANG)
    return None if not done else os.waitstatus_to_exitcode(status)


def main() -> None:
    kb = small()
    MATCHERS.append(build(kb, words_only=True))
    gc.freeze()
    print(json.dumps({"ready": True}), flush=True)
    for line in sys.stdin:
        asked = json.loads(line)
        if "start" in asked:
            work = partial(serve, asked["start"], kb)
            answer: dict[str, object] = {"pid": start(work, asked["start"], Path(asked["log"]))}
        elif "telegram" in asked:
            work = partial(telegram.main, *asked["telegram"])
            answer = {"pid": start(work, os.environ.copy(), Path(asked["log"]))}
        else:
            answer = {"code": code_of(asked["wait"])}
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
