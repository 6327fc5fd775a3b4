"""The commands."""

from __future__ import annotations

from typing import TYPE_CHECKING

from big28.ordering import require_steps

if TYPE_CHECKING:
    from flask import Flask

__all__ = ["init_app"]


def init_app(app: Flask) -> None:
    """Add the commands; they count in the key-value store."""
    require_steps(app, "commands", "redis", "sqlalchemy")
    from big28.account_commands import count_accounts, create_account  # noqa: PLC0415 - only now

    app.cli.add_command(count_accounts)
    app.cli.add_command(create_account)
