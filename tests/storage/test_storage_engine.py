import subprocess
import sys
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Engine

from orgbot.desk.state import Owner
from orgbot.leads.life import Trace
from orgbot.leads.model import Media
from orgbot.storage.engine import migrate, normalise, open_engine
from orgbot.storage.store import SqlStore
from orgbot.storage.tables import metadata
from tests.conftest import MONDAY
from tests.desk.test_desk_card import lead

ROOT = Path(__file__).parents[2]


def test_the_migrations_make_the_tables_that_the_code_expects(tmp_path: Path) -> None:
    engine = open_engine(f"sqlite:///{tmp_path / 'new' / 'orgbot.sqlite3'}")
    migrate(engine)
    migrate(engine)
    with engine.begin() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []
    engine.dispose()


def test_the_only_owner_of_the_release_before_is_one_still(tmp_path: Path) -> None:
    engine = open_engine(f"sqlite:///{tmp_path / 'orgbot.sqlite3'}")
    migrate(engine, "0001")
    with engine.begin() as connection:
        connection.exec_driver_sql("INSERT INTO owners (bot_id, chat_id, pairing) VALUES (7, 2002, '')")
        connection.exec_driver_sql("INSERT INTO owners (bot_id, chat_id, pairing) VALUES (8, NULL, 'x')")
    migrate(engine)
    assert [owner.chat_id for owner in owners(engine, 7)] == [2002]
    assert owners(engine, 8) == ()
    # The release before runs on the new tables while both are up.
    with engine.begin() as connection:
        connection.exec_driver_sql(
            "INSERT INTO outbox (bot_id, key, chat_id, message, state, attempts, not_before, queued_at) "
            "VALUES (7, 'update:1:0', 1, 'leave', 'todo', 0, '2026-11-23', '2026-11-23')"
        )
    engine.dispose()


def test_a_lead_s_history_of_the_release_before_is_read_still(tmp_path: Path) -> None:
    engine = open_engine(f"sqlite:///{tmp_path / 'orgbot.sqlite3'}")
    migrate(engine)
    new = Trace("add", MONDAY, "Lucie", "la salle", Media("photo", "AgAC:x"))
    with SqlStore(engine, 7).transaction() as tx:
        tx.add_lead(lead())
    with engine.begin() as connection:
        connection.exec_driver_sql(
            "INSERT INTO lead_events (bot_id, reference, at, what, who, why) "
            "VALUES (7, '7KQ-2M4', '2026-11-23 19:00:00.000000', 'add', 'Lucie', 'un détail')"
        )
    with SqlStore(engine, 7).transaction() as tx:
        tx.trace("7KQ-2M4", new)
        found = tx.follow("7KQ-2M4")
    assert found is not None
    assert found.traces[-2:] == (Trace("add", MONDAY, "Lucie", "un détail"), new)
    engine.dispose()


WRITER = """
import sys
from orgbot.storage.engine import open_engine
from orgbot.storage.store import SqlStore
from tests.conftest import MONDAY
store = SqlStore(open_engine(sys.argv[1]), 7)
print("ready", flush=True)
sys.stdin.readline()
for number in range(150):
    with store.transaction() as tx:
        tx.desk()
        assert tx.receive(2 * number + int(sys.argv[2]), 1, MONDAY)
"""


def test_two_processes_that_write_at_once_wait_for_each_other(tmp_path: Path) -> None:
    """Each reads first, as an event does: SQLite refuses at once who then writes after another has."""
    url = f"sqlite:///{tmp_path / 'orgbot.sqlite3'}"
    engine = open_engine(url)
    migrate(engine)
    writers = [
        subprocess.Popen(
            [sys.executable, "-c", WRITER, url, str(number)],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for number in (0, 1)
    ]
    for writer in writers:
        assert writer.stdout is not None
        assert writer.stdout.readline() == "ready\n"
    for writer in writers:
        assert writer.stdin is not None
        writer.stdin.write("\n")
        writer.stdin.flush()
    for writer in writers:
        _, said = writer.communicate(timeout=120)
        assert (writer.returncode, said) == (0, "")
    with engine.begin() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM inbox").scalar() == 300
    engine.dispose()


def owners(engine: Engine, bot: int) -> tuple[Owner, ...]:
    with SqlStore(engine, bot).transaction() as tx:
        return tx.desk().owners


@pytest.mark.parametrize(
    ("given", "meant"),
    [
        ("postgres://u:p@h/d", "postgresql+psycopg://u:p@h/d"),
        ("postgresql://h/d", "postgresql+psycopg://h/d"),
        ("sqlite:////srv/orgbot.sqlite3", "sqlite:////srv/orgbot.sqlite3"),
    ],
)
def test_the_usual_forms_of_an_address_are_understood(given: str, meant: str) -> None:
    assert normalise(given) == meant


@pytest.mark.parametrize("given", ["", "orgbot.db", "mysql://h/d", "sqlite", "sqlite://", "http://h"])
def test_other_addresses_are_refused(given: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011  # the message is the address
        normalise(given)
