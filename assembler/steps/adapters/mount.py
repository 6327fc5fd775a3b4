"""Mount a WSGI app, or another profile's app, under a path."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assembler.diagnostics import codes
from assembler.diagnostics.faults import StepFault
from assembler.references.reference import is_profile_path
from assembler.steps.adapters.form import Adapter, RequiredOption

if TYPE_CHECKING:
    from collections.abc import Mapping

    from assembler.steps.adapters.form import Attachment

__all__ = ["ADAPTER"]


def attach_mount(attachment: Attachment) -> object:
    """Answer requests below ``path`` with it, and all others as before."""
    from assembler.steps.mounted_apps import mount_apps

    mounted, step = attachment.target, attachment.step
    if is_profile_path(step.use):
        mounted = attachment.host.mount(step.node.get("use") or step.node, step.use)
    mount_apps(attachment.app, {attachment.options["path"]: mounted})
    return mounted


def check_path(options: Mapping[str, object]) -> None:
    """Reject a ``path`` that Werkzeug's dispatcher would never find."""
    path = options.get("path")
    if not isinstance(path, str) or (path.startswith("/") and not path.endswith("/")):
        return
    message = f'expected a path that starts with a slash and does not end in one, got "{path}"'
    hint = f"Write `/{path.strip('/')}`." if path.strip("/") else "Name a path below `/`."
    raise StepFault(message, hint=hint, option=("path",), code=codes.WRONG_OPTION)


ADAPTER = Adapter(
    name="mount",
    summary="Mount a WSGI app, or another profile's app, under a path.",
    attach=attach_mount,
    unfit="is not a WSGI app: it cannot be called",
    options=("path",),
    required=RequiredOption("path", (str,), "the path to mount it under, such as /admin"),
    check=check_path,
    wraps=True,
)
