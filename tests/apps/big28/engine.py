"""The database object that everything imports."""

from __future__ import annotations

from flask_sqlalchemy import SQLAlchemy

__all__ = ["db"]

db = SQLAlchemy()
