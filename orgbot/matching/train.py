"""The weights of the machine: one class against the rest, over words and meaning side by side."""

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from orgbot.matching.encoder import Matrix
from orgbot.matching.postings import Postings, postings
from orgbot.matching.words import Vector

# How closely the machine follows the phrasings: best by cross-validation over faq/ among 0.1, 0.3, 1 and 3.
FOLLOWING = 0.5
# The same for the regression on meaning alone: measured on BANKING77, HINT3 and CLINC150.
CLOSELY = 20.0
# From so many classes on, a weight for each word in each would take gigabytes, and an hour to learn.
CROWD = 500
# In a crowd a class is told from the phrasings that look the most like it, and from some others; what weighs
# less than FAINT is left out. The method of DiSMEC (Babbar and Schölkopf, 2017), with fewer to be told from.
ALIKE, OTHERS, FAINT = 800, 300, 0.02
# Classes whose likeness to every phrasing is held in memory at once.
TOGETHER = 100

Weights = tuple[Matrix | Postings, Matrix, Matrix]


def weights(rows: Sequence[Vector], width: int, truth: NDArray[np.int64], meanings: Matrix | None) -> Weights:
    """Of words, columns × classes; of meaning, dimensions × classes; and one bias a class."""
    if not truth.any():
        beside = 0 if meanings is None else meanings.shape[1]
        return np.zeros((width, 1), np.float32), np.zeros((beside, 1), np.float32), np.zeros(1, np.float32)
    joined = _joined(rows, width, meanings)
    if truth.max() >= CROWD:
        return _of_crowd(joined, width, truth)
    model = _machine(tol=1e-3).fit(joined, truth)
    found, bias = _of_each(model.coef_), _of_each(model.intercept_)
    return np.ascontiguousarray(found.T[:width]), np.ascontiguousarray(found.T[width:]), bias


def _machine(tol: float) -> Any:
    from sklearn.svm import LinearSVC  # noqa: PLC0415  # loaded only to train

    return LinearSVC(C=FOLLOWING, tol=tol, max_iter=3000, random_state=0)


def _of_crowd(joined: Any, width: int, truth: NDArray[np.int64]) -> Weights:
    """One machine a class, each with the few rows that matter to it."""
    count, model = int(truth.max()) + 1, _machine(tol=1e-2)
    by_meaning = np.zeros((joined.shape[1] - width, count), np.float32)
    bias, parts = np.zeros(count, np.float32), []
    for known, compared in _compared(joined, truth):
        model.fit(joined[compared], truth[compared] == known)
        found = model.coef_[0].astype(np.float32)
        by_meaning[:, known], bias[known] = found[width:], model.intercept_[0]
        heard = np.flatnonzero(np.abs(found[:width]) > FAINT).astype(np.int32)
        parts.append((np.full(len(heard), known, np.int32), heard, found[heard]))
    classes, columns, weighed = (np.concatenate(part) for part in zip(*parts, strict=True))
    return postings(classes, columns, weighed, width), by_meaning, bias


def _compared(joined: Any, truth: NDArray[np.int64]) -> Iterator[tuple[int, NDArray[np.int64]]]:
    """(class, rows): its own, those of others that are the nearest to its centre, and a few at random."""
    from scipy.sparse import csr_matrix  # noqa: PLC0415  # loaded only to train

    count, random = len(truth), np.random.default_rng(0)
    sizes = np.bincount(truth)
    shares = csr_matrix((1 / sizes[truth], (truth, np.arange(count))), shape=(len(sizes), count))
    centres = shares @ joined
    for first in range(0, len(sizes), TOGETHER):
        alike = (joined @ centres[first : first + TOGETHER].T).toarray()
        for known in range(first, min(first + TOGETHER, len(sizes))):
            own, likeness = truth == known, alike[:, known - first]
            likeness[own] = -np.inf
            most = min(max(ALIKE, 3 * int(sizes[known])), count - int(sizes[known]))
            own[np.argpartition(-likeness, most - 1)[:most]] = True
            own[random.integers(0, count, OTHERS)] = True
            yield known, np.flatnonzero(own)


def alone(meanings: Matrix, truth: NDArray[np.int64]) -> Matrix:
    """Of a regression on meaning alone, dimensions × classes. Without a bias: no class is likelier than
    another before it is said."""
    if len(set(truth.tolist())) < 2:
        return np.zeros((meanings.shape[1], 1), np.float32)
    from sklearn.linear_model import LogisticRegression  # noqa: PLC0415  # loaded only to train

    model = LogisticRegression(C=CLOSELY, max_iter=200, fit_intercept=False).fit(meanings, truth)
    return _of_each(model.coef_).T


def _of_each(learned: NDArray[np.float64]) -> Matrix:
    """One row a class: of two, the trainers keep one, and the other is its opposite."""
    return np.concatenate([-learned, learned] if len(learned) == 1 else [learned], dtype=np.float32)


def _joined(rows: Sequence[Vector], width: int, meanings: Matrix | None) -> Any:
    """Words, then meaning. In the precision that the trainer works in, or it makes a copy."""
    from scipy.sparse import csr_matrix  # noqa: PLC0415  # loaded only to train

    dense = np.zeros((len(rows), 0), np.float32) if meanings is None else meanings
    last = np.arange(width, width + dense.shape[1], dtype=np.int32)
    starts = np.concatenate([[0], np.cumsum([len(row.columns) + len(last) for row in rows])])
    columns = np.concatenate([part for row in rows for part in (row.columns, last)])
    both = [part for row, meaning in zip(rows, dense, strict=True) for part in (row.weights, meaning)]
    return csr_matrix(
        (np.concatenate(both, dtype=float), columns, starts), shape=(len(rows), width + len(last))
    )
