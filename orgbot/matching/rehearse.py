"""Each stored phrasing said to a machine that has not learned it: what the content itself can tell."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from orgbot.knowledge.fold import fold
from orgbot.knowledge.model import EntryId, KnowledgeBase
from orgbot.matching import cache as disk
from orgbot.matching.calibrate import calibrate, hold_out
from orgbot.matching.encoder import Matrix, open_encoder
from orgbot.matching.engine import read
from orgbot.matching.model import Model, Progress, Ranking, outside_weight
from orgbot.matching.scorer import centred, fit


@dataclass(frozen=True, slots=True)
class Rehearsed:
    """`entry` None: out of scope. `twin`: the phrasing of the same entry that is nearest in meaning, and how
    near (cosine, -1 to 1); "" where there is no encoder or no other phrasing."""

    entry: EntryId | None
    phrasing: str
    ranking: Ranking
    outside: float
    twin: str
    nearness: float


def rehearse(
    kb: KnowledgeBase, cache: Path | None, progress: Progress | None = None
) -> tuple[Rehearsed, ...]:
    """In the knowledge base's order; phrasings that are alone in their entry are left out."""
    encoder = open_encoder()
    reading = read(kb)
    entries, texts, spelled = reading.learned.entries, reading.texts, reading.learned.spelled
    folded = [fold(text) for text in reading.learned.texts]
    classes = tuple(dict.fromkeys(entries))
    truth = reading.learned.truth(classes)
    embeddings = None if encoder is None else disk.embeddings(encoder, reading.learned.texts, cache, progress)
    machine = fit(folded, truth, embeddings, spelled=spelled)
    held = hold_out(folded, truth, embeddings, spelled=spelled, whole=True)
    model = Model(classes, machine, calibrate((held,), machine.signals), outside_weight(entries))
    twins = _twins(truth, embeddings)
    found = []
    for row in np.argsort(held.places).tolist():
        at = int(held.places[row])
        ranking, outside = model.weigh(held.signals[row])
        twin, nearness = twins[at]
        text = texts[twin] if twin >= 0 else ""
        found.append(Rehearsed(entries[at], texts[at], ranking, outside, text, nearness))
    return tuple(found)


def _twins(truth: np.ndarray, embeddings: Matrix | None) -> list[tuple[int, float]]:
    """(place, cosine) of the nearest phrasing of the same class; (-1, 0) where there is none."""
    nearest = [(-1, 0.0)] * len(truth)
    if embeddings is None:
        return nearest
    meanings = centred(embeddings, embeddings.mean(axis=0, keepdims=True))
    for known in range(int(truth.max()) + 1):
        members = np.flatnonzero(truth == known)
        likeness = meanings[members] @ meanings[members].T
        np.fill_diagonal(likeness, -1.0)
        if len(members) > 1:
            for row, at in enumerate(members.tolist()):
                best = int(likeness[row].argmax())
                nearest[at] = (int(members[best]), float(likeness[row, best]))
    return nearest
