"""Near-identical phrasings: a typo or two away from one that is stored, unless it changes the sense."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz, process
from rapidfuzz.distance import Levenshtein

from orgbot.knowledge.model import EntryId
from orgbot.matching.decision import Near

# Same words but for typos: nine letters in ten. Below eight letters a typo makes another word.
SIMILAR, LONG_ENOUGH = 90.0, 8
# Words that turn a sentence round: they must be the same on both sides.
_TURNS = frozenset(
    {"pas", "plus", "jamais", "rien", "aucun", "aucune", "sans", "ni", "personne", "trop", "peu"}
    | {"not", "no", "never", "without"}
    # Who asks whom: « représentez-vous une agence? », « représentez-nous ».
    | {"nous", "vous", "notre", "votre"}
)


@dataclass(frozen=True, slots=True)
class Stored:
    """`texts`: normalised phrasings; `entries`: whose, None out of scope; `phrasings`: as written."""

    texts: Sequence[str]
    entries: Sequence[EntryId | None]
    phrasings: Sequence[str]
    exact: Mapping[str, int]

    def same(self, normalised: str) -> Near | None:
        at = self.exact.get(normalised)
        return None if at is None else self.near(at, 1.0)

    def typo(self, normalised: str) -> Near | None:
        """A stored phrasing that differs by typos only, not by a word that changes the sense."""
        if len(normalised) < LONG_ENOUGH:
            return None
        found = process.extractOne(normalised, self.texts, scorer=fuzz.ratio, score_cutoff=SIMILAR)
        if found is None or not _same_sense(normalised, found[0]):
            return None
        return self.near(found[2], found[1] / 100)

    def near(self, at: int, similarity: float) -> Near:
        return Near(self.entries[at], self.phrasings[at], similarity)


def _same_sense(said: str, stored: str) -> bool:
    """Word for word, each is the other or a typo of it."""
    ours, theirs = said.split(), stored.split()
    if len(ours) != len(theirs):
        return False
    return all(
        mine == other
        or (
            not {mine, other} & _TURNS
            and len(other) > 3
            and Levenshtein.distance(mine, other) <= 1 + len(other) // 8
        )
        for mine, other in zip(ours, theirs, strict=True)
    )


def store(texts: Sequence[str], entries: Sequence[EntryId | None], phrasings: Sequence[str]) -> Stored:
    exact: dict[str, int] = {}
    for at, text in enumerate(texts):
        exact.setdefault(text, at)
    return Stored(texts, entries, phrasings, exact)
