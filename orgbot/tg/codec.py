"""Button ↔ callback_data: at most 64 bytes, readable in a log, and the same after a round trip."""

from typing import assert_never, get_args

from orgbot.chat.actions import (
    About,
    Action,
    DeskVerb,
    Do,
    Field,
    Forget,
    Modify,
    Page,
    PaperKind,
    PassOn,
    Print,
    Show,
    Teach,
    TeachVerb,
    TrackVerb,
    Verb,
)
from orgbot.knowledge.model import EntryId

_VERBS: dict[str, Verb] = {verb: verb for verb in get_args(Verb)}
_ABOUT: dict[str, DeskVerb | TrackVerb] = {
    **{verb: verb for verb in get_args(DeskVerb)},
    **{verb: verb for verb in get_args(TrackVerb)},
}
_PAPERS: dict[str, PaperKind] = {paper: paper for paper in get_args(PaperKind)}
_TEACH: dict[str, TeachVerb] = {verb: verb for verb in get_args(TeachVerb)}
_FIELDS: dict[str, Field] = {field: field for field in get_args(Field)}


def encode(action: Action) -> str:
    match action:
        case Show(entry):
            return f"e:{entry}"
        case Do(verb):
            return f"d:{verb}"
        case PassOn(mark):
            return f"p:{mark}"
        case Modify(field):
            return f"m:{field}"
        case About(verb, reference):
            return f"l:{verb}:{reference}"
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
    """None for a button of another release, or of another bot."""
    kind, _, name = data.partition(":")
    if kind == "e" and name:
        return Show(EntryId(name))
    if kind == "d" and name in _VERBS:
        return Do(_VERBS[name])
    if kind == "p" and name:
        return PassOn(name)
    if kind == "m" and name in _FIELDS:
        return Modify(_FIELDS[name])
    head, _, rest = name.partition(":")
    if kind == "l" and head in _ABOUT and rest:
        return About(_ABOUT[head], rest)
    if kind == "g" and _is_number(head) and short(rest) == rest:
        return Page(int(head), rest)
    if kind == "r" and head in _PAPERS:
        return Print(_PAPERS[head], EntryId(rest))
    if kind == "t" and head in _TEACH:
        return Teach(_TEACH[head], rest)
    if kind == "f" and _is_number(rest):
        return _forget(head, int(rest))
    return None


def _forget(what: str, number: int) -> Action | None:
    match what:
        case "days" | "owner":
            return Forget(what, number)
        case _:
            return None


def short(query: str) -> str:
    """What a button can carry of a name that is searched for."""
    return query.encode("utf-8", "replace")[:48].decode("utf-8", "ignore")


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) < 19 and text == str(int(text))
