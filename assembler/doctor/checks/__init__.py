"""List the checks in the order in which they run: each is a module here, with a ``CHECK``."""

from __future__ import annotations

__all__ = ["TABLE"]

TABLE = (
    *("variables", "profile", "packages", "server", "ports", "patches", "files", "app"),
    *("database", "schema", "connections", "open_files", "load", "readiness"),
)
