"""One sqlite3 connection a request, and the command that makes the tables."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import TYPE_CHECKING

import click
from flask import current_app, g
from flask.cli import with_appcontext

if TYPE_CHECKING:
    from flask import Flask

__all__ = ["close_connection", "create_tables", "get_connection", "init_app", "init_db_command"]


def get_connection() -> sqlite3.Connection:
    """Give this request's connection, opened on first use."""
    if "connection" not in g:
        g.connection = sqlite3.connect(current_app.config["DATABASE"])
        g.connection.row_factory = sqlite3.Row
    connection: sqlite3.Connection = g.connection
    return connection


def close_connection(error: BaseException | None = None) -> None:  # noqa: ARG001 - Flask passes it
    """Close the connection, where this request opened one."""
    connection = g.pop("connection", None)
    if connection is not None:
        connection.close()


def create_tables() -> None:
    """Drop what is there and make the tables anew."""
    schema = Path(current_app.root_path, "schema.sql").read_text(encoding="utf-8")
    get_connection().executescript(schema)


@click.command("init-db")
@with_appcontext
def init_db_command() -> None:
    """Make the tables anew."""
    create_tables()
    click.echo("tables made")


def init_app(app: Flask) -> None:
    """Close connections when a context ends, and add the command."""
    app.teardown_appcontext(close_connection)
    app.cli.add_command(init_db_command)
