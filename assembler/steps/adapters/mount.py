"""Mount a WSGI app, or another profile's app, under a path."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from werkzeug.middleware.dispatcher import DispatcherMiddleware

from assembler.references.reference import is_profile_path
from assembler.steps.step_faults import OPTIONS, build_mount_path_fault

if TYPE_CHECKING:
    from assembler.steps.adapters.form import Attachment

__all__ = ["attach_mount"]


def attach_mount(attachment: Attachment) -> object:
    """Answer requests below ``path`` with it, and all others as before."""
    attachment.refuse_init()
    path: Any = attachment.take("path", str)
    attachment.refuse_other_options(OPTIONS["mount"])
    fault = build_mount_path_fault(path)
    if fault is not None:
        raise fault
    mounted = attachment.target
    if is_profile_path(attachment.use):
        mounted = attachment.mount(attachment.use)
    attachment.require("mount", fits=callable(mounted))
    app = attachment.app
    app.wsgi_app = DispatcherMiddleware(app.wsgi_app, {path: mounted})  # type: ignore[method-assign]  # Flask's own way to wrap
    return mounted
