"""Read a database URL without SQLAlchemy: its scheme, and what SQLAlchemy would refuse."""

from __future__ import annotations

import re

from assembler.diagnostics import codes
from assembler.diagnostics.faults import StepFault
from assembler.diagnostics.suggestion import find_meant
from assembler.document.foreign_variables import iter_meant
from assembler.document.traps import CURLY

__all__ = [
    "BINDS_KEY",
    "POSTGRESQL",
    "URI_KEY",
    "build_dialect_fault",
    "build_url_fault",
    "find_url_fault",
    "split_scheme",
]

URI_KEY, BINDS_KEY = "SQLALCHEMY_DATABASE_URI", "SQLALCHEMY_BINDS"
POSTGRESQL = frozenset({"postgres", "postgresql"})
AT_HINT = "Write `%40` for each `@` in the password."
URL_HINT = "Write it as `dialect://user@host/name`, or `sqlite:///file.db`."
# What SQLAlchemy brings, and the scheme that hosting providers write; packages bring more.
DIALECTS = frozenset({"mariadb", "mssql", "mysql", "oracle", "postgres", "postgresql", "sqlite"})
QUOTES = frozenset(f"\"'`{CURLY}")
FILES = frozenset({"sqlite", "sqlite+pysqlite", "sqlite+aiosqlite"})  # others have a password
# What SQLAlchemy takes for a password although a port and a query are meant, if an `@` is in them.
QUERY = re.compile(r"\d*/[^?]*\?.*=", re.DOTALL)
# As SQLAlchemy reads it: a password may hold anything but an `@`.
URL = re.compile(
    r"(?P<dialect>[\w+]+)://"
    r"(?:(?P<user>[^:/]*)(?::(?P<password>[^@]*))?@)?"
    r"(?P<host>\[[^/?]+\]|[^/:?]+)?(?::(?P<port>[^/?]*))?"
)


def split_scheme(scheme: str) -> tuple[str, str]:
    """Return the kind of database that a URL's scheme means, and the driver it names, if any."""
    backend, _, named = scheme.partition("+")
    return backend, named


def find_url_fault(text: str, name: str) -> StepFault | None:
    """Return why SQLAlchemy cannot read a URL; ``None``: it can, if the dialect exists.

    Only the dialect is shown, never the rest of the URL: it may hold a password.

    Args:
        text: The URL.
        name: What messages call it: a config key, or an option.
    """
    found = URL.match(text)
    spelling = _find_spelling_fault(text, name)
    if spelling is not None:
        return spelling
    if found is None:
        return build_url_fault(f"{name} is not the URL of a database")
    password = found["password"] or ""
    behind = text[found.end("password") + 1 :] if password else ""
    if "@" in behind.partition("?")[0] or QUERY.match(password):
        return build_url_fault(f"the password in {name} has an `@` in it", AT_HINT)
    try:
        port = 0 if found["port"] is None else int(found["port"])
    except ValueError:
        hint = (
            "Write the port as digits; in a password, `:`, `@` and `/` are `%3A`, `%40` and `%2F`."
        )
        return build_url_fault(f"the port in {name} is not a number", hint)
    # SQLAlchemy takes an empty name, and the port 0, for none.
    if found["dialect"] in FILES and (found["host"] or found["user"] or found["password"] or port):
        hint = "Write three slashes before the file, `sqlite:///file.db`; four if it is absolute."
        return build_url_fault(f"{name} names a host, which a SQLite database does not have", hint)
    return None


def _find_spelling_fault(text: str, name: str) -> StepFault | None:
    """Return what is wrong with a URL that was written for another tool, or for another place."""
    if text[:1] in QUOTES or (text[:1] and text[-1:] in QUOTES):
        return build_url_fault(f"{name} has quotes inside it", "Remove the quotes inside the URL.")
    if text.startswith("jdbc:"):
        return build_url_fault(f'{name} starts with "jdbc:", as only Java does', "Remove `jdbc:`.")
    written, variable = next(iter_meant(text), (None, None))
    if written is not None:
        message = f'"{written}" in {name} is a string, not a variable'
        return build_url_fault(message, f"Write `${{{variable}}}`.")
    return None


def build_dialect_fault(dialect: str) -> StepFault:
    """Report a dialect that SQLAlchemy does not know."""
    backend, driver = split_scheme(dialect)
    meant = find_meant(backend, sorted(DIALECTS - {"postgres"}))
    hint = URL_HINT if meant is None else f"Did you mean '{meant}'?"
    if backend in DIALECTS:
        hint = f"Name a driver that SQLAlchemy knows, or remove `+{driver}`."
    return build_url_fault(f'unknown database dialect "{dialect}"', hint)


def build_url_fault(message: str, hint: str = URL_HINT) -> StepFault:
    """Report a URL that cannot be used."""
    return StepFault(message, hint=hint, code=codes.WRONG_DATABASE_URL)
