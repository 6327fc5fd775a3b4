"""Warn of a database whose driver is not installed here.

## What it does

Reports a database URL that is written in the profile and whose driver cannot be found in the
environment that lints: the one that the URL names, else the one that it will be read with. For
`postgresql://` that is what the option `driver` of the step `database` says; without that step it
is SQLAlchemy's own choice, psycopg2 up to 2.0 and psycopg from 2.1 on. Nothing is imported.

## Why is this bad

The app cannot be assembled where the driver is missing. Lint in the environment that serves, or
silence the rule where that cannot be.

## Example

```yaml
version: 1
config:
  - use: values
    with:
      SQLALCHEMY_DATABASE_URI: postgresql+pg8000://shop@db.example.org/shop
extensions:
  - database
```

## Use instead

Install it, or use a driver that is there.

```yaml
version: 1
config:
  - use: values
    with:
      SQLALCHEMY_DATABASE_URI: postgresql+psycopg2://shop@db.example.org/shop
extensions:
  - database
```
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from assembler.database.driver_choice import SCHEMES, split_scheme
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
            message = f"the driver {driver} for {database.scheme}:// is not installed here"
            hint = f"Run `pip install {distribution}`, or use a driver that is installed."
            yield DRIVER_MISSING.at(database.place, message, hint=hint)


def _find_name(database: Database) -> str | None:
    backend, named = split_scheme(database.scheme)
    if backend in SCHEMES:
        return database.driver or "psycopg2"
    return named or DEFAULTS.get(backend)


RULE = Rule(DRIVER_MISSING, check_profile=check_installed)
