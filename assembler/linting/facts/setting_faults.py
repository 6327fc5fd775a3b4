"""Check ``server.with`` without loading the server."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from assembler.document.nodes import (
    MappingNode,
    Node,
    ScalarNode,
    is_reference,
    iter_nodes,
    to_plain,
)
from assembler.linting.facts.hook_faults import find_hook_faults
from assembler.serving.choice import choose_server
from assembler.serving.gunicorn_source import find_refusal, load_settings
from assembler.serving.server_options import SERVERS, find_group_faults, select_options
from assembler.serving.settings import MODELS, check_plain_settings, find_gunicorn_faults

if TYPE_CHECKING:
    from assembler.diagnostics.diagnostic import Diagnostic
    from assembler.modules.module_index import ModuleIndex
    from assembler.planning.plan import Plan

__all__ = ["find_setting_faults"]


def find_setting_faults(plan: Plan, modules: ModuleIndex) -> list[Diagnostic]:
    """Report the settings that the server does not have, and those that it does not accept."""
    spec, server = plan.profile.server, _find_server(plan)
    if not spec.options.entries or server is None:
        return []
    options, faults = select_options(spec, server), find_group_faults(spec)
    faults += _find_server_faults(plan, server, options)
    # What is grouped is checked for each server, since debug may choose another another time.
    for other in SERVERS:
        group = spec.options.get(other)
        if other != server and isinstance(group, MappingNode) and not is_reference(group):
            faults += _find_server_faults(plan, other, group)
    if server == "gunicorn":
        faults += find_hook_faults(options, modules)
    return list(dict.fromkeys(faults))


def _find_server_faults(plan: Plan, server: str, options: MappingNode) -> list[Diagnostic]:
    values = _find_values(options)
    if server in MODELS:
        return check_plain_settings(server, options, values)[1]
    return find_gunicorn_faults(plan, options, values, load_settings(), find_refusal)


def _find_server(plan: Plan) -> str | None:
    """Return the server; ``None``: the profile names an unknown one."""
    server = plan.profile.node.get("server")  # as written: what is wrong in it is not typed
    is_said = isinstance(server, MappingNode) and server.get("use") is not None
    return None if is_said and plan.profile.server.use is None else choose_server(plan)


def _find_values(options: MappingNode) -> dict[str, Any]:
    """Return the settings whose values are known."""
    return {
        key: to_plain(entry.value)
        for key, entry in options.entries.items()
        if _is_known(entry.value)
    }


def _is_known(node: Node) -> bool:
    return not any(
        each.unknown if isinstance(each, ScalarNode) else is_reference(each)
        for each in iter_nodes(node)
    )
