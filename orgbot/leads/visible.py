"""What people can see of a text."""

import unicodedata

# Letters to Unicode, and nothing to the eye.
_BLANKS = frozenset("\u115f\u1160\u2800\u3164\uffa0")
# A zero-width joiner holds emoji together: it stays.
_JOINER = "\u200d"


def visible(text: str) -> str:
    """Single spaces; no controls, bidi marks or lone surrogates. Idempotent, linear, and never raises."""
    kept = (" " if character.isspace() else character for character in text)
    return " ".join("".join(character for character in kept if not _hidden(character)).split())


def _hidden(character: str) -> bool:
    if character == _JOINER:
        return False
    return character in _BLANKS or unicodedata.category(character) in ("Cc", "Cf", "Cs")
