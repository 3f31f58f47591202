from datetime import timedelta

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

from orgbot.tg.courier import outcome


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
