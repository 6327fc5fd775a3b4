"""Serve with gunicorn: its master reads the profile, each worker patches and assembles."""

from __future__ import annotations

import gc
import json
import os
import signal
import sys
import traceback
from contextlib import contextmanager
from typing import TYPE_CHECKING

from gunicorn import arbiter
from gunicorn.app.base import BaseApplication
from gunicorn.errors import HaltServer

from assembler.assembling.create import apply_plan_patches
from assembler.diagnostics import codes
from assembler.diagnostics.diagnostic import ProfileError
from assembler.diagnostics.failures import describe_failure, is_leaving
from assembler.files import is_file
from assembler.language.environment import (
    build_child_environment,
    load_env_files,
    restoring_environment,
)
from assembler.rendering.console import write_diagnostics, write_error
from assembler.rendering.report import find_likeness, render_logged, write_report
from assembler.runners.boot import STATUS_INTERRUPTED, assemble_app
from assembler.runners.gunicorn_boots import Boots
from assembler.runners.gunicorn_worker import ENDING_SIGNALS
from assembler.runners.gunicorn_workers import choose_worker_class
from assembler.runners.loading import load_serving
from assembler.runners.setting_files import LOG_FILES
from assembler.runners.sockets import close_sockets, open_sockets
from assembler.steps.log_lines import format_line

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask import Flask

    from assembler.assembling.progress import Progress
    from assembler.language.profile import Profile
    from assembler.report import Patched, Report
    from assembler.runners.loading import Serving

__all__ = ["Application", "Turn", "check_start", "serve"]

THREADS = 8  # of an unpatched worker; gunicorn's own default is one request at a time
# The statuses at which gunicorn's master stops, instead of restarting the worker forever.
STATUS_FAULT = arbiter.Arbiter.WORKER_BOOT_ERROR
STATUS_DEFECT = arbiter.Arbiter.APP_LOAD_ERROR
# The exit statuses of `assembler run` for them.
EXIT_STATUSES = {STATUS_FAULT: 1, STATUS_DEFECT: 70}


def serve(serving: Serving) -> int:
    """Serve until the master is told to end, and return the exit status.

    Raises:
        ProfileError: if an address cannot be bound to or gunicorn does not accept a setting.
    """
    serving.check_files()
    _check_addresses(serving)
    application = Application(serving)
    master = Arbiter(application)
    # A later collection would write to memory that the workers share with the master.
    gc.freeze()
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
        ProfileError: if gunicorn does not accept a setting.
    """
    application = Application(serving)
    for key, value in {"preload_app": False, "errorlog": "-", "accesslog": None}.items():
        application.cfg.set(key, value)
    for key in LOG_FILES:
        if not is_file(serving.settings.get(key) or ""):  # to be told when the files are checked
            application.cfg.set(key, None)
    Arbiter(application)


class Arbiter(arbiter.Arbiter):
    """The master."""

    is_interrupted = False

    def __init__(self, application: Application) -> None:
        """Load the application's settings.

        Raises:
            ProfileError: if they name something that gunicorn cannot load.
        """
        self._application = application
        self._boots = Boots()
        try:
            super().__init__(application)
        except Exception as error:  # what it refuses, and what the project's classes raise
            raise _build_start_fault(application.serving, error) from error
        # How SIGUSR2 starts the next master: run as a file, our modules would shadow Python's.
        self.START_CTX["args"] = [sys.executable, "-m", "assembler", *sys.argv[1:]]

    def spawn_worker(self) -> int:
        """Fork a worker; a signal for it waits until it has its own handlers."""
        signal.pthread_sigmask(signal.SIG_BLOCK, ENDING_SIGNALS)
        try:
            return super().spawn_worker()
        except OSError as error:  # no room for its temporary file, or no process to have
            if os.getpid() != self.pid:
                raise
            write_diagnostics(_build_start_fault(self._application.serving, error).diagnostics)
            reason = "Worker failed to start."
            raise HaltServer(reason, STATUS_FAULT) from error
        finally:
            signal.pthread_sigmask(signal.SIG_UNBLOCK, ENDING_SIGNALS)

    def kill_worker(self, pid: int, sig: int) -> None:
        """Send a worker a signal; one that boots gets a limit for leaving."""
        if sig in ENDING_SIGNALS and pid in self.WORKERS:
            self._boots.note_told(self.WORKERS[pid])
        super().kill_worker(pid, sig)

    def reap_workers(self) -> None:
        """Reap the workers that have ended, and end those that cannot."""
        self._boots.kill_stuck(self.WORKERS, self._profile)
        super().reap_workers()

    def manage_workers(self) -> None:
        """Keep the number of workers, and look after those that boot."""
        super().manage_workers()
        self._boots.look(self.WORKERS, self._profile, STATUS_FAULT)

    @property
    def _profile(self) -> Profile:
        return self._application.serving.loaded.plan.profile

    def stop(self, graceful: bool = True) -> None:  # noqa: FBT001, FBT002 - gunicorn's signature
        """End the workers, even if a second one reports meanwhile that it cannot boot."""
        self._boots.flush()
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
        """Keep what is to be served."""
        self.serving = serving
        self.master_pid = os.getpid()
        self._turn = Turn()
        self._patched: Patched | None = None
        self._report: Report | None = None
        self.progress: Progress | None = None  # of the worker that this process is
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

    def reload(self) -> None:
        """Read the profile again on SIGHUP; a broken one changes nothing."""
        try:
            with restoring_environment():
                load_env_files()
                serving = load_serving(self.serving.profile, self.serving.overrides)
                serving.check_files()
        except ProfileError as error:
            write_diagnostics(error.diagnostics)
            write_error("the profile was not reloaded, the previous one stays in force")
            return
        self.serving = serving
        self._turn.renew()
        super().reload()

    def patch(self) -> None:
        """Patch this worker, before anything of the project is imported."""
        with self._booting():
            self._patched = apply_plan_patches(self.serving.loaded)

    def load(self) -> Flask:  # type: ignore[override]  # its types know no class as an app
        """Assemble the app; called by gunicorn in each worker, in the master if it preloads."""
        if self._patched is None:
            self.patch()
        with self._booting():
            assert self._patched is not None
            app = assemble_app(self.serving, self._patched, self._log_report)
        self._report = app.extensions["assembler"]
        return app

    def _log_report(self, report: Report) -> None:
        """Leave the report to the master, which writes one for all workers that are alike."""
        text = format_line(*render_logged(report))
        kept = json.dumps([find_likeness(report), text])
        if self.progress is None or not self.progress.keep_report(kept):
            write_report(text)

    def close(self) -> None:
        """Close what the app's steps opened in this worker."""
        if self._report is not None:
            self._report.close()

    @contextmanager
    def _booting(self) -> Iterator[None]:
        """End a worker that cannot boot so that the master stops too; one of them reports why."""
        try:
            yield
        except BaseException as error:
            if os.getpid() == self.master_pid or is_leaving(error):
                raise
            status = STATUS_FAULT if isinstance(error, ProfileError) else STATUS_DEFECT
            if self._turn.take():
                if isinstance(error, ProfileError):
                    write_diagnostics(error.diagnostics)
                else:
                    write_error(traceback.format_exc())
            raise SystemExit(status) from None


class Turn:
    """A token that is made before processes are forked, and taken by the first that asks.

    It is a byte in a pipe: two processes cannot both read it.
    """

    def __init__(self) -> None:
        """Make the pipe, and put the token in."""
        self._reader, self._writer = os.pipe()
        os.set_blocking(self._reader, False)
        self.renew()

    def take(self) -> bool:
        """Take the token; return false if another process has it."""
        try:
            return bool(os.read(self._reader, 1))
        except BlockingIOError:
            return False

    def renew(self) -> None:
        """Put the token back, whoever has it."""
        self.take()
        os.write(self._writer, b"1")


def _build_start_fault(serving: Serving, error: Exception) -> ProfileError:
    failure = describe_failure(error)
    is_refusal = isinstance(error, RuntimeError)  # how gunicorn reports what it cannot load
    said = failure.text.partition(": ")[2] if is_refusal else failure.text
    found = codes.WRONG_SERVER_SETTING.at(
        serving.loaded.plan.profile.server.place_of("with"),
        f"gunicorn cannot start: {said or failure.text}",
        hint="Check the classes, the hooks and the files that `server.with` names.",
        related=failure.related,
    )
    return ProfileError([found])


def _check_addresses(serving: Serving) -> None:
    """Check at once what gunicorn would try five times, a second apart."""
    from_systemd = os.environ.get("LISTEN_PID") == str(os.getpid())
    if "GUNICORN_FD" in os.environ or from_systemd:
        return  # the sockets exist: an earlier master's on SIGUSR2, or systemd's
    reuse_port = bool(serving.settings.get("reuse_port"))
    close_sockets(open_sockets(serving.binds, reuse_port=reuse_port))
