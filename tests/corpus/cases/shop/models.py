"""The tables."""

from __future__ import annotations

from flask_sqlalchemy import SQLAlchemy

db = SQLAlchemy()


class Book(db.Model):  # type: ignore[name-defined]  # made at run
    """Something to sell."""

    id = db.Column(db.Integer, primary_key=True)
    title = db.Column(db.String(80))
