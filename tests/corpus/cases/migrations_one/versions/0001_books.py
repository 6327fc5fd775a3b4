"""Make the books."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make the table."""
    op.create_table("book", sa.Column("id", sa.Integer, primary_key=True))


def downgrade() -> None:
    """Drop the table."""
    op.drop_table("book")
