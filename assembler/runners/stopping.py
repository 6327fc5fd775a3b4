"""End a process that is told to, while its app is still assembled."""

from __future__ import annotations

import signal
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import FrameType

__all__ = ["leaving_on_sigterm"]


@contextmanager
def leaving_on_sigterm(status: int = 0) -> Iterator[None]:
    """Turn SIGTERM into leaving, from wherever the program is: what was opened is closed.

    Without it Python ends at once. SIGINT needs nothing: it is a KeyboardInterrupt already.
    """

    def leave(_number: int, _frame: FrameType | None) -> None:
        raise SystemExit(status)

    before = signal.signal(signal.SIGTERM, leave)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
