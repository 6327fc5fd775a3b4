"""Take the settings of the servers that run in one process: gevent's pywsgi, and Werkzeug's."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from assembler.serving.settings import check_plain_settings

if TYPE_CHECKING:
    from assembler.diagnostics.diagnostic import Diagnostic
    from assembler.document.nodes import MappingNode
    from assembler.planning.plan import Plan

__all__ = ["check_settings"]


def check_settings(
    server: str,
    options: MappingNode,
    values: dict[str, Any],
    plan: Plan,  # noqa: ARG001 - the form of a settings module
) -> tuple[dict[str, Any], list[Diagnostic]]:
    """Give the settings, and what is wrong with them."""
    return check_plain_settings(server, options, values)
