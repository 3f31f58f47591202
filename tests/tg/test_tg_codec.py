from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orgbot.chat.actions import Action, Do, Field, Modify, Show, Verb
from orgbot.knowledge.model import EntryId, KnowledgeBase
from orgbot.tg.codec import decode, encode

ACTIONS: list[Action] = [
    *(Do(verb) for verb in get_args(Verb)),
    *(Modify(field) for field in get_args(Field)),
]


@pytest.mark.parametrize("action", ACTIONS)
def test_a_button_means_the_same_after_a_round_trip(action: Action) -> None:
    assert decode(encode(action)) == action
    assert len(encode(action).encode()) <= 64


def test_every_entry_fits_a_button(kb: KnowledgeBase) -> None:
    for entry in kb.entries:
        assert decode(encode(Show(entry))) == Show(entry)
        assert len(encode(Show(entry)).encode()) <= 64


@given(st.text())
def test_any_data_has_a_meaning_or_none(data: str) -> None:
    action = decode(data)
    assert action is None or encode(action) == data


def test_a_button_of_another_release_is_not_guessed_at() -> None:
    assert decode("d:delete-everything") is None
    assert decode("x:temps") is None
    assert decode("e:inconnu") == Show(EntryId("inconnu"))
