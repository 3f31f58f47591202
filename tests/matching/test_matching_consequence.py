"""What a lesson would change."""

from dataclasses import replace

import pytest

from orgbot.knowledge.model import EntryId, KnowledgeBase
from orgbot.knowledge.taught import Taught, with_taught
from orgbot.matching.consequence import Changed, consequences
from orgbot.matching.engine import Engine, build

PRIX, TEMPS = EntryId("prix"), EntryId("temps")


@pytest.fixture(scope="module")
def small(kb: KnowledgeBase) -> KnowledgeBase:
    """Two entries: learned in a second."""
    entries = {name: replace(kb.entries[name], next=()) for name in (PRIX, TEMPS)}
    essais = tuple(essai for essai in kb.essais if essai.entry in entries)
    return replace(kb, entries=entries, out_of_scope=kb.out_of_scope[:100], essais=essais)


@pytest.fixture(scope="module")
def engine(small: KnowledgeBase) -> Engine:
    return build(small, words_only=True)


def test_a_lesson_that_takes_what_others_have_is_seen_before_it_is_kept(
    small: KnowledgeBase, engine: Engine
) -> None:
    # « pas le temps » said to be about prices: nobody would, and this must show.
    temps = (*small.entries[TEMPS].phrasings, *(one.text for one in small.essais if one.entry == TEMPS))
    wrong = [Taught(f"{text} {tail}", PRIX) for text in temps for tail in ("du tout", "pour vrai", "là")]
    after = build(with_taught(small, wrong), words_only=True)
    found = consequences(engine, after, [one.text for one in wrong])
    assert any(one.lost and one.expected == TEMPS for one in found.changed)
    assert any(one.entry == TEMPS and one.by == PRIX for one in found.stolen)


def test_what_stays_the_same_is_not_told(engine: Engine) -> None:
    found = consequences(engine, engine, ["pas le temps"])
    assert (found.changed, found.stolen) == ((), ())


def test_a_gain_is_no_loss() -> None:
    gained = Changed("…", TEMPS, ("clarify", (TEMPS, PRIX)), ("answer", (TEMPS,)))
    assert (gained.won, gained.lost) == (True, False)
    silent = Changed("…", None, ("fallback", ()), ("answer", (TEMPS,)))
    assert (silent.won, silent.lost) == (False, True)
