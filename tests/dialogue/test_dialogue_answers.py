"""Answers, choices and short replies outside the form."""

from itertools import pairwise

import pytest

from orgbot.chat.actions import Judge
from orgbot.chat.events import Commanded, Event, Tapped, Unanswered
from orgbot.dialogue.answers import mark
from orgbot.knowledge.model import EntryId, KnowledgeBase
from orgbot.knowledge.sentences import render, say
from orgbot.leads.model import Objection
from tests.dialogue.telling import BUDGET, TEMPS, heard, shown, tell

HELLO = EntryId("salutation")


def test_a_greeting_said_twice_is_no_argument_made_twice(kb: KnowledgeBase) -> None:
    again = shown(tell(kb, heard("bonjour", HELLO), heard("bonjour", HELLO)))
    assert again == render(kb, kb.entries[HELLO].short)
    assert shown(tell(kb, *[heard("bonjour", HELLO)] * 4)) == again


def test_an_answer_never_comes_twice_in_a_row_in_the_same_words(kb: KnowledgeBase) -> None:
    said = [shown(tell(kb, *[heard("pas le temps", TEMPS)] * times)) for times in range(1, 6)]
    assert all(one != other for one, other in pairwise(said))


def test_after_some_days_the_whole_answer_comes_back(kb: KnowledgeBase) -> None:
    turn = tell(kb, heard("pas le temps", TEMPS), heard("toujours pas", TEMPS), hours=100)
    assert shown(turn) == render(kb, kb.entries[TEMPS].answer)


def test_yes_to_a_choice_of_two_asks_which(kb: KnowledgeBase) -> None:
    asked = heard("est-ce que ça vaut la peine", TEMPS, BUDGET)
    turn = tell(kb, asked, "oui")
    assert say(kb, "clarifier.laquelle") in shown(turn)
    chosen = tell(kb, asked, "oui", "le 2")
    assert chosen.state.objections == (Objection(BUDGET, "est-ce que ça vaut la peine"),)


@pytest.mark.parametrize(
    ("typed", "entry"), [("le dernier", 8), ("la première", 0), ("numéro 4", 3), ("le 2", 1)]
)
def test_a_subject_is_chosen_as_people_say_it(kb: KnowledgeBase, typed: str, entry: int) -> None:
    offered = tell(kb, Commanded("sujets")).state.choices
    assert tell(kb, Commanded("sujets"), typed).state.given == (offered[entry],)


def test_both_of_two_are_answered_together(kb: KnowledgeBase) -> None:
    turn = tell(kb, heard("pas le temps ni l'argent", TEMPS, BUDGET), "les deux")
    assert turn.state.summarised == (TEMPS, BUDGET)


def test_nothing_of_a_list_of_subjects_is_no_question_to_pass_on(kb: KnowledgeBase) -> None:
    turn = tell(kb, Commanded("sujets"), "autre chose")
    assert turn.effects == ()
    assert turn.state.awaiting == "nothing"


def test_yes_to_what_an_answer_asks_is_answered(kb: KnowledgeBase) -> None:
    asking = [
        entry.id
        for entry in kb.entries.values()
        if entry.answer.rstrip().endswith("?") and entry.kind == "objection"
    ]
    assert asking
    for entry in asking:
        following = tell(kb, heard("x", entry), "oui").state.given
        assert following == (entry, kb.entries[entry].next[0])


DOWN = Tapped(Judge("unhelpful", mark("on est débordés de dons")))


@pytest.mark.parametrize("said", [DOWN, "ça répond pas à ma question"])
def test_an_answer_that_is_none_is_learned_from(kb: KnowledgeBase, said: Event | str) -> None:
    turn = tell(kb, heard("on est débordés de dons", TEMPS), said)
    assert Unanswered("on est débordés de dons", "thumbs-down") in turn.effects
    passed = tell(kb, heard("on est débordés de dons", TEMPS), said, "oui")
    assert passed.state.questions == ("on est débordés de dons",)


def test_a_thumb_down_counts_once(kb: KnowledgeBase) -> None:
    assert tell(kb, heard("on est débordés de dons", TEMPS), DOWN, DOWN).effects == ()
    assert tell(kb, DOWN).effects == ()


def test_a_verdict_is_on_what_its_message_answered(kb: KnowledgeBase) -> None:
    story = (heard("on est débordés de dons", TEMPS), heard("ça coûte combien", BUDGET))
    assert Unanswered("on est débordés de dons", "thumbs-down") in tell(kb, *story, DOWN).effects
    # After a question that had no answer, « pas utile » says nothing of the answer before it.
    turn = tell(kb, *story, heard("xyzzy"), "pas utile")
    assert not [one for one in turn.effects if isinstance(one, Unanswered) and one.kind == "thumbs-down"]


def test_none_of_these_counts_once_and_for_its_own_question(kb: KnowledgeBase) -> None:
    asked, none = heard("le prix du temps", TEMPS, BUDGET), Tapped(Judge("none", mark("le prix du temps")))
    assert Unanswered("le prix du temps", "none") in tell(kb, asked, none).effects
    assert tell(kb, asked, none, none).effects == ()
    late = tell(kb, asked, heard("xyzzy"), none)
    assert Unanswered("le prix du temps", "none") in late.effects
