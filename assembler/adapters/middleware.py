"""Wrap the app's WSGI callable."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assembler.signature import check_arguments

if TYPE_CHECKING:
    from assembler.adapters.form import Attachment

__all__ = ["attach_middleware"]


def attach_middleware(attachment: Attachment) -> object:
    """Set ``app.wsgi_app = it(app.wsgi_app, **with)``: the last one is the outermost."""
    attachment.refuse_init()
    app = attachment.app
    check_arguments(attachment.target, (app.wsgi_app,), attachment.options)
    app.wsgi_app = attachment.target(app.wsgi_app, **attachment.options)  # type: ignore[method-assign]  # Flask's own way to wrap
    return app.wsgi_app
