from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from orgbot.knowledge.model import KnowledgeBase
from orgbot.papers.figures import Figures, Share, Tally, figures
from tests.conftest import MONDAY
from tests.papers.week import message, row

HOUR, DAY, WEEK = timedelta(hours=1), timedelta(days=1), timedelta(days=7)
LATER = MONDAY + 30 * DAY
MONTREAL = ZoneInfo("America/Montreal")


def counted(kb: KnowledgeBase, *found: object, now: datetime = LATER) -> Figures:
    """Of leads and messages, mixed."""
    rows = [one for one in found if hasattr(one, "reference")]
    exchanges = [one for one in found if not hasattr(one, "reference")]
    return figures(exchanges, rows, kb.profile, now)  # type: ignore[arg-type]  # told apart above


def mondays(counts: Figures) -> list[date]:
    return [week.monday for week in counts.weeks]


def test_nothing_is_counted_of_nothing(kb: KnowledgeBase) -> None:
    assert counted(kb) == Figures((), Tally())


def test_each_message_counts_once_for_what_the_bot_did(kb: KnowledgeBase) -> None:
    met = [message("met", entry=entry) for entry in ("temps", "budget", "temps", "likes")]
    others = [message("answered", entry="prix"), message("asked-back"), message("fallback")]
    total = counted(kb, *met, *others, message("fallback")).total
    assert (total.met, total.answered, total.asked_back, total.fallbacks) == (4, 1, 1, 2)
    assert total.objections == (("temps", 2), ("budget", 1), ("likes", 1))


@pytest.mark.parametrize(
    ("changes", "now", "by_probable", "by_latest"),
    [
        ({"first_answer": MONDAY + DAY}, LATER, Share(1, 1), Share(1, 1)),
        ({"first_answer": MONDAY + DAY + HOUR}, LATER, Share(0, 1), Share(1, 1)),
        ({"first_answer": MONDAY + 2 * DAY + HOUR}, LATER, Share(0, 1), Share(0, 1)),
        ({}, MONDAY + 2 * DAY, Share(), Share()),
        ({}, MONDAY + 2 * DAY + HOUR, Share(0, 1), Share(0, 1)),
        ({"status": "lost"}, LATER, Share(0, 1), Share(0, 1)),
        ({"status": "withdrawn"}, LATER, Share(), Share()),
        ({"status": "dropped"}, LATER, Share(), Share()),
        ({"status": "won"}, LATER, Share(), Share()),
    ],
)
def test_a_promise_is_kept_missed_or_not_yet_due(
    kb: KnowledgeBase, changes: dict[str, object], now: datetime, by_probable: Share, by_latest: Share
) -> None:
    total = counted(kb, row(**changes), now=now).total  # type: ignore[arg-type]  # fields, never `at`
    assert (total.by_probable, total.by_latest) == (by_probable, by_latest)


def test_the_wait_is_the_median_of_those_who_were_answered(kb: KnowledgeBase) -> None:
    waits = [HOUR, 3 * HOUR, 40 * HOUR]
    rows = [row(first_answer=MONDAY + wait) for wait in waits]
    assert counted(kb, *rows, row()).total.wait == 3 * HOUR
    assert counted(kb, row()).total.wait is None


def test_a_wait_across_the_change_of_clocks_is_what_she_lived(kb: KnowledgeBase) -> None:
    saturday = datetime(2026, 10, 31, 23, tzinfo=MONTREAL)
    sunday = datetime(2026, 11, 1, 9, tzinfo=MONTREAL)
    assert counted(kb, row(saturday, first_answer=sunday)).total.wait == 11 * HOUR


def test_an_answer_in_the_hour_that_comes_twice_is_late_the_second_time(kb: KnowledgeBase) -> None:
    first = datetime(2026, 11, 1, 1, 30, tzinfo=MONTREAL)
    second = datetime(2026, 11, 1, 1, 10, tzinfo=MONTREAL, fold=1)
    late = row(first - DAY, probable=first, latest=first, first_answer=second)
    assert counted(kb, late).total.by_latest == Share(0, 1)


def test_won_is_said_of_what_is_over_and_of_everything(kb: KnowledgeBase) -> None:
    statuses = ("won", "lost", "dropped", "withdrawn", "talking", "seen", "new")
    total = counted(kb, *(row(status=status) for status in statuses)).total
    assert (total.won_of_over, total.won_of_all) == (Share(1, 4), Share(1, 7))


def test_weeks_follow_each_other_and_the_empty_ones_are_zeros(kb: KnowledgeBase) -> None:
    counts = counted(kb, row(MONDAY + 3 * WEEK), message("fallback"))
    assert mondays(counts) == [date(2026, 11, 23) + n * WEEK for n in range(4)]
    assert [week.tally.leads for week in counts.weeks] == [0, 0, 0, 1]
    assert [week.tally.fallbacks for week in counts.weeks] == [1, 0, 0, 0]
    assert counts.weeks[1].tally == Tally()


def test_a_week_crosses_the_new_year(kb: KnowledgeBase) -> None:
    days = (datetime(2026, 12, 31, 17, tzinfo=UTC), datetime(2027, 1, 1, 17, tzinfo=UTC))
    counts = counted(kb, *(row(day) for day in days), row(datetime(2027, 1, 4, 17, tzinfo=UTC)))
    assert mondays(counts) == [date(2026, 12, 28), date(2027, 1, 4)]
    assert counts.weeks[0].tally.leads == 2


@pytest.mark.parametrize("sunday", [date(2026, 3, 8), date(2026, 11, 1), date(2026, 11, 29)])
def test_a_week_ends_on_sunday_at_midnight_in_montreal(kb: KnowledgeBase, sunday: date) -> None:
    midnight = datetime.combine(sunday + DAY, datetime.min.time(), MONTREAL).astimezone(UTC)
    counts = counted(kb, row(midnight - timedelta(seconds=1)), row(midnight))
    assert mondays(counts) == [sunday - 6 * DAY, sunday + DAY]


def test_a_lead_counts_in_the_week_it_came_in(kb: KnowledgeBase) -> None:
    answered_late = row(first_answer=MONDAY + WEEK)
    counts = counted(kb, answered_late, row(MONDAY + WEEK, first_answer=MONDAY + WEEK + HOUR))
    assert [week.tally.by_latest for week in counts.weeks] == [Share(0, 1), Share(1, 1)]
    assert counts.total.by_latest == Share(1, 2)
