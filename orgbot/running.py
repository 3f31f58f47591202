"""The parts of a bot set to work, until they are told to stop."""

import asyncio
import logging
import os
import secrets
import signal
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from contextlib import suppress
from dataclasses import asdict, replace
from functools import partial
from threading import Timer
from typing import Any, TypeVar

from telegram.error import BadRequest, EndPointNotFound, InvalidToken, TelegramError

from orgbot.app import SANDBOX_TOKEN, Ground, Parts, assemble, database_url, foreign, now
from orgbot.desk.respond import PAIRING, secret_hash
from orgbot.knowledge.load import default_folder
from orgbot.knowledge.model import KnowledgeBase
from orgbot.logs import masked
from orgbot.matching.apart import training
from orgbot.matching.decision import Matcher
from orgbot.ready import Readiness
from orgbot.runtime.clockwork import keep_time
from orgbot.runtime.delivery import back_off
from orgbot.runtime.ports import StoreAwayError
from orgbot.sandbox import app as sandbox
from orgbot.sandbox.clock import Clock
from orgbot.settings import Settings, SettingsError
from orgbot.tg.menu import publish
from orgbot.tg.polling import WANTED, Polling
from orgbot.upkeep import keep_clean, keep_school, watch
from orgbot.web import app as web
from orgbot.web.server import serve

log = logging.getLogger(__name__)

SANDBOX_OWNER = 2002

# Updates that Telegram may have under way at once: each may weigh a megabyte.
CONNECTIONS = 20
# Seconds after a stop in which messages leave still, and then in which Telegram may answer for those that
# did; what is left, another replica delivers.
LAST_DELIVERIES, LAST_ANSWERS = 4.0, 2.5
# Seconds from the stop to the end. A thread that waits for a database which says nothing never ends, and
# Python waits for it: what it has not committed, Telegram sends again.
END = 8.5
Say = Callable[[str], None]
T = TypeVar("T")


def start(main: Coroutine[None, None, None]) -> None:
    """On uvloop where there is one: half as many milliseconds a message."""
    factory = None
    with suppress(ImportError):
        import uvloop  # noqa: PLC0415  # not on every platform

        factory = uvloop.new_event_loop
    with asyncio.Runner(loop_factory=factory) as runner:
        runner.run(main)


async def run(settings: Settings, ground: Ground, kb: KnowledgeBase, matcher: Matcher, say: Say) -> None:
    """Until SIGINT or SIGTERM. Raises SettingsError for what only Telegram or the machine can tell."""
    stop = Stop()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(name, stop.ask)
    if settings.token is None:
        await _run_sandbox(settings, ground, kb, matcher, say, stop)
    else:
        await _run_bot(settings, ground, kb, matcher, say, stop)


class Stop(asyncio.Event):
    """Once it is set, by a signal (`asked`) or by what went wrong, the process ends in END seconds."""

    asked = False

    def ask(self) -> None:
        self.asked = True
        self.set()

    def set(self) -> None:
        if not self.is_set():
            end = Timer(END, self._end)
            end.daemon = True
            end.start()
        super().set()

    def _end(self) -> None:
        log.warning("what does not end is left as it is; it is done again after the next start")
        os._exit(0 if self.asked else 1)


async def _run_sandbox(  # noqa: PLR0913, PLR0917  # what a bot is made of
    settings: Settings, ground: Ground, kb: KnowledgeBase, matcher: Matcher, say: Say, stop: asyncio.Event
) -> None:
    local = f"http://127.0.0.1:{settings.port}"
    settings = replace(settings, api_url=local, owner_chat_id=settings.owner_chat_id or SANDBOX_OWNER)
    clock = Clock()
    page = sandbox.create(SANDBOX_TOKEN, explain=lambda text: _explained(parts, text), clock=clock)
    parts = assemble(settings, kb, matcher, store=ground.store, clock=clock.present)
    clock.moved = partial(_catch_up, parts)
    readiness = Readiness(parts)
    page.router.routes.extend(web.create(readiness.facts, readiness.metrics).routes)
    closing = asyncio.Event()
    serving = asyncio.create_task(serve(page, ground.listener, closing))
    await _connect(readiness, stop)
    say(
        f"orgbot est prêt, dans son bac à sable : ouvre {local}\n"
        "À gauche, écris comme la direction d’un organisme; à droite, reçois les demandes comme pigiste.\n"
        f"Les demandes d’essai sont gardées dans {masked(database_url(settings))}. Ctrl+C pour arrêter.\n"
        "Pour le vrai Telegram : TELEGRAM_BOT_TOKEN (voir docs/guide-pigiste.md)."
    )
    await _unless_stopped(publish(parts.bot, kb, await _owners(parts, settings, stop)), stop)
    readiness.connected = True
    await _work(parts, stop, Polling(parts.bot, parts.receiver.take).run())
    page.state.close()
    closing.set()
    await serving


async def _catch_up(parts: Parts) -> None:
    """What a jump of the clock has made due happens now."""
    await asyncio.to_thread(parts.clockwork.tick)
    parts.delivery.wake()


async def _run_bot(  # noqa: PLR0913, PLR0917  # same
    settings: Settings, ground: Ground, kb: KnowledgeBase, matcher: Matcher, say: Say, stop: asyncio.Event
) -> None:
    parts = assemble(settings, kb, matcher, store=ground.store)
    readiness = Readiness(parts, f"{settings.webhook_url}/telegram" if settings.webhook_url else "")
    receive = parts.receiver.take if readiness.url else None
    site = web.create(readiness.facts, readiness.metrics, receive, settings.webhook_secret)
    serving = asyncio.create_task(serve(site, ground.listener, stop))
    try:
        await _connect(readiness, stop)
        if not stop.is_set():
            say(f"orgbot répond sur https://t.me/{parts.bot.username} (Ctrl+C pour arrêter).")
            await _patiently(partial(asyncio.to_thread, _offer_pairing, parts, settings, say), stop)
            await _unless_stopped(publish(parts.bot, kb, await _owners(parts, settings, stop)), stop)
            await _listen(readiness, settings.webhook_secret, stop)
    except (InvalidToken, EndPointNotFound):
        # A bot that polls asks for what Telegram then does not find.
        raise SettingsError(
            "TELEGRAM_BOT_TOKEN : Telegram ne reconnaît plus ce jeton; copie chez BotFather celui qui "
            "l’a remplacé, puis relance le bot"
        ) from None
    finally:
        stop.set()
        await serving


async def _owners(parts: Parts, settings: Settings, stop: asyncio.Event) -> tuple[int, ...]:
    """With the one that the setting names, who is taken for an owner now."""

    def known() -> tuple[int, ...]:
        if settings.owner_chat_id is not None:
            parts.handler.adopt(settings.owner_chat_id)
        return parts.handler.owners()

    return await _patiently(partial(asyncio.to_thread, known), stop) or ()


async def _listen(readiness: Readiness, secret: str, stop: asyncio.Event) -> None:
    parts, url = readiness.parts, readiness.url
    if not url:
        await _patiently(parts.bot.delete_webhook, stop)
        readiness.connected = True
        await _work(parts, stop, Polling(parts.bot, parts.receiver.take).run())
        return
    point = partial(
        parts.bot.set_webhook,
        url,
        secret_token=secret,
        allowed_updates=WANTED,
        max_connections=CONNECTIONS,
    )
    try:
        await _patiently(point, stop)
    except BadRequest as error:
        raise SettingsError(
            f"WEBHOOK_URL : Telegram refuse {url} ({error.message}); il faut une adresse https publique"
        ) from None
    readiness.connected = True
    await _work(parts, stop, stop.wait())


async def _connect(readiness: Readiness, stop: asyncio.Event) -> None:
    """Know the bot's own name. A wrong token, or that of another bot, ends here."""
    parts = readiness.parts
    try:
        await _patiently(parts.bot.initialize, stop)
    except InvalidToken:
        raise SettingsError(
            "TELEGRAM_BOT_TOKEN : Telegram ne reconnaît pas ce jeton; copie-le de nouveau chez BotFather"
        ) from None
    if stop.is_set():
        return
    if parts.bot.id != parts.store.bot_id:
        raise SettingsError(
            f"TELEGRAM_BOT_TOKEN : ce jeton est celui du bot {parts.bot.id}, pas {parts.store.bot_id}; "
            "copie-le de nouveau chez BotFather"
        )
    introduce = partial(parts.store.introduce, parts.bot.username, parts.handler.clock())
    other = await _patiently(partial(asyncio.to_thread, introduce), stop)
    if other:
        raise foreign(other, parts.bot.username)


async def _patiently(call: Callable[[], Awaitable[T]], stop: asyncio.Event) -> T | None:
    """What it gives once it succeeds, None when the stop comes first: an unreachable Telegram or database is
    waited for, a refusal is raised."""
    failures = 0
    while not stop.is_set():
        try:
            return await _unless_stopped(call(), stop)
        except (InvalidToken, BadRequest):
            raise
        except TelegramError as error:
            log.warning("Telegram cannot be reached (%s); trying again", error)
        except StoreAwayError as error:
            log.warning("the database does not answer (%s); trying again", error)
        failures += 1
        with suppress(TimeoutError):
            async with asyncio.timeout(min(60.0, back_off(failures))):
                await stop.wait()
    return None


async def _unless_stopped(asked: Awaitable[T], stop: asyncio.Event) -> T | None:
    """None when the stop comes first: an answer that may never come is waited for no more."""
    answer, stopping = asyncio.ensure_future(asked), asyncio.create_task(stop.wait())
    await asyncio.wait((answer, stopping), return_when=asyncio.FIRST_COMPLETED)
    stopping.cancel()
    if answer.done():
        return answer.result()
    answer.cancel()
    return None


def _offer_pairing(parts: Parts, settings: Settings, say: Say) -> None:
    if settings.owner_chat_id is not None or parts.handler.owners():
        return
    secret = secrets.token_urlsafe(24)
    parts.store.offer_pairing(secret_hash(secret))
    say(
        "Personne ne reçoit encore les demandes. Pigiste, ouvre ce lien une seule fois, sur ton Telegram :\n"
        f"https://t.me/{parts.bot.username}?start={PAIRING}{secret}"
    )


async def _work(parts: Parts, stop: asyncio.Event, listening: Awaitable[object]) -> None:
    """Listen and deliver until the stop; then deliver what is due already."""
    await _patiently(partial(asyncio.to_thread, parts.store.release, now()), stop)
    tasks: list[asyncio.Future[Any]] = [
        asyncio.ensure_future(listening),
        asyncio.ensure_future(parts.delivery.run()),
        asyncio.ensure_future(keep_time(parts.clockwork, parts.delivery.wake)),
        asyncio.ensure_future(keep_school(parts)),
        asyncio.ensure_future(watch(parts, default_folder())),
        asyncio.ensure_future(keep_clean(parts)),
    ]
    stopping = asyncio.create_task(stop.wait())
    await asyncio.wait([*tasks, stopping], return_when=asyncio.FIRST_COMPLETED)
    stop.set()
    for task in tasks:
        task.cancel()
    training.stop()
    done = await asyncio.gather(*tasks, return_exceptions=True)
    # What is left is delivered after the next start, or by another replica.
    with suppress(StoreAwayError):
        await parts.delivery.drain(LAST_DELIVERIES, LAST_ANSWERS)
    for error in done:
        if isinstance(error, Exception):
            raise error


def _explained(parts: Parts, text: str) -> Mapping[str, object]:
    """For the sandbox's drawer: a decision as JSON can carry it, by what is known now."""
    return asdict(parts.handler.mind.known.matcher.decide(text))
