"""Mount a WSGI app, or another profile's app, under a path."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from werkzeug.middleware.dispatcher import DispatcherMiddleware

from assembler import codes
from assembler.forms import StepFault
from assembler.reference import is_profile_path

if TYPE_CHECKING:
    from assembler.adapters.form import Attachment

__all__ = ["attach_mount"]


def attach_mount(attachment: Attachment) -> object:
    """Answer requests below ``path`` with it, and all others as before."""
    attachment.refuse_init()
    path: Any = attachment.take("path", str, "the path to mount it under, such as /admin")
    attachment.refuse_other_options(("path",))
    if not path.startswith("/") or path.endswith("/"):
        message = f'expected a path that starts with a slash and does not end in one, got "{path}"'
        raise StepFault(message, option=("path",), code=codes.WRONG_OPTION)
    mounted = attachment.target
    if is_profile_path(attachment.use):
        mounted = attachment.mount(attachment.use)
    attachment.require(fits=callable(mounted), kind="is no WSGI app: it cannot be called")
    app = attachment.app
    app.wsgi_app = DispatcherMiddleware(app.wsgi_app, {path: mounted})  # type: ignore[method-assign]  # Flask's own way to wrap
    return mounted
