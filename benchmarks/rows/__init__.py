"""List what is measured, in the order of the table; each row is one file, loaded when asked for."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from benchmarks.measuring import Row

__all__ = ["TABLE", "get_row"]

TABLE: dict[str, str] = {
    "start": "benchmarks.rows.start",
    "start_steps": "benchmarks.rows.start_steps",
    "reload": "benchmarks.rows.reload",
    "reload_load": "benchmarks.rows.reload_load",
    "watch": "benchmarks.rows.watch",
    "ready": "benchmarks.rows.ready",
    "requests": "benchmarks.rows.requests",
    "requests_steps": "benchmarks.rows.requests_steps",
    "console_boots": "benchmarks.rows.console_boots",
    "console_boots_postgres": "benchmarks.rows.console_boots_postgres",
    "console_cost": "benchmarks.rows.console_cost",
    "journal_cost": "benchmarks.rows.journal_cost",
    "tasks_prefork": "benchmarks.rows.tasks_prefork",
    "tasks_gevent": "benchmarks.rows.tasks_gevent",
    "memory": "benchmarks.rows.memory",
    "postgres": "benchmarks.rows.postgres",
    "grpc": "benchmarks.rows.grpc",
    "plan": "benchmarks.rows.plan",
    "again": "benchmarks.rows.again",
    "again_modules": "benchmarks.rows.again_modules",
    "again_settings": "benchmarks.rows.again_settings",
    "again_steps": "benchmarks.rows.again_steps",
    "ledger": "benchmarks.rows.ledger",
    "adopt": "benchmarks.rows.adopt",
    "pytest_fixture": "benchmarks.rows.pytest_fixture",
    "again_catalog": "benchmarks.rows.again_catalog",
    "lint_yamllint": "benchmarks.rows.lint_yamllint",
    "lint_schema": "benchmarks.rows.lint_schema",
    "lint_core": "benchmarks.rows.lint_core",
    "lint_cold": "benchmarks.rows.lint_cold",
    "lint_cold_schema": "benchmarks.rows.lint_cold_schema",
    "lint_catalog": "benchmarks.rows.lint_catalog",
    "lint_steps": "benchmarks.rows.lint_steps",
    "lint_references": "benchmarks.rows.lint_references",
    "lint_growth": "benchmarks.rows.lint_growth",
    "lint_again": "benchmarks.rows.lint_again",
}


def get_row(name: str) -> Row:
    """Load the row called ``name``.

    Raises:
        KeyError: if there is none.
    """
    row: Row = import_module(TABLE[name]).ROW
    return row
