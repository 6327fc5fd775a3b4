"""Tell from its text alone whether SQLAlchemy takes a database's URL; pure."""

from __future__ import annotations

import re

from assembler.diagnostics import codes
from assembler.diagnostics.faults import StepFault
from assembler.diagnostics.suggestion import find_meant

__all__ = [
    "build_dialect_fault",
    "build_no_url_fault",
    "find_url_fault",
]

URL_HINT = "Write it as `dialect://user@host/name`, or `sqlite:///file.db`."
# What SQLAlchemy brings, and the scheme that hosting providers write; packages bring more.
DIALECTS = frozenset({"mariadb", "mssql", "mysql", "oracle", "postgres", "postgresql", "sqlite"})
FILES = frozenset({"sqlite", "sqlite+pysqlite", "sqlite+aiosqlite"})  # others have a password
# As SQLAlchemy reads it: a password may hold anything but an `@`.
URL = re.compile(
    r"(?P<dialect>[\w+]+)://"
    r"(?:(?P<user>[^:/]*)(?::(?P<password>[^@]*))?@)?"
    r"(?P<host>\[[^/?]+\]|[^/:?]+)?(?::(?P<port>[^/?]*))?"
)


def find_url_fault(text: str, name: str) -> StepFault | None:
    """Say why SQLAlchemy cannot take a URL; ``None``: it can, if there is such a dialect.

    Neither the URL nor a part of it is shown but its dialect: it may hold a password.

    Args:
        text: The URL.
        name: What messages call it: a config key, or an option.
    """
    found = URL.match(text)
    if found is None:
        return build_no_url_fault(name)
    try:
        port = 0 if found["port"] is None else int(found["port"])
    except ValueError:
        hint = (
            "Write the port as digits; in a password, `:`, `@` and `/` are `%3A`, `%40` and `%2F`."
        )
        return _build_fault(f"the port in {name} is not a number", hint)
    # SQLAlchemy takes an empty name, and the port 0, for none.
    if found["dialect"] in FILES and (found["host"] or found["user"] or found["password"] or port):
        hint = "Write three slashes before the file, `sqlite:///file.db`; four if it is absolute."
        return _build_fault(f"{name} names a host, and a SQLite database has none", hint)
    return None


def build_no_url_fault(name: str) -> StepFault:
    """Say that what names a database is something else than a URL."""
    return _build_fault(f"{name} is not the URL of a database", URL_HINT)


def build_dialect_fault(dialect: str) -> StepFault:
    """Say that there is no such dialect."""
    backend, _, driver = dialect.partition("+")
    meant = find_meant(backend, DIALECTS)
    if backend in DIALECTS:
        hint = f"Name a driver that SQLAlchemy knows, or leave `+{driver}` out."
    else:
        hint = URL_HINT if meant is None else f"Did you mean '{meant}'?"
    return _build_fault(f'there is no database dialect "{dialect}"', hint)


def _build_fault(message: str, hint: str) -> StepFault:
    return StepFault(message, hint=hint, code=codes.WRONG_DATABASE_URL)
