"""Do what is asked of gunicorn's master over its control socket."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from assembler.runners.reload_request import Request
from assembler.runners.status import build_status

if TYPE_CHECKING:
    from collections.abc import Callable

    from assembler.runners.master import Master
    from assembler.runners.reloading import Reloader

__all__ = ["obey"]


def obey(
    master: Master,
    reloader: Reloader,
    request: dict[str, Any],
    answer: Callable[[dict[str, Any]], None],
) -> None:
    """Answer a request, at once or when it is decided."""
    what = str(request.get("do"))
    if what in {"reload", "rollback"}:
        reloader.ask(Request(what, bool(request.get("allow_degraded")), [answer]))
    elif what == "status":
        answer({"done": True, **build_status(master, reloader)})
    else:
        answer({"done": True, "error": f'unknown request "{what}"'})
