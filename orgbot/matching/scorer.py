"""Multinomial logistic regression over joined features: words, and meaning where there is an encoder.

The out-of-scope lines are a class of their own. Probabilities are calibrated by one temperature, chosen
on the scores that cross-validation gives to phrasings it has not learned.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from orgbot.matching.encoder import Matrix
from orgbot.matching.words import Vector, Words, learn, rebuild

# Weight of the embeddings beside the two blocks of words, and the regression's inverse regularisation:
# best of a grid by cross-validation over faq/.
MEANING, INVERSE_REGULARISATION = 2.0, 5.0
FOLDS = 5

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Scorer:
    """`by_word`: columns × classes; `by_meaning`: dimensions × classes, None without an encoder."""

    words: Words
    by_word: NDArray[np.float32]
    bias: NDArray[np.float32]
    temperature: float
    centre: Matrix | None = None
    by_meaning: Matrix | None = None

    def __call__(self, normalised: str, embedding: Matrix | None) -> Floats:
        """Probabilities, one a class."""
        row = self.words(normalised)
        scores: Matrix = self.bias + row.weights @ self.by_word[row.columns]
        if self.by_meaning is not None and self.centre is not None and embedding is not None:
            scores = scores + centred(embedding[None, :], self.centre)[0] @ self.by_meaning
        probabilities: Floats = softmax(scores.astype(np.float64)[None, :] / self.temperature)[0]
        return probabilities


def centred(embeddings: Matrix, centre: Matrix) -> Matrix:
    """e5's vectors all point one way: what tells them apart is what is left without it."""
    moved = embeddings - centre
    lengths = np.linalg.norm(moved, axis=1, keepdims=True)
    scaled: Matrix = (MEANING * moved / np.maximum(lengths, 1e-6)).astype(np.float32)
    return scaled


def softmax(scores: Floats) -> Floats:
    shifted = np.exp(scores - scores.max(axis=1, keepdims=True))
    normalised: Floats = shifted / shifted.sum(axis=1, keepdims=True)
    return normalised


def train(texts: Sequence[str], classes: NDArray[np.int64], embeddings: Matrix | None) -> Scorer:
    """`texts` are normalised; `classes` counts from 0 without gaps, one a text."""
    scores, truth = _unseen_scores(texts, classes, embeddings)
    scorer = _fit(texts, classes, embeddings)
    return Scorer(
        scorer.words,
        scorer.by_word,
        scorer.bias,
        _temperature(scores, truth),
        scorer.centre,
        scorer.by_meaning,
    )


def _fit(texts: Sequence[str], classes: NDArray[np.int64], embeddings: Matrix | None) -> Scorer:
    from scipy.sparse import csr_matrix, hstack  # noqa: PLC0415  # loaded only to train
    from sklearn.linear_model import LogisticRegression  # noqa: PLC0415  # same

    words = learn(texts)
    rows = [words(text) for text in texts]
    features = _sparse(rows, len(words.idf))
    centre: Matrix | None = None
    if embeddings is not None:
        centre = np.asarray(embeddings.mean(axis=0, keepdims=True), np.float32)
        features = hstack([features, csr_matrix(centred(embeddings, centre))]).tocsr()
    model = LogisticRegression(C=INVERSE_REGULARISATION, max_iter=300, tol=1e-3).fit(features, classes)
    weights, bias = _every_class(model.coef_.astype(np.float32), model.intercept_.astype(np.float32))
    cut = len(words.idf)
    by_meaning = None if embeddings is None else np.ascontiguousarray(weights[cut:])
    return Scorer(words, np.ascontiguousarray(weights[:cut]), bias, 1.0, centre, by_meaning)


def _every_class(weights: Matrix, bias: Matrix) -> tuple[Matrix, Matrix]:
    """Columns × classes. Of two classes the regression keeps one row of scores: the other is its opposite."""
    if len(weights) == 1:
        half = np.float32(0.5)
        return (half * np.vstack([-weights, weights])).T, half * np.concatenate([-bias, bias])
    return weights.T, bias


def _sparse(rows: Sequence[Vector], width: int) -> "csr_matrix":  # type: ignore[name-defined]  # noqa: F821
    from scipy.sparse import csr_matrix  # noqa: PLC0415  # loaded only to train

    starts = np.concatenate([[0], np.cumsum([len(row.columns) for row in rows])])
    columns = np.concatenate([row.columns for row in rows])
    weights = np.concatenate([row.weights for row in rows])
    return csr_matrix((weights, columns, starts), shape=(len(rows), width))


def _unseen_scores(
    texts: Sequence[str], classes: NDArray[np.int64], embeddings: Matrix | None
) -> tuple[Floats, NDArray[np.int64]]:
    """Scores of each text by a model that has not learned it. Classes too small for that are left out."""
    order = np.random.default_rng(0).permutation(len(texts))
    width = int(classes.max()) + 1
    folds = np.empty(len(texts), np.int64)
    for known in range(width):
        members = order[classes[order] == known]
        folds[members] = np.arange(len(members)) % FOLDS
    scores, truth = [], []
    for fold in range(FOLDS):
        learned, held = np.flatnonzero(folds != fold), np.flatnonzero(folds == fold)
        if not len(held) or len(np.unique(classes[learned])) < width:
            continue
        model = _fit(
            [texts[at] for at in learned.tolist()],
            classes[learned],
            None if embeddings is None else embeddings[learned],
        )
        for at in held.tolist():
            found = model(texts[at], None if embeddings is None else embeddings[at])
            scores.append(np.log(np.maximum(found, 1e-12)))
            truth.append(classes[at])
    return np.array(scores).reshape(-1, width), np.array(truth, np.int64)


def _temperature(scores: Floats, truth: NDArray[np.int64]) -> float:
    """The one that makes what came true the most probable."""
    if not len(truth):
        return 1.0
    grid = np.geomspace(0.3, 3.0, 47)
    rows = np.arange(len(truth))
    losses = [-np.log(softmax(scores / warmth)[rows, truth] + 1e-12).mean() for warmth in grid]
    return float(grid[int(np.argmin(losses))])


def to_arrays(scorer: Scorer) -> dict[str, NDArray[np.generic]]:
    arrays: dict[str, NDArray[np.generic]] = {
        "terms": np.array([*scorer.words.index]),
        "idf": scorer.words.idf,
        "characters": np.array(scorer.words.characters),
        "by_word": scorer.by_word,
        "bias": scorer.bias,
        "temperature": np.array(scorer.temperature),
    }
    if scorer.centre is not None and scorer.by_meaning is not None:
        arrays |= {"centre": scorer.centre, "by_meaning": scorer.by_meaning}
    return arrays


def from_arrays(arrays: dict[str, NDArray[np.generic]]) -> Scorer:
    """Raises KeyError when something is missing."""
    words = rebuild(arrays["terms"].tolist(), int(arrays["characters"]), arrays["idf"].astype(np.float32))
    centre, by_meaning = arrays.get("centre"), arrays.get("by_meaning")
    return Scorer(
        words,
        arrays["by_word"].astype(np.float32),
        arrays["bias"].astype(np.float32),
        float(arrays["temperature"]),
        None if centre is None else centre.astype(np.float32),
        None if by_meaning is None else by_meaning.astype(np.float32),
    )
