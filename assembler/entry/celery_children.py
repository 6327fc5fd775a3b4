"""Make an app in each child of Celery's pool of processes, and end the worker where none can be."""

from __future__ import annotations

import os
import select
import signal
import sys
import traceback
from contextlib import redirect_stderr, suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NoReturn

from celery import signals

from assembler.diagnostics.diagnostic import ProfileError
from assembler.entry.process_app import assemble_for_process
from assembler.rendering.console import write_diagnostics

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from celery.worker import WorkController

    from assembler.diagnostics.diagnostic import Diagnostic
    from assembler.entry.celery_status import Status
    from assembler.planning.loading import Loaded

__all__ = ["prepare_children"]

STATUS_FAULT = 1
ANSWER = b"1"


def prepare_children(loaded: Loaded, status: Status) -> None:
    """Let each child assemble the app after the fork, before it takes tasks, and close it."""
    children = _Children(loaded, status)
    signals.worker_process_init.connect(children.start, weak=False)
    signals.worker_process_shutdown.connect(children.close, weak=False)
    signals.worker_shutdown.connect(children.set_status, weak=False)


class _Once:
    """Something that only one of a process and its children may do."""

    def __init__(self) -> None:
        self._reader, writer = os.pipe()
        os.set_blocking(self._reader, False)
        os.write(writer, ANSWER)
        self._writer = writer  # open: a reader of a closed pipe never waits

    def take(self) -> bool:
        """Return whether nobody has taken it before."""
        with suppress(BlockingIOError):
            return os.read(self._reader, len(ANSWER)) == ANSWER
        return False

    def is_taken(self) -> bool:
        """Return whether somebody has taken it; looking takes nothing from who looks as well."""
        return not select.select([self._reader], [], [], 0)[0]


@dataclass(slots=True)
class _Children:
    loaded: Loaded
    status: Status
    failure: _Once = field(default_factory=_Once)
    closing: Callable[[], object] = lambda: None

    def start(self, **_: Any) -> None:  # noqa: ANN401 - whatever the signal sends
        """Assemble the app; a child in which that fails ends, and with it the worker.

        Celery would log what is raised here, and let the child run tasks without an app; it makes a
        new child in the place of one that ends.
        """
        if self.failure.is_taken():
            os._exit(STATUS_FAULT)
        # Celery has put its log in the place of standard error.
        with redirect_stderr(sys.__stderr__):
            try:
                app = assemble_for_process(self.loaded, STATUS_FAULT, lambda one: self.fail([one]))
            except ProfileError as error:
                self.fail(error.diagnostics)
            except BaseException:  # noqa: BLE001 - a defect of ours, told as such
                self.fail([], traceback.format_exc())
        self.closing = app.extensions["assembler"].close
        self.status.take_report(app.extensions["assembler"])

    def fail(self, diagnostics: Sequence[Diagnostic], more: str = "") -> NoReturn:
        """Tell why, once for all children, and end the worker."""
        if self.failure.take():
            write_diagnostics(diagnostics)
            sys.stderr.write(more)
            os.kill(os.getppid(), signal.SIGTERM)
        os._exit(STATUS_FAULT)

    def close(self, **_: Any) -> None:  # noqa: ANN401 - as above
        """Close what the child's app opened."""
        self.closing()

    def set_status(self, *, sender: WorkController, **_: Any) -> None:  # noqa: ANN401 - as above
        """Let the worker end with 1 where a child could not assemble the app."""
        if self.failure.is_taken():
            sender.exitcode = STATUS_FAULT
