"""Connect to each database, and measure the round trip of a query."""

from __future__ import annotations

import os
import time
from statistics import median
from typing import TYPE_CHECKING

from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from assembler.database.sqlite import find_database_file
from assembler.database.state import call_within, describe_away, find_engines
from assembler.doctor.form import Check, Finding, Verdict

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Engine

    from assembler.doctor.form import Examined

__all__ = ["CHECK"]

LIMIT_SECONDS = 5.0
QUERIES = 5
SLOW_MS = 20.0  # within one network it is below one


def examine_database(examined: Examined) -> Iterator[Finding]:
    """Ask the default database and each bind."""
    assert examined.app is not None
    with examined.app.app_context():
        engines = find_engines(examined.app)
    for bind, engine in engines.items():
        yield _examine_one("the database" if bind is None else f"the database '{bind}'", engine)
    if not engines:
        yield Finding(Verdict.OK, "the app has none")


def _examine_one(name: str, engine: Engine) -> Finding:
    fault = _find_file_fault(engine)
    if fault is not None:
        return Finding(Verdict.FAILED, f"{name}: {fault}", "Make it writable for this user.")
    where = f"{engine.dialect.name} through {engine.dialect.driver}"
    try:
        milliseconds = call_within(LIMIT_SECONDS, engine, lambda: _measure(engine))
    except (SQLAlchemyError, OSError) as error:
        message = f"{name}, {where}, is away: {describe_away(error, LIMIT_SECONDS)}"
        remedy = "Start the database, or fix its URL in the app's config."
        return Finding(Verdict.FAILED, message, remedy)
    message = f"{name}, {where}, answers in {milliseconds:.2g} ms"
    if milliseconds > SLOW_MS:
        remedy = "Move the app and its database closer to each other: each query waits that long."
        return Finding(Verdict.WARNING, message, remedy)
    return Finding(Verdict.OK, message)


def _find_file_fault(engine: Engine) -> str | None:
    """Return why a SQLite file cannot be written; SQLite puts a journal beside it."""
    file = find_database_file(engine)
    if file is None:
        return None
    if not file.parent.is_dir():
        return f"there is no folder '{file.parent}'"
    unwritable = [
        one for one in (file.parent, file) if one.exists() and not os.access(one, os.W_OK)
    ]
    return f"this user may not write to '{unwritable[0]}'" if unwritable else None


def _measure(engine: Engine) -> float:
    """Return the median of some round trips, in milliseconds."""
    query = text("SELECT 1 FROM DUAL" if engine.dialect.name == "oracle" else "SELECT 1")
    taken = []
    with engine.connect() as connection:
        for _ in range(QUERIES):
            started = time.perf_counter()
            connection.execute(query)
            taken.append((time.perf_counter() - started) * 1000)
    return median(taken)


CHECK = Check(examine_database, needs="app")
