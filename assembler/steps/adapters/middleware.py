"""Wrap the app's WSGI callable."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assembler.references.signature import call_checked
from assembler.steps.adapters.form import Adapter

if TYPE_CHECKING:
    from assembler.steps.adapters.form import Attachment

__all__ = ["ADAPTER"]


def attach_middleware(attachment: Attachment) -> object:
    """Set ``app.wsgi_app = it(app.wsgi_app, **with)``: the last one is the outermost.

    With ``init`` written, ``it(**with)`` makes the wrapper, which gets ``init``.
    """
    app = attachment.app
    wrapped = call_checked(attachment.target, app.wsgi_app, options=attachment.options)
    app.wsgi_app = wrapped  # type: ignore[method-assign]  # Flask's own way to wrap
    return app.wsgi_app


ADAPTER = Adapter(
    name="middleware",
    summary="Wrap the app's WSGI callable.",
    attach=attach_middleware,
    maker="init",
    arguments=1,
    guards=True,
    wraps=True,
)
