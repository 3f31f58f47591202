"""the desk"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "days_off",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("bot_id", sa.BigInteger(), nullable=False),
        sa.Column("first", sa.Date(), nullable=False),
        sa.Column("last", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_days_off")),
    )
    with op.batch_alter_table("days_off", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_days_off_bot_id_last"), ["bot_id", "last"], unique=False)

    op.create_table(
        "owner_chats",
        sa.Column("bot_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("chat_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("name", sa.Text(), server_default="", nullable=False),
        sa.Column("paired_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_setting", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("blocked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("state", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("bot_id", "chat_id", name=op.f("pk_owner_chats")),
    )
    op.create_table(
        "reminders",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("bot_id", sa.BigInteger(), nullable=False),
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("stage", sa.Text(), nullable=False),
        sa.Column("due", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reminders")),
        sa.UniqueConstraint("bot_id", "reference", "stage", name=op.f("uq_reminders_bot_id_reference_stage")),
    )
    with op.batch_alter_table("reminders", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_reminders_bot_id_state_due"), ["bot_id", "state", "due"], unique=False
        )

    op.create_table(
        "exchanges",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("bot_id", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("entry", sa.Text(), server_default="", nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exchanges")),
    )
    with op.batch_alter_table("exchanges", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_exchanges_bot_id_at"), ["bot_id", "at"], unique=False)

    op.create_table(
        "taught",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("bot_id", sa.BigInteger(), nullable=False),
        sa.Column("folded", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("entry", sa.Text(), nullable=False),
        sa.Column("by", sa.Text(), server_default="", nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_taught")),
        sa.UniqueConstraint("bot_id", "folded", name=op.f("uq_taught_bot_id_folded")),
    )
    op.create_table(
        "taught_entries",
        sa.Column("bot_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("by", sa.Text(), server_default="", nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("bot_id", "id", name=op.f("pk_taught_entries")),
    )
    with op.batch_alter_table("unanswered", schema=None) as batch_op:
        batch_op.add_column(sa.Column("kind", sa.Text(), server_default="fallback", nullable=False))
        batch_op.add_column(sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.create_index(
            batch_op.f("ix_unanswered_bot_id_settled_at"), ["bot_id", "settled_at"], unique=False
        )

    with op.batch_alter_table("lead_events", schema=None) as batch_op:
        batch_op.add_column(sa.Column("who", sa.Text(), server_default="", nullable=False))
        batch_op.add_column(sa.Column("why", sa.Text(), server_default="", nullable=False))

    with op.batch_alter_table("leads", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_leads_bot_id_chat_id"), ["bot_id", "chat_id"], unique=False)

    with op.batch_alter_table("outbox", schema=None) as batch_op:
        batch_op.add_column(sa.Column("name", sa.Text(), server_default="", nullable=False))
        batch_op.add_column(sa.Column("edit", sa.Boolean(), server_default=sa.false(), nullable=False))
        batch_op.create_index(batch_op.f("ix_outbox_bot_id_name_id"), ["bot_id", "name", "id"], unique=False)
        batch_op.add_column(sa.Column("under", sa.Text(), server_default="", nullable=False))
        batch_op.add_column(sa.Column("message_id", sa.BigInteger(), nullable=True))
        batch_op.create_index(
            batch_op.f("ix_outbox_bot_id_chat_id_message_id"),
            ["bot_id", "chat_id", "message_id"],
            unique=False,
        )

    # What the release before knew of its only owner.
    op.execute(
        "INSERT INTO owner_chats (bot_id, chat_id, paired_at, blocked_at) "
        "SELECT bot_id, chat_id, CURRENT_TIMESTAMP, blocked_at FROM owners WHERE chat_id IS NOT NULL"
    )


def downgrade() -> None:
    with op.batch_alter_table("outbox", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_outbox_bot_id_name_id"))
        batch_op.drop_index(batch_op.f("ix_outbox_bot_id_chat_id_message_id"))
        batch_op.drop_column("message_id")
        batch_op.drop_column("under")
        batch_op.drop_column("edit")
        batch_op.drop_column("name")

    with op.batch_alter_table("leads", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_leads_bot_id_chat_id"))

    with op.batch_alter_table("lead_events", schema=None) as batch_op:
        batch_op.drop_column("why")
        batch_op.drop_column("who")

    with op.batch_alter_table("reminders", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_reminders_bot_id_state_due"))

    with op.batch_alter_table("unanswered", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_unanswered_bot_id_settled_at"))
        batch_op.drop_column("settled_at")
        batch_op.drop_column("kind")

    op.drop_table("taught_entries")
    op.drop_table("taught")
    op.drop_table("exchanges")
    op.drop_table("reminders")
    op.drop_table("owner_chats")
    with op.batch_alter_table("days_off", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_days_off_bot_id_last"))

    op.drop_table("days_off")
