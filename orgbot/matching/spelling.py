"""Accents put back, apostrophes put back, slips mended: towards words of the knowledge base only, and never
from a correct word of the language."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from rapidfuzz import process
from rapidfuzz.distance import OSA

from orgbot.knowledge.fold import fold
from orgbot.matching.lexicon import Lexicon, lexicon

WORD = re.compile(r"[^\W_]+")
# A slip in a word of five letters, two in one of eight. In a shorter one it makes another word.
_ONE_SLIP, _TWO_SLIPS = 5, 8
# Unknown words mended in one message: the rest of a text in another language costs nothing.
_MOST = 40
# « soccuper », « lorganisme », « quon »: the word before has lost its apostrophe.
_ELISIONS = ("qu", "l", "d", "j", "s", "n", "m", "c", "t")
_REST = 3


@dataclass(frozen=True, slots=True)
class Speller:
    """`written`: folded word → the way of writing it that the language knows best, of those seen; `counts`:
    how often it was seen; `by_initial`: the words that a slip can be of. « prevention » is a word of English,
    and is still « prévention » without its accent: only slips are weighed against both languages."""

    written: Mapping[str, str]
    counts: Mapping[str, int]
    by_initial: Mapping[str, Sequence[str]]
    lexicon: Lexicon
    french: bool

    def spelled(self, words: Iterable[str], folded: Sequence[str]) -> list[str]:
        left = _MOST
        said = []
        for word, plain in zip(words, folded, strict=True):
            if len(plain) <= 1:
                said.append(word)
            elif plain in self.written:
                said.append(self._accented(word, self.written[plain]))
            elif left and plain.isalpha() and plain not in self.lexicon:
                left -= 1
                said.append(self._elided(plain) or self._slip(plain) or word)
            else:
                said.append(word)
        return said

    def _accented(self, word: str, written: str) -> str:
        """« coute » is « coûte »; « livré » stays, though « livre » is stored and met far more often."""
        return word if self.lexicon.met(word.lower()) else written

    def _elided(self, plain: str) -> str | None:
        for start in _ELISIONS if self.french else ():
            rest = plain.removeprefix(start)
            if rest != plain and len(rest) >= _REST and rest[0] in "aeiouyh" and rest in self.written:
                return f"{start}’{self.written[rest]}"
        return None

    def _slip(self, plain: str) -> str | None:
        if len(plain) < _ONE_SLIP:
            return None
        allowed = 1 if len(plain) < _TWO_SLIPS else 2
        words = self.by_initial.get(plain[0], ())
        found = process.extract(plain, words, scorer=OSA.distance, score_cutoff=allowed, limit=5)
        if not found:
            return None
        best = min(found, key=lambda one: (one[1], -self.counts[one[0]], one[0]))
        return self.written[best[0]]


def speller(texts: Iterable[str], *, french: bool) -> Speller:
    ways: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for text in texts:
        for found in WORD.finditer(text.lower()):
            ways[fold(found.group())][found.group()] += 1
    ways.pop("", None)
    by_initial: defaultdict[str, list[str]] = defaultdict(list)
    for plain in sorted(ways):
        if len(plain) >= _ONE_SLIP - 1:
            by_initial[plain[0]].append(plain)
    known = lexicon()
    return Speller(
        {plain: max(seen, key=lambda way: (known.met(way), seen[way], way)) for plain, seen in ways.items()},
        {plain: seen.total() for plain, seen in ways.items()},
        dict(by_initial),
        known,
        french,
    )
