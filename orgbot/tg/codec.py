"""Button ↔ callback_data: at most 64 bytes, and the same after a round trip.

What travels is sealed: whoever taps can send any data, so a button is taken only from the person that it was
shown to, as it was shown, by a release that means the same by it. What she may do is checked again by whoever
does it.
"""

import hmac
from base64 import urlsafe_b64encode
from typing import assert_never, get_args

from orgbot.chat.actions import (
    About,
    Action,
    DeskVerb,
    Do,
    Field,
    Forget,
    Judge,
    Modify,
    Page,
    PaperKind,
    PassOn,
    Print,
    Show,
    Teach,
    TeachVerb,
    Topics,
    TrackVerb,
    Verb,
    Verdict,
)
from orgbot.knowledge.model import EntryId

_VERBS: dict[str, Verb] = {verb: verb for verb in get_args(Verb)}
_ABOUT: dict[str, DeskVerb | TrackVerb] = {
    **{verb: verb for verb in get_args(DeskVerb)},
    **{verb: verb for verb in get_args(TrackVerb)},
}
_PAPERS: dict[str, PaperKind] = {paper: paper for paper in get_args(PaperKind)}
_TEACH: dict[str, TeachVerb] = {verb: verb for verb in get_args(TeachVerb)}
_VERDICTS: dict[str, Verdict] = {verdict: verdict for verdict in get_args(Verdict)}
_FIELDS: dict[str, Field] = {field: field for field in get_args(Field)}
# One more whenever the same data comes to mean something else: older buttons then say that they are too old.
VERSION = "1"
TAG = 6
SEAL = len(VERSION) + TAG


def seal(action: Action, chat: int, token: str) -> str:
    """The data of a button for this chat alone."""
    data = encode(action)
    return f"{VERSION}{_tag(data, chat, token)}{data}"


def unseal(data: str, chat: int, token: str) -> Action | None:
    """None for a button of another release, another bot or another person, and for one that nobody made."""
    bare = data[SEAL:]
    whole = f"{VERSION}{_tag(bare, chat, token)}".encode()
    return decode(bare) if hmac.compare_digest(data[:SEAL].encode("utf-8", "replace"), whole) else None


def _tag(data: str, chat: int, token: str) -> str:
    said = f"{VERSION}:{chat}:{data}".encode("utf-8", "replace")
    return urlsafe_b64encode(hmac.digest(token.encode(), said, "sha256")).decode()[:TAG]


def encode(action: Action) -> str:
    match action:
        case Show(entry):
            return f"e:{entry}"
        case Do(verb):
            return f"d:{verb}"
        case Topics(number):
            return f"s:{number}"
        case PassOn(mark):
            return f"p:{mark}"
        case Judge(verdict, mark):
            return f"j:{verdict}:{mark}"
        case Modify(field):
            return f"m:{field}"
        case About(verb, reference):
            return f"l:{verb}:{reference}"
        case _:
            return _encode_desk(action)


def _encode_desk(action: Page | Forget | Print | Teach) -> str:
    match action:
        case Page(number, query):
            return f"g:{number}:{short(query)}"
        case Forget(what, number):
            return f"f:{what}:{number}"
        case Print(paper, entry):
            return f"r:{paper}:{entry}"
        case Teach(verb, value):
            return f"t:{verb}:{value}"
        case _:
            assert_never(action)


def decode(data: str) -> Action | None:
    """None for what means nothing here."""
    kind, _, name = data.partition(":")
    head, _, rest = name.partition(":")
    match kind:
        case "e" if name:
            return Show(EntryId(name))
        case "d" if name in _VERBS:
            return Do(_VERBS[name])
        case "s" if _is_number(name):
            return Topics(int(name))
        case "p" if name:
            return PassOn(name)
        case "j" if head in _VERDICTS and rest:
            return Judge(_VERDICTS[head], rest)
        case "m" if name in _FIELDS:
            return Modify(_FIELDS[name])
        case "l" if head in _ABOUT and rest:
            return About(_ABOUT[head], rest)
        case _:
            return _decode_desk(kind, head, rest)


def _decode_desk(kind: str, head: str, rest: str) -> Action | None:
    match kind:
        case "g" if _is_number(head) and short(rest) == rest:
            return Page(int(head), rest)
        case "r" if head in _PAPERS:
            return Print(_PAPERS[head], EntryId(rest))
        case "t" if head in _TEACH:
            return Teach(_TEACH[head], rest)
        case "f" if _is_number(rest):
            return _forget(head, int(rest))
        case _:
            return None


def _forget(what: str, number: int) -> Action | None:
    match what:
        case "days" | "owner":
            return Forget(what, number)
        case _:
            return None


def short(query: str) -> str:
    """What a button can carry of a name that is searched for."""
    return query.encode("utf-8", "replace")[:40].decode("utf-8", "ignore")


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) < 19 and text == str(int(text))
