"""The HTML that Telegram takes, and the placeholders that a text may name."""

import re
from collections.abc import Iterable
from collections.abc import Set as AbstractSet
from html import unescape
from string import Formatter

from orgbot.knowledge.problems import meant

TAGS = frozenset(
    {"b", "strong", "i", "em", "u", "ins", "s", "strike", "del", "code", "pre", "a"}
    | {"tg-spoiler", "blockquote"}
)
_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z-]*)((?:\s[^<>]*)?)>")
_LINK = re.compile(r'\shref="https?://[^"<>\s]+"')
_ENTITY = re.compile(r"&(?:lt|gt|amp|quot|#[0-9]{1,7}|#x[0-9a-fA-F]{1,6});")

Fault = tuple[str, str]


def markup(text: str) -> Iterable[Fault]:
    """(what, fix) for each thing that Telegram would refuse."""
    opened: list[str] = []
    for closing, name, attributes in _TAG.findall(text):
        tag = name.lower()
        if tag not in TAGS:
            yield f"balise <{name}> refusée par Telegram", "utilise <b> ou <i>, ou écris &lt;"
        elif closing:
            if not opened or opened.pop() != tag:
                yield (
                    f"</{name}> ne ferme pas la dernière balise ouverte",
                    "ferme les balises dans l’ordre inverse",
                )
                return
        else:
            opened.append(tag)
            if not _attributes(tag, attributes):
                yield f"attribut de <{name}> refusé par Telegram", 'seul <a href="https://…"> en prend un'
    if opened:
        yield f"<{opened[-1]}> n’est pas fermée", f"ajoute </{opened[-1]}>"
    bare = _ENTITY.sub("", _TAG.sub("", text))
    for sign, entity in (("<", "&lt;"), ("&", "&amp;")):
        if sign in bare:
            yield f"« {sign} » seul", f"écris {entity}"


def _attributes(tag: str, attributes: str) -> bool:
    return bool(_LINK.fullmatch(attributes)) if tag == "a" else not attributes.strip()


def placeholders(text: str, allowed: AbstractSet[str]) -> Iterable[Fault]:
    try:
        names = [name for _, name, _, _ in Formatter().parse(text) if name is not None]
    except ValueError:
        yield "accolade mal fermée", "ferme-la, ou double-la pour l’afficher : {{ }}"
        return
    for name in names:
        if name not in allowed:
            yield f"« {{{name}}} » ne veut rien dire ici", meant(name, allowed, "retire-le")


def shown(text: str) -> str:
    """The text as a person sees it."""
    return unescape(_TAG.sub("", text))


def units(text: str) -> int:
    """Telegram counts UTF-16 units."""
    return len(shown(text).encode("utf-16-le", "surrogatepass")) // 2
