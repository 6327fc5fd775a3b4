"""Register a blueprint."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint

from assembler.steps.step_faults import OPTIONS, build_prefix_fault

if TYPE_CHECKING:
    from assembler.steps.adapters.form import Attachment

__all__ = ["attach_blueprint"]


def attach_blueprint(attachment: Attachment) -> object:
    """Call ``app.register_blueprint(it, **with)``."""
    attachment.require("blueprint", fits=isinstance(attachment.target, Blueprint))
    attachment.refuse_init()
    attachment.refuse_other_options(OPTIONS["blueprint"])
    fault = build_prefix_fault(attachment.options.get("url_prefix"))
    if fault is not None:
        raise fault
    attachment.app.register_blueprint(attachment.target, **attachment.options)
    return attachment.target
