"""Compare the pools of all workers with the connections that the database allows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.pool import QueuePool

from assembler.database.pool import find_pool_limit
from assembler.database.state import call_within, find_engines
from assembler.doctor.form import Check, Finding, Verdict

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Engine

    from assembler.doctor.form import Examined

__all__ = ["CHECK"]

LIMIT_SECONDS = 5.0
# What is left for those who are no superusers.
ALLOWED = {
    "postgresql": "SELECT current_setting('max_connections')::int"
    " - current_setting('superuser_reserved_connections')::int",
    "mysql": "SELECT @@max_connections",
    "mariadb": "SELECT @@max_connections",
}


def examine_connections(examined: Examined) -> Iterator[Finding]:
    """Ask each database that has a limit; one that is away is another check's."""
    assert examined.app is not None
    with examined.app.app_context():
        engines = find_engines(examined.app)
    for engine in engines.values():
        query = ALLOWED.get(engine.dialect.name)
        if query is None or not isinstance(engine.pool, QueuePool):
            continue
        try:
            allowed = call_within(LIMIT_SECONDS, engine, lambda: _ask(engine, query))  # noqa: B023 - called at once
        except (SQLAlchemyError, OSError):
            continue
        yield _compare(engine.pool, examined.workers, allowed)


def _ask(engine: Engine, query: str) -> int:
    with engine.connect() as connection:
        return int(connection.execute(text(query)).scalar_one())


def _compare(pool: QueuePool, workers: int, allowed: int) -> Finding:
    limit = find_pool_limit(pool)
    if limit is None:
        remedy = "Set `pool_size` and `max_overflow` of the step `database`."
        return Finding(Verdict.WARNING, f"the pool has no limit, of {allowed} allowed", remedy)
    needed = workers * limit
    found = f"{workers} x {limit} = {needed} connections at most, {allowed} are allowed"
    if needed > allowed:
        remedy = "Lower `pool_size` or `max_overflow`, use fewer workers, or raise max_connections."
        return Finding(Verdict.FAILED, found, remedy)
    if needed * 2 > allowed and workers > 1:
        remedy = "Leave room for a reload, which has two generations of workers for a while."
        return Finding(Verdict.WARNING, found, remedy)
    return Finding(Verdict.OK, found)


CHECK = Check(examine_connections, needs="app")
