"""List the commands: each is a module of this folder with a click command called ``command``."""

from __future__ import annotations

__all__ = ["COMMANDS"]

COMMANDS = (
    *("run", "status", "reload", "rollback", "lint", "show", "plan", "diff", "inspect", "verify"),
    *("doctor", "migrate", "flask", "worker", "beat", "render", "init", "adopt", "catalog"),
    *("rules", "schema"),
)
