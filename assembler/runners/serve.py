"""Serve a profile's app: with gunicorn, gevent's own server, or Werkzeug's for development."""

from __future__ import annotations

from dataclasses import replace
from importlib import import_module
from typing import TYPE_CHECKING

from assembler.diagnostics import codes
from assembler.diagnostics.diagnostic import ProfileError
from assembler.rendering.console import write_diagnostics, write_error
from assembler.runners.loading import Overrides, load_serving
from assembler.secrets.fingerprints import get_server_key
from assembler.serving.start_token import get_start_token

if TYPE_CHECKING:
    from assembler.runners.canary_task import Lint
    from assembler.runners.loading import Serving

__all__ = ["TABLE", "serve_profile"]

# What the command line decides, so that no edit is waited for.
FINAL = {codes.DEBUG_BEYOND_LOOPBACK.number, codes.ROLE_NOT_SERVED.number}
# Each module has ``serve(serving) -> int``, with ``lint`` as well if it can reload, and is
# imported when its server is chosen.
TABLE = {
    "gunicorn": "assembler.runners.gunicorn",
    "gevent": "assembler.runners.gevent",
    "werkzeug": "assembler.runners.werkzeug",
}


def serve_profile(profile: str, overrides: Overrides, lint: Lint | None = None) -> int:
    """Assemble and serve a profile until told to end, and return the exit status.

    With a reloader, a profile that is broken at the start does not end it: the fault is shown until
    the next edit.

    Raises:
        ProfileError: if the profile cannot be served, and no reloader waits for an edit.
    """
    try:
        serving = load_serving(profile, overrides)
    except ProfileError as error:
        from assembler.runners.reloader import (  # noqa: PLC0415 - only for a fault
            is_reloader_wanted,
            supervise,
        )

        if _is_final(error):
            raise
        rescue = _find_rescue(profile, overrides, error) if overrides.rescue else None
        if rescue is None and not is_reloader_wanted(profile, overrides):
            raise
        if rescue is None:
            return supervise(profile, overrides)
        serving = rescue
    # Under a reloader the process that serves prints them, again after each edit.
    if not serving.use_reloader:
        write_diagnostics([*serving.loaded.warnings, *serving.notices])
    # Before any process of the server's is forked: these are the same in all of them.
    get_start_token()
    get_server_key()
    module = import_module(TABLE[serving.server])
    status: int = module.serve(serving, *([lint] if serving.can_reload else []))
    return status


def _find_rescue(profile: str, overrides: Overrides, error: ProfileError) -> Serving | None:
    """Return the last good profile, for a server that can take over a mended one later."""
    from assembler.runners.last_good import find_rescue  # noqa: PLC0415 - only for a fault

    rescue = find_rescue(profile, overrides)
    if rescue is None or not rescue.can_reload:
        return None
    write_diagnostics(error.diagnostics)
    digest = rescue.loaded.plan.profile.composed.digest
    write_error(f"the profile on disk is broken, the last good one is served instead: {digest}")
    return replace(rescue, is_rescue=True)


def _is_final(error: ProfileError) -> bool:
    """Return whether no edit may lift it: what must not be served, and options that are wrong."""
    return any(
        found.code in FINAL or found.place.path.startswith("--") for found in error.diagnostics
    )
