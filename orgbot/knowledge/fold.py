"""The one way in which two texts are held to be the same."""

import unicodedata
from functools import lru_cache

_LETTERS = str.maketrans({"œ": "oe", "æ": "ae", "ß": "ss", "ø": "o", "ł": "l"})
# Letters to Unicode, apostrophes to those who type or paste them.
_APOSTROPHES = frozenset("\u02b9\u02ba\u02bb\u02bc\u02bd\u02c8\u02ca\u02cb\u02ee\ua78b\ua78c")


def fold(text: str) -> str:
    """Lower case, no accents, no punctuation, single spaces. Idempotent, linear, and never raises.

    Apostrophes, punctuation and controls become spaces; zero-width and bidi marks and lone
    surrogates disappear. Letters and digits of every alphabet stay.
    """
    return " ".join("".join(map(_folded, text)).split())


# One character at a time: normalising a whole text sorts its accents, in quadratic time when a
# prankster stacks thousands of them, and they all go anyway.
@lru_cache(maxsize=4096)
def _folded(character: str) -> str:
    decomposed = unicodedata.normalize("NFKD", character.casefold()).casefold().translate(_LETTERS)
    return "".join(map(_kept, decomposed))


def _kept(character: str) -> str:
    if character in _APOSTROPHES:
        return " "
    if character.isalnum():
        return character
    category = unicodedata.category(character)
    # Marks are the accents that the decomposition set apart; Cf and Cs are what nobody sees.
    if category[0] == "M" or category in ("Cf", "Cs"):
        return ""
    return " "
