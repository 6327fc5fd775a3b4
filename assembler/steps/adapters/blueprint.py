"""Register a blueprint."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assembler.diagnostics import codes
from assembler.diagnostics.faults import StepFault
from assembler.steps.adapters.form import Adapter

if TYPE_CHECKING:
    from collections.abc import Mapping

    from assembler.steps.adapters.form import Attachment

__all__ = ["ADAPTER"]


def attach_blueprint(attachment: Attachment) -> object:
    """Call ``app.register_blueprint(it, **with)``."""
    attachment.app.register_blueprint(attachment.target, **attachment.options)
    return attachment.target


def check_prefix(options: Mapping[str, object]) -> None:
    """Reject a `url_prefix` without a leading slash, as Flask does."""
    prefix = options.get("url_prefix")
    if isinstance(prefix, str) and prefix and not prefix.startswith("/"):
        raise StepFault(
            f'expected a path that starts with a slash, got "{prefix}"',
            option=("url_prefix",),
            hint=f"Write `/{prefix}`." if prefix[0].isalnum() else "Start it with a slash.",
            code=codes.WRONG_OPTION,
        )


ADAPTER = Adapter(
    name="blueprint",
    summary="Register a blueprint.",
    attach=attach_blueprint,
    classes=frozenset({"flask.blueprints.Blueprint"}),
    unfit="is not a blueprint",
    # What `Blueprint.register` reads; Flask ignores any other.
    maker="callable",
    options=("url_prefix", "subdomain", "url_defaults", "name", "name_prefix", "cli_group"),
    check=check_prefix,
)
