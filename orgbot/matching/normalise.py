"""Spoken and texted forms → the words that the phrasings are learned in."""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from orgbot.knowledge.fold import fold
from orgbot.matching.spelling import WORD, Speller, speller

# A director's longest story is read; the rest of a pasted document is not.
LONGEST = 1500
# « looooong » and « loong » are one word: three of a letter are two.
_REPEATED = re.compile(r"(.)\1{2,}")
_APOSTROPHES = ("'", "’")
_SHORTEST_BEFORE_APOSTROPHE = 2


@dataclass(frozen=True, slots=True)
class Normaliser:
    """`forms`: folded spoken form → standard one; `widest`: words in the longest form."""

    forms: Mapping[str, str]
    widest: int
    speller: Speller

    def __call__(self, text: str) -> str:
        """The words alone, of what `mend` gives."""
        return fold(self.mend(text))

    def mend(self, text: str) -> str:
        """As it would be written with care: the encoder has read more books than texts."""
        return "".join(self._mended(_clean(text)))

    def _mended(self, text: str) -> Iterator[str]:
        """Each spoken form replaced once, the longest form first; the other words spelled; the rest kept."""
        found = [*WORD.finditer(text)]
        folded = [fold(one.group()) for one in found]
        written = self.speller.spelled((one.group() for one in found), folded)
        at = end = 0
        while at < len(found):
            width, standard = self._form(text, found, folded, at)
            yield text[end : found[at].start()]
            yield standard or written[at]
            at += width
            end = found[at - 1].end()
        yield text[end:]

    def _form(
        self, text: str, found: list[re.Match[str]], folded: list[str], at: int
    ) -> tuple[int, str | None]:
        for width in range(min(self.widest, len(found) - at), 0, -1):
            standard = self.forms.get(" ".join(folded[at : at + width]))
            if standard is not None and not _elided(text, found[at + width - 1]):
                return width, standard
        return 1, None


def _elided(text: str, word: re.Match[str]) -> bool:
    """The c of « c’est » is no « c » typed for « c’est »."""
    short = len(word.group()) <= _SHORTEST_BEFORE_APOSTROPHE
    return short and text[word.end() : word.end() + 1] in _APOSTROPHES


def _clean(text: str) -> str:
    """What the encoder can take, without what nobody sees (marks of direction, nulls, lone surrogates)."""
    whole = unicodedata.normalize("NFC", text[:LONGEST])
    kept = "".join(one for one in whole if one.isspace() or unicodedata.category(one)[0] != "C")
    squeezed = _REPEATED.sub(r"\1\1", kept)
    return squeezed.lower() if squeezed.isupper() else squeezed


def normaliser(vocabulary: Mapping[str, str], texts: Iterable[str]) -> Normaliser:
    """`texts`: all that the knowledge base holds, to learn how its words are written."""
    forms = {fold(spoken): standard for spoken, standard in vocabulary.items()}
    forms.pop("", None)
    widest = max((len(form.split()) for form in forms), default=0)
    return Normaliser(forms, widest, speller([*texts, *vocabulary.values()], french=bool(forms)))
