"""The one way in which two texts are held to be the same."""

import unicodedata

_LETTERS = str.maketrans({"œ": "oe", "æ": "ae", "ß": "ss", "ø": "o", "ł": "l"})


def fold(text: str) -> str:
    """Lower case, no accents, no punctuation, single spaces. Idempotent, linear, and never raises.

    Apostrophes and punctuation become spaces; zero-width and bidi marks, controls and lone
    surrogates disappear. Letters and digits of every alphabet stay.
    """
    decomposed = unicodedata.normalize("NFKD", text.casefold()).casefold().translate(_LETTERS)
    return " ".join("".join(map(_folded, decomposed)).split())


def _folded(character: str) -> str:
    if character.isalnum():
        return character
    category = unicodedata.category(character)
    # Marks are the accents that the decomposition set apart; Cf and Cs are what nobody sees.
    if category[0] == "M" or category in ("Cf", "Cs"):
        return ""
    return " "
