"""What happens because time has passed, and what is learned meanwhile."""

import asyncio
import json
import shutil
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from sqlalchemy import text, update

from orgbot.knowledge.load import default_folder
from orgbot.knowledge.model import KnowledgeBase
from orgbot.matching import apart
from orgbot.matching.decision import Matcher
from orgbot.runtime.clockwork import keep_time
from orgbot.storage.tables import leads
from orgbot.upkeep import keep_clean, watch
from tests.logs.birds import WORDS, Printed, ask, stumble
from tests.street import OWNER, Street, street

pytestmark = pytest.mark.anyio


def forbid(lane: Street, what: str, table: str) -> None:
    """With words of the database's own, which a row might have given."""
    with lane.parts.store.engine.begin() as connection:
        refusal = f"BEGIN SELECT RAISE(ABORT, '{WORDS}'); END"
        connection.execute(text(f"CREATE TRIGGER forbid BEFORE {what} ON {table} {refusal}"))


@asynccontextmanager
async def at_work(one: "asyncio.Task[None]") -> AsyncIterator[None]:
    try:
        yield
    finally:
        one.cancel()
        await asyncio.wait([one])


async def test_a_reminder_that_raises(
    tmp_path: Path, kb: KnowledgeBase, matcher: Matcher, printed: Printed, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with street(tmp_path, kb, matcher) as lane:
        await ask(lane)
        monkeypatch.setattr("orgbot.runtime.clockwork.say_clock", stumble)
        await lane.wait(days=2)
    printed.assert_silenced("what was due of", "RuntimeError")


async def test_a_lead_that_cannot_be_read_when_its_time_has_come(
    tmp_path: Path, kb: KnowledgeBase, matcher: Matcher, printed: Printed
) -> None:
    async with street(tmp_path, kb, matcher) as lane:
        await ask(lane)
        with lane.parts.store.engine.begin() as connection:
            connection.execute(update(leads).values(lead=json.dumps({"person": WORDS, "reach": WORDS})))
        await lane.wait(days=2)
    printed.assert_silent("the lead", "cannot be read")


async def test_reminders_that_cannot_be_claimed(
    tmp_path: Path, kb: KnowledgeBase, matcher: Matcher, printed: Printed
) -> None:
    async with street(tmp_path, kb, matcher) as lane:
        forbid(lane, "UPDATE", "reminders")
        lane.clock.pass_(days=2)
        keeping = asyncio.create_task(keep_time(lane.parts.clockwork, lane.parts.delivery.wake))
        async with at_work(keeping):
            await printed.until("reminders could not be read")
    printed.assert_silenced("IntegrityError")


async def test_what_cannot_be_forgotten(
    tmp_path: Path, kb: KnowledgeBase, matcher: Matcher, printed: Printed
) -> None:
    async with street(tmp_path, kb, matcher) as lane:
        await lane.say(WORDS)
        forbid(lane, "DELETE", "inbox")
        lane.clock.pass_(days=400)
        async with at_work(asyncio.create_task(keep_clean(lane.parts))):
            await printed.until("old rows could not be forgotten")
    printed.assert_silenced("IntegrityError")


async def test_what_cannot_be_learned(
    tmp_path: Path, kb: KnowledgeBase, matcher: Matcher, printed: Printed
) -> None:
    async with street(tmp_path, kb, matcher, train=stumble) as lane:
        lane.parts.school.edited(kb, ())
        await lane.settle()
    printed.assert_silenced("what was taught could not be learned", "RuntimeError")


async def test_a_lesson_that_fails(
    tmp_path: Path, kb: KnowledgeBase, matcher: Matcher, printed: Printed, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("orgbot.runtime.school.groups", stumble)
    async with street(tmp_path, kb, matcher) as lane:
        await lane.say("combien mesure la tour Eiffel en canaris?")
        await lane.say("/lacunes", OWNER)
    printed.assert_silenced("a lesson could not be worked out", "RuntimeError")


async def test_a_process_apart_that_fails_on_what_it_learns(printed: Printed) -> None:
    """Python's own last words quote it."""
    assert apart.train({"learned": {WORDS: []}, "trials": {}}, {}) is None
    printed.assert_silent("a process apart could not learn (TypeError)")


async def test_what_a_process_apart_says(
    tmp_path: Path, printed: Printed, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    talker = tmp_path / "talker"
    talker.write_text(f"#!{sys.executable}\nimport sys\nprint({WORDS!r})\nsys.exit({WORDS!r})\n", "utf-8")
    talker.chmod(0o755)
    monkeypatch.setattr(apart, "PYTHON", str(talker))
    assert apart.train({}, {}) is None
    printed.assert_silent("a process apart could not learn (1)")
    assert "canari" not in "".join(capfd.readouterr())


async def test_content_that_is_edited_by_hand_and_cannot_be_read(
    tmp_path: Path, kb: KnowledgeBase, matcher: Matcher, printed: Printed, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The owners are told; the log is not."""
    monkeypatch.setattr("orgbot.upkeep.SAVING", 0.05)
    folder = tmp_path / "faq"
    shutil.copytree(default_folder(), folder)
    async with (
        street(tmp_path, kb, matcher) as lane,
        at_work(asyncio.create_task(watch(lane.parts, folder))),
    ):
        await asyncio.sleep(0.3)
        (tmp_path / "new").write_text(f"title: canari\n{WORDS}: [\n  'canari", "utf-8")
        (tmp_path / "new").rename(folder / "questions" / "canari.yml")
        for _ in range(1000):
            await lane.drain()
            if any("canari.yml" in one["text"] for one in await lane.messages(OWNER)):
                break
            await asyncio.sleep(0.02)
        assert await lane.last(OWNER, "canari.yml")
    printed.assert_silent()
