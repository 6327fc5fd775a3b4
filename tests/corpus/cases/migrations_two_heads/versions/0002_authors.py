"""Make the authors."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Make the table."""
    op.create_table("author", sa.Column("id", sa.Integer, primary_key=True))


def downgrade() -> None:
    """Drop the table."""
    op.drop_table("author")
