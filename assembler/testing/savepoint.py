"""Take back what a test writes to its database."""

from __future__ import annotations

from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask import Flask
    from sqlalchemy import Connection, Engine

__all__ = ["roll_back_after"]


@contextmanager
def roll_back_after(app: Flask) -> Iterator[None]:
    """Give the app one connection for each database, whose transaction is never committed.

    A ``commit`` of a session ends a savepoint in it. The app's tables must be there before.
    """
    if "sqlalchemy" not in app.extensions:
        pytest.fail("a savepoint needs a database: add the step 'database'", pytrace=False)
    db: Any = app.extensions["sqlalchemy"]
    with app.app_context():
        # The extension's own dictionary, from which every session takes its connection.
        engines: dict[str | None, Engine | Connection] = db.engines
    kept = dict(engines)
    with ExitStack() as stack:
        for key, engine in kept.items():
            engines[key] = stack.enter_context(_open_savepoint(engine))
        try:
            yield
        finally:
            engines.update(kept)


@contextmanager
def _open_savepoint(engine: Any) -> Iterator[Connection]:  # noqa: ANN401 - an engine
    with engine.connect() as connection:
        transaction = connection.begin()
        level = None
        is_sqlite = engine.dialect.name == "sqlite"
        if is_sqlite:  # whose driver begins no transaction before a savepoint, unless told to
            driver = connection.connection.driver_connection
            level, driver.isolation_level = driver.isolation_level, None
            connection.exec_driver_sql("BEGIN")
        # A session that is given a connection inside a savepoint uses savepoints of its own.
        connection.begin_nested()
        try:
            yield connection
        finally:
            transaction.rollback()
            if is_sqlite:
                driver.isolation_level = level
