"""Pictures, tables and links that cannot be made, of what people wrote."""

from pathlib import Path

import pytest

from orgbot.knowledge.model import KnowledgeBase
from orgbot.matching.decision import Matcher
from tests.logs.birds import WORDS, Printed, ask, stumble
from tests.street import OWNER, street

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize(
    ("command", "maker", "said"),
    [
        ("/stats", "say_figures", "the paper figures"),
        ("/stats", "picture", "the paper picture"),
        ("/export", "csv_of", "the paper csv"),
        ("/export", "xlsx_of", "the paper xlsx"),
        ("/liens", "links", "the paper links"),
    ],
)
async def test_a_paper_that_cannot_be_made(  # noqa: PLR0917
    tmp_path: Path,
    kb: KnowledgeBase,
    matcher: Matcher,
    printed: Printed,
    monkeypatch: pytest.MonkeyPatch,
    command: str,
    maker: str,
    said: str,
) -> None:
    monkeypatch.setattr(f"orgbot.papers.press.{maker}", stumble)
    async with street(tmp_path, kb, matcher) as lane:
        await ask(lane)
        assert await lane.say(command, OWNER)
    printed.assert_silenced(f"{said} could not be made", "RuntimeError")


@pytest.mark.parametrize(("command", "method"), [("/stats", "sendPhoto"), ("/export", "sendDocument")])
async def test_a_paper_that_telegram_refuses(  # noqa: PLR0917
    tmp_path: Path, kb: KnowledgeBase, matcher: Matcher, printed: Printed, command: str, method: str
) -> None:
    async with street(tmp_path, kb, matcher) as lane:
        await ask(lane)
        await lane.fault(method=method, error_code=400, description=f"caption is too long: {WORDS}")
        await lane.say(command, OWNER)
    printed.assert_silent("is refused for good: BadRequest: caption is too long")
