"""Values ↔ JSON text. Unions of dataclasses carry the class's name."""

from typing import TypeVar

from cattrs.preconf.json import JsonConverter, make_converter
from cattrs.strategies import configure_tagged_union

from orgbot.chat.actions import Action
from orgbot.chat.events import Reply
from orgbot.desk.state import DeskState
from orgbot.dialogue.state import State
from orgbot.knowledge.sentences import Html
from orgbot.leads.model import Lead, Media

T = TypeVar("T", State, DeskState, Lead, Media, Reply)


def _converter() -> JsonConverter:
    converter = make_converter(omit_if_default=True)
    configure_tagged_union(Action, converter)
    return converter


_CONVERTER = _converter()


def dump(value: State | DeskState | Lead | Media | Reply) -> str:
    return _CONVERTER.dumps(value)


# What stays of a message whose words are needed no more.
SPENT = dump(Reply(Html("")))


def load(text: str, kind: type[T]) -> T:
    """Unknown keys are left aside and missing ones take their defaults: a state outlives a release."""
    return _CONVERTER.loads(text, kind)
