"""Turn ``server.with`` into settings of the server that it is for, by the server's own names."""

from __future__ import annotations

from dataclasses import replace
from importlib import import_module
from typing import TYPE_CHECKING, Any

from assembler.diagnostics.diagnostic import ProfileError
from assembler.references.values import Scope, resolve_options
from assembler.secrets.known import Secrets

if TYPE_CHECKING:
    from assembler.planning.loading import Loaded

__all__ = ["build_settings"]

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
    options = profile.server.options
    secrets = Secrets()
    values = resolve_options(options, Scope(loaded.policy, profile.get_folder, secrets))
    checked, faults = import_module(TABLE[server]).check_settings(
        server, options, values, loaded.plan
    )
    if faults:
        raise ProfileError([replace(one, message=secrets.scrub(one.message)) for one in faults])
    settings: dict[str, Any] = checked
    return settings
