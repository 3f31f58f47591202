"""The parts of a bot set to work, until they are told to stop."""

import asyncio
import logging
import secrets
import signal
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from contextlib import suppress
from dataclasses import asdict, replace
from functools import partial
from pathlib import Path
from typing import Any

from telegram.error import BadRequest, InvalidToken, TelegramError
from watchfiles import Change, awatch

from orgbot.app import SANDBOX_TOKEN, Ground, Parts, assemble, database_url, now
from orgbot.desk.respond import PAIRING, secret_hash
from orgbot.knowledge.load import default_folder, load
from orgbot.knowledge.model import KnowledgeBase
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
from orgbot.web import app as web
from orgbot.web.server import serve

log = logging.getLogger(__name__)

SANDBOX_OWNER = 2002

# Updates that Telegram may have under way at once: each may weigh a megabyte.
CONNECTIONS = 20
# Seconds that the last deliveries may take once a stop is asked for; what is left, another replica delivers.
LAST_DELIVERIES = 6.0
# Seconds between two looks at what there is to teach.
SCHOOL_PAUSE, SCHOOL_IDLE = 0.5, 30.0
# Seconds between two looks at what can be forgotten.
PURGE = 6 * 3600.0
# Seconds that a file may take to be saved.
SAVING = 1.0
# Milliseconds after which a folder that has come is read, if nothing happens in it.
LOOK = 1000

Say = Callable[[str], None]


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
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(name, stop.set)
    if settings.token is None:
        await _run_sandbox(settings, ground, kb, matcher, say, stop)
    else:
        await _run_bot(settings, ground, kb, matcher, say, stop)


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
        f"Les demandes d’essai sont gardées dans {database_url(settings)}. Ctrl+C pour arrêter.\n"
        "Pour le vrai Telegram : TELEGRAM_BOT_TOKEN (voir docs/guide-pigiste.md)."
    )
    await publish(parts.bot, kb, _owners(parts, settings))
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
    await _connect(readiness, stop)
    if not stop.is_set():
        say(f"orgbot répond sur https://t.me/{parts.bot.username} (Ctrl+C pour arrêter).")
        _offer_pairing(parts, settings, say)
        await publish(parts.bot, kb, _owners(parts, settings))
        await _listen(readiness, settings.webhook_secret, stop)
    await serving


def _owners(parts: Parts, settings: Settings) -> tuple[int, ...]:
    """With the one that the setting names, who is taken for an owner now."""
    if settings.owner_chat_id is not None:
        parts.handler.adopt(settings.owner_chat_id)
    return parts.handler.owners()


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
    other = parts.store.introduce(parts.bot.username, parts.handler.clock())
    if other:
        raise SettingsError(
            f"TELEGRAM_BOT_TOKEN : cette base de données est celle du bot {other}, pas de "
            f"{parts.bot.username}; remets son jeton, ou donne une autre base par DATABASE_URL"
        )


async def _patiently(call: Callable[[], Awaitable[object]], stop: asyncio.Event) -> None:
    """Until it succeeds: an unreachable Telegram is waited for, a refusal is raised."""
    failures = 0
    while not stop.is_set():
        try:
            await call()
        except (InvalidToken, BadRequest):
            raise
        except TelegramError as error:
            failures += 1
            log.warning("Telegram cannot be reached (%s); trying again", error)
            with suppress(TimeoutError):
                async with asyncio.timeout(min(60.0, back_off(failures))):
                    await stop.wait()
        else:
            return


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
    parts.store.release(now())
    tasks: list[asyncio.Future[Any]] = [
        asyncio.ensure_future(listening),
        asyncio.ensure_future(parts.delivery.run()),
        asyncio.ensure_future(keep_time(parts.clockwork, parts.delivery.wake)),
        asyncio.ensure_future(_keep_school(parts)),
        asyncio.ensure_future(watch(parts, default_folder())),
        asyncio.ensure_future(_keep_clean(parts)),
    ]
    stopping = asyncio.create_task(stop.wait())
    await asyncio.wait([*tasks, stopping], return_when=asyncio.FIRST_COMPLETED)
    stop.set()
    for task in tasks:
        task.cancel()
    done = await asyncio.gather(*tasks, return_exceptions=True)
    # What is left is delivered after the next start, or by another replica.
    with suppress(TimeoutError, StoreAwayError):
        async with asyncio.timeout(LAST_DELIVERIES):
            await parts.delivery.drain()
    for error in done:
        if isinstance(error, Exception):
            raise error


async def _keep_school(parts: Parts) -> None:
    """Until cancelled: what the freelancer waits for within a second, what another process learned within
    thirty. A failing lesson is logged, and the bot knows what it knew."""
    idle = 0.0
    while True:
        if parts.school.wanted or idle >= SCHOOL_IDLE:
            idle = 0.0
            try:
                await asyncio.to_thread(parts.school.work)
            except Exception:
                log.exception("a lesson could not be worked out")
            parts.delivery.wake()
        await asyncio.sleep(SCHOOL_PAUSE)
        idle += SCHOOL_PAUSE


async def _keep_clean(parts: Parts) -> None:
    """Until cancelled: forget, at the start and from time to time, what is kept for long enough. A failure is
    logged: the bot goes on, and the next time makes up for it."""
    while True:
        try:
            gone = await asyncio.to_thread(parts.store.purge, parts.handler.clock())
            log.info("%d old rows forgotten", gone)
        except StoreAwayError as error:
            log.warning("the database does not answer (%s); old rows wait", error)
        except Exception:
            log.exception("old rows could not be forgotten")
        await asyncio.sleep(PURGE)


async def watch(parts: Parts, folder: Path) -> None:
    """Until cancelled: faq/ edited by hand is read again, and another that takes its place. Where folders
    cannot be watched, it is not."""
    anew = False
    try:
        while True:
            with suppress(FileNotFoundError):
                await _watch_this_one(parts, folder, anew=anew)
            anew = True
            await asyncio.sleep(SAVING)
    except OSError as error:
        log.warning("%s cannot be watched (%s): restart to read what is edited", folder, error.strerror)
        await asyncio.Event().wait()


async def _watch_this_one(parts: Parts, folder: Path, *, anew: bool) -> None:
    """Until it is moved away or deleted: what comes in its place is another folder, which nobody watches.
    `anew`: it came in the place of another, and is read whatever happens in it."""
    changes = awatch(folder, debounce=500, recursive=True, rust_timeout=LOOK, yield_on_timeout=anew)
    async for seen in changes:
        gone = (Change.deleted, str(folder)) in seen
        # One that is in its place already is read when it is watched.
        if (seen or anew) and not (gone and await asyncio.to_thread(folder.is_dir)):
            anew = False
            await _read_again(parts, folder)
        if gone:
            return


async def _read_again(parts: Parts, folder: Path) -> None:
    kb, problems = await asyncio.to_thread(load, folder)
    if kb is None:
        # Some editors empty a file before they write it.
        await asyncio.sleep(SAVING)
        kb, problems = await asyncio.to_thread(load, folder)
    errors = [problem for problem in problems if problem.severity == "error"]
    try:
        await asyncio.to_thread(parts.school.edited, kb, errors)
    except StoreAwayError:
        log.warning("the database does not answer: save faq/ again once it does")
    parts.delivery.wake()


def _explained(parts: Parts, text: str) -> Mapping[str, object]:
    """For the sandbox's drawer: a decision as JSON can carry it, by what is known now."""
    return asdict(parts.handler.mind.known.matcher.decide(text))
