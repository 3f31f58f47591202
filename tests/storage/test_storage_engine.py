from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, inspect

from orgbot.desk.state import Owner
from orgbot.leads.life import Trace
from orgbot.leads.model import Media
from orgbot.storage.engine import MIGRATIONS, migrate, normalise, open_engine
from orgbot.storage.store import SqlStore
from orgbot.storage.tables import metadata
from tests.conftest import MONDAY
from tests.desk.test_desk_card import lead


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


def test_what_the_release_before_reads_and_writes_is_there_still(tmp_path: Path) -> None:
    """Both run while one takes the other's place: a migration adds, and what it adds may be left out."""
    revisions = [script.revision for script in reversed([*ScriptDirectory(str(MIGRATIONS)).walk_revisions()])]
    engine = open_engine(f"sqlite:///{tmp_path / 'orgbot.sqlite3'}")
    migrate(engine, revisions[0])
    known = _columns(engine)
    for revision in revisions[1:]:
        migrate(engine, revision)
        before, known = known, _columns(engine)
        for table, columns in before.items():
            assert known[table].items() >= columns.items(), f"{revision} changes {table}"
            for name in known[table].keys() - columns.keys():
                assert known[table][name][1], (
                    f"{revision}: {table}.{name} has no default, and may not be null"
                )
    engine.dispose()


def _columns(engine: Engine) -> dict[str, dict[str, tuple[str, bool]]]:
    """Table → column → (its type, whether a row may be written without it)."""
    with engine.begin() as connection:
        known = inspect(connection)
        return {
            table: {
                column["name"]: (str(column["type"]), column["nullable"] or column["default"] is not None)
                for column in known.get_columns(table)
            }
            for table in known.get_table_names()
            if table != "alembic_version"
        }


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
