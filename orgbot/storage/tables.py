"""The tables. Ids are BIGINT, times are UTC; SQLite gives back naive times, which the type makes aware."""

from datetime import UTC, datetime

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    DateTime,
    Dialect,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
    false,
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
    Index(None, "bot_id", "received_at"),
    Index(None, "bot_id", "state", "received_at"),
)

# Whose conversations these are: another token is not let in.
bots = Table(
    "bots",
    metadata,
    Column("bot_id", BigInteger, primary_key=True, autoincrement=False),
    Column("username", Text, nullable=False, server_default=""),
    Column("since", Moment, nullable=False),
)

# What one replica at a time does now and then: the forgetting, by orgbot.storage.chores.
chores = Table(
    "chores",
    metadata,
    Column("bot_id", BigInteger, primary_key=True, autoincrement=False),
    Column("name", Text, primary_key=True),
    Column("claimed_until", Moment),
    Column("done_at", Moment),
)

# How fast messages leave, a chat and (chat -1) in all: see orgbot.runtime.pace.
paces = Table(
    "paces",
    metadata,
    Column("bot_id", BigInteger, primary_key=True, autoincrement=False),
    Column("chat_id", BigInteger, primary_key=True, autoincrement=False),
    Column("free_at", Moment, nullable=False),
)

# Who the link that pairs an owner is for: its secret's hash. `chat_id` and `blocked_at` are those of the
# release before, which knew one owner only.
owners = Table(
    "owners",
    metadata,
    Column("bot_id", BigInteger, primary_key=True, autoincrement=False),
    Column("chat_id", BigInteger),
    Column("pairing", Text, nullable=False, server_default=""),
    Column("blocked_at", Moment),
)

owner_chats = Table(
    "owner_chats",
    metadata,
    Column("bot_id", BigInteger, primary_key=True, autoincrement=False),
    Column("chat_id", BigInteger, primary_key=True, autoincrement=False),
    Column("name", Text, nullable=False, server_default=""),
    Column("paired_at", Moment, nullable=False),
    Column("by_setting", Boolean, nullable=False, server_default=false()),  # OWNER_CHAT_ID, not a link
    Column("blocked_at", Moment),
    Column("state", Text),  # of her desk
)

days_off = Table(
    "days_off",
    metadata,
    Column("id", BIG_KEY, primary_key=True),
    Column("bot_id", BigInteger, nullable=False),
    Column("first", Date, nullable=False),
    Column("last", Date, nullable=False),
    Index(None, "bot_id", "last"),
)

reminders = Table(
    "reminders",
    metadata,
    Column("id", BIG_KEY, primary_key=True),
    Column("bot_id", BigInteger, nullable=False),
    Column("reference", Text, nullable=False),  # of a lead; "" for the day's agenda
    Column("stage", Text, nullable=False),
    Column("due", Moment, nullable=False),
    Column("state", Text, nullable=False),  # todo | done
    UniqueConstraint("bot_id", "reference", "stage"),
    Index(None, "bot_id", "state", "due"),
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
    Index(None, "bot_id", "chat_id"),
)

lead_events = Table(
    "lead_events",
    metadata,
    Column("id", BIG_KEY, primary_key=True),
    Column("bot_id", BigInteger, nullable=False),
    Column("reference", Text, nullable=False),
    Column("at", Moment, nullable=False),
    Column("what", Text, nullable=False),  # see orgbot.leads.life.What
    Column("who", Text, nullable=False, server_default=""),
    Column("why", Text, nullable=False, server_default=""),
    Column("media", Text, nullable=False, server_default=""),  # the file that came with it
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
    Column("state", Text, nullable=False),  # todo | sent | dead | unsure
    Column("attempts", Integer, nullable=False),  # and the fencing token of whoever has claimed it
    Column("not_before", Moment, nullable=False),
    Column("queued_at", Moment, nullable=False),
    Column("settled_at", Moment),
    Column("reason", Text),
    Column("name", Text, nullable=False, server_default=""),  # what it is to the reader, such as a card
    Column("edit", Boolean, nullable=False, server_default=false()),  # of the last message of that name
    Column("under", Text, nullable=False, server_default=""),  # the name of the message that it replies to
    Column("message_id", BigInteger),  # Telegram's, once delivered
    Column("expires_at", Moment),
    Column("unsure", Integer, nullable=False, server_default="0"),  # attempts whose answer was lost
    UniqueConstraint("bot_id", "key"),
    Index(None, "bot_id", "chat_id", "message_id"),
    Index(None, "bot_id", "name", "id"),
    Index(None, "bot_id", "state", "chat_id", "id"),
    Index(None, "bot_id", "settled_at"),
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
    Column("kind", Text, nullable=False, server_default="fallback"),  # fallback | none | thumbs-down
    Column("settled_at", Moment),  # when the freelancer taught it, or left it aside
    Index(None, "bot_id", "settled_at"),
)

# What became of each message, without its words: for the figures.
exchanges = Table(
    "exchanges",
    metadata,
    Column("id", BIG_KEY, primary_key=True),
    Column("bot_id", BigInteger, nullable=False),
    Column("at", Moment, nullable=False),
    Column("what", Text, nullable=False),  # answered | met | asked-back | fallback
    Column("entry", Text, nullable=False, server_default=""),
    Index(None, "bot_id", "at"),
)

taught = Table(
    "taught",
    metadata,
    Column("id", BIG_KEY, primary_key=True),
    Column("bot_id", BigInteger, nullable=False),
    Column("folded", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("entry", Text, nullable=False),  # "" for out of scope
    Column("by", Text, nullable=False, server_default=""),
    Column("at", Moment, nullable=False),
    Column("retired_at", Moment),  # when the content came to hold it
    UniqueConstraint("bot_id", "folded"),
)

taught_entries = Table(
    "taught_entries",
    metadata,
    Column("bot_id", BigInteger, primary_key=True, autoincrement=False),
    Column("id", Text, primary_key=True),
    Column("title", Text, nullable=False),
    Column("answer", Text, nullable=False),
    Column("by", Text, nullable=False, server_default=""),
    Column("at", Moment, nullable=False),
    Column("retired_at", Moment),
)
