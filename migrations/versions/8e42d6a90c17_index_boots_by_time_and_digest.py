"""Index boots by time and digest.

Revision ID: 8e42d6a90c17
Revises: 3b1f0c5d7a21
Create Date: 2026-11-24 09:40:00
"""

from __future__ import annotations

from alembic import op

revision = "8e42d6a90c17"
down_revision = "3b1f0c5d7a21"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Let pages of boots, and the list of digests, come from an index."""
    op.create_index("ix_assembler_boots_started_at_id", "assembler_boots", ["started_at", "id"])
    op.create_index(
        "ix_assembler_boots_digest_started_at", "assembler_boots", ["digest", "started_at"]
    )


def downgrade() -> None:
    """Read the whole table again."""
    op.drop_index("ix_assembler_boots_digest_started_at", table_name="assembler_boots")
    op.drop_index("ix_assembler_boots_started_at_id", table_name="assembler_boots")
