"""Button ↔ callback_data: at most 64 bytes, readable in a log, and the same after a round trip."""

from typing import assert_never, get_args

from orgbot.chat.actions import Action, Do, Field, Modify, PassOn, Show, Verb
from orgbot.knowledge.model import EntryId

_VERBS: dict[str, Verb] = {verb: verb for verb in get_args(Verb)}
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
    return None
