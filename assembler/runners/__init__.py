"""Serve a profile's app: with gunicorn, gevent's own server, or Werkzeug's for development."""

from __future__ import annotations

from importlib import import_module

from assembler.diagnostics import codes
from assembler.diagnostics.diagnostic import ProfileError
from assembler.rendering.console import write_diagnostics
from assembler.runners.garbage import collect_rarely
from assembler.runners.loading import Overrides, Serving, build_serving, load_serving

__all__ = [
    "TABLE",
    "Overrides",
    "Serving",
    "build_serving",
    "load_serving",
    "serve",
    "serve_profile",
]

# Each module has ``serve(serving) -> int``, and is imported when its server is the one chosen.
TABLE = {
    "gunicorn": "assembler.runners.gunicorn",
    "gevent": "assembler.runners.gevent",
    "werkzeug": "assembler.runners.werkzeug",
}


def serve_profile(profile: str, overrides: Overrides) -> int:
    """Assemble and serve a profile until told to end, and give the exit status.

    Where a reloader is to run, a profile that is wrong at the start is no reason to end: what is
    wrong is shown, and the next edit is waited for.

    Raises:
        ProfileError: with what is wrong, where no reloader waits.
    """
    collect_rarely()
    try:
        serving = load_serving(profile, overrides)
    except ProfileError as error:
        from assembler.runners.reloader import (  # noqa: PLC0415 - only for a fault
            is_reloader_wanted,
            supervise,
        )

        if _is_refused(error) or not is_reloader_wanted(profile, overrides):
            raise
        return supervise(profile, overrides)
    return serve(serving)


def _is_refused(error: ProfileError) -> bool:
    """Tell whether it must not be served at all, or no edit of the profile can mend it."""
    return any(
        found.code == codes.DEBUG_BEYOND_LOOPBACK.number or found.place.path.startswith("--")
        for found in error.diagnostics
    )


def serve(serving: Serving) -> int:
    """Serve until told to end, and give the exit status.

    Raises:
        ProfileError: where the app cannot be assembled, or an address not be bound to.
    """
    # Under a reloader the process that serves says it, and again after each edit.
    if not serving.use_reloader:
        write_diagnostics([*serving.loaded.warnings, *serving.notices])
    status: int = import_module(TABLE[serving.server]).serve(serving)
    return status
