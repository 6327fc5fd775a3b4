"""Tell kinds of boots, and generations.

Revision ID: 5d90b7e3c814
Revises: 8e42d6a90c17
Create Date: 2026-11-29 10:00:00
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "5d90b7e3c814"
down_revision = "8e42d6a90c17"
branch_labels = None
depends_on = None

TABLE = "assembler_boots"
BY_PROFILE = "ix_assembler_boots_digest_profile_started_at"
BY_DIGEST = "ix_assembler_boots_digest_started_at"


def upgrade() -> None:
    """Add both columns, and let the list of profiles come from an index."""
    op.add_column(
        TABLE, sa.Column("kind", sa.String(length=16), server_default="boot", nullable=False)
    )
    op.add_column(TABLE, sa.Column("generation", sa.Integer(), nullable=True))
    op.create_index(BY_PROFILE, TABLE, ["digest", "profile", "started_at"])
    op.drop_index(BY_DIGEST, table_name=TABLE)


def downgrade() -> None:
    """Forget which boots were reloads, rejections and rollbacks."""
    op.create_index(BY_DIGEST, TABLE, ["digest", "started_at"])
    op.drop_index(BY_PROFILE, table_name=TABLE)
    with op.batch_alter_table(TABLE) as table:
        table.drop_column("generation")
        table.drop_column("kind")
