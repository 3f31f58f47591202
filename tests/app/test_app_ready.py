"""What /ready and /metrics say of a real bot: on time, late, and in whose hands it is."""

import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from orgbot.chat.events import Reply
from orgbot.knowledge.model import KnowledgeBase
from orgbot.knowledge.sentences import Html
from orgbot.matching.decision import Matcher
from orgbot.ready import LATE, Readiness
from orgbot.runtime.delivery import BLOCKED_WAIT
from orgbot.runtime.ports import MAILBOX, Outgoing
from tests.app.test_app_leads import ask
from tests.street import DIRECTOR, LOCAL, OWNER, Street, street

pytestmark = pytest.mark.anyio


@pytest.fixture
async def lane(tmp_path: Path, kb: KnowledgeBase, matcher: Matcher) -> AsyncIterator[Street]:
    async with street(tmp_path, kb, matcher) as opened:
        yield opened


async def problems(lane: Street, url: str = "") -> object:
    return (await Readiness(lane.parts, url, connected=True).facts())["problems"]


async def lag(lane: Street) -> float:
    """As Prometheus reads it."""
    page = (await Readiness(lane.parts).metrics()).decode()
    found = re.search(r"^orgbot_delivery_lag_seconds (\S+)$", page, re.MULTILINE)
    assert found is not None
    return float(found.group(1))


async def pass_(lane: Street, seconds: float) -> None:
    """Second by second, with what is due then tried."""
    for _ in range(int(seconds)):
        lane.clock.pass_(seconds=1)
        await lane.parts.delivery.drain()


@pytest.mark.parametrize("code", [401, 502])
async def test_while_nothing_leaves_it_is_late_however_often_it_is_tried(lane: Street, code: int) -> None:
    await lane.fault(method="sendMessage", error_code=code, times=None)
    await lane.say("/start")
    await pass_(lane, LATE)
    assert await problems(lane) == []
    await pass_(lane, 60)
    assert await problems(lane) == ["delivery late"]
    assert await lag(lane) == LATE + 60
    lane.world.faults.clear()
    await pass_(lane, LATE)
    assert await problems(lane) == []
    assert await lag(lane) == 0


async def test_what_a_dead_process_had_claimed_is_late_too(lane: Street) -> None:
    with lane.parts.store.transaction() as tx:
        tx.enqueue(Outgoing("update:1:0", 1, None), lane.clock())
    assert lane.parts.store.claim(lane.clock())
    lane.clock.pass_(seconds=LATE)
    assert await problems(lane) == []
    lane.clock.pass_(seconds=LATE)
    assert await problems(lane) == ["delivery late"]


async def test_an_owner_who_blocks_the_bot_is_a_problem_of_her_own(lane: Street) -> None:
    await lane.block(OWNER, blocked=True)
    await ask(lane)
    for _ in range(3):
        lane.clock.pass_(seconds=BLOCKED_WAIT)
        await lane.parts.delivery.drain()
        assert await problems(lane) == ["owner unreachable"]
        assert await lag(lane) == 0
    await lane.block(OWNER, blocked=False)
    assert await problems(lane) == []


async def test_what_telegram_asks_to_hold_is_late_once_its_moment_has_passed(lane: Street) -> None:
    await lane.fault(method="sendMessage", error_code=429, retry_after=300)
    await lane.say("/start")
    await pass_(lane, 299)
    assert await problems(lane) == []
    lane.clock.pass_(seconds=1)
    assert await problems(lane) == ["delivery late"]


async def test_someone_who_makes_the_bot_write_faster_than_its_pace_makes_nothing_late(lane: Street) -> None:
    with lane.parts.store.transaction() as tx:
        for number in range(2 * int(LATE)):
            tx.enqueue(Outgoing(f"update:{number}:0", DIRECTOR, Reply(Html("Bonjour!"))), lane.clock())
    for _ in range(2 * int(LATE)):
        assert await lag(lane) <= 1
        await pass_(lane, 1)
    assert len(await lane.messages(DIRECTOR)) == 2 * LATE


async def test_a_letter_that_waits_for_a_mail_server_keeps_the_bot_from_nothing(lane: Street) -> None:
    """Such as one that was queued before SMTP_URL was taken away."""
    with lane.parts.store.transaction() as tx:
        tx.enqueue(Outgoing("lead:7KQ-2M4:mail", MAILBOX, None, name="mail:7KQ-2M4:lead"), lane.clock())
    await lane.parts.delivery.drain()
    lane.clock.pass_(days=1)
    assert lane.parts.store.health(lane.clock()).waiting == 1
    assert await problems(lane) == []


async def test_a_token_that_telegram_refuses_is_said(lane: Street) -> None:
    url = f"{LOCAL}/telegram"
    assert await problems(lane, url) == ["webhook elsewhere"]
    await lane.fault(method="*", error_code=401, times=None)
    assert await problems(lane, url) == ["token refused"]
    lane.world.faults.clear()
    await lane.fault(method="*", error_code=502, times=None)
    assert await problems(lane, url) == []
