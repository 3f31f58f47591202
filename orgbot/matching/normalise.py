"""Spoken and texted forms → the words that the phrasings are learned in."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from orgbot.knowledge.fold import fold

# A director's longest story is read; the rest of a pasted document is not.
LONGEST = 1500
# « looooong » and « loong » are one word: three of a letter are two.
_REPEATED = re.compile(r"(.)\1{2,}")
_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Normaliser:
    """`forms`: folded spoken form → (folded, written) standard one; `widest`: words in the longest form;
    `written`: folded word → as the phrasings write it most, accents and all."""

    forms: Mapping[str, tuple[str, str]]
    widest: int
    written: Mapping[str, str]

    def __call__(self, text: str) -> str:
        """Folded words, each spoken form replaced once, the longest form first."""
        words = fold(_squeezed(text)).split()
        said: list[str] = []
        at = 0
        while at < len(words):
            for width in range(min(self.widest, len(words) - at), 0, -1):
                standard = self.forms.get(" ".join(words[at : at + width]))
                if standard is not None:
                    said.append(standard[0])
                    at += width
                    break
            else:
                said.append(words[at])
                at += 1
        return " ".join(said)

    def mend(self, text: str) -> str:
        """The sentence as it would be written with care: the encoder has read more books than texts.

        Punctuation and case stay; words of one spoken form are replaced, and accents left out are put back.
        """
        return _WORD.sub(self._mended, _squeezed(text))

    def _mended(self, found: re.Match[str]) -> str:
        word = found.group()
        folded = fold(word)
        if folded in self.forms:
            return self.forms[folded][1]
        return self.written.get(folded, word) if folded == word.lower() else word


def _squeezed(text: str) -> str:
    return _REPEATED.sub(r"\1\1", text[:LONGEST])


def normaliser(vocabulary: Mapping[str, str], texts: Iterable[str]) -> Normaliser:
    """`texts`: all that the knowledge base holds, to learn how its words are written."""
    forms = {fold(spoken): (fold(standard), standard) for spoken, standard in vocabulary.items()}
    forms.pop("", None)
    seen: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for text in texts:
        for word in _WORD.findall(text.lower()):
            seen[fold(word)][word] += 1
    written = {
        folded: max(ways, key=lambda way: (ways[way], way != folded, way))
        for folded, ways in seen.items()
        if folded
    }
    return Normaliser(forms, max((len(form.split()) for form in forms), default=0), written)
