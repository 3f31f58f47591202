"""A sparse matrix, read column by column: what search engines call an inverted index."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from orgbot.matching.encoder import Matrix
from orgbot.matching.words import Vector


@dataclass(frozen=True, slots=True)
class Postings:
    """The `rows` that column c has, and their `weights`: from `columns[c]` to `columns[c + 1]`."""

    columns: NDArray[np.int64]
    rows: NDArray[np.int32]
    weights: Matrix

    def __call__(self, said: Vector, height: int) -> Matrix:
        """The product with a sparse vector: one number for each of `height` rows."""
        found = np.zeros(height, np.float32)
        for column, weight in zip(said.columns.tolist(), said.weights.tolist(), strict=True):
            part = slice(self.columns[column], self.columns[column + 1])
            # A column has a row once: nothing is added twice.
            found[self.rows[part]] += weight * self.weights[part]
        return found


def postings(rows: NDArray[np.int32], columns: NDArray[np.int32], weights: Matrix, width: int) -> Postings:
    """From (row, column, weight) in any order; `width`: how many columns."""
    order = np.argsort(columns, kind="stable")
    starts = np.searchsorted(columns[order], np.arange(width + 1))
    return Postings(starts.astype(np.int64), rows[order], weights[order])
