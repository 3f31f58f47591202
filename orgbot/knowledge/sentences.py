"""How a sentence of interface.yml is said."""

from html import escape
from typing import NewType

from orgbot.knowledge.fold import fold
from orgbot.knowledge.model import KnowledgeBase

Html = NewType("Html", str)


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
        "pigiste": escape(profile.name, quote=False),
        "de_pigiste": escape(of(profile.name), quote=False),
        "formulaire": escape(profile.form_url, quote=False),
        "promesse": promise,
        "canaux": kb.sentences["canaux.courriel" if profile.by_mail else "canaux.telegram"],
    }


def render(kb: KnowledgeBase, text: str) -> Html:
    """Fill in an entry's answer or short."""
    return Html(text.format_map(common(kb)))


def say(kb: KnowledgeBase, key: str, **values: str) -> Html:
    """The sentence `key`, its values escaped: what a person typed can never become a tag."""
    escaped = {name: escape(value, quote=False) for name, value in values.items()}
    return Html(kb.sentences[key].format_map(common(kb) | escaped))


def label(kb: KnowledgeBase, key: str, **values: str) -> str:
    """A button's text: Telegram shows it as it is, so nothing is escaped."""
    return kb.sentences[key].format_map(common(kb) | {"pigiste": kb.profile.name} | values)


def embed(kb: KnowledgeBase, key: str, **values: Html) -> Html:
    """The sentence `key`, around parts that are HTML already."""
    return Html(kb.sentences[key].format_map({**common(kb), **values}))


def clip(text: str, units: int) -> str:
    """At most `units` UTF-16 units, as Telegram counts them, with an ellipsis where something was cut."""
    if len(text.encode("utf-16-le", "surrogatepass")) <= 2 * units:
        return text
    room = units - 1
    kept = []
    for character in text:
        room -= 1 if ord(character) < 0x10000 else 2
        if room < 0:
            break
        kept.append(character)
    return "".join(kept).rstrip() + "…"
