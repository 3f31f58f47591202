"""Files that would cost the bot its breath, dropped into faq/ while people write."""

import asyncio
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from orgbot.knowledge.load import default_folder
from orgbot.knowledge.model import KnowledgeBase
from orgbot.matching.decision import Matcher
from orgbot.upkeep import watch
from tests.street import OWNER, Street, street

pytestmark = pytest.mark.anyio

LAUGHS = 'a0: &a0 ["ha", "ha", "ha", "ha", "ha", "ha", "ha", "ha", "ha"]\n' + "".join(
    f"a{number}: &a{number} [{', '.join([f'*a{number - 1}'] * 9)}]\n" for number in range(1, 12)
)
BOMBS = {
    "aliases": LAUGHS,
    "depth": "phrasings: " + "[" * 100_000,
    "size": "title: " + "x" * (9 << 20),
    "code": "title: !!python/object/apply:os.system ['true']\n",
    "keys": "".join(f"? {{a: {number}}}\n: b\n" for number in range(20_000)),
}
# Seconds: to notice a file, and to give it its time to be saved.
PATIENCE = 20.0


@pytest.fixture
async def lane(tmp_path: Path, kb: KnowledgeBase, matcher: Matcher) -> AsyncIterator[Street]:
    async with street(tmp_path, kb, matcher) as opened:
        yield opened


@pytest.mark.parametrize("bomb", BOMBS)
async def test_a_bomb_in_the_content_is_told_and_nobody_waits(
    tmp_path: Path, lane: Street, monkeypatch: pytest.MonkeyPatch, bomb: str
) -> None:
    monkeypatch.setattr("orgbot.upkeep.SAVING", 0.05)
    folder = tmp_path / "faq"
    shutil.copytree(default_folder(), folder)
    watching = asyncio.create_task(watch(lane.parts, folder))
    await asyncio.sleep(0.3)
    # Seen by other writers whole: what is read half written is told too.
    (tmp_path / "bomb").write_text(BOMBS[bomb], "utf-8")
    (tmp_path / "bomb").rename(folder / "questions" / "bombe.yml")
    loop = asyncio.get_running_loop()
    until, slowest, told = loop.time() + PATIENCE, 0.0, False
    while not told and loop.time() < until:
        began = loop.time()
        assert await lane.say("pas le temps")
        slowest = max(slowest, loop.time() - began)
        told = any("faq/ vient d’être modifié" in one["text"] for one in await lane.messages(OWNER))
        await asyncio.sleep(0.05)
    watching.cancel()
    assert told
    assert "bombe.yml" in (await lane.last(OWNER, "faq/ vient"))["text"]
    assert slowest < 2
