"""What may become of a lead."""

from typing import get_args

import pytest

from orgbot.leads.life import MOVES, OPEN, Move, Status, moved


@pytest.mark.parametrize("status", OPEN)
@pytest.mark.parametrize("move", ["win", "lose", "drop", "withdraw"])
def test_an_open_lead_can_end_any_way(status: Status, move: Move) -> None:
    assert moved(status, move) not in (None, *OPEN)


def test_an_answer_makes_a_conversation_and_nothing_makes_a_lead_new_again() -> None:
    assert moved("new", "see") == "seen"
    assert moved("new", "answer") == moved("seen", "answer") == "talking"
    assert moved("talking", "see") is None
    assert "new" not in MOVES.values()


@pytest.mark.parametrize("move", get_args(Move))
def test_what_was_withdrawn_stays_so(move: Move) -> None:
    assert moved("withdrawn", move) is None


@pytest.mark.parametrize("status", ["won", "lost", "dropped"])
def test_what_the_freelancer_closed_only_opens_again(status: Status) -> None:
    allowed = {move for move in get_args(Move) if moved(status, move)}
    assert allowed == {"reopen"}
