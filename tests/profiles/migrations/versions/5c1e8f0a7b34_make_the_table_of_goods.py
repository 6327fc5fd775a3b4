# ruff: noqa: INP001 - Alembic loads it by its file
"""Make the table of goods: the one revision that the valid profiles of migrations find."""

revision = "5c1e8f0a7b34"
down_revision = None
