"""getUpdates: order, acknowledgement, waiting, conflicts; and what becomes of a tap."""

import asyncio

import pytest
from telegram import InlineKeyboardButton, InlineKeyboardMarkup
from telegram.error import BadRequest, Conflict

from orgbot.sandbox.app import create
from orgbot.sandbox.world import first_id
from tests.sandbox.town import DIRECTOR, FREELANCER, TOKEN, Clock, Town, until

pytestmark = pytest.mark.anyio


async def test_updates_stay_until_a_higher_offset_is_asked_for(town: Town) -> None:
    for text in ("a", "b", "c"):
        await town.say(text)
    first = await town.bot.get_updates()
    again = await town.bot.get_updates()
    assert [one.message.text for one in first if one.message] == ["a", "b", "c"]
    assert [one.update_id for one in first] == [one.update_id for one in again]
    rest = await town.bot.get_updates(offset=first[1].update_id + 1)
    assert [one.update_id for one in rest] == [first[2].update_id]
    assert await town.bot.get_updates(offset=first[2].update_id + 1) == ()


async def test_limit_and_negative_offset(town: Town) -> None:
    for text in ("a", "b", "c"):
        await town.say(text)
    assert len(await town.bot.get_updates(limit=2)) == 2
    (last,) = await town.bot.get_updates(offset=-1)
    assert last.message is not None
    assert last.message.text == "c"
    assert len(await town.bot.get_updates()) == 1


async def test_a_poll_waits_for_the_next_update(town: Town) -> None:
    waiting = asyncio.create_task(town.bot.get_updates(timeout=30))
    await until(lambda: town.app.state.poller.is_waiting)
    await town.say("enfin")
    (update,) = await waiting
    assert update.message is not None
    assert update.message.text == "enfin"


async def test_a_poll_without_news_ends_empty(town: Town) -> None:
    assert await town.bot.get_updates(timeout=1) == ()


async def test_a_second_poller_ends_the_first(town: Town) -> None:
    first = asyncio.create_task(town.bot.get_updates(timeout=30))
    await until(lambda: town.app.state.poller.is_waiting)
    second = asyncio.create_task(town.bot.get_updates(timeout=30))
    with pytest.raises(Conflict, match="terminated by other getUpdates request"):
        await first
    await town.say("a")
    assert len(await second) == 1


async def test_a_webhook_and_polling_exclude_each_other(town: Town) -> None:
    waiting = asyncio.create_task(town.bot.get_updates(timeout=30))
    await until(lambda: town.app.state.poller.is_waiting)
    await town.bot.set_webhook("http://127.0.0.1:9/telegram")
    with pytest.raises(Conflict, match="terminated by setWebhook request"):
        await waiting
    with pytest.raises(Conflict, match="webhook is active"):
        await town.bot.get_updates()
    await town.bot.delete_webhook()
    assert await town.bot.get_updates() == ()


async def test_only_wanted_kinds_are_kept_from_then_on(town: Town) -> None:
    await town.bot.get_updates(allowed_updates=["callback_query"])
    await town.say("a")
    assert await town.bot.get_updates() == ()
    await town.bot.get_updates(allowed_updates=[])
    await town.say("b")
    assert len(await town.bot.get_updates()) == 1


async def test_updates_live_a_day(town: Town) -> None:
    await town.say("a")
    town.clock.now += 24 * 3600 + 1
    assert await town.bot.get_updates() == ()


async def _tapped(town: Town) -> str:
    keys = InlineKeyboardMarkup([[InlineKeyboardButton("Oui", callback_data="oui")]])
    sent = await town.bot.send_message(DIRECTOR, "?", reply_markup=keys)
    await town.post("tap", chat=DIRECTOR, message_id=sent.message_id, data="oui")
    (update,) = await town.bot.get_updates()
    query = update.callback_query
    assert query is not None
    assert query.message is not None
    assert (query.data, query.from_user.id, query.message.message_id) == ("oui", DIRECTOR, sent.message_id)
    return query.id


async def test_a_tap_can_be_answered_for_150_seconds(town: Town) -> None:
    query = await _tapped(town)
    town.clock.now += 149
    assert await town.bot.answer_callback_query(query, "Bien reçu")
    with pytest.raises(BadRequest, match=r"(?i)MESSAGE_TOO_LONG"):
        await town.bot.answer_callback_query(query, "x" * 201)
    town.clock.now += 2
    for late in (query, "123"):
        with pytest.raises(BadRequest, match="Query is too old and response timeout expired"):
            await town.bot.answer_callback_query(late)


async def test_a_tap_that_is_not_fetched_in_150_seconds_is_lost(town: Town) -> None:
    await _tapped(town)
    await town.say("a")
    town.clock.now += 151
    (left,) = await town.bot.get_updates()
    assert left.message is not None


async def test_a_restart_reuses_no_id(town: Town) -> None:
    for _ in range(100):
        await town.say("a")
    old = (await town.bot.get_updates())[-1]
    later = create(TOKEN, now=Clock(town.clock.now + 60)).state.telegram
    later.hear(later.post(later.chats[FREELANCER], later.people[FREELANCER].json(), {"text": "b"}))
    assert later.queue[0].id > old.update_id


@pytest.mark.parametrize("now", [0.0, 1.9e9, 4e9, -1.0])
def test_ids_fit_32_bits_with_room(now: float) -> None:
    assert 0 < first_id(now) < 2**31 - 2**23
