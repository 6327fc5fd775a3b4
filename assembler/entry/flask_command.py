"""Ask the running ``flask`` command what it was asked to do. Imports Flask, which runs already."""

from __future__ import annotations

import os
import sys

import click
from flask.cli import ScriptInfo, cli, run_command
from flask.helpers import get_debug_flag

__all__ = ["find_run_host", "find_words", "is_reloader_parent", "is_reloading", "set_debug"]

REQUESTED = "WERKZEUG_RUN_MAIN"  # what the reloader sets for the process that serves


def find_words() -> list[str]:
    """Give the words after the options of ``flask`` itself, such as ``db``, ``upgrade``.

    Flask's own parser reads them, so every spelling of its options is understood.
    """
    context = cli.make_context("flask", sys.argv[1:], resilient_parsing=True)
    # click keeps the command's name apart from its arguments, until version 9 under this name.
    return [*getattr(context, "_protected_args", ()), *context.args]


def set_debug(*, debug: bool) -> None:
    """Make Flask's command take the profile's flag, instead of reading ``FLASK_DEBUG`` its way.

    Changes the environment: ``flask run`` looks there for whether to use debugger and reloader.
    """
    os.environ["FLASK_DEBUG"] = "1" if debug else "0"
    context = _find_context()
    info = None if context is None else context.find_object(ScriptInfo)
    if info is not None:
        info.set_debug_flag = False


def is_reloader_parent() -> bool:
    """Tell whether this is ``flask run``, only to watch over another process that serves."""
    context = _find_run()
    if context is None or is_reloading():
        return False
    wanted = context.params.get("reload")
    return get_debug_flag() if wanted is None else bool(wanted)


def is_reloading() -> bool:
    """Tell whether this process serves, while another one watches and starts it anew."""
    return os.environ.get(REQUESTED) == "true"


def find_run_host() -> str | None:
    """Give the host that ``flask run`` binds to; ``None`` if that is not what runs."""
    context = _find_run()
    return None if context is None else str(context.params.get("host"))


def _find_run() -> click.Context | None:
    context = _find_context()
    return context if context is not None and context.command is run_command else None


def _find_context() -> click.Context | None:
    return click.get_current_context(silent=True)
