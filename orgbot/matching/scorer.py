"""The learned scorer: a linear machine over joined features, and nearness to the stored phrasings.

Three blocks stand side by side: n-grams of characters, words, meaning. The machine (one against the rest,
squared hinge) sets a margin for each class, out-of-scope lines being a class of their own. Where no
vocabulary brings spoken forms to one spelling, words say less: meaning counts double, and has a regression
of its own. These signals are weighed into probabilities by what cross-validation found (calibrate.py).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from orgbot.matching.encoder import Matrix
from orgbot.matching.nearness import Nearness, nearness
from orgbot.matching.words import Vector, Words, learn, rebuild

Floats = NDArray[np.float64]
Arrays = Mapping[str, NDArray[np.generic]]

# How closely the machine follows the phrasings: best by cross-validation over faq/ among 0.1, 0.3, 1 and 3.
FOLLOWING = 0.5
# Both measured on BANKING77, HINT3 and CLINC150; on faq/ and its vocabulary they cost two points.
DOUBLE, CLOSELY = 2.0, 20.0


@dataclass(frozen=True, slots=True)
class Machine:
    """`by_word`: columns × classes; `by_meaning`: dimensions × classes, None without an encoder;
    `alone`: the same, of the regression on meaning only, None where it is not wanted."""

    words: Words
    by_word: Matrix
    bias: Matrix
    near: Nearness
    centre: Matrix | None = None
    by_meaning: Matrix | None = None
    alone: Matrix | None = None

    @property
    def signals(self) -> int:
        return 2 if self.alone is None else 3

    def __call__(self, text: str, embedding: Matrix | None) -> tuple[Matrix, Matrix]:
        """Signals × classes (margins, nearness, meaning alone); the similarity of each stored phrasing."""
        row = self.words(text)
        margins: Matrix = self.bias + row.weights @ self.by_word[row.columns]
        meaning = None
        if self.by_meaning is not None and self.centre is not None and embedding is not None:
            meaning = centred(embedding[None, :], self.centre)[0]
            margins = margins + meaning @ self.by_meaning
        similarities = self.near.similarities(self.words.only_words(row), meaning)
        signals = [margins, self.near.classes(similarities)]
        if self.alone is not None and meaning is not None:
            signals.append(meaning @ self.alone)
        return np.stack(signals), similarities


def centred(embeddings: Matrix, centre: Matrix) -> Matrix:
    """e5's vectors all point one way: what tells them apart is what is left without it."""
    moved = embeddings - centre
    lengths = np.linalg.norm(moved, axis=1, keepdims=True)
    scaled: Matrix = (moved / np.maximum(lengths, 1e-6)).astype(np.float32)
    return scaled


def fit(
    texts: Sequence[str], truth: NDArray[np.int64], embeddings: Matrix | None, *, spelled: bool
) -> Machine:
    """`texts` are normalised, by a vocabulary if `spelled`; `truth` counts classes from 0, one a text."""
    words = learn(texts)
    rows = [words(text) for text in texts]
    centre = None if embeddings is None else np.asarray(embeddings.mean(axis=0, keepdims=True), np.float32)
    meanings = None if embeddings is None or centre is None else centred(embeddings, centre)
    cut, weight = len(words.idf), 1.0 if spelled else DOUBLE
    weights, bias = _weights(rows, cut, truth, None if meanings is None else weight * meanings)
    near = nearness([words.only_words(row) for row in rows], cut, truth, meanings)
    by_meaning = None if meanings is None else np.ascontiguousarray(weight * weights[cut:])
    alone = None if meanings is None or spelled else _alone(meanings, truth)
    return Machine(words, np.ascontiguousarray(weights[:cut]), bias, near, centre, by_meaning, alone)


def _alone(meanings: Matrix, truth: NDArray[np.int64]) -> Matrix:
    """Dimensions × classes. Without a bias: no class is likelier than another before it is said."""
    if len(set(truth.tolist())) < 2:
        return np.zeros((meanings.shape[1], 1), np.float32)
    from sklearn.linear_model import LogisticRegression  # noqa: PLC0415  # loaded only to train

    model = LogisticRegression(C=CLOSELY, max_iter=200, fit_intercept=False).fit(meanings, truth)
    weights: Matrix = model.coef_.astype(np.float32)
    # Of two classes it keeps one row: the other is its opposite.
    return (np.vstack([-weights, weights]) if len(weights) == 1 else weights).T


def _weights(
    rows: Sequence[Vector], width: int, truth: NDArray[np.int64], meanings: Matrix | None
) -> tuple[Matrix, Matrix]:
    """Columns × classes, and one bias a class."""
    columns = width + (0 if meanings is None else meanings.shape[1])
    if not truth.any():
        return np.zeros((columns, 1), np.float32), np.zeros(1, np.float32)
    from sklearn.svm import LinearSVC  # noqa: PLC0415  # loaded only to train

    model = LinearSVC(C=FOLLOWING, tol=1e-3, max_iter=3000, random_state=0)
    model.fit(_sparse(rows, width, meanings), truth)
    weights, bias = model.coef_.astype(np.float32), model.intercept_.astype(np.float32)
    # Of two classes it keeps one row: the other is its opposite.
    if len(weights) == 1:
        weights, bias = np.vstack([-weights, weights]), np.concatenate([-bias, bias])
    return weights.T, bias


def _sparse(rows: Sequence[Vector], width: int, meanings: Matrix | None) -> Any:
    """Words, then meaning. In the precision that the trainer works in, or it makes a copy."""
    from scipy.sparse import csr_matrix  # noqa: PLC0415  # loaded only to train

    dense = np.zeros((len(rows), 0), np.float32) if meanings is None else meanings
    last = np.arange(width, width + dense.shape[1], dtype=np.int32)
    starts = np.concatenate([[0], np.cumsum([len(row.columns) + len(last) for row in rows])])
    columns = np.concatenate([part for row in rows for part in (row.columns, last)])
    both = [part for row, meaning in zip(rows, dense, strict=True) for part in (row.weights, meaning)]
    weights = np.concatenate(both, dtype=float)
    return csr_matrix((weights, columns, starts), shape=(len(rows), width + len(last)))


def to_arrays(machine: Machine) -> dict[str, NDArray[np.generic]]:
    near = machine.near
    arrays: dict[str, NDArray[np.generic]] = {
        "terms": np.array([*machine.words.index]),
        "idf": machine.words.idf,
        "characters": np.array(machine.words.characters),
        "by_word": machine.by_word,
        "bias": machine.bias,
        "starts": near.starts,
        "order": near.order,
        "columns": near.columns,
        "rows": near.rows,
        "weights": near.weights,
    }
    if machine.centre is not None and machine.by_meaning is not None and near.meanings is not None:
        arrays |= {"centre": machine.centre, "by_meaning": machine.by_meaning, "meanings": near.meanings}
    if machine.alone is not None:
        arrays["alone"] = machine.alone
    return arrays


def from_arrays(arrays: Arrays) -> Machine:
    """Raises KeyError when something is missing."""

    def floats(name: str) -> Matrix:
        return arrays[name].astype(np.float32)

    words = rebuild(arrays["terms"].tolist(), int(arrays["characters"]), floats("idf"))
    meant = "meanings" in arrays
    near = Nearness(
        arrays["starts"].astype(np.int64),
        arrays["order"].astype(np.int64),
        arrays["columns"].astype(np.int64),
        arrays["rows"].astype(np.int32),
        floats("weights"),
        floats("meanings") if meant else None,
    )
    return Machine(
        words,
        floats("by_word"),
        floats("bias"),
        near,
        floats("centre") if meant else None,
        floats("by_meaning") if meant else None,
        floats("alone") if "alone" in arrays else None,
    )
