"""Define what gunicorn serves: made in the master from a profile, carried out in each worker."""

from __future__ import annotations

import json
import logging
import os
import traceback
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, NoReturn

from gunicorn import arbiter
from gunicorn.app.base import BaseApplication

from assembler.assembling.create import apply_plan_patches
from assembler.diagnostics.diagnostic import ProfileError
from assembler.diagnostics.failures import is_leaving
from assembler.language.environment import build_child_environment
from assembler.rendering.console import mask_environment, render_for_error
from assembler.rendering.report import find_likeness, render_logged, write_report
from assembler.report import Boot
from assembler.runners.boot import assemble_app
from assembler.runners.gunicorn_settings import translate_settings
from assembler.runners.management import Management
from assembler.runners.server_metrics import forget_folder
from assembler.runners.start_fault import build_start_fault
from assembler.steps.log_lines import format_line

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from flask import Flask

    from assembler.assembling.progress import Progress
    from assembler.report import Patched, RejectedReload, Report
    from assembler.runners.loading import Serving
    from assembler.runners.server_metrics import ServerMetrics

__all__ = ["STATUS_DEFECT", "STATUS_FAULT", "Application"]

log = logging.getLogger("assembler")

# The statuses at which a worker ends that cannot boot.
STATUS_FAULT = arbiter.Arbiter.WORKER_BOOT_ERROR
STATUS_DEFECT = arbiter.Arbiter.APP_LOAD_ERROR


class Application(BaseApplication):
    """One generation of the app."""

    def __init__(self, serving: Serving, boot: Boot | None = None) -> None:
        """Keep what is to be served, and why it is made."""
        self.serving = serving
        self.boot = boot or Boot()
        self.master_pid = os.getpid()
        self.metrics: ServerMetrics | None = None  # of the master, whose workers tell theirs
        self._patched: Patched | None = None
        self.app: Flask | None = None  # once it is assembled in this process
        # Of the worker that this process is.
        self.progress: Progress | None = None
        self.tell_master: Callable[..., None] = lambda **_: None
        super().__init__(prog="assembler run")

    def load_config(self) -> None:
        """Apply the profile's settings to gunicorn's defaults."""
        for key, value in translate_settings(self.serving).items():
            self.cfg.set(key, value)
        self._guard_post_fork()
        self.cfg.env_orig = build_child_environment()  # what the next master starts with

    def patch(self) -> None:
        """Patch this worker, before anything of the project is imported."""
        if self.metrics is None:
            forget_folder()
        else:
            self.metrics.enter(self.serving)
        with self._booting():
            self._patched = apply_plan_patches(self.serving.loaded)._replace(
                boot=self._describe_boot()
            )

    def load(self) -> Flask:  # type: ignore[override]  # its types know no class as an app
        """Assemble the app; called by gunicorn in each worker, in the master if it preloads."""
        if self._patched is None:
            self.patch()
        with self._booting():
            assert self._patched is not None
            self.app = assemble_app(self.serving, self._patched, self._log_report)
        if self.metrics is not None and self.report is not None:
            self.report.read_outcomes = self.metrics.outcomes.read
        return self.app

    def _describe_boot(self) -> Boot:
        return self.boot._replace(has_management=self.serving.management is not None)

    def find_management(self) -> Management | None:
        """Return what answers at the address of its own for assembler's routes, if there is one."""
        if self.report is None or self.serving.management is None:
            return None
        return Management(self.report.own_views, self.report.own_apps)

    @property
    def report(self) -> Report | None:
        """The report of the app that this process has assembled, if it has."""
        return None if self.app is None else self.app.extensions["assembler"]

    def describe(self) -> dict[str, Any]:
        """Return what the master is told of the app, once it is assembled."""
        if self.app is None or self.report is None:
            return {}
        routes = sum(1 for _ in self.app.url_map.iter_rules())
        return {**self.report.to_dict(), "routes": routes}

    def note_drain(self) -> None:
        """Let readiness tell that the server is about to end."""
        if self.report is not None:
            self.report.is_draining = True

    def begin_end(self) -> None:
        """Let the app's steps end what would keep this worker from ending."""
        for end in [] if self.report is None else reversed(self.report.endings):
            try:
                end()
            except Exception:  # whatever it is: the others are to end as well
                log.exception("a step failed as the server began to end")

    def note_rejection(self, rejected: RejectedReload) -> None:
        """Let the app's journal record a reload that was refused."""
        if self.report is not None:
            self.report.record_rejection(rejected)

    def _log_report(self, report: Report) -> None:
        """Leave the report to the master, which writes one for all workers that are alike."""
        if self.boot.is_canary:
            return
        text = format_line(*render_logged(report))
        kept = json.dumps([find_likeness(report), text])
        if self.progress is None or not self.progress.keep_report(kept):
            write_report(text)

    def close(self) -> None:
        """Close what the app's steps opened in this worker."""
        if self.report is not None:
            self.report.close()

    @contextmanager
    def _booting(self) -> Iterator[None]:
        """End a worker that cannot boot; the master is told why."""
        try:
            yield
        except BaseException as error:
            if os.getpid() == self.master_pid or is_leaving(error):
                raise
            self.fail(error)

    def fail(self, error: BaseException) -> NoReturn:
        """End a worker that fails, and tell the master why: gunicorn would print secrets.

        Raises:
            SystemExit: with the status that tells what has failed.
        """
        if isinstance(error, ProfileError):
            status, said = STATUS_FAULT, render_for_error(error.diagnostics)
        else:
            status, said = STATUS_DEFECT, mask_environment(traceback.format_exc())
        self.tell_master(failed=said)
        raise SystemExit(status) from None

    def fail_to_start(self, error: Exception) -> NoReturn:
        """End a worker in which gunicorn has failed, or a hook of the project's."""
        fault = build_start_fault(self.serving, error)
        self.fail(fault if fault.diagnostics[0].related else error)

    def _guard_post_fork(self) -> None:
        """Let a hook that fails in the worker end it as all else that fails there does."""
        hook = self.cfg.post_fork

        def post_fork(arbiter: object, worker: Any) -> None:  # noqa: ANN401 - gunicorn's
            self.tell_master = worker.tell
            try:
                hook(arbiter, worker)
            except Exception as error:  # noqa: BLE001 - the project's own code
                self.fail_to_start(error)

        self.cfg.set("post_fork", post_fork)
