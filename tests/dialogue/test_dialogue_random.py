"""Whatever happens, in whatever order: an answer, a way out, and nothing sent without consent."""

from datetime import timedelta
from typing import get_args

from hypothesis import given, settings
from hypothesis import strategies as st

from orgbot.chat.actions import Do, Field, Judge, Modify, PassOn, Show, Topics, Verb
from orgbot.chat.events import (
    Commanded,
    Consented,
    Context,
    Event,
    Grouped,
    Leave,
    Reply,
    Said,
    Sent,
    Submit,
    Tapped,
)
from orgbot.dialogue.answers import WORDS_KEPT, mark
from orgbot.dialogue.respond import respond
from orgbot.dialogue.state import NEW
from orgbot.knowledge.load import default_folder, load_or_raise
from orgbot.knowledge.model import EntryId
from orgbot.knowledge.sentences import clip
from orgbot.leads.model import Person
from orgbot.matching.decision import Decision, Why
from orgbot.sandbox.entities import parse_html
from orgbot.storage.codec import dump, load
from tests.conftest import MONDAY

KB = load_or_raise(default_folder())
ENTRIES = st.sampled_from([*KB.entries])
TYPED = st.sampled_from([word for words in KB.words.values() for word in words])
ANSWERS = st.sampled_from(
    ["Lucie", "Maison des jeunes L’Escale", "lucie@escale.org", "514 555-1234", "lucie@gmial.com", "7"]
)
LONG = ("x" * 4096, "Pourquoi " + "x" * 4000 + "?")
TEXTS = st.one_of(TYPED, ANSWERS, st.text(max_size=60), st.just("c’est combien?"), st.sampled_from(LONG))


@st.composite
def said(draw: st.DrawFn) -> Said:
    text = draw(TEXTS)
    entries = tuple(draw(st.lists(ENTRIES, unique=True, max_size=3)))
    match len(entries):
        case 0:
            decision = Decision(text, "fallback", (), (), Why("learned", text))
        case 3:
            decision = Decision(text, "clarify", entries, (), Why("learned", text))
        case _:
            decision = Decision(text, "answer", entries, (), Why("learned", text))
    return Said(text, decision)


ACTIONS = st.one_of(
    st.none(),
    st.builds(Do, st.sampled_from(get_args(Verb))),
    st.builds(Modify, st.sampled_from(get_args(Field))),
    st.builds(PassOn, st.sampled_from([*(mark(clip(text, WORDS_KEPT)) for text in LONG), "zzz"])),
    st.builds(
        Judge,
        st.sampled_from(["none", "unhelpful"]),
        st.sampled_from([*(mark(clip(text, WORDS_KEPT)) for text in LONG), "zzz"]),
    ),
    st.builds(Show, ENTRIES),
    st.builds(Topics, st.integers(0, 3)),
    st.just(Show(EntryId("disparue"))),
)
COMMANDS = st.sampled_from(["start", "sujets", "aide", "contact", "annuler", "confidentialite", "zzz", ""])
EVENTS = st.one_of(
    said(),
    said(),
    st.builds(Tapped, ACTIONS),
    st.builds(Tapped, ACTIONS),
    st.builds(Commanded, COMMANDS, st.one_of(st.just(""), ENTRIES, st.text(max_size=64))),
    st.just(Sent()),
)
# What a director who goes through with it does, in order: random events alone rarely send anything.
ON_PURPOSE: list[Event] = [
    Commanded("contact"),
    Tapped(Do("name")),
    Said("La Débrouille", Decision("", "fallback", (), (), Why("learned", ""))),
    Tapped(Do("here")),
    Tapped(Do("skip")),
    Tapped(Do("accept")),
    Tapped(Do("send")),
]


@st.composite
def stories(draw: st.DrawFn) -> list[Event]:
    story = draw(st.lists(EVENTS, max_size=12))
    for event in ON_PURPOSE if draw(st.booleans()) else []:
        story += [event, *draw(st.lists(EVENTS, max_size=1))]
    return story


def actions(replies: tuple[Reply, ...]) -> set[object]:
    return {button.action for reply in replies for row in reply.buttons for button in row}


WAYS_OUT = {Do("cancel"), Do("topics"), Do("contact"), Do("discard")}


@given(stories(), st.integers(0, 30))
@settings(max_examples=300)
def test_any_story_is_answered_and_nothing_leaves_without_consent(story: list[Event], hours: int) -> None:
    state, now, agreed = NEW, MONDAY, False
    for number, event in enumerate(story):
        now += timedelta(hours=hours, seconds=1)
        turn = respond(state, event, Context(KB, Person(1, "Lucie"), now, f"REF-{number}"))
        assert turn.replies
        offered = actions(turn.replies)
        assert offered & WAYS_OUT or any(isinstance(action, Judge) for action in offered)
        for reply in turn.replies:
            assert 0 < len(parse_html(reply.text)[0].encode("utf-16-le")) <= 2 * 4096
        for effect in turn.effects:
            if isinstance(effect, Consented):
                agreed = effect.given
            if isinstance(effect, Submit):
                assert agreed
                assert effect.lead.first_name
                assert effect.lead.organisation
                agreed = False
        state = load(dump(turn.state), type(turn.state))
        assert state == turn.state


@given(stories())
@settings(max_examples=50)
def test_a_story_that_is_cancelled_leaves_nothing_behind(story: list[Event]) -> None:
    state = NEW
    for event in [*story, Commanded("annuler")]:
        state = respond(state, event, Context(KB, Person(1, "Lucie"), MONDAY, "REF")).state
    assert state.form is None


def test_a_group_gets_one_sentence_and_is_left() -> None:
    context = Context(KB, Person(-5, "Les amis"), MONDAY, "REF")
    first = respond(NEW, Grouped(invited=True), context)
    again = respond(first.state, Grouped(invited=False), context)
    assert len(first.replies) == 1
    assert again.replies == ()
    assert first.effects == again.effects == (Leave(),)
