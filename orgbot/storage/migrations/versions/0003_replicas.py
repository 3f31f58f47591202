"""several replicas"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "bots",
        sa.Column("bot_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("username", sa.Text(), server_default="", nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("bot_id", name=op.f("pk_bots")),
    )
    op.create_table(
        "paces",
        sa.Column("bot_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("chat_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("free_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("bot_id", "chat_id", name=op.f("pk_paces")),
    )
    with op.batch_alter_table("outbox", schema=None) as batch_op:
        batch_op.add_column(sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("unsure", sa.Integer(), server_default="0", nullable=False))
        batch_op.create_index(
            batch_op.f("ix_outbox_bot_id_settled_at"), ["bot_id", "settled_at"], unique=False
        )
    for lessons in ("taught", "taught_entries"):
        with op.batch_alter_table(lessons, schema=None) as batch_op:
            batch_op.add_column(sa.Column("retired_at", sa.DateTime(timezone=True), nullable=True))
    with op.batch_alter_table("inbox", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_inbox_bot_id_received_at"), ["bot_id", "received_at"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_inbox_bot_id_state_received_at"), ["bot_id", "state", "received_at"], unique=False
        )


def downgrade() -> None:
    with op.batch_alter_table("inbox", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_inbox_bot_id_state_received_at"))
        batch_op.drop_index(batch_op.f("ix_inbox_bot_id_received_at"))
    for lessons in ("taught", "taught_entries"):
        with op.batch_alter_table(lessons, schema=None) as batch_op:
            batch_op.drop_column("retired_at")
    with op.batch_alter_table("outbox", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_outbox_bot_id_settled_at"))
        batch_op.drop_column("unsure")
        batch_op.drop_column("expires_at")
    op.drop_table("paces")
    op.drop_table("bots")
