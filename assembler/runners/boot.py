"""Boot an app in the process that serves it: patch, assemble, report, and close it at the end."""

from __future__ import annotations

import signal
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING

from assembler.assembling.create import apply_plan_patches, assemble
from assembler.rendering.report import render_logged, write_report
from assembler.runners.boot_watch import watch_boot
from assembler.runners.garbage import collect_as_usual
from assembler.runners.sockets import close_sockets, open_sockets
from assembler.steps.log_lines import format_line

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from types import FrameType

    from flask import Flask

    from assembler.report import Patched, Report
    from assembler.runners.loading import Serving
    from assembler.runners.sockets import OpenSocket

__all__ = [
    "STATUS_INTERRUPTED",
    "assemble_app",
    "boot",
    "leaving_on_sigterm",
    "log_report",
    "patch_process",
]

STATUS_INTERRUPTED = 130


def log_report(report: Report) -> None:
    """Write the report to standard error, in the format of the step `logging` if there is one."""
    write_report(format_line(*render_logged(report)))


@contextmanager
def boot(serving: Serving) -> Iterator[tuple[Flask, list[OpenSocket]]]:
    """Make this process ready to serve, for a server that runs in one process.

    Raises:
        ProfileError: if the app cannot be assembled or an address cannot be bound to.
    """
    with ExitStack() as stack:
        stack.enter_context(leaving_on_sigterm())
        with watch_boot(serving.loaded.plan.profile):
            patched = patch_process(serving)
            # After patching: they are to be gevent's. Before the app: that an address is in use
            # should be known before a step opens anything.
            sockets = open_sockets(serving.binds)
            stack.callback(close_sockets, sockets)
            app = assemble_app(serving, patched)
            stack.callback(app.extensions["assembler"].close)
        yield app, sockets


def patch_process(serving: Serving) -> Patched:
    """Patch this process, and check the files that the server's settings name.

    Raises:
        ProfileError: if a patch cannot be applied or a file cannot be used.
    """
    patched = apply_plan_patches(serving.loaded)
    serving.check_files()
    return patched


def assemble_app(
    serving: Serving, patched: Patched, log: Callable[[Report], object] = log_report
) -> Flask:
    """Assemble the app and log its report with ``log``.

    Raises:
        ProfileError: if a step fails, or config turned on debug where other machines reach it.
            What was opened until then is closed again.
    """
    boot = patched.boot._replace(get_start_token=serving.get_start_token)
    app = assemble(serving.loaded, patched._replace(boot=boot))
    report = app.extensions["assembler"]
    collect_as_usual()
    try:
        serving.check_debug(debug=app.debug, source=report.find_debug_source())
        log(report)
    except BaseException:
        report.close()
        raise
    return app


@contextmanager
def leaving_on_sigterm(status: int = 0) -> Iterator[None]:
    """Raise `SystemExit` at SIGTERM, so that what was opened is closed.

    By default Python ends at once. SIGINT already is a `KeyboardInterrupt`.
    """

    def leave(_number: int, _frame: FrameType | None) -> None:
        raise SystemExit(status)

    before = signal.signal(signal.SIGTERM, leave)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
