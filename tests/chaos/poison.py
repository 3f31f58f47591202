"""4. What cannot be handled holds up nobody: it is answered, tried a few times, set aside, and told."""

import asyncio
import time
from collections.abc import Iterable

from orgbot.runtime.delivery import OUR_FAULT
from tests.chaos.history import History
from tests.chaos.points import POISON
from tests.chaos.processes import Nursery
from tests.chaos.report import Report, Size
from tests.chaos.town import OWNER, Town, town
from tests.chaos.writers import UPDATES, Json, message, person, request

# Handled, though no database takes them as they are.
STRANGE = (
    "a\0b",
    "\ud800 seul",
    "seul \udfff",
    "\udc00\ud800",
    "\0",
    "🙃" * 4096,
    "\u202e\ufeff",
    "/\ud800 \0",
)
# Updates of Telegram's to come, and shapes that are none of its own.
UNKNOWN: tuple[Json, ...] = (
    {},
    {"telepathy": {"thought": "…"}},
    {"message": None},
    {"channel_post": {"message_id": 1, "date": 1, "chat": {"id": -100, "type": "channel"}}},
    {"poll_answer": {"poll_id": "1", "option_ids": [], "user": person(5000)}},
)
UNREADABLE: tuple[Json, ...] = (
    {"message": []},
    {"message": {"date": "hier"}},
    {"message": {"message_id": 1}},
    {"callback_query": {"id": 1}},
    {"message": {"message_id": 1, "date": 10**30, "chat": {"id": "x", "type": 5}}},
)
# What the log tells of them.
OURS = ("failed (attempt ", "cannot be read", "begins anew")
# Bodies that are no update at all: refused, and Telegram never sends them.
REFUSED = (b"", b"[]", b"{", b'"x"', b'{"update_id": "7"}', b'{"update_id": -1}', b"[" * 100_000, b"\xff\xfe")
# Tried in vain for as long as a message is.
STALLED = (
    f"UPDATE outbox SET message = '{{', attempts = {OUR_FAULT - 1} "
    "WHERE id = (SELECT max(id) FROM outbox WHERE chat_id = {chat})"
)


async def run(nursery: Nursery, size: Size, seed: int, sabotage: str = "") -> Report:
    began = time.monotonic()
    others = size.of(3, 40)
    async with town(nursery, size, seed, people=3 + others, sabotage=sabotage, expected=OURS) as here:
        await here.start()
        calm = asyncio.create_task(
            here.writers.all([request(5003 + number, f"p{number}") for number in range(others)])
        )
        await here.writers.write([message(5000, text) for text in STRANGE])
        await _unknown(here, UNKNOWN)
        unreadable = await _unknown(here, UNREADABLE)
        raising = [message(5001, f"{POISON} {number}") for number in range(size.of(2, 20))]
        await here.writers.write([*raising, message(5001, "et maintenant?")], within=30)
        await _refused(here)
        await _rotten_rows(here)
        await calm
        history = await here.settled(within=120)
        failed = {update["update_id"] for update in (*raising, *unreadable)}
        lost = _check(here, history, failed, {update["update_id"] for update in raising}, others)
        return Report(
            number=4,
            name="Poison: NUL, lone surrogates, unknown updates, a handler that raises, rotten rows",
            updates=len(here.writers.acknowledged),
            faults=len(STRANGE) + len(UNKNOWN) + len(REFUSED) + len(failed) + 2,
            shown=len(history.shown),
            ambiguous=0,
            duplicates=sum(history.duplicates().values()),
            lost=len(lost),
            seconds=time.monotonic() - began,
            seen=f"{len(failed)} dead letters, each tried three times at most and told",
        )


async def _unknown(here: Town, bodies: Iterable[Json]) -> list[Json]:
    updates = [{"update_id": next(UPDATES), **body} for body in bodies]
    for update in updates:
        await here.writers.post(update, within=30)
    return updates


async def _refused(here: Town) -> None:
    for body in REFUSED:
        status = await here.writers.attempt(body)
        assert status in (400, 413), f"{status} for {body[:20]!r}"
    # Deep inside an update that has a number: read, or set aside, and never asked for again.
    number = next(UPDATES)
    deep = b'{"update_id": %d, "message": %s1%s}' % (number, b"[" * 900, b"]" * 900)
    assert await here.writers.attempt(deep) == 200


async def _rotten_rows(here: Town) -> None:
    """What another release has written, and this one cannot read, ahead of what it can."""
    await here.fault(method="sendMessage", chat=5002, error_code=429, retry_after=2, times=1)
    await here.writers.write([message(5002, "xyz un")])
    await here.count(STALLED.replace("{chat}", "5002") + " RETURNING 1")
    await here.count("UPDATE conversations SET state = '[' WHERE chat_id = 5002 RETURNING 1")
    await here.writers.write([message(5002, "xyz deux")])


def _check(here: Town, history: History, failed: set[int], raising: set[int], others: int) -> set[str]:
    """What was never delivered; none, but for the row that nobody could."""
    assert not history.lost_updates(update for update, chat in here.writers.acknowledged.items() if chat)
    states = {update for update, state in history.inbox.items() if state == "failed"}
    assert failed <= states, f"not set aside: {failed - states}"
    keys = {shown.key for shown in history.shown}
    for update in failed:
        assert f"update:{update}:failed:{OWNER}" in keys, f"nobody is told of {update}"
    for update in raising:
        assert f"update:{update}:sorry" in keys, f"the person is not told of {update}"
    tries = here.said("chaos: poison")
    assert tries == 3 * len(raising), f"{tries} tries of {len(raising)} updates"
    assert len(history.leads) == others
    rotten = {row.key for row in history.outbox if row.state == "dead" and row.chat == 5002}
    lost = set(history.lost_messages()) - rotten
    assert not lost, f"never delivered: {lost}"
    assert len(rotten) == 1
    last = {row.chat: row.key for row in history.outbox}
    for chat in (5000, 5001, 5002):
        assert last[chat] in keys, f"the chat {chat} does not go on"
    return lost
