"""Turn ``server.with`` into settings of the server that it is for, by the server's own names."""

from __future__ import annotations

from dataclasses import replace
from importlib import import_module
from typing import TYPE_CHECKING, Any

from assembler import codes
from assembler.diagnostics import ProfileError
from assembler.secrets import Secrets
from assembler.suggestion import render_suggestion
from assembler.values import Scope, resolve_options

if TYPE_CHECKING:
    from assembler.diagnostics import Diagnostic
    from assembler.loading import Loaded
    from assembler.nodes import Mapping

__all__ = ["build_settings", "build_unknown_fault", "build_value_fault"]

# A module of this package for each server, which knows its settings.
TABLE = {
    "gunicorn": "assembler.runners.gunicorn_settings",
    "gevent": "assembler.runners.plain_settings",
    "werkzeug": "assembler.runners.plain_settings",
}


def build_settings(server: str, loaded: Loaded) -> dict[str, Any]:
    """Give the settings of ``server``, checked. Imports what they name, and reads their files.

    Raises:
        ProfileError: at every one that the server does not know, or does not take.
    """
    profile = loaded.plan.profile
    options = profile.server.get_options()
    secrets = Secrets()
    values = resolve_options(options, Scope(loaded.policy, profile.get_folder, secrets))
    checked, faults = import_module(TABLE[server]).check_settings(
        server, options, values, loaded.plan
    )
    if faults:
        raise ProfileError([replace(one, message=secrets.scrub(one.message)) for one in faults])
    settings: dict[str, Any] = checked
    return settings


def build_unknown_fault(server: str, options: Mapping, key: str, known: list[str]) -> Diagnostic:
    """Say at its key that ``server`` has no such setting."""
    hint = render_suggestion(key, known, f"See {server}'s own list of settings.")
    place = options.entries[key].key.place
    return codes.UNKNOWN_SERVER_SETTING.at(place, f'{server} has no setting "{key}"', hint=hint)


def build_value_fault(server: str, options: Mapping, key: str, reason: str) -> Diagnostic:
    """Say at its value that ``server`` does not take it."""
    place = options.entries[key].value.place
    return codes.WRONG_SERVER_SETTING.at(place, f'{server} does not take this "{key}": {reason}')
