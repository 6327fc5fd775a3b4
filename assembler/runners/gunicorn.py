"""Serve with gunicorn: its master reads the profile, each worker patches and assembles."""

from __future__ import annotations

import os
import signal
import sys
import traceback
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from gunicorn import arbiter
from gunicorn.app.base import BaseApplication
from gunicorn.errors import HaltServer

from assembler.assembling.create import apply_plan_patches
from assembler.diagnostics import codes
from assembler.diagnostics.diagnostic import ProfileError
from assembler.diagnostics.failures import describe_failure, is_leaving
from assembler.rendering.boot_log import log_report
from assembler.rendering.console import write_diagnostics, write_error
from assembler.runners.assembling import assemble_serving
from assembler.runners.garbage import share_with_workers
from assembler.runners.gunicorn_worker import ENDING_SIGNALS
from assembler.runners.loading import load_serving
from assembler.runners.setting_files import check_setting_files
from assembler.runners.sockets import check_binds
from assembler.runners.turn import Turn

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask import Flask

    from assembler.report import PatchProof, Report
    from assembler.runners.loading import Serving

__all__ = ["Application", "check_start", "serve"]

GEVENT_WORKER = "assembler.runners.gunicorn_gevent_worker.GeventWorker"
THREAD_WORKER = "assembler.runners.gunicorn_thread_worker.ThreadWorker"
THREADS = 8  # of an unpatched worker; gunicorn's own default is one request at a time
# The statuses at which gunicorn's master stops, instead of starting the worker anew for ever.
STATUS_FAULT = arbiter.Arbiter.WORKER_BOOT_ERROR
STATUS_DEFECT = arbiter.Arbiter.APP_LOAD_ERROR
# What they mean to whoever ran us.
EXIT_STATUSES = {STATUS_FAULT: 1, STATUS_DEFECT: 70}
STATUS_INTERRUPTED = 130


def serve(serving: Serving) -> int:
    """Serve until the master is told to end, and give the exit status.

    Raises:
        ProfileError: where an address cannot be bound to, or gunicorn does not take a setting.
    """
    check_setting_files(serving)
    _check_addresses(serving)
    application = Application(serving)
    master = Arbiter(application)
    share_with_workers()
    try:
        master.run()
    except Exception as error:  # of a hook, or a file that cannot be written
        fault = _build_start_fault(serving, error)
        if not fault.diagnostics[0].related or os.getpid() != application.master_pid:
            raise
        raise fault from error
    except SystemExit as leaving:
        if os.getpid() != application.master_pid:
            raise  # a worker, whose status is for its master
        status = leaving.code if isinstance(leaving.code, int) else 0
        if status == 0 and master.is_interrupted:
            return STATUS_INTERRUPTED
        return EXIT_STATUSES.get(status, status)
    return 0


def check_start(serving: Serving) -> None:
    """Load what gunicorn's settings name, as its master does first; opens no log and no socket.

    Raises:
        ProfileError: where gunicorn does not take a setting.
    """
    application = Application(serving)
    quiet = {"preload_app": False, "errorlog": "-", "accesslog": None}
    for key, value in quiet.items():
        application.cfg.set(key, value)
    Arbiter(application)


class Arbiter(arbiter.Arbiter):
    """The master."""

    is_interrupted = False

    def __init__(self, application: Application) -> None:
        """Take the application's settings.

        Raises:
            ProfileError: if they name something that gunicorn cannot load.
        """
        try:
            super().__init__(application)
        except Exception as error:  # what it refuses, and what the project's classes raise
            raise _build_start_fault(application.serving, error) from error
        # How SIGUSR2 starts the next master: by its file, our modules would stand in for Python's.
        self.START_CTX["args"] = [sys.executable, "-m", "assembler", *sys.argv[1:]]

    def spawn_worker(self) -> int:
        """Make a worker; a signal for it waits until it has its own handlers."""
        signal.pthread_sigmask(signal.SIG_BLOCK, ENDING_SIGNALS)
        try:
            return super().spawn_worker()
        finally:
            signal.pthread_sigmask(signal.SIG_UNBLOCK, ENDING_SIGNALS)

    def stop(self, graceful: bool = True) -> None:  # noqa: FBT001, FBT002 - gunicorn's signature
        """End the workers, those too of which a second one says that it cannot boot."""
        try:
            super().stop(graceful)
        except HaltServer:
            self.stop(graceful)

    def handle_int(self) -> None:
        """Remember that it was Ctrl-C."""
        self.is_interrupted = True
        super().handle_int()


class Application(BaseApplication):
    """What gunicorn serves: made in the master from the profile, carried out in each worker."""

    def __init__(self, serving: Serving) -> None:
        """Take what is to be served."""
        self.serving = serving
        self.master_pid = os.getpid()
        self._turn = Turn()
        self._proofs: list[PatchProof] | None = None
        self._report: Report | None = None
        super().__init__(prog="assembler run")

    def load_config(self) -> None:
        """Lay the profile's settings over gunicorn's defaults."""
        for key, value in _build_config(self.serving).items():
            self.cfg.set(key, value)

    def reload(self) -> None:
        """Read the profile anew on SIGHUP; one that is wrong leaves all as it was."""
        try:
            serving = load_serving(self.serving.profile, self.serving.overrides)
            check_setting_files(serving)
        except ProfileError as error:
            write_diagnostics(error.diagnostics)
            write_error("the profile is not reloaded, the one before stays in force")
            return
        self.serving = serving
        self._turn.renew()
        super().reload()

    def patch(self) -> None:
        """Patch this worker, before anything of the project is imported."""
        with self._booting():
            self._proofs = apply_plan_patches(self.serving.loaded)

    def load(self) -> Flask:  # type: ignore[override]  # its types know no class as an app
        """Assemble the app; called by gunicorn in each worker, in the master if it preloads."""
        if self._proofs is None:
            self.patch()
        with self._booting():
            app = assemble_serving(self.serving, self._proofs or [])
        self._report = app.extensions["assembler"]
        log_report(self._report)
        return app

    def close(self) -> None:
        """Close what the app's steps opened in this worker."""
        if self._report is not None:
            self._report.close()

    @contextmanager
    def _booting(self) -> Iterator[None]:
        """Leave a worker that cannot boot so that the master stops too; one of them says why."""
        try:
            yield
        except BaseException as error:
            if os.getpid() == self.master_pid or is_leaving(error):
                raise
            is_fault = isinstance(error, ProfileError)
            if self._turn.take():
                if isinstance(error, ProfileError):
                    write_diagnostics(error.diagnostics)
                else:
                    write_error(traceback.format_exc())
            raise SystemExit(STATUS_FAULT if is_fault else STATUS_DEFECT) from None


def _build_start_fault(serving: Serving, error: Exception) -> ProfileError:
    failure = describe_failure(error)
    is_refusal = isinstance(error, RuntimeError)  # how gunicorn says what it cannot load
    said = failure.text.partition(": ")[2] if is_refusal else failure.text
    found = codes.WRONG_SERVER_SETTING.at(
        serving.loaded.plan.profile.server.place_of("with"),
        f"gunicorn cannot start: {said or failure.text}",
        hint="Check the classes, the hooks and the files that `server.with` names.",
        related=failure.related,
    )
    return ProfileError([found])


def _build_config(serving: Serving) -> dict[str, Any]:
    is_patched = "gevent" in serving.loaded.plan.patch_names
    return {
        # It would open a socket below the home directory, which nobody asked for.
        "control_socket_disable": True,
        "threads": 1 if is_patched else THREADS,
        **serving.settings,
        "bind": [str(bind) for bind in serving.binds],
        "workers": serving.workers,
        "worker_class": GEVENT_WORKER if is_patched else THREAD_WORKER,
    }


def _check_addresses(serving: Serving) -> None:
    """Find out now what gunicorn would try five times, a second apart."""
    from_systemd = os.environ.get("LISTEN_PID") == str(os.getpid())
    if "GUNICORN_FD" in os.environ or from_systemd:
        return  # the sockets are there: an earlier master's on SIGUSR2, or systemd's
    check_binds(serving.binds, reuse_port=bool(serving.settings.get("reuse_port")))
