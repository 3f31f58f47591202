"""The freelancer's side: pairing by a one-time link, and her commands.

Everything else that she writes goes to the dialogue, so that she can try the bot as a director would.
"""

from dataclasses import dataclass
from hashlib import sha256

from orgbot.chat.events import Commanded, Context, Reply
from orgbot.knowledge.sentences import say

PAIRING = "jumeler-"


@dataclass(frozen=True, slots=True)
class Desk:
    """`owner`: the freelancer's chat, once paired. `pairing`: hash of the link's secret, "" when spent."""

    owner: int | None = None
    pairing: str = ""


@dataclass(frozen=True, slots=True)
class DeskTurn:
    """`paired`: this chat is the owner from now on, and the leads kept so far go to it. `listing`: she wants
    to see the last leads."""

    replies: tuple[Reply, ...] = ()
    paired: bool = False
    listing: bool = False


def secret_hash(secret: str) -> str:
    return sha256(secret.encode()).hexdigest()


def respond(desk: Desk, event: object, context: Context) -> DeskTurn | None:
    """None when the event is not for the desk."""
    if not isinstance(event, Commanded):
        return None
    if event.name == "start" and event.argument.startswith(PAIRING):
        return _pair(desk, event.argument.removeprefix(PAIRING), context)
    if event.name == "demandes" and context.person.chat_id == desk.owner:
        return DeskTurn(listing=True)
    return None


def _pair(desk: Desk, secret: str, context: Context) -> DeskTurn:
    kb = context.kb
    if desk.pairing and secret_hash(secret) == desk.pairing:
        return DeskTurn((Reply(say(kb, "pigiste.jumelee")),), paired=True)
    spent = "pigiste.deja_jumelee" if context.person.chat_id == desk.owner else "pigiste.lien_use"
    return DeskTurn((Reply(say(kb, spent)),))
