"""Add what happened in each queue on each day."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.create_table(
        "queue_day",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("pbx", sa.String(32), nullable=False),
        sa.Column("queue", sa.String(255), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("since", sa.Double(), nullable=False),
        sa.Column("counters", sa.JSON(), nullable=False),
        sa.Column("missed", sa.JSON(), nullable=False),
        sa.Column("asterisk", sa.JSON(), nullable=True),
        sa.Column("waiting", sa.JSON(), nullable=False),
        sa.Column("watched_until", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_queue_day"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_queue_day_day", "queue_day", ["day"])
    op.create_index("uq_queue_day_pbx", "queue_day", ["pbx", "queue", "day"], unique=True)


def downgrade() -> None:
    op.drop_table("queue_day")
