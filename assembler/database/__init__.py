"""Bring a database to its head: its state, the lock, the environment of Alembic."""
