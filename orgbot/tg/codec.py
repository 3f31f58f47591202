"""Button ↔ callback_data: at most 64 bytes, and the same after a round trip.

What travels is sealed: whoever taps can send any data, so a button is taken only from the person that it was
shown to, as it was shown, by a release that means the same by it. It is opaque too: who looks at it learns
neither what the bot can do nor whose lead it is. What she may do is checked again by whoever does it.
"""

import hmac
from base64 import b85decode, b85encode
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
_TEACH: dict[str, TeachVerb] = {verb: verb for verb in get_args(TeachVerb) if verb != "attach"}
_VERDICTS: dict[str, Verdict] = {verdict: verdict for verdict in get_args(Verdict)}
_FIELDS: dict[str, Field] = {field: field for field in get_args(Field)}
# One more whenever the same data comes to mean something else: older buttons then say that they are too old.
VERSION = "2"
# Bytes: one in a million million guesses is right, and a person makes one a second.
TAG = 5


def seal(action: Action, chat: int, token: str) -> str:
    """The data of a button for this chat alone."""
    data = encode(action).encode("utf-8", "replace")
    tag = _tag(data, chat, token)
    return VERSION + b85encode(tag + _veil(data, tag, token)).decode()


def unseal(data: str, chat: int, token: str) -> Action | None:
    """None for a button of another release, another bot or another person, and for one that nobody made."""
    try:
        raw = b85decode(data[len(VERSION) :])
        action = decode(_veil(raw[TAG:], raw[:TAG], token).decode())
    except ValueError:
        return None
    if action is None:
        return None
    made_here = hmac.compare_digest(data.encode("utf-8", "replace"), seal(action, chat, token).encode())
    return action if made_here else None


def _tag(data: bytes, chat: int, token: str) -> bytes:
    return hmac.digest(token.encode(), f"tag:{VERSION}:{chat}:".encode() + data, "sha256")[:TAG]


def _veil(data: bytes, tag: bytes, token: str) -> bytes:
    """On, and off again. The tag of what is hidden says what it is hidden with, as in RFC 5297 (SIV): the
    same button looks the same twice, and no two others share a stream. One digest is as long as a button."""
    stream = hmac.digest(token.encode(), b"veil:" + tag, "sha512")
    return bytes(one ^ other for one, other in zip(data, stream, strict=False))


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
        case Teach("attach", value):
            # Of its own, for it is the longest: a mark and an entry.
            return f"a:{value}"
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
        case "a":
            return Teach("attach", f"{head}:{rest}" if rest else head)
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
    return query.encode("utf-8", "replace")[:36].decode("utf-8", "ignore")


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) < 19 and text == str(int(text))
