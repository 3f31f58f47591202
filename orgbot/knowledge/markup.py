"""The HTML that Telegram takes, and the placeholders that a text may name."""

import re
from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from html import escape, unescape
from string import Formatter

from orgbot.knowledge.problems import meant, quoted
from orgbot.knowledge.sentences import units

TAGS = frozenset(
    {"b", "strong", "i", "em", "u", "ins", "s", "strike", "del", "code", "pre", "a"}
    | {"tg-spoiler", "blockquote"}
)
_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z-]*)((?:\s[^<>]*)?)>")
_LINK = re.compile(r'\shref="(?:https?://[^"<>\s]+|\{formulaire\})"')
_ENTITY = re.compile(r"&(?:lt|gt|amp|quot);")

Fault = tuple[str, str]


def faults(text: str, allowed: AbstractSet[str]) -> tuple[Fault, ...]:
    """(what, fix) for each thing that filling in or Telegram would refuse."""
    return (*_placeholders(text, allowed), *_tags(text), *_nesting(text), *_signs(text))


def _tags(text: str) -> Iterator[Fault]:
    for closing, name, attributes in _TAG.findall(text):
        tag = name.lower()
        if tag not in TAGS:
            yield f"balise <{name}> refusée par Telegram", "utilise <b> ou <i>, ou écris &lt;"
        elif not _attributes(tag, attributes, closing=bool(closing)):
            yield (
                f"attribut de <{closing}{name}> refusé par Telegram",
                'seul <a href="https://…"> en prend un',
            )


def _attributes(tag: str, attributes: str, *, closing: bool) -> bool:
    return bool(_LINK.fullmatch(attributes)) if tag == "a" and not closing else not attributes.strip()


def _nesting(text: str) -> Iterator[Fault]:
    opened: list[str] = []
    for closing, name, _ in _TAG.findall(text):
        tag = name.lower()
        if tag not in TAGS:
            continue
        if not closing:
            opened.append(tag)
        elif not opened or opened.pop() != tag:
            # What follows would only repeat it.
            yield f"</{name}> ne ferme pas la dernière balise ouverte", "ferme-les dans l’ordre inverse"
            return
    if opened:
        yield f"<{opened[-1]}> n’est pas fermée", f"ajoute </{opened[-1]}>"


def _signs(text: str) -> Iterator[Fault]:
    bare = _ENTITY.sub("", _TAG.sub("", text))
    for sign, entity in (("<", "&lt;"), ("&", "&amp;")):
        if sign in bare:
            yield f"{quoted(sign)} seul", f"écris {entity}"


def _placeholders(text: str, allowed: AbstractSet[str]) -> Iterator[Fault]:
    try:
        found = [(name, spec, how) for _, name, spec, how in Formatter().parse(text) if name is not None]
    except ValueError:
        yield "accolade mal fermée", "ferme-la, ou double-la pour l’afficher, comme {{ ou }}"
        return
    for name, spec, how in found:
        if name not in allowed:
            yield f"{quoted(f'{{{name}}}')} ne veut rien dire ici", meant(name, allowed, "retire-le")
        elif spec or how:
            yield f"{quoted(f'{{{name}}}')} est suivi d’un format", f"écris seulement {{{name}}}"


def literal(text: str) -> str:
    """The text that is shown as `text` once filled in and read as HTML."""
    return escape(text, quote=False).replace("{", "{{").replace("}", "}}")


def shown(text: str) -> str:
    """The text as a person sees it."""
    return unescape(_TAG.sub("", text))


def length(text: str) -> int:
    """How long Telegram finds what is shown: tags count for nothing."""
    return units(shown(text))
