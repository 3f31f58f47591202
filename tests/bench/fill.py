"""Tables as they are after years: rows that are done with, by the thousand."""

from sqlalchemy import text

from orgbot.storage.engine import migrate, normalise, open_engine

BOT = 1
SERIES = {
    "sqlite": "WITH RECURSIVE series(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM series WHERE n < :rows) ",
    "postgresql": "WITH series AS (SELECT generate_series(1, :rows) AS n) ",
}
# Numbers that no live update has.
OLD = (
    (
        "INSERT INTO inbox (bot_id, update_id, received_at, state) "
        "{series}SELECT :bot, 1000000000 + n, CURRENT_TIMESTAMP, 'done' FROM series"
    ),
    (
        "INSERT INTO outbox (bot_id, key, chat_id, message, state, attempts, not_before, queued_at, "
        "settled_at, message_id) {series}SELECT :bot, 'old:' || n, n, 'leave', 'sent', 1, CURRENT_TIMESTAMP, "
        "CURRENT_TIMESTAMP, CURRENT_TIMESTAMP, n FROM series"
    ),
    (
        "INSERT INTO conversations (bot_id, chat_id, state, updated_at) "
        "{series}SELECT :bot, 2000000000 + n, '{{}}', CURRENT_TIMESTAMP FROM series"
    ),
    (
        "INSERT INTO exchanges (bot_id, at, what, entry) "
        "{series}SELECT :bot, CURRENT_TIMESTAMP, 'met', 'temps' FROM series"
    ),
)


def fill(url: str, rows: int) -> None:
    """So many rows in each table that grows; what was there is taken out."""
    engine = open_engine(normalise(url))
    migrate(engine)
    with engine.begin() as connection:
        if engine.dialect.name == "postgresql":
            connection.exec_driver_sql("SET LOCAL statement_timeout = 0")
        for table, insert in zip(("inbox", "outbox", "conversations", "exchanges"), OLD, strict=True):
            connection.exec_driver_sql(f"DELETE FROM {table}")
            words = insert.format(series=SERIES[engine.dialect.name])
            connection.execute(text(words), {"rows": rows, "bot": BOT})
    if engine.dialect.name == "postgresql":
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            # As its own daemon does from time to time.
            connection.exec_driver_sql("SET statement_timeout = 0")
            connection.exec_driver_sql("VACUUM ANALYZE")
    engine.dispose()
