"""Button ↔ callback_data: at most 64 bytes, readable in a log, and the same after a round trip."""

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


def encode(action: Action) -> str:
    match action:
        case Show(entry):
            return f"e:{entry}"
        case Do(verb):
            return f"d:{verb}"
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
    """None for a button of another release, or of another bot."""
    kind, _, name = data.partition(":")
    head, _, rest = name.partition(":")
    match kind:
        case "e" if name:
            return Show(EntryId(name))
        case "d" if name in _VERBS:
            return Do(_VERBS[name])
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
    return query.encode("utf-8", "replace")[:48].decode("utf-8", "ignore")


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) < 19 and text == str(int(text))
