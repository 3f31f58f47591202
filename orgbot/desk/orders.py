"""The papers that the freelancer orders: figures, tables, and links with their codes."""

import re

from orgbot.chat.actions import ANY, PaperKind, Print
from orgbot.chat.events import Button, Reply
from orgbot.knowledge.model import Entry, EntryId, KnowledgeBase
from orgbot.knowledge.sentences import Html, label, say

# Links in one message: with the longest title and id they take some 200 of its 4,096 characters each.
LINKS = 16
# What Telegram lets a link carry.
_PAYLOAD = re.compile(r"[A-Za-z0-9_-]{1,64}")


def ordered(name: str, kb: KnowledgeBase) -> tuple[Reply, ...]:
    """What the command of that name brings."""
    match name:
        case "stats":
            kinds: tuple[PaperKind, ...] = ("figures", "picture")
            return tuple(Reply(Html(""), paper=Print(kind)) for kind in kinds)
        case "export":
            return (
                Reply(say(kb, "pigiste.export"), paper=Print("csv")),
                Reply(Html(""), paper=Print("xlsx")),
            )
        case _:
            return _links(kb)


def linkable(kb: KnowledgeBase) -> tuple[Entry, ...]:
    """Objections and questions whose id Telegram lets a link carry, in the order of bot.yml."""
    entries = kb.entries.values()
    return tuple(one for one in entries if one.kind != "politesse" and _PAYLOAD.fullmatch(one.id))


def linked(kb: KnowledgeBase, head: EntryId) -> tuple[Entry, ...]:
    """Those of one message, from `head` on; the first ones when it is not there."""
    entries = linkable(kb)
    at = next((at for at, one in enumerate(entries) if one.id == head), 0)
    return entries[at : at + LINKS]


def _links(kb: KnowledgeBase) -> tuple[Reply, ...]:
    """As many messages as it takes, each with the codes of its own links."""
    heads = [one.id for one in linkable(kb)[::LINKS]] or [ANY]
    return tuple(Reply(Html(""), _codes(kb, head), paper=Print("links", head)) for head in heads)


def _codes(kb: KnowledgeBase, head: EntryId) -> tuple[tuple[Button, ...], ...]:
    codes = [
        Button(label(kb, "fiche.code", titre=one.button), Print("qr", one.id)) for one in linked(kb, head)
    ]
    return tuple(tuple(codes[at : at + 2]) for at in range(0, len(codes), 2))
