"""Give the app to what has an ``init_app``: a class, an instance or a module."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assembler.references.signature import call_checked
from assembler.steps.step_faults import build_unfit_fault

if TYPE_CHECKING:
    from assembler.steps.adapters.form import Attachment

__all__ = ["attach_extension"]


def attach_extension(attachment: Attachment) -> object:
    """Call ``it(**with).init_app(app, **init)``; of an instance, ``it.init_app(app, **with)``.

    Called is a class, and where ``as`` says so a function that makes the extension.
    """
    target, app = attachment.target, attachment.app
    is_class, has_method = isinstance(target, type), hasattr(target, "init_app")
    is_function = callable(target) and not is_class and not has_method
    attachment.require("extension", fits=has_method or is_function)
    if is_class or is_function:
        extension = call_checked(target, options=attachment.options)
        if not hasattr(extension, "init_app"):
            said = f"gave a value of type {type(extension).__name__}, which has no init_app"
            raise build_unfit_fault(attachment.use, "extension", said)
        call_checked(extension.init_app, app, options=attachment.init)
        return extension
    attachment.refuse_init()
    call_checked(target.init_app, app, options=attachment.options)
    return target
