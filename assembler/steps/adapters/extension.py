"""Initialize an extension: a class, an instance or a module with ``init_app``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assembler.references.signature import call_checked
from assembler.steps.adapters.form import Adapter

if TYPE_CHECKING:
    from assembler.steps.adapters.form import Attachment

__all__ = ["ADAPTER"]


def attach_extension(attachment: Attachment) -> object:
    """Call ``it.init_app(app, **with)``, or with ``init`` where it was made first."""
    call_checked(attachment.target.init_app, attachment.app, options=attachment.options)
    return attachment.target


ADAPTER = Adapter(
    name="extension",
    summary="Initialize an extension: a class, an instance or a module with `init_app`.",
    attach=attach_extension,
    method="init_app",
    unfit="has no init_app",
    maker="callable",
)
