"""Call the object with the app."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assembler.references.signature import call_checked
from assembler.steps.adapters.form import Adapter

if TYPE_CHECKING:
    from assembler.steps.adapters.form import Attachment

__all__ = ["ADAPTER"]


def attach_call(attachment: Attachment) -> object:
    """Call ``it(app, **with)`` and return its result."""
    return call_checked(attachment.target, attachment.app, options=attachment.options)


ADAPTER = Adapter(
    name="call", summary="Call the object with the app.", attach=attach_call, arguments=1
)
