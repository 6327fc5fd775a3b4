"""Find which of the settings in ``server.with`` are for which server."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, TypeGuard

from assembler.diagnostics import codes
from assembler.diagnostics.suggestion import render_suggestion
from assembler.document.nodes import MappingNode, is_null, is_reference
from assembler.serving.gunicorn_source import load_settings
from assembler.serving.settings import MODELS, OURS

if TYPE_CHECKING:
    from collections.abc import Set as AbstractSet

    from assembler.diagnostics.diagnostic import Diagnostic
    from assembler.document.nodes import Node
    from assembler.language.profile import ServerSpec

__all__ = ["SERVERS", "find_group_faults", "find_set_aside", "select_options"]

SERVERS = ("gunicorn", *MODELS)
# Where the profile names none, debug decides between these.
BY_DEBUG = ("gunicorn", "werkzeug")


def select_options(spec: ServerSpec, server: str) -> MappingNode:
    """Return the settings of ``server``: its group, and those outside of any group.

    Where the profile names no server, debug chooses one, and what only another server has is left
    out.
    """
    left_out = {*SERVERS, *_find_set_aside(spec, server), *_find_unknown_groups(spec)}
    entries = {key: one for key, one in spec.options.entries.items() if key not in left_out}
    group = spec.options.get(server)
    if _is_group(group):
        entries |= group.entries
    return replace(spec.options, entries=entries)


def find_set_aside(spec: ServerSpec, server: str) -> Diagnostic | None:
    """Report the settings that are left out, since debug chose ``server``."""
    keys = _find_set_aside(spec, server)
    if not keys:
        return None
    other = next(one for one in BY_DEBUG if one != server and _list_settings(one) & {keys[0]})
    message = f"set aside, since {server} was chosen and has no such settings: {', '.join(keys)}"
    hint = f"Write them below `{other}:` in `server.with`, to say which server they are for."
    place = spec.options.entries[keys[0]].key.place
    return codes.SERVER_KEYS_NOT_IN_FORCE.at(place, message, hint=hint)


def find_group_faults(spec: ServerSpec) -> list[Diagnostic]:
    """Report groups that are not mappings, or are of no server."""
    unknown = [
        codes.UNKNOWN_SERVER_SETTING.at(
            spec.options.entries[key].key.place,
            f'no server and no setting is called "{key}"',
            hint=render_suggestion(key, SERVERS, f"Use one of {', '.join(SERVERS)}."),
        )
        for key in _find_unknown_groups(spec)
    ]
    return unknown + [
        codes.WRONG_SERVER_SETTING.at(
            entry.value.place,
            f'"{key}" groups the settings of {key}, expected a mapping',
            hint="Write the settings below it, each with its value.",
        )
        for key, entry in spec.options.entries.items()
        if key in SERVERS and not _is_group(entry.value) and not is_null(entry.value)
    ]


def _is_group(node: Node | None) -> TypeGuard[MappingNode]:
    return isinstance(node, MappingNode) and not is_reference(node)


def _find_unknown_groups(spec: ServerSpec) -> list[str]:
    """Return the keys of mappings beside a group that are neither a server nor a setting."""
    entries = spec.options.entries
    if not any(_is_group(spec.options.get(server)) for server in SERVERS):
        return []
    known = {*SERVERS, *(name for server in SERVERS for name in _list_settings(server))}
    return [key for key, one in entries.items() if _is_group(one.value) and key not in known]


def _find_set_aside(spec: ServerSpec, server: str) -> list[str]:
    if spec.use is not None:
        return []
    others = {name for one in BY_DEBUG if one != server for name in _list_settings(one)}
    return [key for key in spec.options.entries if key in others - _list_settings(server)]


def _list_settings(server: str) -> AbstractSet[str]:
    if server == "gunicorn":
        return {*load_settings(), *OURS}
    return {*MODELS[server].model_fields}
