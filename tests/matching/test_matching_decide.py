"""What probabilities come to: the thresholds follow from what each false step costs."""

import pytest

from orgbot.knowledge.model import Costs, EntryId
from orgbot.matching.decide import decide, may_be_two, two
from orgbot.matching.decision import Action

A, B, C, D, HELLO = map(EntryId, ("a", "b", "c", "d", "bonjour"))


@pytest.mark.parametrize(
    ("ranking", "action", "entries"),
    [
        ([], "fallback", ()),
        ([(A, 0.8), (B, 0.15)], "answer", (A,)),
        ([(A, 0.7), (B, 0.25)], "clarify", (A, B)),
        ([(A, 0.4), (B, 0.3), (C, 0.2), (D, 0.1)], "clarify", (A, B, C)),
        # A third choice that is almost never right is not shown.
        ([(A, 0.6), (B, 0.38), (C, 0.01)], "clarify", (A, B)),
        # What is left of 1 is out of scope.
        ([(A, 0.2), (B, 0.1)], "fallback", ()),
        ([(A, 0.99)], "answer", (A,)),
    ],
)
def test_the_cheapest_step_is_taken(
    ranking: list[tuple[EntryId, float]], action: Action, entries: tuple[EntryId, ...]
) -> None:
    assert decide(ranking, Costs()) == (action, entries)


def test_dearer_mistakes_ask_back_more() -> None:
    ranking = [(A, 0.8), (B, 0.15)]
    assert decide(ranking, Costs(wrong=2))[0] == "answer"
    assert decide(ranking, Costs(wrong=10))[0] == "clarify"
    assert decide([(A, 0.2), (B, 0.2)], Costs(missing=9))[0] == "clarify"


def test_two_parts_sure_of_two_entries_are_heard_in_order() -> None:
    whole = [(A, 0.5), (B, 0.4), (C, 0.05)]
    parts = [[(B, 0.99), (A, 0.005)], [(A, 0.98), (B, 0.01)]]
    assert two(whole, parts, frozenset()) == (B, A)
    assert two(whole, [[(B, 0.99)], [(A, 0.5)]], frozenset()) == ()
    assert two(whole, [[(B, 0.99)], [(B, 0.99)]], frozenset()) == ()
    # The two that parts are the surest of, whatever a third one says.
    assert two(whole, [[(B, 0.99)], [(C, 0.9)], [(A, 0.98)]], frozenset()) == (B, A)
    assert two([(A, 0.5), (HELLO, 0.4)], [[(HELLO, 0.99)], [(A, 0.99)]], frozenset({HELLO})) == ()


def test_what_the_whole_hardly_leaves_must_be_the_surer_in_its_part() -> None:
    whole = [(A, 0.98), (B, 0.003)]
    assert two(whole, [[(A, 0.98)], [(B, 0.98)]], frozenset()) == ()
    assert two(whole, [[(A, 0.999)], [(B, 0.999)]], frozenset()) == (A, B)


def test_parts_are_read_again_only_where_their_words_hint_at_another_entry() -> None:
    whole = [(A, 0.98), (B, 0.003)]
    assert may_be_two(whole, [[(A, 0.9)], [(C, 0.5), (B, 0.4)]], frozenset())
    # Half of what is in scope, however much is out of it.
    assert may_be_two(whole, [[(A, 0.9)], [(B, 0.1), (A, 0.1)]], frozenset())
    assert not may_be_two(whole, [[(A, 0.9)], [(A, 0.8), (B, 0.2)]], frozenset())
    assert not may_be_two(whole, [[(A, 0.9)], [(HELLO, 0.9)]], frozenset({HELLO}))
    assert not may_be_two([(A, 0.99), (B, 0.0002)], [[(B, 0.9)]], frozenset())
