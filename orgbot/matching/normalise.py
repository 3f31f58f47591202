"""Spoken and texted forms → the words that the phrasings are learned in."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from orgbot.knowledge.fold import fold

# A director's longest story is read; the rest of a pasted document is not.
LONGEST = 1500
# « looooong » and « loong » are one word: three of a letter are two.
_REPEATED = re.compile(r"(.)\1{2,}")


@dataclass(frozen=True, slots=True)
class Normaliser:
    """`forms`: folded spoken form → folded standard one; `widest`: words in the longest form."""

    forms: Mapping[str, str]
    widest: int

    def __call__(self, text: str) -> str:
        """Folded words, each spoken form replaced once, the longest form first."""
        words = fold(_REPEATED.sub(r"\1\1", text[:LONGEST])).split()
        said: list[str] = []
        at = 0
        while at < len(words):
            for width in range(min(self.widest, len(words) - at), 0, -1):
                standard = self.forms.get(" ".join(words[at : at + width]))
                if standard is not None:
                    said.append(standard)
                    at += width
                    break
            else:
                said.append(words[at])
                at += 1
        return " ".join(said)


def normaliser(vocabulary: Mapping[str, str]) -> Normaliser:
    forms = {fold(spoken): fold(standard) for spoken, standard in vocabulary.items()}
    forms.pop("", None)
    return Normaliser(forms, max((len(form.split()) for form in forms), default=0))
