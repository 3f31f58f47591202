"""The bot's clock, which only goes forward."""

from datetime import UTC, datetime

import httpx
import pytest

from orgbot.sandbox.app import create
from orgbot.sandbox.clock import Clock
from tests.sandbox.town import DIRECTOR, LOCAL, TOKEN, Town

pytestmark = pytest.mark.anyio

DAY = 86_400


async def test_the_clock_goes_forward_and_messages_with_it(town: Town) -> None:
    before = await town.say("bonjour")
    assert (await town.web.get("/sandbox/clock")).json()["ahead"] == 0
    answer = await town.post("clock", forward=3600)
    assert (answer["ahead"], answer["now"]) == (3600, town.clock.now + 3600)
    after = await town.say("bonjour")
    assert after["date"] - before["date"] == 3600
    assert (await town.post("clock", forward=DAY))["ahead"] == 3600 + DAY


@pytest.mark.parametrize("forward", [0, -1, 400 * DAY + 1, 1.5, "60", None, True, 10**20])
async def test_it_goes_neither_back_nor_too_far(town: Town, forward: object) -> None:
    answer = await town.web.post("/sandbox/clock", json={"forward": forward})
    assert answer.status_code == 400
    assert answer.json()["error"].startswith("forward\u00a0: ")
    assert (await town.web.get("/sandbox/clock")).json()["ahead"] == 0


async def test_it_goes_400_days_in_all(town: Town) -> None:
    assert (await town.post("clock", forward=400 * DAY))["ahead"] == 400 * DAY
    assert (await town.web.post("/sandbox/clock", json={"forward": 1})).status_code == 400


@pytest.mark.parametrize(
    ("here", "monday"),
    [
        # Montréal is five hours behind UTC in winter, four in summer.
        ("2026-11-23T13:59:59", "2026-11-23T14:00:00"),
        ("2026-11-23T14:00:00", "2026-11-30T14:00:00"),
        ("2026-11-29T23:00:00", "2026-11-30T14:00:00"),
        ("2026-11-30T03:00:00", "2026-11-30T14:00:00"),
        ("2026-03-07T12:00:00", "2026-03-09T13:00:00"),
        ("2026-10-30T12:00:00.250", "2026-11-02T14:00:00"),
    ],
)
def test_next_monday_at_nine(here: str, monday: str) -> None:
    clock = Clock(lambda: datetime.fromisoformat(here).replace(tzinfo=UTC).timestamp())
    clock.forward(clock.json()["monday"])
    late = clock.present() - datetime.fromisoformat(monday).replace(tzinfo=UTC)
    assert 0 <= late.total_seconds() < 1


async def test_who_follows_the_clock_is_told_once_it_has_moved() -> None:
    clock, told = Clock(lambda: 1_000.0), list[datetime]()

    async def moved() -> None:
        told.append(clock.present())

    clock.moved = moved
    transport = httpx.ASGITransport(create(TOKEN, clock=clock))
    async with httpx.AsyncClient(transport=transport, base_url=LOCAL) as web:
        await web.get("/sandbox/clock")
        await web.post("/sandbox/clock", json={"forward": 60})
        await web.post("/sandbox/clock", json={"forward": -60})
        said = (await web.post("/sandbox/say", json={"chat": DIRECTOR, "text": "a"})).json()
    assert told == [datetime.fromtimestamp(1_060, UTC)]
    assert said["message"]["date"] == 1_060
