import re
import string
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orgbot.chat.actions import (
    About,
    Action,
    Do,
    Field,
    Forget,
    Modify,
    Page,
    Print,
    Show,
    Teach,
    Topics,
    Verb,
)
from orgbot.knowledge.entries import ID_BYTES
from orgbot.knowledge.model import EntryId
from orgbot.tg.codec import VERSION, decode, encode, seal, unseal

ALPHABET = string.ascii_letters + string.digits + "!#$%&()*+-;<=>?@^_`{|}~"
MINE = (1001, "1:token")
LONGEST = EntryId("x" * ID_BYTES)
ACTIONS: list[Action] = [
    *(Do(verb) for verb in get_args(Verb)),
    *(Modify(field) for field in get_args(Field)),
]


@pytest.mark.parametrize("action", ACTIONS)
def test_a_button_means_the_same_after_a_round_trip(action: Action) -> None:
    assert decode(encode(action)) == action
    assert len(seal(action, *MINE).encode()) <= 64


@pytest.mark.parametrize(
    "action",
    [
        Show(LONGEST),
        Teach("attach", f"fffffff:{LONGEST}"),
        Print("picture", LONGEST),
        Topics(999),
        Teach("others", "fffffff:999"),
        Page(9_999, "é" * 40),
        About("lose_silence", "7KQ-2M4"),
        Forget("owner", 9_999_999_999_999),
    ],
)
def test_the_longest_button_fits(action: Action) -> None:
    assert len(seal(action, *MINE).encode()) <= 64
    assert unseal(seal(action, *MINE), *MINE) == decode(encode(action)) is not None


def test_a_seal_is_of_one_person_one_bot_and_one_release(monkeypatch: pytest.MonkeyPatch) -> None:
    data = seal(Show(LONGEST), *MINE)
    assert unseal(data, *MINE) == Show(LONGEST)
    assert unseal(data, 1002, MINE[1]) is None
    assert unseal(data, MINE[0], "2:token") is None
    assert unseal(data[:-1], *MINE) is None
    assert unseal(VERSION + "d:send", *MINE) is None
    monkeypatch.setattr("orgbot.tg.codec.VERSION", "3")
    assert unseal(data, *MINE) is None


@given(st.integers(1, 53), st.integers(1, 84))
def test_a_seal_that_was_touched_is_no_seal(place: int, by: int) -> None:
    data = seal(Show(LONGEST), *MINE)
    other = ALPHABET[(ALPHABET.index(data[place]) + by) % len(ALPHABET)]
    assert unseal(data[:place] + other + data[place + 1 :], *MINE) is None


@pytest.mark.parametrize("action", [*ACTIONS, About("win", "7KQ-2M4"), Page(0, "La Débrouille")])
def test_who_looks_at_a_button_reads_nothing(action: Action) -> None:
    """Nor sees that two people were shown the same one."""
    data, others = seal(action, *MINE), seal(action, 1002, MINE[1])
    assert not any(word in data for word in re.findall(r"[\w-]{3,}", encode(action)))
    assert sum(one == other for one, other in zip(data, others, strict=True)) < len(data) / 2
    assert seal(action, *MINE) == data


@given(st.text(st.characters(codec=None)))
def test_what_nobody_sealed_means_nothing(data: str) -> None:
    assert unseal(data, *MINE) is None


@given(st.text())
def test_any_data_has_a_meaning_or_none(data: str) -> None:
    action = decode(data)
    assert action is None or encode(action) == data


def test_a_button_of_another_release_is_not_guessed_at() -> None:
    assert decode("d:delete-everything") is None
    assert decode("x:temps") is None
    assert decode("e:inconnu") == Show(EntryId("inconnu"))
