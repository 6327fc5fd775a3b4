# ruff: noqa: INP001 - Alembic would load it by its file
"""Be there: a folder without it is none of migrations. Nothing of these profiles is carried out."""
