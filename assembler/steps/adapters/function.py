"""Call the object without the app."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assembler.references.signature import call_checked
from assembler.steps.adapters.form import Adapter

if TYPE_CHECKING:
    from assembler.steps.adapters.form import Attachment

__all__ = ["ADAPTER"]


def attach_function(attachment: Attachment) -> object:
    """Call ``it(**with)`` and return its result."""
    return call_checked(attachment.target, options=attachment.options)


ADAPTER = Adapter(
    name="function", summary="Call the object without the app.", attach=attach_function, arguments=0
)
