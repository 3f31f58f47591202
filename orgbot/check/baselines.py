"""What others would do with the same phrasings: the figures that the engine is held against."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from rapidfuzz import fuzz, process

from orgbot.knowledge.fold import fold
from orgbot.knowledge.model import EntryId, KnowledgeBase
from orgbot.matching.decision import Decision, Why
from orgbot.matching.engine import labelled

# rapidfuzz's scorers say 0 to 100: below this, nothing is answered.
ENOUGH = 60.0


@dataclass(frozen=True, slots=True)
class Naive:
    """The entry of the stored phrasing that rapidfuzz finds nearest."""

    texts: Sequence[str]
    entries: Sequence[EntryId | None]
    scorer: Any

    def decide(self, text: str) -> Decision:
        folded = fold(text)
        found = process.extractOne(folded, self.texts, scorer=self.scorer, score_cutoff=ENOUGH)
        entry = None if found is None else self.entries[found[2]]
        return decided(text, folded, entry, 0.0 if found is None else found[1] / 100)


@dataclass(frozen=True, slots=True)
class Linear:
    """scikit-learn's TF-IDF over character n-grams, and a linear SVM; out of scope is a class."""

    pipeline: Any

    def decide(self, text: str) -> Decision:
        folded = fold(text)
        (entry,) = self.pipeline.predict([folded])
        return decided(text, folded, EntryId(entry) if entry else None, 1.0)


def decided(text: str, folded: str, entry: EntryId | None, confidence: float) -> Decision:
    """One entry or none: these never ask back."""
    if entry is None:
        return Decision(text, "fallback", (), (), Why("learned", folded, out_of_scope=1.0 - confidence))
    return Decision(text, "answer", (entry,), ((entry, confidence),), Why("learned", folded))


def naive(kb: KnowledgeBase, scorer: Any = fuzz.token_set_ratio) -> Naive:
    entries, texts = labelled(kb)
    return Naive([fold(text) for text in texts], entries, scorer)


def tfidf(kb: KnowledgeBase) -> Linear:
    from sklearn.feature_extraction.text import TfidfVectorizer  # noqa: PLC0415  # heavy, for this alone
    from sklearn.pipeline import make_pipeline  # noqa: PLC0415  # same
    from sklearn.svm import LinearSVC  # noqa: PLC0415  # same

    entries, texts = labelled(kb)
    words = TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 5), sublinear_tf=True)
    return Linear(
        make_pipeline(words, LinearSVC(random_state=0)).fit(texts, [entry or "" for entry in entries])
    )
