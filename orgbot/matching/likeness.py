"""Utterances that say the same thing, put together: the words of many people, one subject at a time."""

from collections.abc import Sequence

import numpy as np

from orgbot.knowledge.fold import fold
from orgbot.matching.encoder import Matrix
from orgbot.matching.engine import Engine
from orgbot.matching.scorer import centred
from orgbot.matching.words import learn

# How alike two groups must be, on average, to be one. On the utterances of tests/eval/unseen.jsonl that have
# one entry, eight pairs in ten that are put together have the same one (by meaning alone, two in ten).
ENOUGH = 0.45


def groups(texts: Sequence[str], engine: Engine, enough: float = ENOUGH) -> tuple[tuple[int, ...], ...]:
    """Places in `texts`, group by group: the largest group first, its most typical text first. The same text
    twice counts twice. Average linkage, so that a chain of resemblances does not join everything."""
    said = [fold(engine.normalise.mend(text)) for text in texts]
    places: dict[str, list[int]] = {}
    for at, text in enumerate(said):
        places.setdefault(text, []).append(at)
    if not places:
        return ()
    unique = [*places.values()]
    alike = _likeness([texts[first] for first, *_ in unique], engine)
    said_often = np.array([len(same) for same in unique], np.float32)
    found = []
    for members in _clusters(alike, enough):
        common = alike[np.ix_(members, members)] @ said_often[members]
        typical = members[np.argsort(-common, kind="stable")]
        found.append(tuple(at for one in typical.tolist() for at in unique[one]))
    return tuple(sorted(found, key=lambda group: -len(group)))


def _likeness(texts: Sequence[str], engine: Engine) -> Matrix:
    """Square: what two texts share of their meaning, and half of what the engine takes both for."""
    mended = [engine.normalise.mend(text) for text in texts]
    embeddings = None if engine.encoder is None else engine.encoder(mended)
    rows = embeddings if embeddings is not None else [None] * len(mended)
    # Being out of scope is nothing in common.
    guesses = [dict(engine.model(fold(text), row).ranking) for text, row in zip(mended, rows, strict=True)]
    taken = np.array([[guess[entry] for entry in engine.kb.entries] for guess in guesses], np.float32)
    alike: Matrix = (np.sqrt(taken) @ np.sqrt(taken).T / 2).astype(np.float32)
    if embeddings is not None and engine.model.machine.centre is not None:
        meanings = centred(embeddings, engine.model.machine.centre)
        return alike + meanings @ meanings.T
    return alike + _by_words([fold(text) for text in mended])


def _by_words(folded: Sequence[str]) -> Matrix:
    """Cosines, of words alone."""
    words = learn(folded)
    rows = np.zeros((len(folded), len(words.idf)), np.float32)
    for at, text in enumerate(folded):
        row = words.only_words(words(text))
        rows[at, row.columns] = row.weights
    return rows @ rows.T


def _clusters(alike: Matrix, enough: float) -> list[np.ndarray]:
    if len(alike) == 1:
        return [np.zeros(1, np.int64)]
    from scipy.cluster.hierarchy import fcluster, linkage  # noqa: PLC0415  # loaded only to teach
    from scipy.spatial.distance import squareform  # noqa: PLC0415  # same

    apart = float(alike.max()) - alike
    np.fill_diagonal(apart, 0)
    tree = linkage(squareform(apart, checks=False), "average")
    labels = fcluster(tree, float(alike.max()) - enough, "distance")
    return [np.flatnonzero(labels == label) for label in dict.fromkeys(labels.tolist())]
