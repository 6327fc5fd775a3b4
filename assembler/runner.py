"""Tell whose process this is: a server's worker, the flask command, Celery, or just Python."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["Runner", "find_runner"]


@dataclass(frozen=True, slots=True)
class Runner:
    """What runs this process, and what follows for its patches."""

    name: str
    patched_by: str | None = None  # who must have patched the standard library; None: we may
    is_preloading: bool = False  # gunicorn's master loads the app, before it makes workers


def find_runner() -> Runner:
    """Look at what is on the stack and in ``argv``; pure, and cheap."""
    gunicorn = _find_gunicorn()
    if gunicorn is not None:
        return gunicorn
    program = Path(sys.argv[0]).name if sys.argv else ""
    if program == "celery" or "celery.__main__" in sys.argv[0].replace("/", "."):
        return Runner("celery", patched_by="celery")
    if "uwsgi" in sys.modules:
        return Runner("uwsgi", patched_by="uwsgi")
    if program == "flask" or sys.argv[0].endswith(str(Path("flask", "__main__.py"))):
        return Runner("flask")
    return Runner("python")


def _find_gunicorn() -> Runner | None:
    """Find gunicorn's worker, or its master where it preloads, among the callers."""
    if "gunicorn" not in sys.modules:
        return None
    for owner in _iter_callers():
        module = type(owner).__module__
        if any(base.__module__ == "gunicorn.workers.base" for base in type(owner).__mro__):
            name = f"gunicorn -k {module}.{type(owner).__name__}"
            ours = getattr(owner, "assembler_patches", False)
            return Runner(name, patched_by=None if ours else name)
        if module == "gunicorn.arbiter":
            return Runner("gunicorn --preload", patched_by="gunicorn", is_preloading=True)
    return None


def _iter_callers() -> Iterator[Any]:
    frame = sys._getframe()  # noqa: SLF001 - the stack is where gunicorn is to be seen
    while frame is not None:
        owner = frame.f_locals.get("self")
        if owner is not None:
            yield owner
        frame = frame.f_back  # type: ignore[assignment]  # None ends the loop
