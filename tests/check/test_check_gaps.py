"""`orgbot check --gaps`: what to write next, and what could be left out."""

from dataclasses import replace

from orgbot.check.gaps import gaps
from orgbot.knowledge.model import EntryId
from orgbot.matching.rehearse import Rehearsed

CARD, BALANCE = EntryId("card"), EntryId("balance")


def rehearsed(own: EntryId, phrasing: str, taken: EntryId, sure: float) -> Rehearsed:
    other = BALANCE if taken == CARD else CARD
    return Rehearsed(own, phrasing, ((taken, sure), (other, 0.0)), 1 - sure, "", 0.0)


def told(*rows: Rehearsed) -> str:
    return "\n".join(gaps(rows))


def test_an_entry_that_does_not_find_its_own_phrasings_again_is_thin() -> None:
    page = told(
        rehearsed(CARD, "my card", CARD, 0.9),
        rehearsed(BALANCE, "my money", BALANCE, 0.9),
        rehearsed(BALANCE, "is it lost", CARD, 0.6),
    )
    assert "balance : 50\u00a0% de 2; ajoute des formulations variées" in page
    assert "card : 100\u00a0% de 1\n" in page
    assert "balance → card : 1 (« is it lost »)" in page


def test_what_another_entry_would_take_for_sure_is_stolen() -> None:
    page = told(rehearsed(BALANCE, "is it lost", CARD, 0.9), rehearsed(BALANCE, "maybe", CARD, 0.6))
    assert "(1); déplace-les" in page
    assert "balance : « is it lost » → card (0.90)" in page


def test_what_is_out_of_scope_steals_from_nobody() -> None:
    page = told(rehearsed(CARD, "zxq", BALANCE, 0.1))
    assert "card → hors-sujet : 1 (« zxq »)" in page
    assert "(0); déplace-les" in page


def test_two_phrasings_that_say_the_same_are_told_once() -> None:
    page = told(
        replace(rehearsed(CARD, "lost my card", CARD, 0.9), twin="i lost my card", nearness=0.97),
        replace(rehearsed(CARD, "i lost my card", CARD, 0.9), twin="lost my card", nearness=0.97),
        replace(rehearsed(CARD, "where is it", CARD, 0.9), twin="lost my card", nearness=0.5),
    )
    assert "la même chose (1)" in page
    assert page.count("0.97") == 1
