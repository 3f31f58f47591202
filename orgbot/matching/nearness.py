"""How much a message resembles what is stored: by its words and by its meaning, phrasing by phrasing.

What the regression has no weight for may still be close to one phrasing; and what is close to none is
likely to be out of scope.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from orgbot.matching.encoder import Matrix
from orgbot.matching.postings import Postings, postings
from orgbot.matching.words import Vector

# A class is as near as its three nearest phrasings: one alone may be an odd one.
NEAREST = 3


@dataclass(frozen=True, slots=True)
class Nearness:
    """Stored phrasings, sorted by class: `starts[c]` is the first of class c, `order` their places as given.
    `words`: a row a phrasing; `meanings`: one of unit length each, None without an encoder."""

    starts: NDArray[np.int64]
    order: NDArray[np.int64]
    words: Postings
    meanings: Matrix | None

    def similarities(self, row: Vector, meaning: Matrix | None) -> Matrix:
        """One a stored phrasing, in the order of `order`: 0 to 2 with an encoder, 0 to 1 without."""
        found = self.words(row, len(self.order))
        if self.meanings is not None and meaning is not None:
            found += self.meanings @ meaning
        return found

    def classes(self, similarities: Matrix) -> Matrix:
        """The mean of the nearest phrasings of each class: all at once, for there may be thousands."""
        left = similarities.copy()
        place = np.repeat(np.arange(len(self.starts) - 1), np.diff(self.starts))
        total = best = np.maximum.reduceat(left, self.starts[:-1])
        for _ in range(NEAREST - 1):
            left[left == best[place]] = -np.inf
            following = np.maximum.reduceat(left, self.starts[:-1])
            # A class that has no more phrasings is as near as its last one.
            best = np.where(np.isfinite(following), following, best)
            total = total + best
        mean: Matrix = (total / NEAREST).astype(np.float32)
        return mean


def nearness(
    rows: Sequence[Vector], width: int, truth: NDArray[np.int64], meanings: Matrix | None
) -> Nearness:
    """`rows`: the words of each phrasing, over `width` columns."""
    order = np.argsort(truth, kind="stable")
    starts = np.searchsorted(truth[order], np.arange(int(truth.max()) + 2))
    sorted_rows = [rows[at] for at in order.tolist()]
    lengths = [len(row.columns) for row in sorted_rows]
    words = postings(
        np.repeat(np.arange(len(rows), dtype=np.int32), lengths),
        np.concatenate([row.columns for row in sorted_rows]),
        np.concatenate([row.weights for row in sorted_rows]),
        width,
    )
    return Nearness(
        starts.astype(np.int64),
        order,
        words,
        None if meanings is None else np.ascontiguousarray(meanings[order]),
    )
