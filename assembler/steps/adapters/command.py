"""Add a click command to the app's command line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assembler.steps.adapters.form import Adapter

if TYPE_CHECKING:
    from assembler.steps.adapters.form import Attachment

__all__ = ["ADAPTER"]


def attach_command(attachment: Attachment) -> object:
    """Call ``app.cli.add_command(it, **with)``."""
    attachment.app.cli.add_command(attachment.target, **attachment.options)
    return attachment.target


ADAPTER = Adapter(
    name="command",
    summary="Add a click command to the app's command line.",
    attach=attach_command,
    classes=frozenset({"click.core.Command"}),
    unfit="is not a click command",
    maker="callable",
    options=("name",),
)
