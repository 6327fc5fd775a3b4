"""Make the table of boots.

Revision ID: 3b1f0c5d7a21
Revises:
Create Date: 2026-11-24 09:10:00
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "3b1f0c5d7a21"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table that the step `journal` writes to."""
    op.create_table(
        "assembler_boots",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("profile", sa.String(length=255), nullable=False),
        sa.Column("role", sa.String(length=32), nullable=False),
        sa.Column("digest", sa.String(length=80), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("duration_ms", sa.Float(), nullable=False),
        sa.Column("outcome", sa.String(length=16), nullable=False),
        sa.Column("host", sa.String(length=255), nullable=False),
        sa.Column("pid", sa.Integer(), nullable=False),
        sa.Column("versions", sa.JSON(), nullable=False),
        sa.Column("report", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )


def downgrade() -> None:
    """Drop it, with every boot in it."""
    op.drop_table("assembler_boots")
