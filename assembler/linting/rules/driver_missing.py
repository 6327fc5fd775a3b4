"""Warn about a database whose driver is not installed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assembler.database.url import POSTGRESQL, split_scheme
from assembler.diagnostics.codes import DRIVER_MISSING
from assembler.linting.rules.form import Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from assembler.diagnostics.diagnostic import Diagnostic
    from assembler.linting.facts.databases import Database
    from assembler.linting.facts.lint_facts import ProfileFacts

__all__ = ["RULE", "check_installed"]

# By what SQLAlchemy calls the driver: its module, and what to install for it.
DRIVERS = {
    "psycopg2": ("psycopg2", "psycopg2-binary"),
    "psycopg": ("psycopg", "'psycopg[binary]'"),
    "psycopg_async": ("psycopg", "'psycopg[binary]'"),
    "psycopg2cffi": ("psycopg2cffi", "psycopg2cffi"),
    "pg8000": ("pg8000", "pg8000"),
    "asyncpg": ("asyncpg", "asyncpg"),
    "pymysql": ("pymysql", "pymysql"),
    "mysqldb": ("MySQLdb", "mysqlclient"),
    "mysqlconnector": ("mysql", "mysql-connector-python"),
    "mariadbconnector": ("mariadb", "mariadb"),
    "pyodbc": ("pyodbc", "pyodbc"),
    "oracledb": ("oracledb", "oracledb"),
}
DEFAULTS = {"mysql": "mysqldb", "mariadb": "mysqldb"}  # where the URL names none


def check_installed(facts: ProfileFacts) -> Iterator[Diagnostic]:
    """Report each database whose driver cannot be found."""
    for database in facts.databases:
        driver = _find_name(database)
        if not database.is_certain or driver is None:
            continue
        module, distribution = DRIVERS.get(driver, ("", ""))
        if module and facts.modules.find_module(module) is None:
            message = f"the driver {driver} for {database.scheme}:// is not installed"
            hint = f"Run `pip install {distribution}`, or use a driver that is installed."
            yield DRIVER_MISSING.at(database.place, message, hint=hint)


def _find_name(database: Database) -> str | None:
    backend, named = split_scheme(database.scheme)
    if backend in POSTGRESQL:
        return database.driver or "psycopg2"
    return named or DEFAULTS.get(backend)


RULE = Rule(DRIVER_MISSING, check_profile=check_installed)
