"""Add a URL rule: the object is its view, or the rule names an endpoint alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assembler.steps.adapters.form import Adapter, RequiredOption

if TYPE_CHECKING:
    from assembler.steps.adapters.form import Attachment

__all__ = ["ADAPTER"]


def attach_url_rule(attachment: Attachment) -> object:
    """Call ``app.add_url_rule(**with)``, with the object as ``view_func`` if ``use`` names one."""
    options = dict(attachment.options)
    if attachment.target is not None:
        options["view_func"] = attachment.target
    attachment.app.add_url_rule(**options)
    return attachment.target


ADAPTER = Adapter(
    name="add_url_rule",
    summary="Add a URL rule: the object is its view, or the rule names an endpoint alone.",
    attach=attach_url_rule,
    required=RequiredOption("rule", (str,), "the path, such as /about"),
)
