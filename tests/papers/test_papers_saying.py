from datetime import date, timedelta

import pytest

from orgbot.knowledge.model import KnowledgeBase
from orgbot.papers.figures import Share, figures
from orgbot.papers.numbers import say_day, say_percent, say_wait, say_whole
from orgbot.papers.saying import say_figures
from orgbot.sandbox.entities import parse_html
from tests.conftest import MONDAY
from tests.papers.week import message, row

NB = "\u00a0"
HOUR, WEEK = timedelta(hours=1), timedelta(days=7)
TODAY = date(2026, 12, 31)


def test_numbers_are_written_the_french_way() -> None:
    assert [say_whole(number) for number in (0, 999, 1234, 1_234_567)] == [
        "0",
        "999",
        f"1{NB}234",
        f"1{NB}234{NB}567",
    ]
    assert say_day(date(2026, 12, 1), TODAY) == "1er décembre"
    assert say_day(date(2027, 1, 11), TODAY) == "11 janvier 2027"


@pytest.mark.parametrize(
    ("share", "said"),
    [((13, 15), "87"), ((1, 2), "50"), ((999, 1000), "99"), ((1, 1000), "1"), ((0, 4), "0"), ((4, 4), "100")],
)
def test_a_percentage_says_all_only_of_all_and_none_only_of_none(share: tuple[int, int], said: str) -> None:
    assert say_percent(Share(*share)) == f"{said}{NB}%"


def test_a_share_of_nothing_is_a_dash() -> None:
    assert say_percent(Share()) == "–"
    assert say_wait(None) == "–"


@pytest.mark.parametrize(
    ("minutes", "said"),
    [
        *((0, "0_min"), (45, "45_min"), (59.6, "1_h"), (60, "1_h"), (65, "1_h_05"), (200, "3_h_20")),
        *((47 * 60, "47_h"), (48 * 60, "2_j"), (52 * 60, "2_j_4_h")),
    ],
)
def test_a_wait_is_said_in_its_own_units(minutes: float, said: str) -> None:
    assert say_wait(timedelta(minutes=minutes)) == said.replace("_", NB)


def test_the_message_says_all_that_was_counted(kb: KnowledgeBase) -> None:
    rows = [row(first_answer=MONDAY + 200 * HOUR / 60, status="won") for _ in range(7)]
    late = row(MONDAY + WEEK, first_answer=MONDAY + 2 * WEEK, status="lost")
    heard = [message("fallback") for _ in range(1234)] + [message("met", entry="temps")]
    counts = figures(heard, [*rows, late], kb.profile, MONDAY + 3 * WEEK)
    text, _ = parse_html(say_figures(counts, kb, TODAY))
    for part in (
        "du 23 novembre au 6 décembre",
        f"Demandes reçues{NB}: 8",
        f"3{NB}h{NB}20",
        f"88{NB}% (7 sur 8)",
        f"Sans réponse{NB}: 1{NB}234",
        f"{kb.entries[row().objections[0]].title}{NB}: 1",  # type: ignore[index]  # ids are texts
        f"30 novembre{NB}: 1 / 0 / 0",
    ):
        assert part in text


def test_what_was_not_counted_is_not_said(kb: KnowledgeBase) -> None:
    text = say_figures(figures([message("fallback")], [], kb.profile, MONDAY), kb, TODAY)
    assert "–" not in text
    assert "romesse" not in text
    assert kb.sentences["chiffres.rien"] == say_figures(figures([], [], kb.profile, MONDAY), kb, TODAY)


def test_the_fullest_message_fits_and_escapes(kb: KnowledgeBase) -> None:
    gone = [message("met", MONDAY + n * WEEK, entry=f"<{n}>" + "🙂" * 300) for n in range(60)]
    html = say_figures(figures(gone, [], kb.profile, MONDAY), kb, TODAY)
    assert len(html.encode("utf-16-le")) <= 2 * 4096
    assert "<0>🙂" in parse_html(html)[0]
