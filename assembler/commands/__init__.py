"""List the commands: each is one module with a click command called ``command``."""

from __future__ import annotations

__all__ = ["COMMANDS"]

COMMANDS = {
    "run": "assembler.commands.run",
    "lint": "assembler.commands.lint",
    "show": "assembler.commands.show",
    "plan": "assembler.commands.plan",
    "migrate": "assembler.commands.migrate",
    "flask": "assembler.commands.flask",
    "catalog": "assembler.commands.catalog",
    "rules": "assembler.commands.rules",
    "schema": "assembler.commands.schema",
}
