"""How a sentence of interface.yml is said, and how its words are recognised."""

from collections.abc import Iterable
from functools import lru_cache
from html import escape
from typing import NewType

from orgbot.knowledge.fold import fold
from orgbot.knowledge.model import KnowledgeBase
from orgbot.knowledge.visible import between_signs

Html = NewType("Html", str)


def escaped(text: str) -> Html:
    """What a person typed: it can never become a tag."""
    return Html(escape(text, quote=False))


def of(name: str) -> str:
    """« de Camille », « d’Isabelle »."""
    return f"d’{name}" if fold(name)[:1] in set("aeiouy") else f"de {name}"


def common(kb: KnowledgeBase) -> dict[str, str]:
    """The placeholders that every text may use."""
    profile = kb.profile
    promise = kb.sentences["promesse.phrase"].format(
        heures=profile.probable_office_hours, jours=profile.latest_business_days
    )
    return {
        "pigiste": escaped(profile.name),
        "de_pigiste": escaped(of(profile.name)),
        "formulaire": escaped(profile.form_url),
        "promesse": promise,
        "canaux": kb.sentences["canaux.courriel" if profile.by_mail else "canaux.telegram"],
    }


def render(kb: KnowledgeBase, text: str) -> Html:
    """Fill in an entry's answer or short."""
    return Html(text.format_map(common(kb)))


def say(kb: KnowledgeBase, key: str, **values: str) -> Html:
    """The sentence `key`, its values escaped."""
    return embed(kb, key, **{name: escaped(value) for name, value in values.items()})


def label(kb: KnowledgeBase, key: str, **values: str) -> str:
    """A button's text: Telegram shows it as it is, so nothing is escaped."""
    return kb.sentences[key].format_map(common(kb) | {"pigiste": kb.profile.name} | values)


def embed(kb: KnowledgeBase, key: str, **values: Html) -> Html:
    """The sentence `key`, around parts that are HTML already."""
    return Html(kb.sentences[key].format_map({**common(kb), **values}))


def means(kb: KnowledgeBase, meaning: str, text: str) -> bool:
    """Whether `text`, as a whole, is one of the ways of typing `meaning`."""
    return fold(text) in ways(kb, meaning)


def ways(kb: KnowledgeBase, meaning: str) -> tuple[str, ...]:
    """Of typing `meaning`, folded: once, for they are held against every message."""
    return _folded(kb.words[meaning])


def words_of(kb: KnowledgeBase, meanings: Iterable[str]) -> frozenset[str]:
    """All that these are typed with."""
    return frozenset(word for meaning in meanings for way in ways(kb, meaning) for word in way.split())


@lru_cache(maxsize=128)
def _folded(words: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(map(fold, words))


def units(text: str) -> int:
    """How long Telegram finds `text`: it counts in UTF-16."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def fitting(text: str, most: int) -> int:
    """How many characters of `text`, from its first, take at most `most` units."""
    used = 0
    for at, character in enumerate(text):
        used += 1 if ord(character) < 0x10000 else 2
        if used > most:
            return at
    return len(text)


def clip(text: str, most: int) -> str:
    """At most `most` units, with an ellipsis where something was cut: between two signs."""
    if units(text) <= most:
        return text
    return text[: between_signs(text, fitting(text, most - 1))].rstrip() + "…"
