"""The tables. Ids are BIGINT, times are UTC; SQLite gives back naive times, which the type makes aware."""

from datetime import UTC, datetime

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    DateTime,
    Dialect,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
)

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


class Moment(TypeDecorator[datetime]):
    """An aware time in; the same moment, in UTC, out."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        del dialect
        return None if value is None else value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        del dialect
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


# SQLite numbers rows by itself only for a primary key that it calls INTEGER (64 bits there).
BIG_KEY = BigInteger().with_variant(Integer, "sqlite")

inbox = Table(
    "inbox",
    metadata,
    Column("bot_id", BigInteger, primary_key=True, autoincrement=False),
    Column("update_id", BigInteger, primary_key=True, autoincrement=False),
    Column("received_at", Moment, nullable=False),
    Column("state", Text, nullable=False),  # done | failed
    Column("payload", Text),  # only of an update that failed
    Column("error", Text),
)

owners = Table(
    "owners",
    metadata,
    Column("bot_id", BigInteger, primary_key=True, autoincrement=False),
    Column("chat_id", BigInteger),
    Column("pairing", Text, nullable=False, server_default=""),
    Column("blocked_at", Moment),
)

conversations = Table(
    "conversations",
    metadata,
    Column("bot_id", BigInteger, primary_key=True, autoincrement=False),
    Column("chat_id", BigInteger, primary_key=True, autoincrement=False),
    Column("state", Text, nullable=False),
    Column("updated_at", Moment, nullable=False),
)

leads = Table(
    "leads",
    metadata,
    Column("id", BIG_KEY, primary_key=True),
    Column("bot_id", BigInteger, nullable=False),
    Column("chat_id", BigInteger, nullable=False),
    Column("reference", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("at", Moment, nullable=False),
    Column("probable", Moment, nullable=False),
    Column("latest", Moment, nullable=False),
    Column("announced_at", Moment),
    Column("lead", Text, nullable=False),
    UniqueConstraint("bot_id", "reference"),
)

lead_events = Table(
    "lead_events",
    metadata,
    Column("id", BIG_KEY, primary_key=True),
    Column("bot_id", BigInteger, nullable=False),
    Column("reference", Text, nullable=False),
    Column("at", Moment, nullable=False),
    Column("what", Text, nullable=False),  # submitted | announced
    Index(None, "bot_id", "reference"),
)

outbox = Table(
    "outbox",
    metadata,
    Column("id", BIG_KEY, primary_key=True),
    Column("bot_id", BigInteger, nullable=False),
    Column("key", Text, nullable=False),
    Column("chat_id", BigInteger, nullable=False),
    Column("message", Text, nullable=False),
    Column("state", Text, nullable=False),  # todo | sent | dead
    Column("attempts", Integer, nullable=False),
    Column("not_before", Moment, nullable=False),
    Column("queued_at", Moment, nullable=False),
    Column("settled_at", Moment),
    Column("reason", Text),
    UniqueConstraint("bot_id", "key"),
    Index(None, "bot_id", "state", "chat_id", "id"),
)

consents = Table(
    "consents",
    metadata,
    Column("id", BIG_KEY, primary_key=True),
    Column("bot_id", BigInteger, nullable=False),
    Column("chat_id", BigInteger, nullable=False),
    Column("purpose", Text, nullable=False),
    Column("given", Boolean, nullable=False),
    Column("text", Text, nullable=False),
    Column("text_hash", Text, nullable=False),
    Column("update_id", BigInteger, nullable=False),
    Column("at", Moment, nullable=False),
    Index(None, "bot_id", "chat_id"),
)

unanswered = Table(
    "unanswered",
    metadata,
    Column("id", BIG_KEY, primary_key=True),
    Column("bot_id", BigInteger, nullable=False),
    Column("chat_id", BigInteger, nullable=False),
    Column("text", Text, nullable=False),
    Column("at", Moment, nullable=False),
)
