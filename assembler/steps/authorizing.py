"""Ask a project's own callable whether a request may see a page."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["is_authorized"]

log = logging.getLogger("assembler")


def is_authorized(step: str, authorize: Callable[[Any], object], request: object) -> bool:
    """Return whether ``authorize`` lets a request in: only if it returns ``True``.

    A view's decorator returns an answer, which sends somebody to a login, and an async function a
    coroutine; both count as true in Python, and would let everybody in.
    """
    found = authorize(request)
    if found and found is not True:
        kind = type(found).__name__
        log.warning("`authorize` of %s lets nobody in: expected True or False, got %s", step, kind)
    return found is True
