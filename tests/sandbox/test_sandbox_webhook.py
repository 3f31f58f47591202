"""Delivery to a bot's webhook: a second app that takes updates, or fails to."""

import asyncio
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from telegram.error import BadRequest

from orgbot.sandbox.webhook import retry_delay
from tests.sandbox.town import DIRECTOR, FREELANCER, Town, until

pytestmark = pytest.mark.anyio

URL = "http://127.0.0.1:9000/telegram"


class Bot:
    """Answers with the planned statuses, then with 200; keeps what it took and what it was sent."""

    def __init__(self) -> None:
        self.plan: list[tuple[int, dict[str, str]]] = []
        self.sent: list[dict[str, Any]] = []
        self.taken: list[str] = []
        self.secrets: set[str] = set()
        self.app = Starlette(routes=[Route("/telegram", self.receive, methods=["POST"])])

    async def receive(self, request: Request) -> Response:
        update = await request.json()
        self.sent.append(update)
        self.secrets.add(request.headers.get("x-telegram-bot-api-secret-token", ""))
        status, headers = 200, dict[str, str]()
        if self.plan:
            status, headers = self.plan.pop(0)
        if status < 300:
            self.taken.append(update["message"]["text"] if "message" in update else "tap")
        return Response(status_code=status, headers=headers)

    async def took(self, count: int) -> None:
        await until(lambda: len(self.taken) >= count)


BOT = Bot()
TOWN = pytest.mark.parametrize("town", [{"transport": httpx.ASGITransport(BOT.app)}], indirect=True)


@pytest.fixture(autouse=True)
def _a_fresh_bot() -> None:
    BOT.plan, BOT.sent, BOT.taken, BOT.secrets = [], [], [], set()


@TOWN
async def test_updates_come_with_the_secret_and_are_acknowledged_by_any_2xx(town: Town) -> None:
    await town.say("avant")
    await town.bot.set_webhook(URL, secret_token="un-secret")
    BOT.plan = [(204, {})]
    await town.say("après")
    await BOT.took(2)
    assert BOT.taken == ["avant", "après"]
    assert BOT.secrets == {"un-secret"}
    await until(lambda: not town.world.queue)
    info = await town.bot.get_webhook_info()
    assert (info.url, info.pending_update_count, info.last_error_message) == (URL, 0, None)


@TOWN
async def test_a_failure_is_retried_at_once_then_later_and_later(town: Town) -> None:
    await town.bot.set_webhook(URL)
    BOT.plan = [(500, {}), (302, {})]
    BOT.plan[:0] = [BOT.plan[0]] * 7
    await town.say("a")
    await BOT.took(1)
    assert len(BOT.sent) == 10
    assert len({one["update_id"] for one in BOT.sent}) == 1
    assert town.slept == [0, 2, 4, 8, 16, 32, 60, 60, 60]
    info = await town.bot.get_webhook_info()
    assert info.last_error_message == "Wrong response from the webhook: 302 Found"


@TOWN
async def test_retry_after_is_honoured(town: Town) -> None:
    await town.bot.set_webhook(URL)
    BOT.plan = [(503, {"Retry-After": "7"}), (429, {"Retry-After": "99999"})]
    await town.say("a")
    await BOT.took(1)
    assert town.slept == [7, 3600]


@TOWN
async def test_a_chat_s_updates_wait_for_each_other_and_no_other_chat_s_do(town: Town) -> None:
    gate = asyncio.Event()

    async def hold(seconds: float) -> None:
        del seconds
        await gate.wait()

    town.app.state.deliverer.sleep = hold
    await town.bot.set_webhook(URL)
    BOT.plan = [(500, {})]
    await town.say("1")
    await until(lambda: BOT.sent)
    await town.say("2")
    await town.say("ailleurs", FREELANCER)
    await BOT.took(1)
    assert BOT.taken == ["ailleurs"]
    gate.set()
    await BOT.took(3)
    assert BOT.taken == ["ailleurs", "1", "2"]


@TOWN
async def test_a_tap_overtakes_a_text_that_is_stuck(town: Town) -> None:
    gate = asyncio.Event()

    async def hold(seconds: float) -> None:
        del seconds
        await gate.wait()

    town.app.state.deliverer.sleep = hold
    _, sent = await town.raw(
        "sendMessage",
        chat_id=DIRECTOR,
        text="?",
        reply_markup={"inline_keyboard": [[{"text": "Oui", "callback_data": "oui"}]]},
    )
    await town.bot.set_webhook(URL)
    BOT.plan = [(500, {})]
    await town.say("coincé")
    await until(lambda: BOT.sent)
    await town.post("tap", chat=DIRECTOR, message_id=sent["result"]["message_id"], data="oui")
    await BOT.took(1)
    assert BOT.taken == ["tap"]
    gate.set()
    await BOT.took(2)


@TOWN
async def test_an_update_that_is_never_taken_is_dropped_after_a_day(town: Town) -> None:
    await town.bot.set_webhook(URL)
    BOT.plan = [(500, {})]
    BOT.plan *= 2000
    await town.say("a")
    for _ in range(200):
        await asyncio.sleep(0.001)
        if not town.world.queue:
            break
    assert not town.world.queue
    assert 24 * 3600 - 120 <= sum(town.slept) <= 24 * 3600


async def test_a_webhook_that_nobody_serves_is_told_of(town: Town) -> None:
    blocked = asyncio.Event()

    async def hold(seconds: float) -> None:
        del seconds
        await blocked.wait()

    town.app.state.deliverer.sleep = hold
    await town.say("a")
    await town.bot.set_webhook("http://127.0.0.1:9/telegram")
    for _ in range(200):
        if town.world.webhook_error:
            break
        await asyncio.sleep(0.01)
    info = await town.bot.get_webhook_info()
    assert (info.last_error_message, info.pending_update_count) == ("Connection refused", 1)
    await town.bot.delete_webhook(drop_pending_updates=True)
    assert (await town.bot.get_webhook_info()).url == ""
    assert await town.bot.get_updates() == ()


@pytest.mark.parametrize(
    ("url", "secret", "reason"),
    [
        ("ftp://exemple.org", "", "Invalid webhook url specified"),
        ("https://", "", "Invalid webhook url specified"),
        ("https://a:99999999", "", "Invalid webhook url specified"),
        (URL, "é", "Secret token contains unallowed characters"),
        (URL, "x" * 257, "Secret token is too long"),
    ],
)
async def test_a_webhook_must_be_one(town: Town, url: str, secret: str, reason: str) -> None:
    with pytest.raises(BadRequest, match=f"(?i){reason}"):
        await town.bot.set_webhook(url, secret_token=secret)
    assert (await town.bot.get_webhook_info()).url == ""


@pytest.mark.parametrize(
    ("failures", "retry_after", "delay"), [(1, 0, 0), (2, 0, 2), (1, 30, 30), (9, 0, 60), (3, 5000, 3600)]
)
def test_delays(failures: int, retry_after: float, delay: float) -> None:
    assert retry_delay(failures, retry_after) == delay
