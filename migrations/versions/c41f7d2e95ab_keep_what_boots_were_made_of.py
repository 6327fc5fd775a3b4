"""Keep what boots were made of.

Revision ID: c41f7d2e95ab
Revises: 5d90b7e3c814
Create Date: 2026-11-29 20:30:00
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "c41f7d2e95ab"
down_revision = "5d90b7e3c814"
branch_labels = None
depends_on = None

TABLE = "assembler_boots"
SNAPSHOTS = "assembler_snapshots"
COLUMNS = ("profile_snapshot", "effects_snapshot", "fingerprints")


def upgrade() -> None:
    """Add the table of snapshots, and the columns that name them."""
    op.create_table(
        SNAPSHOTS,
        sa.Column("digest", sa.String(length=80), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("digest"),
    )
    op.add_column(TABLE, sa.Column("profile_snapshot", sa.String(length=80), nullable=True))
    op.add_column(TABLE, sa.Column("effects_snapshot", sa.String(length=80), nullable=True))
    op.add_column(TABLE, sa.Column("fingerprints", sa.JSON(), nullable=True))


def downgrade() -> None:
    """Forget what boots were made of."""
    with op.batch_alter_table(TABLE) as table:
        for column in reversed(COLUMNS):
            table.drop_column(column)
    op.drop_table(SNAPSHOTS)
