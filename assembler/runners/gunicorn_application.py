"""Define what gunicorn serves: made in the master from a profile, carried out in each worker."""

from __future__ import annotations

import json
import os
import traceback
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

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
from assembler.runners.gunicorn_workers import choose_worker_class
from assembler.steps.log_lines import format_line

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from flask import Flask

    from assembler.assembling.progress import Progress
    from assembler.report import Patched, RejectedReload, Report
    from assembler.runners.loading import Serving

__all__ = ["STATUS_DEFECT", "STATUS_FAULT", "Application"]

THREADS = 8  # of an unpatched worker; gunicorn's own default is one request at a time
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
        self._patched: Patched | None = None
        self.app: Flask | None = None  # once it is assembled in this process
        # Of the worker that this process is.
        self.progress: Progress | None = None
        self.tell_master: Callable[..., None] = lambda **_: None
        super().__init__(prog="assembler run")

    def load_config(self) -> None:
        """Apply the profile's settings to gunicorn's defaults."""
        is_patched = "gevent" in self.serving.loaded.plan.patch_names
        settings = {
            # It would open a socket in the home directory, which nobody asked for.
            "control_socket_disable": True,
            "threads": 1 if is_patched else THREADS,
            **self.serving.settings,
            "bind": [str(bind) for bind in self.serving.binds],
            "workers": self.serving.workers,
            "worker_class": choose_worker_class(
                self.serving.settings.get("worker_class"), is_patched=is_patched
            ),
        }
        for key, value in settings.items():
            self.cfg.set(key, value)
        self.cfg.env_orig = build_child_environment()  # what the next master starts with

    def patch(self) -> None:
        """Patch this worker, before anything of the project is imported."""
        with self._booting():
            self._patched = apply_plan_patches(self.serving.loaded)._replace(boot=self.boot)

    def load(self) -> Flask:  # type: ignore[override]  # its types know no class as an app
        """Assemble the app; called by gunicorn in each worker, in the master if it preloads."""
        if self._patched is None:
            self.patch()
        with self._booting():
            assert self._patched is not None
            self.app = assemble_app(self.serving, self._patched, self._log_report)
        return self.app

    @property
    def report(self) -> Report | None:
        """The report of the app that this process has assembled, if it has."""
        return None if self.app is None else self.app.extensions["assembler"]

    def describe(self) -> dict[str, Any]:
        """Return what the master is told of the app, once it is assembled."""
        return {} if self.report is None else self.report.to_dict()

    def note_drain(self) -> None:
        """Let readiness tell that the server is about to end."""
        if self.report is not None:
            self.report.is_draining = True

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
            if isinstance(error, ProfileError):
                status, said = STATUS_FAULT, render_for_error(error.diagnostics)
            else:
                status, said = STATUS_DEFECT, mask_environment(traceback.format_exc())
            self.tell_master(failed=said)
            raise SystemExit(status) from None
