"""Make gunicorn's workers leave cleanly while they boot, and close the app when they end."""

from __future__ import annotations

import os
import signal
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from assembler.assembling.progress import Progress, record_boot
from assembler.runners.parent_death import die_with_parent

if TYPE_CHECKING:
    from types import FrameType

__all__ = ["ENDING_SIGNALS", "BootingWorker"]

ENDING_SIGNALS = (signal.SIGTERM, signal.SIGINT, signal.SIGQUIT)


class BootingWorker:
    """What both kinds of worker share; comes before gunicorn's class in the bases.

    gunicorn's own worker only notes a signal that arrives while the app is loaded, and goes on
    loading: a step that waits for a database would keep the server from ending until it is killed.
    """

    app: Any
    alive: bool
    booted: bool
    ppid: int

    def __init__(self, *args: Any) -> None:  # noqa: ANN401 - gunicorn's
        """Share with the master what the boot is doing; called in the master."""
        super().__init__(*args)
        self.progress = Progress()

    def init_process(self) -> None:
        """Boot and serve; close what the app's steps opened, however the worker ends."""
        record_boot(self.progress)
        self.app.progress = self.progress
        self._die_with_master(signal.SIGKILL)
        # Until gunicorn sets its own, the handlers are the master's, which do nothing useful here.
        for number in ENDING_SIGNALS:
            signal.signal(number, self._leave)
        try:
            signal.pthread_sigmask(signal.SIG_UNBLOCK, ENDING_SIGNALS)
            super().init_process()  # type: ignore[misc]  # gunicorn's worker is the next base
        finally:
            self.app.close()

    def init_signals(self) -> None:
        """Set gunicorn's handlers; the change of owner before this took back what was set."""
        self._die_with_master(signal.SIGKILL)
        super().init_signals()  # type: ignore[misc]  # as above

    def run(self) -> None:
        """Serve: the boot is over."""
        self.progress.finish()
        self._die_with_master(signal.SIGTERM)
        with suppress(OSError):  # it is another user's
            os.kill(self.ppid, signal.SIGCHLD)  # the master looks at once, not at its next second
        super().run()  # type: ignore[misc]  # as above

    def _die_with_master(self, number: signal.Signals) -> None:
        """Not only look for the master now and then: a boot may block where nothing looks."""
        if not die_with_parent(number, self.ppid):
            self._leave()

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Stop: at once while booting, later when the requests in flight are answered."""
        if not self.booted:
            self._leave()
        super().handle_exit(sig, frame)  # type: ignore[misc]  # as above

    def handle_quit(self, sig: int, frame: FrameType | None) -> None:
        """Stop at once."""
        if not self.booted:
            self._leave()
        super().handle_quit(sig, frame)  # type: ignore[misc]  # as above

    def _leave(self, _sig: int = 0, _frame: FrameType | None = None) -> None:
        # Python drops an exception that nobody can catch, as in a weak reference's callback: then
        # the boot goes on, and the worker must not serve when it is over.
        self.alive = False
        raise SystemExit(0)
