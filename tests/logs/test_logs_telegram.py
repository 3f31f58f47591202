"""What Telegram says, and the ways by which it says it."""

from pathlib import Path

import pytest
from telegram.error import TelegramError

from orgbot.app import SANDBOX_TOKEN
from orgbot.knowledge.model import KnowledgeBase
from orgbot.matching.decision import Matcher
from tests.logs.birds import WORDS, Printed
from tests.street import street

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize("code", [400, 401, 403, 404, 409, 429, 500])
async def test_whatever_telegram_says_in_its_refusals(
    tmp_path: Path, kb: KnowledgeBase, matcher: Matcher, printed: Printed, code: int
) -> None:
    wait = {"retry_after": 1} if code == 429 else {}
    words = f"Bad Request: can't parse entities: « {WORDS} » {SANDBOX_TOKEN}"
    async with street(tmp_path, kb, matcher) as lane:
        await lane.say("/aide")
        for method in ("sendMessage", "answerCallbackQuery"):
            await lane.fault(method=method, error_code=code, description=words, **wait)
        await lane.tap("Voir les sujets")
    printed.assert_silent("update:", "a tap could not be acknowledged")


async def test_an_answer_of_telegrams_that_cannot_be_read(
    tmp_path: Path, kb: KnowledgeBase, matcher: Matcher, printed: Printed
) -> None:
    """A proxy may cut it in two; python-telegram-bot repeats it whole."""
    async with street(tmp_path, kb, matcher) as lane:
        cut = f'{{"ok": true, "result": [{{"text": "{WORDS}"'.encode()

        async def answer(*_: object, **__: object) -> tuple[int, bytes]:
            return 200, cut

        lane.parts.bot.request.do_request = answer  # type: ignore[method-assign]
        with pytest.raises(TelegramError):
            await lane.parts.bot.get_updates()
    printed.assert_silent("Can not load invalid JSON data")
    assert "canari" in printed.birds(printed.bare)
