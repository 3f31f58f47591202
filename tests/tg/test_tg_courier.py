from datetime import timedelta
from pathlib import Path

import pytest
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Forbidden,
    NetworkError,
    RetryAfter,
    TelegramError,
    TimedOut,
)

from orgbot.knowledge.model import KnowledgeBase
from orgbot.matching.decision import Matcher
from orgbot.tg.courier import LOST, outcome
from tests.app.test_app_leads import ask
from tests.street import OWNER, street


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (TimedOut(), "later"),
        (NetworkError("connection reset"), "later"),
        (TelegramError("Internal Server Error"), "later"),
        (Forbidden("Forbidden: bot was blocked by the user"), "blocked"),
        (BadRequest("Chat not found"), "blocked"),
        (BadRequest("Can't parse entities: unclosed tag"), "refused"),
        (ChatMigrated(-1001), "moved"),
    ],
)
def test_each_error_has_one_meaning(error: TelegramError, kind: str) -> None:
    assert outcome(error).kind == kind


def test_a_wait_that_telegram_asks_for_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PTB_TIMEDELTA", "true")
    assert outcome(RetryAfter(timedelta(seconds=17))).seconds == 17


def test_a_reason_never_repeats_the_message_that_is_refused() -> None:
    error = BadRequest("Can't parse entities: unsupported start tag “marie@exemple.org” at byte offset 7")
    assert outcome(error).reason == "BadRequest: can't parse entities"
    assert outcome(BadRequest("Nouveau refus: on a pas une cenne")).reason == "BadRequest"


@pytest.mark.anyio
@pytest.mark.parametrize("words", [*LOST, "can't parse entities", "not enough rights"])
async def test_a_card_that_is_no_more_is_sent_anew_and_no_other(
    tmp_path: Path, kb: KnowledgeBase, matcher: Matcher, words: str
) -> None:
    async with street(tmp_path, kb, matcher) as lane:
        await ask(lane)
        known = len(await lane.messages(OWNER))
        refusal = {"error_code": 400, "description": f"Bad Request: {words}", "times": 1}
        await lane.fault(method="editMessageText", chat=OWNER, **refusal)
        await lane.tap("👀", OWNER)
        fresh = [one["text"] for one in (await lane.messages(OWNER))[known:]]
        assert ["vue par Camille" in text for text in fresh] == [True] * (words in LOST)
        assert lane.parts.store.health(lane.clock()).refused == (words not in LOST)
