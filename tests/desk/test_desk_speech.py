"""Words that pass through the bot."""

from hypothesis import given
from hypothesis import strategies as st

from orgbot.desk.speech import CAPTION, TEXT, split, to_director
from orgbot.knowledge.model import KnowledgeBase
from orgbot.leads.model import Media


def units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


@given(st.text(st.characters(codec="utf-8"), max_size=300), st.integers(2, 40))
def test_a_long_text_is_cut_and_nothing_is_lost(text: str, size: int) -> None:
    parts = split(text, size)
    assert all(0 < units(part) <= size for part in parts)
    assert "".join("".join(parts).split()) == "".join(text.split())


def test_a_text_is_cut_between_words() -> None:
    assert split("un deux trois", 8) == ("un deux", "trois")


def test_the_longest_message_and_the_longest_caption_fit(kb: KnowledgeBase) -> None:
    typed = "🙂" * 2000 + "<b>" * 30
    replies = to_director("C" * 60, typed, None, kb, first=True)
    assert all(units(reply.text) <= 4096 for reply in replies)
    assert len(replies) > 2
    first, *rest = to_director("C" * 60, "é " * 1000, Media("photo", "f"), kb, first=False)
    assert first.media is not None
    assert units(first.text) <= 1024
    assert rest
    assert all(reply.media is None for reply in rest)


def test_a_voice_message_needs_no_words(kb: KnowledgeBase) -> None:
    (only,) = to_director("Camille", "", Media("voice", "f"), kb, first=False)
    assert "Camille" in only.text
    assert CAPTION < TEXT
