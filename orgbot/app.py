"""The only composition root: settings and content in, the parts of a bot out."""

import logging
import os
import socket
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial

from alembic.util import CommandError
from sqlalchemy import Engine
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DataError, DBAPIError, IntegrityError, SQLAlchemyError
from telegram import Bot
from telegram.request import BaseRequest, HTTPXRequest

from orgbot.engines import Train, learn
from orgbot.knowledge.model import KnowledgeBase
from orgbot.knowledge.sentences import say
from orgbot.mail.postman import Postman
from orgbot.matching.decision import Matcher
from orgbot.papers.press import Press
from orgbot.runtime.clockwork import Clockwork
from orgbot.runtime.delivery import Delivery, back_off
from orgbot.runtime.handle import Handler
from orgbot.runtime.mind import Known, Mind
from orgbot.runtime.ports import MAILBOX, Outcome, Queued
from orgbot.runtime.school import School
from orgbot.settings import Settings, SettingsError, Token
from orgbot.storage.alone import NotAloneError, hold
from orgbot.storage.engine import migrate, open_engine, unreachable
from orgbot.storage.store import SqlStore
from orgbot.tg.courier import Courier
from orgbot.tg.menu import show
from orgbot.tg.receive import Receiver
from orgbot.web.metrics import Meters
from orgbot.web.server import listen

log = logging.getLogger(__name__)

SANDBOX_TOKEN = Token("1000:bac-a-sable-de-orgbot-sur-cette-machine")

# Threads of texts, and those that other updates and the outbox share: Python runs one at a time, and more of
# them take it from each other. 3 handle a fifth more updates a second than 6, and half as many again as 1.
TEXTS, OTHERS = 2, 3

# Seconds that a PostgreSQL which is away is waited for at the start, and between two attempts at most.
PATIENCE, LONGEST_WAIT = 120.0, 10.0


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
    meters: Meters


def database_url(settings: Settings) -> str:
    """The given one, or a SQLite file a bot: the sandbox's leads stay apart from real ones."""
    name = "bac-a-sable" if settings.token is None else "orgbot"
    return settings.database_url or f"sqlite:///{settings.data / f'{name}.sqlite3'}"


def open_store(settings: Settings) -> SqlStore:
    """Migrated, and ready for this token's bot. A PostgreSQL that is away is waited for. Raises
    SettingsError when the database cannot be used, or is another bot's: nothing of it is changed."""
    url = database_url(settings)
    try:
        engine = open_engine(url)
        _migrate_patiently(engine, settings.token)
    except (OSError, SQLAlchemyError, CommandError) as error:
        raise SettingsError(
            f"DATABASE_URL : la base {make_url(url).render_as_string()} ne peut pas être ouverte "
            f"({_said(error)}); vérifie l’adresse, et le droit d’y écrire"
        ) from None
    return SqlStore(engine, bot_id(settings.token or SANDBOX_TOKEN))


def _said(error: Exception) -> str:
    """What the database says of itself in one line; of what it holds, only what kind of error it is."""
    return (
        type(error).__name__ if isinstance(error, DataError | IntegrityError) else str(error).split("\n")[0]
    )


def _migrate_patiently(engine: Engine, token: Token | None) -> None:
    """A restart in the middle of an outage does not hang on how often a host starts anew what has ended."""
    until, failures = time.monotonic() + PATIENCE, 0
    while True:
        try:
            migrate(engine, may=partial(_check_bot, token))
        except DBAPIError as error:
            if time.monotonic() >= until or not unreachable(engine, error):
                raise
        else:
            return
        failures += 1
        wait = min(LONGEST_WAIT, back_off(failures))
        log.warning("PostgreSQL cannot be reached; trying again in %.0f s", wait)
        time.sleep(wait)


def _check_bot(token: Token | None, known: Mapping[int, str]) -> None:
    """Before anything is listened to: what came by webhook would be acknowledged, and answered by nobody."""
    if token is not None and known and bot_id(token) not in known:
        (number, name), *_ = known.items()
        raise foreign(name or str(number), str(bot_id(token)))


def foreign(owner: str, bot: str) -> SettingsError:
    """The database is the other bot's."""
    return SettingsError(
        f"TELEGRAM_BOT_TOKEN : cette base de données est celle du bot {owner}, pas de {bot}; "
        "remets son jeton, ou donne une autre base par DATABASE_URL"
    )


@dataclass(frozen=True, slots=True)
class Ground:
    """What the machine lends: opened first, so that a wrong setting is told before the long start."""

    store: SqlStore
    listener: socket.socket
    # Held for as long as the process lives.
    lock: object = None


def open_ground(settings: Settings) -> Ground:
    """Raises SettingsError when the port or the database cannot be had."""
    try:
        lock = hold(database_url(settings))
    except NotAloneError as error:
        raise SettingsError(
            f"DATABASE_URL : un autre orgbot tourne sur la base {error}; arrête-le d’abord, "
            "ou donne une base PostgreSQL à ceux qui doivent tourner ensemble"
        ) from None
    return Ground(open_store(settings), _listener(settings), lock)


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
    school = School(store, mind, kb, train or partial(learn, settings.cache), clock)
    meters = Meters()
    handler = Handler(
        store, mind, bot_id(token), clock, partial(_public_name, bot), school.want, meters.count
    )
    press = Press(store, mind, clock, lambda: bot.username)
    courier = Courier(
        bot,
        press,
        menu=lambda chat, menu: show(bot, mind.kb, chat, menu),
        sorry=lambda: say(mind.kb, "pigiste.sans_papier"),
    )
    postman = Postman(store, mind, settings.smtp, clock)

    async def send(row: Queued) -> Outcome:
        return await (postman.send(row) if row.outgoing.chat_id == MAILBOX else courier.send(row))

    texts, others = ThreadPoolExecutor(TEXTS, "texts"), ThreadPoolExecutor(OTHERS, "others")
    delivery = Delivery(store, send, clock, handler.undelivered, others, meters.count)
    receiver = Receiver(bot, handler, delivery.wake, texts, others, meters.count)
    return Parts(bot, store, handler, delivery, receiver, Clockwork(store, mind, clock), school, meters)


def _public_name(bot: Bot) -> str:
    """ "" until Telegram has told it: updates may come before, by webhook."""
    with suppress(RuntimeError):
        return bot.username
    return ""


def _listener(settings: Settings) -> socket.socket:
    try:
        return listen(settings.host, settings.port)
    except OSError as error:
        raise SettingsError(
            f"PORT : le port {settings.port} ne peut pas être ouvert ({error.strerror}); "
            f"choisis-en un autre, par exemple PORT={settings.port + 1}"
        ) from None
