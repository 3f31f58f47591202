"""files of a lead"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("lead_events", schema=None) as batch_op:
        batch_op.add_column(sa.Column("media", sa.Text(), server_default="", nullable=False))


def downgrade() -> None:
    with op.batch_alter_table("lead_events", schema=None) as batch_op:
        batch_op.drop_column("media")
