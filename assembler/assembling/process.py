"""Tell whose process this is: a server's worker, the flask command, Celery, or just Python."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import FrameType

__all__ = ["Runner", "find_runner"]

# Servers that load an app in a process of theirs; it is not for us to patch it under them.
SERVERS = ("uwsgi", "mod_wsgi", "waitress", "cheroot", "hypercorn", "uvicorn", "granian", "bjoern")
# The modules that serve with a runner of ours.
OURS = {f"assembler.runners.{server}": server for server in ("gunicorn", "gevent", "werkzeug")}
# Who assembles in a process that is thrown away afterwards.
TRIAL = "assembler.trial"
WORKER_BASE = "gunicorn.workers.base"


@dataclass(frozen=True, slots=True)
class Runner:
    """What runs this process, and what follows for its patches."""

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
        """Tell whether gunicorn's workers are of the kind that patches with ``library``."""
        classes = self.worker_class.__mro__ if self.worker_class is not None else ()
        return any(library in f"{base.__module__}.{base.__name__}".lower() for base in classes)


def find_runner() -> Runner:
    """Look at what is on the stack, what is loaded, and ``argv``; pure, and cheap."""
    found = _find_on_stack()
    if found is not None:
        return found
    program = sys.argv[0] if sys.argv else ""
    name = Path(program).name
    if name == "celery" or program.endswith(str(Path("celery", "__main__.py"))):
        return Runner("celery", patched_by="celery")
    for server in SERVERS:
        if server in sys.modules:
            return Runner(server, patched_by=server)
    if name == "flask" or program.endswith(str(Path("flask", "__main__.py"))):
        return Runner("flask")
    return Runner("python")


def _find_on_stack() -> Runner | None:
    """Find a runner of ours, or gunicorn's worker or preloading master, among the callers."""
    for module, frame in _iter_callers():
        if module in OURS:
            return Runner(f"assembler run ({OURS[module]})")
        if module == TRIAL:
            return Runner("lint")
        if not module.startswith("gunicorn."):
            continue
        owner = frame.f_locals.get("self")
        if any(base.__module__ == WORKER_BASE for base in type(owner).__mro__):
            kind = type(owner)
            name = f"gunicorn -k {kind.__module__}.{kind.__name__}"
            return Runner(name, patched_by=name, worker=owner)
        if module == "gunicorn.arbiter":
            worker_class = getattr(owner, "worker_class", None)
            return Runner(
                "gunicorn --preload", patched_by="gunicorn", is_preloading=True, worker=worker_class
            )
    return None


def _iter_callers() -> Iterator[tuple[str, FrameType]]:
    frame: FrameType | None = sys._getframe()  # noqa: SLF001 - the stack is where gunicorn is to be seen
    while frame is not None:
        yield str(frame.f_globals.get("__name__", "")), frame
        frame = frame.f_back
