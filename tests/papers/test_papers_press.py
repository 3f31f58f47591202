"""What the freelancer asks for, from a real database."""

import tracemalloc
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import insert

from orgbot.chat.actions import Print
from orgbot.knowledge.model import KnowledgeBase
from orgbot.matching.decision import Matcher
from orgbot.papers.figures import Exchange, figures
from orgbot.papers.press import Press
from orgbot.papers.saying import say_figures
from orgbot.runtime.mind import Known, Mind
from orgbot.storage.engine import migrate, open_engine
from orgbot.storage.store import SqlStore
from orgbot.storage.tables import exchanges
from tests.conftest import MONDAY
from tests.papers.week import message
from tests.storage.postgres import database

BOT = 7
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
# Where a week ends, in Montréal: in summer, in winter, and the two Sundays that are not of 24 hours.
ENDS = [
    datetime(2026, 7, 13, 4, tzinfo=UTC),
    datetime(2026, 12, 14, 5, tzinfo=UTC),
    datetime(2026, 3, 9, 4, tzinfo=UTC),
    datetime(2026, 11, 2, 5, tzinfo=UTC),
]


@pytest.fixture(params=["sqlite", "postgresql"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[SqlStore]:
    with ExitStack() as closing:
        sqlite = request.param == "sqlite"
        url = f"sqlite:///{tmp_path / 'orgbot.sqlite3'}" if sqlite else closing.enter_context(database())
        engine = open_engine(url)
        migrate(engine)
        yield SqlStore(engine, BOT)
        engine.dispose()


def fill(store: SqlStore, *found: Exchange, bot: int = BOT) -> None:
    rows = [
        {"bot_id": bot, "at": one.at, "what": one.what, "entry": one.entry or ""}
        for one in found
        for _ in range(one.times)
    ]
    with store.engine.begin() as connection:
        connection.execute(insert(exchanges), rows)


def told(store: SqlStore, kb: KnowledgeBase, matcher: Matcher, now: datetime) -> str:
    press = Press(store, Mind(Known(kb, matcher)), lambda: now, lambda: "bot")
    return press(Print("figures")).text


def test_the_figures_are_those_of_each_message(store: SqlStore, kb: KnowledgeBase, matcher: Matcher) -> None:
    """Whatever the database counts by itself, and to the second at which a week ends."""
    second = timedelta(seconds=1)
    found = [
        *(message("met", end - second, "temps") for end in ENDS),
        *(message("met", end, "budget") for end in ENDS),
        *(message("answered", MONDAY + n * HOUR, "prix") for n in range(300)),
        *(message("fallback", MONDAY + n * DAY) for n in range(40)),
        message("asked-back", MONDAY),
    ]
    fill(store, *found)
    fill(store, message("fallback", MONDAY - 400 * DAY), bot=BOT + 1)
    for now in (MONDAY + 13 * DAY, MONDAY + 45 * DAY, ENDS[0] + 3 * DAY, ENDS[3] + HOUR):
        expected = say_figures(figures(found, (), kb.profile, now), kb, now.date())
        assert told(store, kb, matcher, now) == expected


def test_years_of_messages_are_counted_without_being_read(
    store: SqlStore, kb: KnowledgeBase, matcher: Matcher
) -> None:
    fill(store, *(replace(message("met", MONDAY + n * DAY, "temps"), times=40) for n in range(700)))
    tracemalloc.start()
    told(store, kb, matcher, MONDAY + 700 * DAY)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    # Each of the 28,000 took a kilobyte.
    assert most < 4 << 20
