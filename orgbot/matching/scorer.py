"""The learned scorer: a linear machine over joined features, and nearness to the stored phrasings.

Three blocks stand side by side: n-grams of characters, words, meaning. The machine (one against the rest,
squared hinge) sets a margin for each class, out-of-scope lines being a class of their own. Where no
vocabulary brings spoken forms to one spelling, words say less: meaning counts double, and has a regression
of its own. These signals are weighed into probabilities by what cross-validation found (calibrate.py).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from orgbot.matching.arrays import Arrays
from orgbot.matching.encoder import Matrix
from orgbot.matching.nearness import Nearness, nearness
from orgbot.matching.postings import Postings
from orgbot.matching.train import CROWD, alone, weights
from orgbot.matching.words import Vector, Words, learn, rebuild

Floats = NDArray[np.float64]

# Measured on BANKING77, HINT3 and CLINC150, as the regression was; both cost two points on faq/, spelled.
DOUBLE = 2.0
# Of the encoder’s 384 dimensions. Over 2,400 utterances never learned, a decision costs the same, by the
# costs of bot.yml, with 96 of them as with all; with all, training peaks at 369 MB in place of 287.
AXES = 128


@dataclass(frozen=True, slots=True)
class Machine:
    """`by_word`: columns × classes, sparse in a crowd of them; `by_meaning`: dimensions × classes, None
    without an encoder; `alone`: the same, of the regression on meaning only, None where it is not wanted."""

    words: Words
    by_word: Matrix | Postings
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
        margins = self.bias + self._of_words(row)
        meaning = None
        if self.by_meaning is not None and self.centre is not None and embedding is not None:
            meaning = centred(embedding[None, :], self.centre)[0]
            margins = margins + meaning @ self.by_meaning
        similarities = self.near.similarities(self.words.only_words(row), meaning)
        signals = [margins, self.near.classes(similarities)]
        if self.alone is not None:
            # A text read by its words alone: the regression says nothing of it.
            signals.append(np.zeros_like(margins) if meaning is None else meaning @ self.alone)
        return np.stack(signals), similarities

    def _of_words(self, row: Vector) -> Matrix:
        if isinstance(self.by_word, Postings):
            return self.by_word(row, len(self.bias))
        margins: Matrix = row.weights @ self.by_word[row.columns]
        return margins


def centred(embeddings: Matrix, centre: Matrix) -> Matrix:
    """e5's vectors all point one way: what tells them apart is what is left without it."""
    moved = embeddings - centre
    lengths = np.linalg.norm(moved, axis=1, keepdims=True)
    scaled: Matrix = (moved / np.maximum(lengths, 1e-6)).astype(np.float32)
    return scaled


def principal(meanings: Matrix) -> Matrix:
    """Dimensions × AXES: the directions in which the phrasings differ the most, the first of them held back
    by the square root of how much more they do. The rest of the dimensions is mostly noise: the
    encoder’s weights have four bits."""
    spreads, axes = np.linalg.eigh(meanings.T.astype(float) @ meanings / len(meanings))
    spreads, axes = spreads[::-1][:AXES], axes[:, ::-1][:, :AXES]
    faint = max(float(spreads[0]), 1e-12) * 1e-4
    kept: Matrix = (axes * (spreads.mean() / np.maximum(spreads, faint)) ** 0.25).astype(np.float32)
    return kept


def fit(
    texts: Sequence[str], truth: NDArray[np.int64], embeddings: Matrix | None, *, spelled: bool
) -> Machine:
    """`texts` are normalised, by a vocabulary if `spelled`; `truth` counts classes from 0, one a text."""
    words = learn(texts)
    rows = [words(text) for text in texts]
    centre = None if embeddings is None else np.asarray(embeddings.mean(axis=0, keepdims=True), np.float32)
    meanings = None if embeddings is None or centre is None else centred(embeddings, centre)
    cut = len(words.idf)
    axes = None if meanings is None else principal(meanings) * np.float32(1 if spelled else DOUBLE)
    seen = None if meanings is None or axes is None else meanings @ axes
    by_word, of_axes, bias = weights(rows, cut, truth, seen)
    near = nearness([words.only_words(row) for row in rows], cut, truth, meanings)
    by_meaning = None if axes is None else np.asarray(axes @ of_axes, np.float32)
    regression = None if meanings is None or spelled or truth.max() >= CROWD else alone(meanings, truth)
    return Machine(words, by_word, bias, near, centre, by_meaning, regression)


def to_arrays(machine: Machine) -> dict[str, NDArray[np.generic]]:
    near = machine.near
    arrays: dict[str, NDArray[np.generic]] = {
        "terms": np.array([*machine.words.index]),
        "idf": machine.words.idf,
        "characters": np.array(machine.words.characters),
        "bias": machine.bias,
        "starts": near.starts,
        "order": near.order,
        **_listed("near", near.words),
    }
    if isinstance(machine.by_word, Postings):
        arrays |= _listed("by_word", machine.by_word)
    else:
        arrays["by_word"] = machine.by_word
    if machine.centre is not None and machine.by_meaning is not None and near.meanings is not None:
        arrays |= {"centre": machine.centre, "by_meaning": machine.by_meaning, "meanings": near.meanings}
    if machine.alone is not None:
        arrays["alone"] = machine.alone
    return arrays


def _listed(name: str, one: Postings) -> dict[str, NDArray[np.generic]]:
    return {f"{name}_columns": one.columns, f"{name}_rows": one.rows, f"{name}_weights": one.weights}


def from_arrays(arrays: Arrays) -> Machine:
    """Raises KeyError when something is missing."""

    def floats(name: str) -> Matrix:
        return arrays[name].astype(np.float32)

    def listed(name: str) -> Postings:
        columns, rows = arrays[f"{name}_columns"], arrays[f"{name}_rows"]
        return Postings(columns.astype(np.int64), rows.astype(np.int32), floats(f"{name}_weights"))

    words = rebuild(arrays["terms"].tolist(), int(arrays["characters"]), floats("idf"))
    meant = "meanings" in arrays
    near = Nearness(
        arrays["starts"].astype(np.int64),
        arrays["order"].astype(np.int64),
        listed("near"),
        floats("meanings") if meant else None,
    )
    return Machine(
        words,
        floats("by_word") if "by_word" in arrays else listed("by_word"),
        floats("bias"),
        near,
        floats("centre") if meant else None,
        floats("by_meaning") if meant else None,
        floats("alone") if "alone" in arrays else None,
    )
