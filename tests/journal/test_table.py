"""The table of boots, and the revisions in ``migrations/`` that make it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from flask import Flask
from flask_migrate import Migrate
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import MetaData, inspect

from assembler.database.migration import migrate_app
from assembler.journal.table import (
    SNAPSHOTS_NAME,
    TABLE_NAME,
    declare_boots,
    declare_snapshots,
)
from tests.support.postgres import with_driver
from tests.support.processes import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture(params=["postgres", "sqlite"])
def app(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Flask]:
    """Return an app with the table on its metadata and this project's revisions."""
    is_sqlite = request.param == "sqlite"
    url = f"sqlite:///{tmp_path}/b.db" if is_sqlite else request.getfixturevalue("postgres_url")
    app = Flask("boots")
    app.config["SQLALCHEMY_DATABASE_URI"] = with_driver(url, "psycopg2")
    db = SQLAlchemy(app)
    declare_boots(db.metadata)
    declare_snapshots(db.metadata)
    Migrate(app, db, directory=str(ROOT / "migrations"))
    yield app
    with app.app_context():
        db.engine.dispose()


def find_tables(app: Flask) -> list[str]:
    """Return the tables that the app's database has."""
    with app.app_context():
        return sorted(inspect(app.extensions["sqlalchemy"].engine).get_table_names())


def test_the_revisions_make_the_table_as_it_is_declared(app: Flask) -> None:
    """`flask db check` finds nothing to add: columns, types and indexes are the same."""
    said: list[str] = []
    migrate_app(app, emit=said.append)

    done = app.test_cli_runner().invoke(args=["db", "check"])

    assert done.exit_code == 0, done.output
    assert find_tables(app) == ["alembic_version", TABLE_NAME, SNAPSHOTS_NAME]
    assert len(said) == 5


def test_the_revisions_can_be_taken_back(app: Flask) -> None:
    """Down to the empty database, and up again."""
    migrate_app(app, emit=print)

    down = app.test_cli_runner().invoke(args=["db", "downgrade", "base"])

    assert down.exit_code == 0, down.output
    assert find_tables(app) == ["alembic_version"]
    assert migrate_app(app, emit=print).after.current == "c41f7d2e95ab"


@pytest.mark.parametrize("schema", [None, "journal"])
def test_declaring_the_table_twice_gives_the_first(schema: str | None) -> None:
    """Many apps of one process may share a metadata."""
    metadata = MetaData(schema=schema)

    assert declare_boots(metadata) is declare_boots(metadata)
    assert declare_snapshots(metadata) is declare_snapshots(metadata)
