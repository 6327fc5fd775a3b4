# ruff: noqa: INP001 - Alembic loads it by its file
"""Make the tables of boots.

Revision ID: 9d2f4b6c8e10
Revises: 5c1e8f0a7b34
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "9d2f4b6c8e10"
down_revision = "5c1e8f0a7b34"


def upgrade() -> None:
    """Make the tables that the step `journal` writes to."""
    op.create_table(
        "assembler_boots",
        sa.Column("id", sa.String(length=36), primary_key=True),
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
        sa.Column("kind", sa.String(length=16), server_default="boot", nullable=False),
        sa.Column("generation", sa.Integer(), nullable=True),
        sa.Column("profile_snapshot", sa.String(length=80), nullable=True),
        sa.Column("effects_snapshot", sa.String(length=80), nullable=True),
        sa.Column("fingerprints", sa.JSON(), nullable=True),
    )
    op.create_table(
        "assembler_snapshots",
        sa.Column("digest", sa.String(length=80), primary_key=True),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=False),
    )
