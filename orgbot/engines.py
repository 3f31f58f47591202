"""The matcher of a process: trained, or read from the cache of an earlier start.

Apart from app.py, so that `match` and `eval` load neither Telegram nor a web server: 35 MB.
"""

import logging
from collections.abc import Callable
from functools import cache as once
from pathlib import Path
from typing import NoReturn

from tqdm import tqdm

from orgbot.knowledge.model import KnowledgeBase
from orgbot.matching.decision import Matcher
from orgbot.matching.encoder import Encoder, open_encoder
from orgbot.matching.engine import Engine, build
from orgbot.settings import Settings

log = logging.getLogger(__name__)

Train = Callable[[KnowledgeBase], Engine]


def matcher(kb: KnowledgeBase, settings: Settings) -> Matcher:
    """Trained, or read from the cache of an earlier start; says so on standard error while it works."""
    engine = build(kb, settings.cache, open_once(), progress=progress_bar())
    if engine.notice:
        log.warning("%s", engine.notice)
    return engine


def learn(cache: Path, kb: KnowledgeBase) -> Engine:
    """While the bot runs: what it knew before answers meanwhile."""
    return build(kb, cache, open_once())


@once
def open_once() -> Encoder | None:
    """One encoder serves every engine of a process: it is the same for all."""
    return open_encoder()


def progress_bar() -> Callable[[int, int], None]:
    """A bar that appears only when there is something to wait for."""
    bar: list[tqdm[NoReturn]] = []

    def show(done: int, total: int) -> None:
        if not bar:
            bar.append(tqdm(total=total, desc="Lecture des formulations", unit=" phrases", leave=False))
        bar[0].update(done - bar[0].n)
        if done >= total:
            bar[0].close()

    return show
