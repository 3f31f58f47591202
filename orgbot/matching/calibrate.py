"""How much margins and nearness are to be believed: by cross-validation over the phrasings alone."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from orgbot.matching.encoder import Matrix
from orgbot.matching.scorer import Floats, fit

FOLDS = 5
# Above this many phrasings one fold in five is enough to weigh two numbers, and five would take long.
MANY = 5000
# Where no line says what is out of scope, a message that resembles the entries less than this share of
# their own phrasings does is held to be out of it.
STRANGE = 0.05

_MARGIN_WEIGHTS = np.geomspace(0.8, 8.0, 24)
_NEAR_WEIGHTS = np.linspace(0.0, 16.0, 17)


@dataclass(frozen=True, slots=True)
class Calibration:
    """`strange`: the score of an out-of-scope class that has no lines of its own."""

    margin: float
    near: float
    strange: float

    def scores(self, margins: Matrix, near: Matrix) -> Floats:
        summed: Floats = self.margin * margins.astype(np.float64) + self.near * near.astype(np.float64)
        return summed


def softmax(scores: Floats) -> Floats:
    """Along the last axis."""
    shifted = np.exp(scores - scores.max(axis=-1, keepdims=True))
    normalised: Floats = shifted / shifted.sum(axis=-1, keepdims=True)
    return normalised


def calibrate(texts: Sequence[str], truth: NDArray[np.int64], embeddings: Matrix | None) -> Calibration:
    """Each text is scored by a machine that has not learned it. Classes too small for that are left out."""
    margins, near, classes = [], [], []
    for learned, held in folds(truth):
        machine = fit(
            _at(texts, learned), truth[learned], None if embeddings is None else embeddings[learned]
        )
        for at in held.tolist():
            found = machine(texts[at], None if embeddings is None else embeddings[at])
            margins.append(found[0])
            near.append(found[1])
            classes.append(truth[at])
    if not classes:
        return Calibration(4.0, 4.0, 0.0)
    return _best(np.array(margins), np.array(near), np.array(classes, np.int64))


def _at(texts: Sequence[str], places: NDArray[np.int64]) -> list[str]:
    return [texts[at] for at in places.tolist()]


def folds(truth: NDArray[np.int64]) -> Iterator[tuple[NDArray[np.int64], NDArray[np.int64]]]:
    """(learned, held out), stratified; only those where every class keeps something to learn from."""
    order = np.random.default_rng(0).permutation(len(truth))
    width = int(truth.max()) + 1
    places = np.empty(len(truth), np.int64)
    for known in range(width):
        members = order[truth[order] == known]
        places[members] = np.arange(len(members)) % FOLDS
    for fold in range(1 if len(truth) > MANY else FOLDS):
        # The first fold holds the only phrasing of a class that has one: it is learned, never held out.
        held, learned = np.flatnonzero(places == fold), np.flatnonzero(places != fold)
        alone = ~np.isin(truth[held], truth[learned])
        held, learned = held[~alone], np.sort(np.concatenate([learned, held[alone]]))
        if len(held):
            yield learned, held


def _best(margins: Matrix, near: Matrix, truth: NDArray[np.int64]) -> Calibration:
    """The weights under which what came true was the most probable."""
    rows = np.arange(len(truth))

    def loss(margin: float, nearness: float) -> float:
        scores = Calibration(margin, nearness, 0.0).scores(margins, near)
        return float(-np.log(softmax(scores)[rows, truth] + 1e-12).mean())

    pairs = ((float(one), float(other)) for one in _MARGIN_WEIGHTS for other in _NEAR_WEIGHTS)
    margin, nearness = min(pairs, key=lambda pair: loss(*pair))
    tops = Calibration(margin, nearness, 0.0).scores(margins, near).max(axis=1)
    return Calibration(margin, nearness, float(np.quantile(tops, STRANGE)))
