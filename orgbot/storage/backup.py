"""Copies of a SQLite database, whole at any moment, while the bot writes to it.

PostgreSQL has its own tools (pg_dump and pg_restore): see docs/operations.md.
"""

import sqlite3
from contextlib import closing
from itertools import count
from pathlib import Path

from sqlalchemy.engine import make_url

from orgbot.storage.alone import NotAloneError, hold

# What the copy of what was there before a restore is called; from the second on, with a number.
BEFORE = ".avant-restauration"
# A copy under way: what a kill or a full disk leaves of it is not taken for one.
UNDER_WAY = ".en-cours"


class BackupError(Exception):
    """One line for the operator."""


def backup(url: str, target: Path) -> None:
    """`url` as normalised. Raises BackupError, and never writes over a file."""
    source = _file(url)
    if not source.exists():
        raise BackupError(f"{source} : il n’y a pas encore de base à copier; vérifie DATABASE_URL")
    if target.is_dir():
        raise BackupError(f"{target} : c’est un dossier; ajoute un nom de fichier")
    if target.exists():
        raise BackupError(f"{target} : ce fichier existe déjà; choisis un autre nom")
    if not target.parent.is_dir():
        raise BackupError(f"{target.parent} : ce dossier n’existe pas; crée-le d’abord")
    _copy_whole(source, target)


def restore(url: str, source: Path, bot: int | None = None) -> Path | None:
    """Put the copy in the place of the database; where what was there is kept, if anything was. `bot`: whose
    it must be; None: that of the bot whose database is there. Raises BackupError, with nothing changed."""
    target = _file(url)
    _check(source)
    if target.exists() and target.samefile(source):
        raise BackupError(f"{source} : c’est la base elle-même; donne le nom d’une copie")
    _same_bot(source, target, bot)
    try:
        lock = hold(url)
    except NotAloneError:
        raise BackupError(f"{target} : le bot tourne sur cette base; arrête-le, puis recommence") from None
    try:
        return _replace(source, target)
    finally:
        if lock is not None:
            lock.close()


def _replace(source: Path, target: Path) -> Path | None:
    kept = None
    if target.exists():
        kept = _unused(target)
        _copy_whole(target, kept)
    _copy(source, target)
    return kept


def _unused(target: Path) -> Path:
    """A name beside it: what an earlier restore kept may be all that is left of somebody's requests."""
    names = (f"{target.name}{BEFORE}{'' if number == 1 else f'-{number}'}" for number in count(1))
    return next(path for path in map(target.with_name, names) if not path.exists())


def _file(url: str) -> Path:
    parsed = make_url(url)
    if parsed.drivername != "sqlite" or not parsed.database:
        raise BackupError(
            "DATABASE_URL : cette commande copie une base SQLite; pour PostgreSQL, "
            "utilise pg_dump et pg_restore"
        )
    return Path(parsed.database)


def _copy_whole(source: Path, target: Path) -> None:
    """Under a name of its own until it is there: a kill in the middle leaves nothing that looks like one."""
    part = target.with_name(target.name + UNDER_WAY)
    try:
        part.unlink(missing_ok=True)
        _copy(source, part)
        part.rename(target)
    except OSError as error:
        raise BackupError(f"{target} : {error.strerror}; vérifie la place et les droits") from None


def _copy(source: Path, target: Path) -> None:
    """SQLite's own online copy: what is committed meanwhile is in it, or not, but never by half. One that
    fails changes nothing in what was there."""
    there = target.exists()
    try:
        with closing(_read_only(source)) as old, closing(sqlite3.connect(target, timeout=30)) as new:
            old.backup(new)
            if not there:
                # One file, to be read where nothing can be written: a bot says again how it keeps its own.
                new.execute("PRAGMA journal_mode=DELETE")
    except sqlite3.Error as error:
        if not there:
            target.unlink(missing_ok=True)
        raise BackupError(f"{target} : la copie a échoué ({error}); vérifie la place et les droits") from None


def _check(path: Path) -> None:
    """That it is whole, and one of ours."""
    if not path.is_file():
        raise BackupError(f"{path} : ce fichier n’existe pas; donne une copie faite par « orgbot backup »")
    try:
        with closing(_read_only(path)) as copy:
            (whole,) = copy.execute("PRAGMA integrity_check").fetchone()
            copy.execute("SELECT version_num FROM alembic_version").fetchone()
            copy.execute("SELECT count(*) FROM outbox").fetchone()
    except sqlite3.Error as error:
        raise BackupError(
            f"{path} : ce n’est pas une copie d’orgbot ({error}); donne un fichier fait par « orgbot backup »"
        ) from None
    if whole != "ok":
        raise BackupError(f"{path} : cette copie est abîmée; prends-en une autre")


def _same_bot(source: Path, target: Path, bot: int | None) -> None:
    mine = {bot: ""} if bot is not None else _bots(target)
    theirs = _bots(source)
    if mine and theirs and not mine.keys() & theirs.keys():
        (number, name), *_ = theirs.items()
        raise BackupError(
            f"{source} : c’est une copie du bot {name or number}, et non du tien; donne une copie du tien, "
            "ou le jeton de ce bot dans TELEGRAM_BOT_TOKEN"
        )


def _bots(path: Path) -> dict[int, str]:
    """Whose conversations it holds, as far as it says so: an older release did not, and one that cannot be
    read says nothing."""
    try:
        with closing(_read_only(path)) as known:
            return dict(known.execute("SELECT bot_id, username FROM bots"))
    except sqlite3.Error:
        return {}


def _read_only(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, timeout=30)
