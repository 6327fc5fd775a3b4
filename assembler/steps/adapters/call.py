"""Call what the step names, with the app or without it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assembler.references.signature import call_checked

if TYPE_CHECKING:
    from assembler.steps.adapters.form import Attachment

__all__ = ["attach_call", "attach_function"]


def attach_call(attachment: Attachment) -> object:
    """Call ``it(app, **with)`` and give what it returns."""
    return _call(attachment, attachment.app)


def attach_function(attachment: Attachment) -> object:
    """Call ``it(**with)``, without the app, and give what it returns."""
    return _call(attachment)


def _call(attachment: Attachment, *args: object) -> object:
    attachment.refuse_init()
    attachment.require("call", fits=callable(attachment.target))
    return call_checked(attachment.target, *args, options=attachment.options)
