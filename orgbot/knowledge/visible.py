"""What people can see of a text."""

import unicodedata

# Letters or accents to Unicode, and nothing to the eye.
_BLANKS = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180f\u2800\u3164\uffa0")
_JOINER = "\u200d"
_SELECTORS = frozenset("\ufe0e\ufe0f")
_SELECTABLE = frozenset("0123456789#*\u203c\u2049\u3030")
_SUPPLEMENT = range(0xE0100, 0xE01F0)
_TONES = range(0x1F3FB, 0x1F400)
_FLAGS = range(0x1F1E6, 0x1F200)
# As far as one sign on the screen may reach: a family, with its skin tones.
LONGEST_SIGN = 32


def visible(text: str) -> str:
    """Single spaces; no controls, bidi marks, lone surrogates or hidden joiners. Idempotent, linear, and
    never raises."""
    kept: list[str] = []
    for character in text:
        shown = " " if character.isspace() else character
        if not _hidden(shown, kept[-1] if kept else ""):
            kept.append(shown)
    return " ".join("".join(kept).split())


def _hidden(character: str, before: str) -> bool:
    if character == _JOINER or character in _SELECTORS:
        # What holds an emoji together stays; in a word, it only makes another word of it.
        return not _pictured(before, selects=character in _SELECTORS)
    if ord(character) in _SUPPLEMENT or "\ufe00" <= character <= "\ufe0d":
        return True
    return character in _BLANKS or unicodedata.category(character) in ("Cc", "Cf", "Cs")


def _pictured(before: str, *, selects: bool) -> bool:
    """Whether an emoji may go on after `before`; a selector also makes one of « 1 » or « ‼ »."""
    if before and before in (_SELECTABLE if selects else _SELECTORS):
        return True
    return bool(before) and unicodedata.category(before) in ("So", "Sk", "Sm")


def between_signs(text: str, at: int) -> int:
    """The nearest place, at `at` or before, where `text` can be cut without breaking a sign: an accented
    letter, an emoji of several parts, a flag. `at` where there is none near."""
    place = at
    while place > max(0, at - LONGEST_SIGN):
        if not _holds(text, place):
            return place
        place -= 1
    return at


def _holds(text: str, at: int) -> bool:
    """Whether what is on either side of `at` is one sign."""
    if not 0 < at < len(text):
        return False
    before, after = text[at - 1], text[at]
    if _JOINER in (before, after) or ord(after) in _TONES or after in _SELECTORS:
        return True
    if unicodedata.category(after) in ("Mn", "Me") or 0xE0020 <= ord(after) <= 0xE007F:
        return True
    if ord(after) not in _FLAGS:
        return False
    # Flags are pairs: an odd number of letters before is half of one.
    first = at
    while first > 0 and ord(text[first - 1]) in _FLAGS:
        first -= 1
    return (at - first) % 2 == 1
