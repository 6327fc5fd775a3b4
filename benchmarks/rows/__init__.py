"""List what is measured, in the order of the table; each row is one file, loaded when asked for."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from benchmarks.measuring import Row

__all__ = ["TABLE", "get_row"]

TABLE: dict[str, str] = {
    "start": "benchmarks.rows.start",
    "requests": "benchmarks.rows.requests",
    "memory": "benchmarks.rows.memory",
    "postgres": "benchmarks.rows.postgres",
    "grpc": "benchmarks.rows.grpc",
    "plan": "benchmarks.rows.plan",
    "again": "benchmarks.rows.again",
}


def get_row(name: str) -> Row:
    """Load the row called ``name``.

    Raises:
        KeyError: if there is none.
    """
    row: Row = import_module(TABLE[name]).ROW
    return row
