"""A copy made while the bot writes, and put back."""

import threading
from datetime import timedelta
from pathlib import Path

import pytest

from orgbot.runtime.ports import Outgoing
from orgbot.storage.backup import BackupError, backup, restore
from orgbot.storage.engine import migrate, open_engine
from orgbot.storage.store import SqlStore
from tests.conftest import MONDAY


def store(path: Path) -> SqlStore:
    engine = open_engine(f"sqlite:///{path}")
    migrate(engine)
    return SqlStore(engine, 7)


def write(known: SqlStore, number: int) -> None:
    """One event's transaction: an update and its message, both or neither."""
    with known.transaction() as tx:
        assert tx.receive(number, 1, MONDAY)
        tx.enqueue(Outgoing(f"update:{number}:0", number, None), MONDAY)


def counts(known: SqlStore) -> tuple[int, int]:
    with known.engine.begin() as connection:
        inbox = connection.exec_driver_sql("SELECT count(*) FROM inbox").scalar_one()
        outbox = connection.exec_driver_sql("SELECT count(*) FROM outbox").scalar_one()
    return int(inbox), int(outbox)


def test_a_copy_made_under_load_is_whole_and_comes_back(tmp_path: Path) -> None:
    path, copy = tmp_path / "orgbot.sqlite3", tmp_path / "copie.sqlite3"
    known, done = store(path), threading.Event()
    write(known, 0)

    def keep_writing() -> None:
        for number in range(1, 500):
            if done.is_set():
                return
            write(known, number)

    writing = threading.Thread(target=keep_writing)
    writing.start()
    backup(f"sqlite:///{path}", copy)
    done.set()
    writing.join()
    copied = counts(store(copy))
    assert copied[0] == copied[1] > 0
    write(known, 1000)
    known.engine.dispose()
    kept = restore(f"sqlite:///{path}", copy)
    assert counts(store(path)) == copied
    assert kept is not None
    assert counts(store(kept))[0] > copied[0]
    # What was delivered already when the copy was made is not sent again; what was not, is.
    assert store(path).claim(MONDAY + timedelta(hours=1))


def test_a_restore_is_undone_by_restoring_what_it_kept_and_loses_nothing(tmp_path: Path) -> None:
    path, copy = tmp_path / "orgbot.sqlite3", tmp_path / "copie.sqlite3"
    url, known = f"sqlite:///{path}", store(path)
    write(known, 1)
    backup(url, copy)
    write(known, 2)
    known.engine.dispose()
    first = restore(url, copy)
    assert first is not None
    assert first.name == "orgbot.sqlite3.avant-restauration"
    known = store(path)
    assert counts(known) == (1, 1)
    known.engine.dispose()
    second, third = restore(url, first), restore(url, copy)
    assert second is not None
    assert third is not None
    assert {second.name, third.name} == {f"{first.name}-2", f"{first.name}-3"}
    assert [counts(store(kept))[0] for kept in (first, second, third)] == [2, 1, 2]


def test_a_database_is_not_restored_from_itself(tmp_path: Path) -> None:
    path, other = tmp_path / "orgbot.sqlite3", tmp_path / "lien.sqlite3"
    write(store(path), 1)
    other.symlink_to(path)
    for same in (path, other):
        with pytest.raises(BackupError, match="elle-même"):
            restore(f"sqlite:///{path}", same)
    assert counts(store(path)) == (1, 1)
    assert not [*tmp_path.glob("*.avant-restauration*")]


@pytest.mark.parametrize("content", [b"", b"hello", b"SQLite format 3\0" + b"\0" * 4096])
def test_what_is_no_copy_changes_nothing(tmp_path: Path, content: bytes) -> None:
    path, wrong = tmp_path / "orgbot.sqlite3", tmp_path / "autre"
    write(store(path), 1)
    wrong.write_bytes(content)
    with pytest.raises(BackupError, match="autre"):
        restore(f"sqlite:///{path}", wrong)
    assert counts(store(path)) == (1, 1)


def test_nothing_is_written_over_and_what_is_missing_is_said(tmp_path: Path) -> None:
    path = tmp_path / "orgbot.sqlite3"
    with pytest.raises(BackupError, match="pas encore"):
        backup(f"sqlite:///{path}", tmp_path / "copie")
    store(path)
    with pytest.raises(BackupError, match="existe déjà"):
        backup(f"sqlite:///{path}", path)
    with pytest.raises(BackupError, match="n’existe pas"):
        backup(f"sqlite:///{path}", tmp_path / "nulle-part" / "copie")
    with pytest.raises(BackupError, match="pg_dump"):
        backup("postgresql+psycopg://h/d", tmp_path / "copie")
