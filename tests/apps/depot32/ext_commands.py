"""What the command line may do."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click
from flask import current_app
from flask.cli import with_appcontext

if TYPE_CHECKING:
    from flask import Flask

__all__ = ["init_app", "show_gates"]


@click.command("gates")
@with_appcontext
def show_gates() -> None:
    """Print the gates."""
    for gate in current_app.extensions["store"].list("gates"):
        click.echo(gate["name"])


def init_app(app: Flask) -> None:
    """Add the command."""
    app.cli.add_command(show_gates)
