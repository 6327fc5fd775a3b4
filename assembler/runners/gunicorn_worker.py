"""Have gunicorn's workers leave cleanly while they boot, and close the app when they end."""

from __future__ import annotations

import signal
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from types import FrameType

__all__ = ["ENDING_SIGNALS", "BootingWorker"]

ENDING_SIGNALS = (signal.SIGTERM, signal.SIGINT, signal.SIGQUIT)


class BootingWorker:
    """The part that both kinds of worker share; stands before gunicorn's class.

    gunicorn's own worker only notes a signal that comes while the app is loaded, and loads on: a
    step that waits for a database would keep the server from ending until it is killed.
    """

    app: Any
    alive: bool
    booted: bool

    def init_process(self) -> None:
        """Boot and serve; close what the app's steps opened, whichever way the worker ends."""
        # Until gunicorn sets its own, the handlers are the master's, which lead nowhere here.
        for number in ENDING_SIGNALS:
            signal.signal(number, self._leave)
        try:
            signal.pthread_sigmask(signal.SIG_UNBLOCK, ENDING_SIGNALS)
            super().init_process()  # type: ignore[misc]  # gunicorn's worker follows in the order
        finally:
            self.app.close()

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Stop: while booting at once, later when the requests in flight are answered."""
        self._leave_boot()
        super().handle_exit(sig, frame)  # type: ignore[misc]  # as above

    def handle_quit(self, sig: int, frame: FrameType | None) -> None:
        """Stop at once."""
        self._leave_boot()
        super().handle_quit(sig, frame)  # type: ignore[misc]  # as above

    def _leave_boot(self) -> None:
        if not self.booted:
            self._leave()

    def _leave(self, _sig: int = 0, _frame: FrameType | None = None) -> None:
        # Python drops what is raised where nobody can catch it, as in a weak reference's callback:
        # then the boot goes on, and the worker must not serve when it is over.
        self.alive = False
        raise SystemExit(0)
