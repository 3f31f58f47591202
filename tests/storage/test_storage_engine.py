from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from orgbot.storage.engine import migrate, normalise, open_engine
from orgbot.storage.tables import metadata


def test_the_migrations_make_the_tables_that_the_code_expects(tmp_path: Path) -> None:
    engine = open_engine(f"sqlite:///{tmp_path / 'new' / 'orgbot.sqlite3'}")
    migrate(engine)
    migrate(engine)
    with engine.begin() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []
    engine.dispose()


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
