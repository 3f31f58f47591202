"""Values ↔ JSON text. Unions of dataclasses carry the class's name."""

import logging
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import is_dataclass
from typing import Any, TypeVar, get_type_hints

from cattrs.preconf.json import JsonConverter, make_converter
from cattrs.strategies import configure_tagged_union

from orgbot.chat.actions import Action
from orgbot.chat.events import Reply
from orgbot.desk.state import DeskState
from orgbot.dialogue.state import Form, State
from orgbot.knowledge.sentences import Html
from orgbot.leads.model import Lead, Media

log = logging.getLogger(__name__)

T = TypeVar("T", State, DeskState, Lead, Media, Reply)
S = TypeVar("S", State, DeskState)


def _converter() -> JsonConverter:
    converter = make_converter(omit_if_default=True)
    configure_tagged_union(Action, converter)
    return converter


def _part_by_part() -> JsonConverter:
    converter = _converter()

    def reader(kind: Callable[..., Any]) -> Callable[[Mapping[str, Any], object], Any]:
        hints = get_type_hints(kind)

        def read(found: Mapping[str, Any], _: object) -> Any:
            known: dict[str, Any] = {}
            for name in hints.keys() & found.keys():
                with suppress(Exception):
                    known[name] = converter.structure(found[name], hints[name])
            if kind is Form and "step" in found.keys() - known.keys():
                # Her next words are for a question that this release does not ask: they are no first name.
                known["paused"] = True
            return kind(**known)

        return read

    converter.register_structure_hook_factory(is_dataclass, reader)
    return converter


_CONVERTER, _PART_BY_PART = _converter(), _part_by_part()


def dump(value: State | DeskState | Lead | Media | Reply) -> str:
    return _CONVERTER.dumps(value)


# What stays of a message whose words are needed no more.
SPENT = dump(Reply(Html("")))


def load(text: str, kind: type[T]) -> T:
    """Unknown keys are left aside and missing ones take their defaults: a state outlives a release."""
    return _CONVERTER.loads(text, kind)


def salvage(text: str, kind: type[S], chat_id: int) -> S:
    """A state, or what can be read of it, the rest at its defaults: another release may have written a value
    that this one does not know, and a draft must not go with it."""
    try:
        return load(text, kind)
    except Exception:
        log.exception("the state of the chat %d cannot be read whole", chat_id)
    try:
        return _PART_BY_PART.loads(text, kind)
    except Exception:
        log.exception("the state of the chat %d begins anew", chat_id)
        return kind()
