"""Add a click command to the app's command line."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from assembler.steps.step_faults import OPTIONS

if TYPE_CHECKING:
    from assembler.steps.adapters.form import Attachment

__all__ = ["attach_command"]


def attach_command(attachment: Attachment) -> object:
    """Call ``app.cli.add_command(it, **with)``."""
    is_command = isinstance(attachment.target, click.Command)
    attachment.require("command", fits=is_command)
    attachment.refuse_init()
    attachment.refuse_other_options(OPTIONS["command"])
    attachment.app.cli.add_command(attachment.target, **attachment.options)
    return attachment.target
