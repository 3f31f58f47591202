"""Environment → frozen Settings. An error names the variable, what is wrong with it, and the fix."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import NewType
from urllib.parse import urlsplit

from platformdirs import user_cache_path, user_data_path

from orgbot.mail.address import read_smtp
from orgbot.mail.post import Smtp
from orgbot.runtime.ports import MAILBOX
from orgbot.storage.engine import normalise

Token = NewType("Token", str)

TELEGRAM = "https://api.telegram.org"
# As BotFather gives them: the bot's id, a colon, a secret.
TOKEN_FORM = re.compile(r"[0-9]{1,19}:[A-Za-z0-9_-]{20,100}")
# What Render, Railway and Cloud Run set: their disks last as long as a deploy, but those that are mounted.
HOSTS = ("RENDER", "RAILWAY_ENVIRONMENT", "K_SERVICE")
SECRET_FORM = re.compile(r"[A-Za-z0-9_-]{16,256}")


class SettingsError(Exception):
    """One line for the operator."""


@dataclass(frozen=True, slots=True)
class Settings:
    """`token` None: the sandbox. `database_url` None: a SQLite file in `data`. `host`: where to listen.
    `smtp` None: leads go by Telegram alone."""

    token: Token | None
    api_url: str
    database_url: str | None
    webhook_url: str | None
    webhook_secret: str
    host: str
    port: int
    owner_chat_id: int | None
    smtp: Smtp | None
    data: Path
    cache: Path


def read(environ: Mapping[str, str]) -> Settings:
    """Raises SettingsError for the first variable that cannot be used. An empty one counts as unset."""

    def get(name: str) -> str | None:
        return environ.get(name, "").strip() or None

    token = get("TELEGRAM_BOT_TOKEN")
    if token is not None and not TOKEN_FORM.fullmatch(token):
        raise SettingsError(
            "TELEGRAM_BOT_TOKEN : ce n’est pas un jeton de BotFather; il a la forme 123456789:AAE… "
            "(retire la variable pour ouvrir le bac à sable)"
        )
    webhook = _url("WEBHOOK_URL", get("WEBHOOK_URL"), ("https",))
    secret = get("WEBHOOK_SECRET") or ""
    if webhook and not SECRET_FORM.fullmatch(secret):
        raise SettingsError(
            "WEBHOOK_SECRET : il faut un secret de 16 à 256 caractères (A-Z a-z 0-9 _ -) avec WEBHOOK_URL; "
            "par exemple celui que donne « openssl rand -hex 32 »"
        )
    database = _database(get("DATABASE_URL"))
    if token is not None:
        _lasting(database, wiped=bool(get("DYNO")), hosted=any(map(get, HOSTS)))
    return Settings(
        token=None if token is None else Token(token),
        api_url=(_url("TELEGRAM_API_URL", get("TELEGRAM_API_URL"), ("http", "https")) or TELEGRAM),
        database_url=database,
        webhook_url=webhook,
        webhook_secret=secret,
        # A host that names the port routes traffic to it from outside; by default, this machine alone.
        host="0.0.0.0" if token and get("PORT") else "127.0.0.1",  # noqa: S104  # only then
        port=_port(get("PORT")),
        owner_chat_id=_chat(get("OWNER_CHAT_ID")),
        smtp=_smtp(get("SMTP_URL"), get("MAIL_TO"), get("MAIL_FROM")),
        data=user_data_path("orgbot"),
        cache=user_cache_path("orgbot"),
    )


def _url(name: str, value: str | None, schemes: tuple[str, ...]) -> str | None:
    if value is None:
        return None
    try:
        parts = urlsplit(value)
        usable = parts.scheme in schemes and bool(parts.hostname) and (parts.port or 1) > 0
    except ValueError:
        usable = False
    if not usable:
        raise SettingsError(f"{name} : « {value} » n’est pas une adresse en {schemes[-1]}:// utilisable")
    return value.rstrip("/")


def _database(value: str | None) -> str | None:
    if value is None:
        return None
    try:
        return normalise(value)
    except ValueError:
        # The value may hold a password: it is not shown.
        raise SettingsError(
            "DATABASE_URL : adresse non reconnue; utilise sqlite:///chemin/orgbot.sqlite3 ou postgres://… "
            "(dans le mot de passe, @ s’écrit %40)"
        ) from None


def _lasting(database: str | None, *, wiped: bool, hosted: bool) -> None:
    """Refuses a SQLite file where the disk is `wiped`; where one may be mounted, the default file alone."""
    if wiped and (database or "sqlite").startswith("sqlite"):
        raise SettingsError(
            "DATABASE_URL : le disque de cet hébergeur s’efface chaque jour, et les demandes avec lui; "
            "ajoute une base PostgreSQL (chez Heroku : « heroku addons:create heroku-postgresql »)"
        )
    if hosted and database is None:
        raise SettingsError(
            "DATABASE_URL : chez cet hébergeur, le disque s’efface à chaque mise en ligne, et les demandes "
            "avec lui; ajoute une base PostgreSQL, ou donne une adresse sqlite:////… sur un disque monté"
        )


def _port(value: str | None) -> int:
    if value is None:
        return 8080
    if not (value.isascii() and value.isdigit() and 0 < int(value) < 65536):
        raise SettingsError(f"PORT : « {value} » n’est pas un numéro de port; choisis-en un de 1 à 65535")
    return int(value)


def _chat(value: str | None) -> int | None:
    if value is None:
        return None
    # No person has the number 0: it is the mailbox's.
    if not re.fullmatch(r"[0-9]{1,18}", value) or int(value) == MAILBOX:
        raise SettingsError(
            f"OWNER_CHAT_ID : « {value} » n’est pas le numéro d’une personne sur Telegram; "
            "retire la variable pour te jumeler par le lien affiché au démarrage"
        )
    return int(value)


def _smtp(url: str | None, to: str | None, sender: str | None) -> Smtp | None:
    try:
        return read_smtp(url, to, sender)
    except ValueError as error:
        raise SettingsError(str(error)) from None
