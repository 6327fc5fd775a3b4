"""Serve a profile's app: with gunicorn, gevent's own server, or Werkzeug's for development."""

from __future__ import annotations

from importlib import import_module

from assembler.console import write_diagnostics
from assembler.runners.form import Overrides, Serving, build_serving, load_serving

__all__ = ["TABLE", "Overrides", "Serving", "build_serving", "load_serving", "serve"]

# Each module has ``serve(serving) -> int``, and is imported when its server is the one chosen.
TABLE = {
    "gunicorn": "assembler.runners.gunicorn",
    "gevent": "assembler.runners.gevent",
    "werkzeug": "assembler.runners.werkzeug",
}


def serve(serving: Serving) -> int:
    """Serve until the process is told to end, and give its exit status.

    Raises:
        ProfileError: where the app cannot be assembled, or an address not be bound to.
    """
    if serving.notices:
        write_diagnostics(serving.notices)
    status: int = import_module(TABLE[serving.server]).serve(serving)
    return status
