"""Give the app to what has an ``init_app``: a class, an instance or a module."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assembler.signature import check_arguments

if TYPE_CHECKING:
    from assembler.adapters.form import Attachment

__all__ = ["attach_extension"]


def attach_extension(attachment: Attachment) -> object:
    """Call ``cls(**with)`` and ``.init_app(app, **init)``, or an instance's ``.init_app(app, **with)``."""
    target, app = attachment.target, attachment.app
    if isinstance(target, type):
        check_arguments(target, (), attachment.options)
        extension = target(**attachment.options)
        check_arguments(extension.init_app, (app,), attachment.init)
        extension.init_app(app, **attachment.init)
        return extension
    attachment.refuse_init()
    check_arguments(target.init_app, (app,), attachment.options)
    target.init_app(app, **attachment.options)
    return target
