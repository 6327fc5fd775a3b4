"""Register a blueprint."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint

if TYPE_CHECKING:
    from assembler.adapters.form import Attachment

__all__ = ["attach_blueprint"]

# What Blueprint.register reads of its options; Flask itself takes any other in silence.
OPTIONS = ("url_prefix", "subdomain", "url_defaults", "name", "name_prefix", "cli_group")


def attach_blueprint(attachment: Attachment) -> object:
    """Call ``app.register_blueprint(it, **with)``."""
    attachment.require(fits=isinstance(attachment.target, Blueprint), kind="is no blueprint")
    attachment.refuse_init()
    attachment.refuse_other_options(OPTIONS)
    attachment.app.register_blueprint(attachment.target, **attachment.options)
    return attachment.target
