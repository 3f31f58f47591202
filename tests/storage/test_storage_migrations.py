"""Migrations only add: what each earlier release has written is there still, and it goes on writing."""

import shutil
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from alembic.script import ScriptDirectory

from orgbot.storage import engine as room
from orgbot.storage.engine import MIGRATIONS, migrate, open_engine
from orgbot.storage.store import SqlStore
from tests.conftest import MONDAY
from tests.storage.postgres import database

OLD, NEW = 1, 2
REVISIONS = [script.revision for script in reversed([*ScriptDirectory(str(MIGRATIONS)).walk_revisions()])]


@pytest.fixture(params=["sqlite", "postgresql"])
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[sa.Engine]:
    if request.param == "sqlite":
        opened = open_engine(f"sqlite:///{tmp_path / 'orgbot.sqlite3'}")
        yield opened
        opened.dispose()
    else:
        with database() as url:
            opened = open_engine(url)
            yield opened
            opened.dispose()


@pytest.mark.parametrize("revision", REVISIONS[:-1])
def test_a_release_s_rows_are_there_after_the_migrations_and_it_writes_and_reads_on(
    engine: sa.Engine, revision: str
) -> None:
    migrate(engine, revision)
    theirs = reflected(engine)
    keys = {table.name: distinct(engine, table) for table in theirs}
    assert len(theirs) >= 8
    with engine.begin() as connection:
        for table in theirs:
            connection.execute(sa.insert(table).values(row(table, keys[table.name], OLD)))
    before = read(engine, theirs)
    migrate(engine)
    assert read(engine, theirs) == before
    with engine.begin() as connection:
        for table in theirs:
            # As that release knows the table: what was added since is left out. All but what it knows to be
            # unique is the same as in the row that is there.
            known, full = keys[table.name], row(table, keys[table.name], NEW)
            least = {name: given for name, given in full.items() if name in known or needed(table.c[name])}
            for given in (full, least):
                connection.execute(sa.insert(table).values(given))
                mine = [table.c[name] == full[name] for name in known]
                connection.execute(sa.update(table).where(*mine).values(full))
                assert connection.execute(sa.delete(table).where(*mine)).rowcount == 1
    assert read(engine, theirs) == before


def reflected(engine: sa.Engine) -> list[sa.Table]:
    """The tables as they are there, whatever the code of today says of them."""
    known = sa.MetaData()
    known.reflect(engine)
    return [table for table in known.sorted_tables if table.name != "alembic_version"]


def distinct(engine: sa.Engine, table: sa.Table) -> set[str]:
    """One column of each of its keys: that by which two rows differ."""
    known = sa.inspect(engine)
    keys: list[list[Any]] = [known.get_pk_constraint(table.name)["constrained_columns"]]
    keys += [[*one["column_names"]] for one in known.get_unique_constraints(table.name)]
    keys += [[*one["column_names"]] for one in known.get_indexes(table.name) if one["unique"]]
    return {str(key[-1]) for key in keys}


def needed(column: sa.Column[Any]) -> bool:
    return not column.nullable and column.server_default is None


def row(table: sa.Table, keys: set[str], number: int) -> dict[str, object]:
    """As large as its columns take."""
    return {column.name: value(column, number if column.name in keys else 0) for column in table.c}


def value(column: sa.Column[Any], number: int) -> object:
    match column.type:
        case sa.Boolean():
            return True
        case sa.DateTime():
            return datetime(2026, 11, 23, 19, 0, 0, 123456, tzinfo=UTC)
        case sa.Date():
            return date(9999, 12, 31)
        case sa.BigInteger():
            return 2**62 + number
        case sa.Integer():
            return 2**31 - 10 + number
        case sa.Text():
            return "œ" * 5000 + str(number)
    raise AssertionError(column.type)


def read(engine: sa.Engine, tables: list[sa.Table]) -> dict[str, list[tuple[Any, ...]]]:
    with engine.begin() as connection:
        return {
            table.name: sorted((tuple(found) for found in connection.execute(sa.select(table))), key=repr)
            for table in tables
        }


def test_a_release_starts_on_the_tables_of_the_one_after(
    engine: sa.Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """A replica of the old release that starts anew in the middle of a deploy, or a return to it."""
    migrate(engine)
    later = tmp_path / "migrations"
    shutil.copytree(MIGRATIONS, later, ignore=shutil.ignore_patterns("__pycache__"))
    (later / "versions" / "9999_later.py").write_text(
        "import sqlalchemy as sa\nfrom alembic import op\n"
        f"revision, down_revision, branch_labels, depends_on = '9999', '{REVISIONS[-1]}', None, None\n"
        "def upgrade():\n    op.add_column('leads', sa.Column('later', sa.Text()))\n",
        "utf-8",
    )
    with monkeypatch.context() as patch:
        patch.setattr(room, "MIGRATIONS", later)
        migrate(engine)
    caplog.clear()
    migrate(engine)
    assert "newer release" in caplog.text
    store = SqlStore(engine, 7)
    with store.transaction() as tx:
        assert tx.receive(1, 1, MONDAY)
    assert store.health(MONDAY).waiting == 0
