"""Be a small shop with a database: a hand-written factory, and what its profiles name."""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path

from flask import Flask
from flask_migrate import Migrate
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import event

db = SQLAlchemy()


class Product(db.Model):  # type: ignore[name-defined,misc]
    """Something to buy."""

    id = db.Column(db.Integer, primary_key=True)
    title = db.Column(db.String(80), nullable=False)


class Purchase(db.Model):  # type: ignore[name-defined,misc]
    """Something bought."""

    id = db.Column(db.Integer, primary_key=True)
    product_id = db.Column(db.ForeignKey("product.id", ondelete="CASCADE"), nullable=False)


def create_app(url: str | None = None) -> Flask:
    """Make the shop, as ``flask --app shop`` finds it."""
    app = Flask("shop")
    app.config["SQLALCHEMY_DATABASE_URI"] = url or os.environ["DATABASE_URL"]
    # One connection: whoever needs two at once hangs.
    if app.config["SQLALCHEMY_DATABASE_URI"].startswith("postgresql"):
        app.config["SQLALCHEMY_ENGINE_OPTIONS"] = {"pool_size": 1, "max_overflow": 0}
    db.init_app(app)
    Migrate(app, db, directory=str(Path(__file__).parent / "migrations"))
    with app.app_context():
        event.listen(db.engine, "connect", _enforce_foreign_keys)
    return app


def _enforce_foreign_keys(connection: object, _record: object) -> None:
    """Have SQLite keep foreign keys, as PostgreSQL does."""
    if isinstance(connection, sqlite3.Connection):
        connection.execute("PRAGMA foreign_keys = ON")
