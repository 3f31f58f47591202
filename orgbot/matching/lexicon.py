"""The words of French and of English: a message's correct word is never mended into another."""

from dataclasses import dataclass
from functools import cache

from spellchecker import SpellChecker

from orgbot.knowledge.fold import fold


@dataclass(frozen=True, slots=True)
class Lexicon:
    """`french`: as pyspellchecker's dictionary writes them; `plain`: with the English ones, folded."""

    french: frozenset[str]
    plain: frozenset[str]


@cache
def lexicon() -> Lexicon:
    """140,000 and 270,000 words; read once, in a third of a second."""
    french, english = (
        frozenset(SpellChecker(language=language).word_frequency.words()) for language in ("fr", "en")
    )
    return Lexicon(french, frozenset(fold("\n".join(french | english)).split()))
