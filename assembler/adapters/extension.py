"""Give the app to what has an ``init_app``: a class, an instance or a module."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assembler.signature import call_checked

if TYPE_CHECKING:
    from assembler.adapters.form import Attachment

__all__ = ["attach_extension"]


def attach_extension(attachment: Attachment) -> object:
    """Call ``cls(**with)`` and ``.init_app(app, **init)``, or an instance's ``.init_app(app, **with)``."""
    target, app = attachment.target, attachment.app
    attachment.require(fits=hasattr(target, "init_app"), kind="has no init_app")
    if isinstance(target, type):
        extension = call_checked(target, options=attachment.options)
        call_checked(extension.init_app, app, options=attachment.init)
        return extension
    attachment.refuse_init()
    call_checked(target.init_app, app, options=attachment.options)
    return target
