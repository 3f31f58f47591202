"""The only composition root: settings and content in, a running bot out."""

import asyncio
import logging
import os
import secrets
import signal
import socket
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from functools import cache, partial
from pathlib import Path
from typing import Any, NoReturn

from alembic.util import CommandError
from sqlalchemy.engine import make_url
from sqlalchemy.exc import SQLAlchemyError
from telegram import Bot, Update
from telegram.error import BadRequest, InvalidToken, TelegramError
from telegram.request import BaseRequest, HTTPXRequest
from tqdm import tqdm
from watchfiles import awatch

from orgbot.desk.respond import PAIRING, secret_hash
from orgbot.knowledge.load import default_folder, load
from orgbot.knowledge.model import KnowledgeBase
from orgbot.mail.postman import Postman
from orgbot.matching.decision import Matcher
from orgbot.matching.encoder import Encoder, open_encoder
from orgbot.matching.engine import Engine, build
from orgbot.papers.press import Press
from orgbot.runtime.clockwork import Clockwork, keep_time
from orgbot.runtime.delivery import Delivery, back_off
from orgbot.runtime.handle import Handler
from orgbot.runtime.mind import Known, Mind
from orgbot.runtime.ports import MAILBOX, Outcome, Queued
from orgbot.runtime.school import School
from orgbot.sandbox import app as sandbox
from orgbot.sandbox.clock import Clock
from orgbot.settings import Settings, SettingsError, Token
from orgbot.storage.engine import migrate, open_engine
from orgbot.storage.store import SqlStore
from orgbot.tg.courier import Courier
from orgbot.tg.menu import publish
from orgbot.tg.polling import WANTED, Polling
from orgbot.tg.receive import Receiver
from orgbot.web import app as web
from orgbot.web.server import listen, serve

log = logging.getLogger(__name__)

SANDBOX_TOKEN = Token("1000:bac-a-sable-de-orgbot-sur-cette-machine")
SANDBOX_OWNER = 2002

# How long the last deliveries may take once a stop is asked for; hosts allow 30 s.
LAST_DELIVERIES = 10.0
# Seconds between two looks at what there is to teach.
SCHOOL_PAUSE, SCHOOL_IDLE = 0.5, 30.0

Say = Callable[[str], None]
Train = Callable[[KnowledgeBase], Engine]


def now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Parts:
    bot: Bot
    store: SqlStore
    handler: Handler
    delivery: Delivery
    receiver: Receiver
    clockwork: Clockwork
    school: School


def database_url(settings: Settings) -> str:
    """The given one, or a SQLite file a bot: the sandbox's leads stay apart from real ones."""
    name = "bac-a-sable" if settings.token is None else "orgbot"
    return settings.database_url or f"sqlite:///{settings.data / f'{name}.sqlite3'}"


def open_store(settings: Settings) -> SqlStore:
    """Migrated, and ready for this token's bot. Raises SettingsError when the database cannot be used."""
    url = database_url(settings)
    try:
        engine = open_engine(url)
        migrate(engine)
    except (OSError, SQLAlchemyError, CommandError) as error:
        raise SettingsError(
            f"DATABASE_URL : la base {make_url(url).render_as_string()} ne peut pas être ouverte "
            f"({str(error).splitlines()[0]}); vérifie l’adresse, et le droit d’y écrire"
        ) from None
    return SqlStore(engine, bot_id(settings.token or SANDBOX_TOKEN))


@dataclass(frozen=True, slots=True)
class Ground:
    """What the machine lends: opened first, so that a wrong setting is told before the long start."""

    store: SqlStore
    listener: socket.socket


def open_ground(settings: Settings) -> Ground:
    """Raises SettingsError when the port or the database cannot be had."""
    return Ground(open_store(settings), _listener(settings))


def bot_id(token: Token) -> int:
    return int(token.partition(":")[0])


def assemble(
    settings: Settings,
    kb: KnowledgeBase,
    matcher: Matcher,
    *,
    store: SqlStore | None = None,
    request: BaseRequest | None = None,
    clock: Callable[[], datetime] = now,
    train: Train | None = None,
) -> Parts:
    """`request` replaces the transport to Telegram, and nothing else."""
    # python-telegram-bot's own way of asking for time spans that do not warn of the change.
    os.environ.setdefault("PTB_TIMEDELTA", "true")
    token = settings.token or SANDBOX_TOKEN
    kb = replace(kb, profile=replace(kb.profile, by_mail=settings.smtp is not None))
    store = store or open_store(settings)
    bot = Bot(
        token,
        base_url=f"{settings.api_url}/bot",
        request=request or HTTPXRequest(connection_pool_size=32),
        get_updates_request=request or HTTPXRequest(connection_pool_size=1),
    )
    mind = Mind(Known(kb, matcher))
    school = School(store, mind, kb, train or partial(_train, settings), clock)
    handler = Handler(store, mind, bot_id(token), clock, lambda: bot.username, school.want)
    press = Press(store, mind, clock, lambda: bot.username)
    courier, postman = Courier(bot, press), Postman(store, mind, settings.smtp, clock)

    async def send(row: Queued) -> Outcome:
        return await (postman.send(row) if row.outgoing.chat_id == MAILBOX else courier.send(row))

    delivery = Delivery(store, send, clock, handler.undelivered)
    receiver = Receiver(bot, handler, delivery.wake)
    return Parts(bot, store, handler, delivery, receiver, Clockwork(store, mind, clock), school)


def matcher(kb: KnowledgeBase, settings: Settings) -> Matcher:
    """Trained, or read from the cache of an earlier start; says so on standard error while it works."""
    engine = build(kb, settings.cache, open_once(), progress=_progress())
    if engine.notice:
        log.warning("%s", engine.notice)
    return engine


def _train(settings: Settings, kb: KnowledgeBase) -> Engine:
    """While the bot runs: what it knew before answers meanwhile."""
    return build(kb, settings.cache, open_once())


@cache
def open_once() -> Encoder | None:
    """One encoder serves every engine of a process: it is the same for all."""
    return open_encoder()


def _progress() -> Callable[[int, int], None]:
    """A bar that appears only when there is something to wait for."""
    bar: list[tqdm[NoReturn]] = []

    def show(done: int, total: int) -> None:
        if not bar:
            bar.append(tqdm(total=total, desc="Lecture des formulations", unit=" phrases", leave=False))
        bar[0].update(done - bar[0].n)
        if done >= total:
            bar[0].close()

    return show


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


async def _run_sandbox(  # noqa: PLR0917  # what a bot is made of
    settings: Settings, ground: Ground, kb: KnowledgeBase, matcher: Matcher, say: Say, stop: asyncio.Event
) -> None:
    local = f"http://127.0.0.1:{settings.port}"
    settings = replace(settings, api_url=local, owner_chat_id=settings.owner_chat_id or SANDBOX_OWNER)
    clock = Clock()
    page = sandbox.create(SANDBOX_TOKEN, explain=explainer(matcher), clock=clock)
    parts = assemble(settings, kb, matcher, store=ground.store, clock=clock.present)
    clock.moved = partial(_catch_up, parts)
    page.router.routes.extend(web.create(parts.store.health).routes)
    closing = asyncio.Event()
    serving = asyncio.create_task(serve(page, ground.listener, closing))
    await _connect(parts, stop)
    say(
        f"orgbot est prêt, dans son bac à sable : ouvre {local}\n"
        "À gauche, écris comme la direction d’un organisme; à droite, reçois les demandes comme pigiste.\n"
        f"Les demandes d’essai sont gardées dans {database_url(settings)}. Ctrl+C pour arrêter.\n"
        "Pour le vrai Telegram : TELEGRAM_BOT_TOKEN (voir docs/guide-pigiste.md)."
    )
    await publish(parts.bot, kb, _owners(parts, settings))
    await _work(parts, stop, Polling(parts.bot, parts.receiver.receive).run())
    page.state.close()
    closing.set()
    await serving


async def _catch_up(parts: Parts) -> None:
    """What a jump of the clock has made due happens now."""
    await asyncio.to_thread(parts.clockwork.tick)
    parts.delivery.wake()


async def _run_bot(  # noqa: PLR0917  # same
    settings: Settings, ground: Ground, kb: KnowledgeBase, matcher: Matcher, say: Say, stop: asyncio.Event
) -> None:
    parts = assemble(settings, kb, matcher, store=ground.store)
    receive = None if settings.webhook_url is None else webhook(parts)
    site = web.create(parts.store.health, receive, settings.webhook_secret)
    serving = asyncio.create_task(serve(site, ground.listener, stop))
    await _connect(parts, stop)
    if not stop.is_set():
        say(f"orgbot répond sur https://t.me/{parts.bot.username} (Ctrl+C pour arrêter).")
        _offer_pairing(parts, settings, say)
        await publish(parts.bot, kb, _owners(parts, settings))
        await _listen(settings, parts, stop)
    await serving


def _owners(parts: Parts, settings: Settings) -> tuple[int, ...]:
    """With the one that the setting names, who is taken for an owner now."""
    if settings.owner_chat_id is not None:
        parts.handler.adopt(settings.owner_chat_id)
    return parts.handler.owners()


async def _listen(settings: Settings, parts: Parts, stop: asyncio.Event) -> None:
    if settings.webhook_url is None:
        await _patiently(parts.bot.delete_webhook, stop)
        await _work(parts, stop, Polling(parts.bot, parts.receiver.receive).run())
        return
    url = f"{settings.webhook_url}/telegram"
    point = partial(parts.bot.set_webhook, url, secret_token=settings.webhook_secret, allowed_updates=WANTED)
    try:
        await _patiently(point, stop)
    except BadRequest as error:
        raise SettingsError(
            f"WEBHOOK_URL : Telegram refuse {url} ({error.message}); il faut une adresse https publique"
        ) from None
    await _work(parts, stop, stop.wait())


def webhook(parts: Parts) -> web.Receive:
    async def receive(update: Mapping[str, object]) -> None:
        understood = Update.de_json(dict(update), parts.bot)
        if understood is not None:
            await parts.receiver.receive(understood)

    return receive


def _listener(settings: Settings) -> socket.socket:
    try:
        return listen(settings.host, settings.port)
    except OSError as error:
        raise SettingsError(
            f"PORT : le port {settings.port} ne peut pas être ouvert ({error.strerror}); "
            f"choisis-en un autre, par exemple PORT={settings.port + 1}"
        ) from None


async def _connect(parts: Parts, stop: asyncio.Event) -> None:
    """Know the bot's own name. A wrong token ends here."""
    try:
        await _patiently(parts.bot.initialize, stop)
    except InvalidToken:
        raise SettingsError(
            "TELEGRAM_BOT_TOKEN : Telegram ne reconnaît pas ce jeton; copie-le de nouveau chez BotFather"
        ) from None


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
    if settings.owner_chat_id is not None or parts.store.health()["owner_paired"]:
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
    ]
    stopping = asyncio.create_task(stop.wait())
    await asyncio.wait([*tasks, stopping], return_when=asyncio.FIRST_COMPLETED)
    stop.set()
    for task in tasks:
        task.cancel()
    done = await asyncio.gather(*tasks, return_exceptions=True)
    with suppress(TimeoutError):
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


async def watch(parts: Parts, folder: Path) -> None:
    """Until cancelled: faq/ edited by hand is read again."""
    async for _ in awatch(folder, debounce=500, recursive=True):
        kb, problems = await asyncio.to_thread(load, folder)
        errors = [problem for problem in problems if problem.severity == "error"]
        await asyncio.to_thread(parts.school.edited, kb, errors)
        parts.delivery.wake()


def explainer(matcher: Matcher) -> Callable[[str], Mapping[str, object]]:
    """For the sandbox's drawer: a decision as JSON can carry it."""
    return lambda text: asdict(matcher.decide(text))
