"""Find what is wrong with ``server.with`` as far as the text shows it; the server is not loaded."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from assembler.diagnostics import codes
from assembler.document.nodes import (
    MappingNode,
    Node,
    ScalarNode,
    SequenceNode,
    is_reference,
    to_plain,
)
from assembler.language.flags import is_true
from assembler.linting.facts.hook_faults import find_hook_faults
from assembler.serving.choice import choose_server
from assembler.serving.gunicorn_source import find_refusal, load_imported_settings, load_settings
from assembler.serving.settings import (
    MODELS,
    OURS,
    build_ours_fault,
    build_preload_fault,
    build_text_fault,
    build_unknown_fault,
    build_value_fault,
    check_plain_settings,
    describe_refusal,
)

if TYPE_CHECKING:
    from assembler.diagnostics.diagnostic import Diagnostic
    from assembler.modules.module_index import ModuleIndex
    from assembler.planning.plan import Plan

__all__ = ["find_preload_faults", "find_unknown_settings", "find_wrong_settings"]


def find_unknown_settings(plan: Plan) -> list[Diagnostic]:
    """Report the settings that the server does not have."""
    options, server = plan.profile.server.options, _find_server(plan)
    if not options.entries or server is None:
        return []
    there = MODELS[server].model_fields if server in MODELS else load_settings()
    ours = OURS if server == "gunicorn" else {}
    unknown = [key for key in options.entries if key not in there and key not in ours]
    if not unknown or not there:
        return []
    known = [name for name in there if name not in ours]
    return [build_unknown_fault(server, options, key, known) for key in unknown]


def find_wrong_settings(plan: Plan, modules: ModuleIndex) -> list[Diagnostic]:
    """Report the values that the server does not take, and what a profile says elsewhere."""
    options, server = plan.profile.server.options, _find_server(plan)
    if not options.entries or server is None:
        return []
    values = _find_values(options)
    if server in MODELS:
        _, faults = check_plain_settings(server, options, values)
        return [one for one in faults if one.code == codes.WRONG_SERVER_SETTING.number]
    found = [build_ours_fault(options, key) for key in options.entries if key in OURS]
    for key, value in values.items():
        if key in OURS:
            continue
        if isinstance(value, str) and key in load_imported_settings():
            found.append(build_text_fault(options, key, value))
        elif (error := find_refusal(key, value)) is not None:
            found.append(build_value_fault(server, options, key, describe_refusal(error)))
    return found + find_hook_faults(options, modules)


def find_preload_faults(plan: Plan) -> list[Diagnostic]:
    """Report ``preload_app`` where gevent is to patch gunicorn's workers."""
    options = plan.profile.server.options
    if "preload_app" not in options.entries or "gevent" not in plan.patch_names:
        return []
    is_on = is_true(_find_values(options).get("preload_app"))
    return [build_preload_fault(options)] if is_on and _find_server(plan) == "gunicorn" else []


def _find_server(plan: Plan) -> str | None:
    """Give the server; ``None``: the profile says one that there is not."""
    server = plan.profile.node.get("server")  # as written: what is wrong in it is not typed
    is_said = isinstance(server, MappingNode) and server.get("use") is not None
    return None if is_said and plan.profile.server.use is None else choose_server(plan)


def _find_values(options: MappingNode) -> dict[str, Any]:
    """Give the settings whose values are known."""
    return {
        key: to_plain(entry.value)
        for key, entry in options.entries.items()
        if _is_known(entry.value)
    }


def _is_known(node: Node) -> bool:
    if isinstance(node, ScalarNode):
        return not node.unknown
    if isinstance(node, SequenceNode):
        return all(map(_is_known, node.items))
    assert isinstance(node, MappingNode)
    return not is_reference(node) and all(_is_known(entry.value) for entry in node.entries.values())
