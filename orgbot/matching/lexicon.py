"""The words of French and of English: a message's correct word is never mended into another."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from spellchecker import SpellChecker

from orgbot.knowledge.fold import fold


@dataclass(frozen=True, slots=True)
class Lexicon:
    """`french`: word, as pyspellchecker's dictionary writes it → how often it was met; `plain`: with the
    English ones, folded."""

    french: Mapping[str, int]
    plain: frozenset[str]


@cache
def lexicon() -> Lexicon:
    """140,000 and 270,000 words; read once, in a third of a second."""
    french, english = (SpellChecker(language=language).word_frequency for language in ("fr", "en"))
    plain = frozenset(fold("\n".join((*french.words(), *english.words()))).split())
    return Lexicon(dict(french.items()), plain)
