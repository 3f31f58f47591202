"""What reaches the webhook without Telegram's secret, or is no update; and a token of another bot."""

from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import Any

import httpx
import pytest

from orgbot.knowledge.model import KnowledgeBase
from orgbot.knowledge.sentences import say
from orgbot.matching.decision import Matcher
from orgbot.ready import Readiness
from orgbot.settings import Token
from orgbot.web import app as web
from orgbot.web.app import SECRET_HEADER
from tests.abuse.raw import Json, person, private
from tests.app.test_app_process import free_port, running, until_ready
from tests.app.test_app_process import home as home  # noqa: PLC0414  # the fixture
from tests.app.test_app_telegram import TOKEN, telegram
from tests.street import DIRECTOR, OWNER, Street, plain, street

pytestmark = pytest.mark.anyio

SECRET = "s" * 32
ANOTHER = Token("515151:un-autre-jeton-de-BotFather")


@pytest.fixture
async def lane(tmp_path: Path, kb: KnowledgeBase, matcher: Matcher) -> AsyncIterator[Street]:
    async with street(tmp_path, kb, matcher) as opened:
        yield opened


async def post(
    lane: Street, headers: Mapping[str, bytes], number: int = 1, sender: Json | None = None
) -> int:
    """The status; the message is delivered too, when it was taken."""
    body: dict[str, Any] = {
        "update_id": number,
        "message": {
            "message_id": number,
            "date": 1_795_000_000,
            "from": sender or person(DIRECTOR),
            "chat": private(DIRECTOR),
            "text": "/start",
        },
    }
    ready = Readiness(lane.parts)
    site = httpx.ASGITransport(web.create(ready.facts, ready.metrics, lane.parts.receiver.take, SECRET))
    async with httpx.AsyncClient(transport=site, base_url="http://127.0.0.1") as visitor:
        answer = await visitor.post(
            "/telegram", json=body, headers={name.encode(): value for name, value in headers.items()}
        )
    await lane.drain()
    return answer.status_code


@pytest.mark.parametrize("given", [None, "", "s" * 31, "S" * 32, SECRET + "s", "é" * 16])
async def test_without_the_secret_nothing_is_taken(lane: Street, given: str | None) -> None:
    headers = {} if given is None else {SECRET_HEADER: given.encode()}
    assert await post(lane, headers) == 403
    assert await lane.messages(DIRECTOR) == []
    assert lane.parts.store.health(lane.clock()).waiting == 0
    # Nor is the number of the update taken from Telegram's own.
    assert await post(lane, {SECRET_HEADER: SECRET.encode()}) == 200
    (hello,) = await lane.messages(DIRECTOR)
    assert hello["text"].startswith("Bonjour Lucie!")


@pytest.mark.parametrize(
    "wrong", [{"first_name": None}, {"first_name": 7}, {"id": 1 << 63}, {"id": -(1 << 80)}, {"id": "1001"}]
)
async def test_what_cannot_be_understood_is_taken_once_and_told_and_the_chat_goes_on(
    lane: Street, kb: KnowledgeBase, wrong: Json
) -> None:
    headers = {SECRET_HEADER: SECRET.encode()}
    # Twice, as when the first answer was lost.
    for _ in range(2):
        assert await post(lane, headers, sender=person(DIRECTOR) | wrong) == 200
    assert lane.parts.store.health(lane.clock()).failed == 1
    (told,) = await lane.messages(OWNER)
    assert told["text"] == plain(say(kb, "pigiste.illisible", numero="1"))
    assert await post(lane, headers, 2) == 200
    (hello,) = await lane.messages(DIRECTOR)
    assert hello["text"].startswith("Bonjour Lucie!")


def test_the_token_of_another_bot_is_refused(home: Path) -> None:
    """Its leads, its buttons and its owner are not this one's: one line, and nothing is begun."""
    database = {"DATABASE_URL": f"sqlite:///{home / 'two-bots.sqlite3'}"}
    with telegram() as port:
        api = {"TELEGRAM_API_URL": f"http://127.0.0.1:{port}", **database}
        own = free_port()
        with running(home, own, TELEGRAM_BOT_TOKEN=TOKEN, **api):
            until_ready(own)
    with telegram(ANOTHER) as port:
        api = {"TELEGRAM_API_URL": f"http://127.0.0.1:{port}", **database}
        with running(home, free_port(), TELEGRAM_BOT_TOKEN=ANOTHER, **api) as process:
            printed, _ = process.communicate(timeout=30)
    assert process.returncode == 1
    last = printed.splitlines()[-1]
    assert last.startswith("TELEGRAM_BOT_TOKEN")
    assert ANOTHER not in printed
