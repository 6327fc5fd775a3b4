"""Create the table of notes.

Revision ID: 1f6c0a9b7d24
Revises:
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "1f6c0a9b7d24"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward from None."""
    op.create_table(
        "notes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("text", sa.String(length=200), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )


def downgrade() -> None:
    """Go back to None."""
    op.drop_table("notes")
