"""Find out whose process this is: a server's worker, the flask command, Celery, or plain Python."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from types import FrameType

__all__ = ["Runner", "find_runner"]

# Servers that load an app in a process of theirs, which we must not patch under them.
SERVERS = ("uwsgi", "mod_wsgi", "waitress", "cheroot", "hypercorn", "uvicorn", "granian", "bjoern")
# The modules that serve with a runner of ours.
OURS = {
    "assembler.runners.gunicorn": "gunicorn",
    "assembler.runners.werkzeug": "werkzeug",
    "assembler.runners.reloader_child": "werkzeug",
}
# What gunicorn's master serves, for either of these servers.
APPLICATION = "assembler.runners.gunicorn_application"
# Assembles in a process that is thrown away afterwards.
TRIAL = "assembler.trial"
WORKER_BASE = "gunicorn.workers.base"
ON_STACK = (*OURS, APPLICATION, TRIAL, "gunicorn")


class Runner(NamedTuple):
    """What runs this process, and what that means for its patches."""

    name: str
    patched_by: str | None = None  # who must have patched the standard library; None: we may
    is_preloading: bool = False  # gunicorn's master loads the app, before it makes workers
    worker: Any = None  # gunicorn's worker; its class where the master preloads

    @property
    def worker_class(self) -> type | None:
        """The class of gunicorn's workers, if that is what runs here."""
        if self.worker is None or isinstance(self.worker, type):
            return self.worker
        return type(self.worker)

    def has_worker_of(self, library: str) -> bool:
        """Return whether gunicorn's workers are of the kind that patches with ``library``."""
        classes = self.worker_class.__mro__ if self.worker_class is not None else ()
        return any(library in f"{base.__module__}.{base.__name__}".lower() for base in classes)


def find_runner() -> Runner:
    """Return whose process this is, by the stack, the loaded modules and ``argv``; pure."""
    found = _find_on_stack()
    if found is not None:
        return found
    program = sys.argv[0] if sys.argv else ""
    parts = program.split(os.sep)[-2:]  # noqa: PTH206 - half the time, for every app
    if _is_command("celery", parts):
        return Runner("celery", patched_by="celery")
    for server in SERVERS:
        if server in sys.modules:
            return Runner(server, patched_by=server)
    return Runner("flask" if _is_command("flask", parts) else "python")


def _is_command(name: str, parts: list[str]) -> bool:
    """Return whether a program is the script ``name``, or ``python -m name``."""
    return parts[-1] == name or parts == [name, "__main__.py"]


def _find_on_stack() -> Runner | None:
    """Find a runner of ours, or gunicorn's worker or preloading master, among the callers."""
    if sys.modules.keys().isdisjoint(ON_STACK):  # in a fifth of the time, for every app
        return None
    frame: FrameType | None = sys._getframe()  # noqa: SLF001 - only the stack shows gunicorn
    while frame is not None:
        module = str(frame.f_globals.get("__name__", ""))
        if module in OURS:
            return Runner(f"assembler run ({OURS[module]})")
        if module == APPLICATION:
            return Runner(f"assembler run ({frame.f_locals['self'].serving.server})")
        if module == TRIAL:
            return Runner("lint")
        if module.startswith("gunicorn."):
            found = _find_gunicorn(module, frame.f_locals.get("self"))
            if found is not None:
                return found
        frame = frame.f_back
    return None


def _find_gunicorn(module: str, owner: Any) -> Runner | None:  # noqa: ANN401 - an object of gunicorn's
    kind = type(owner)
    if any(base.__module__ == WORKER_BASE for base in kind.__mro__):
        name = f"gunicorn -k {kind.__module__}.{kind.__name__}"
        return Runner(name, patched_by=name, worker=owner)
    if module != "gunicorn.arbiter":
        return None
    worker = getattr(owner, "worker_class", None)
    return Runner("gunicorn --preload", patched_by="gunicorn", is_preloading=True, worker=worker)
