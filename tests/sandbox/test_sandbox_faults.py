"""Failures on demand, as the errors that python-telegram-bot makes of them."""

from datetime import timedelta

import pytest
from telegram import Message
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    Forbidden,
    NetworkError,
    RetryAfter,
    TelegramError,
)

from tests.sandbox.town import DIRECTOR, FREELANCER, Town

pytestmark = pytest.mark.anyio


async def send(town: Town, chat: int = DIRECTOR) -> Message:
    return await town.bot.send_message(chat, "a")


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        ({"error_code": 400}, BadRequest),
        ({"error_code": 403, "description": "Forbidden: bot was blocked by the user"}, Forbidden),
        ({"error_code": 409}, Conflict),
        ({"error_code": 500}, NetworkError),
        ({"error_code": 429, "retry_after": 5}, RetryAfter),
        ({"error_code": 400, "migrate_to_chat_id": -1001234567890}, ChatMigrated),
    ],
)
async def test_a_fault_strikes_once_and_nothing_is_sent(
    town: Town, fault: dict[str, object], error: type[TelegramError]
) -> None:
    await town.post("faults", method="sendMessage", **fault)
    with pytest.raises(error) as caught:
        await send(town)
    assert type(caught.value) is error
    assert await town.messages() == []
    await send(town)


async def test_retry_after_is_carried(town: Town) -> None:
    await town.post("faults", method="sendMessage", error_code=429, retry_after=5)
    with pytest.raises(RetryAfter) as caught:
        await send(town)
    assert caught.value.retry_after == timedelta(seconds=5)


async def test_a_lost_answer_leaves_the_message_there(town: Town) -> None:
    await town.post("faults", method="sendMessage", error_code=500, drop_response=True)
    with pytest.raises(NetworkError, match="Bad Gateway"):
        await send(town)
    assert len(await town.messages()) == 1


async def test_a_delay_only_delays(town: Town) -> None:
    await town.post("faults", method="*", delay=2.5)
    await send(town)
    assert town.slept == [2.5]


async def test_faults_are_counted_listed_and_cleared(town: Town) -> None:
    await town.post("faults", method="sendMessage", error_code=500, times=3)
    with pytest.raises(NetworkError):
        await send(town)
    listed = (await town.web.get("/sandbox/faults")).json()["faults"]
    assert [(one["method"], one["error_code"], one["times"]) for one in listed] == [("sendMessage", 500, 2)]
    assert (await town.web.delete("/sandbox/faults")).json() == {"faults": []}
    await send(town)


async def test_a_fault_may_be_for_one_chat_and_without_end(town: Town) -> None:
    await town.post("faults", method="sendmessage", error_code=500, times=None, chat=FREELANCER)
    for _ in range(3):
        with pytest.raises(NetworkError):
            await send(town, FREELANCER)
    await send(town, DIRECTOR)


@pytest.mark.parametrize(
    "fault",
    [
        {"method": "sendMessage"},
        {"error_code": 200},
        {"error_code": "500"},
        {"error_code": 500, "times": 0},
        {"delay": -1},
        {"delay": float("1e9")},
        {"error_code": 429, "retry_after": "x"},
    ],
)
async def test_a_fault_that_means_nothing_is_refused(town: Town, fault: dict[str, object]) -> None:
    answer = await town.web.post("/sandbox/faults", json=fault)
    assert answer.status_code == 400
    assert "\u00a0: " in answer.json()["error"]
