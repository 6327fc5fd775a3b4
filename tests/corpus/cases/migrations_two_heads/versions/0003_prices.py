"""Make the prices."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0001"


def upgrade() -> None:
    """Make the table."""
    op.create_table("price", sa.Column("id", sa.Integer, primary_key=True))


def downgrade() -> None:
    """Drop the table."""
    op.drop_table("price")
