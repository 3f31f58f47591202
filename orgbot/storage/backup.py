"""Copies of a SQLite database, whole at any moment, while the bot writes to it.

PostgreSQL has its own tools (pg_dump and pg_restore): see docs/operations.md.
"""

import sqlite3
from contextlib import closing
from itertools import count
from pathlib import Path

from sqlalchemy.engine import make_url

# What the copy of what was there before a restore is called; from the second on, with a number.
BEFORE = ".avant-restauration"


class BackupError(Exception):
    """One line for the operator."""


def backup(url: str, target: Path) -> None:
    """`url` as normalised. Raises BackupError, and never writes over a file."""
    source = _file(url)
    if not source.exists():
        raise BackupError(f"{source} : il n’y a pas encore de base à copier")
    if target.exists():
        raise BackupError(f"{target} : ce fichier existe déjà; choisis un autre nom")
    if not target.parent.is_dir():
        raise BackupError(f"{target.parent} : ce dossier n’existe pas; crée-le d’abord")
    _copy(source, target)


def restore(url: str, source: Path) -> Path | None:
    """Put the copy in the place of the database; where what was there is kept, if anything was. Stop the bot
    first: it would go on with what it remembers. Raises BackupError, with nothing changed."""
    target = _file(url)
    _check(source)
    kept = None
    if target.exists():
        if target.samefile(source):
            raise BackupError(f"{source} : c’est la base elle-même; donne le nom d’une copie")
        kept = _unused(target)
        _copy(target, kept)
    target.parent.mkdir(parents=True, exist_ok=True)
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


def _copy(source: Path, target: Path) -> None:
    """SQLite's own online copy: what is committed meanwhile is in it, or not, but never by half."""
    try:
        with closing(_read_only(source)) as old, closing(sqlite3.connect(target, timeout=30)) as new:
            old.backup(new)
    except sqlite3.Error as error:
        raise BackupError(f"{target} : la copie a échoué ({error}); vérifie la place et les droits") from None


def _check(path: Path) -> None:
    """That it is whole, and one of ours."""
    try:
        with closing(_read_only(path)) as copy:
            (whole,) = copy.execute("PRAGMA integrity_check").fetchone()
            copy.execute("SELECT version_num FROM alembic_version").fetchone()
            copy.execute("SELECT count(*) FROM outbox").fetchone()
    except sqlite3.Error as error:
        raise BackupError(f"{path} : ce n’est pas une copie d’orgbot ({error})") from None
    if whole != "ok":
        raise BackupError(f"{path} : cette copie est abîmée; prends-en une autre")


def _read_only(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, timeout=30)
