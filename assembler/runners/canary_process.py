"""Do in a canary what a worker does: lint, patch, assemble, answer one request, and close."""

from __future__ import annotations

import http.client
import json
import os
import signal
import socket
import ssl
import sys
import threading
import traceback
from contextlib import suppress
from typing import TYPE_CHECKING, Any, NamedTuple

from assembler.diagnostics.diagnostic import ProfileError, Severity
from assembler.diagnostics.excerpt import shorten_message
from assembler.diagnostics.failures import describe_failure
from assembler.language.environment import load_env_files
from assembler.rendering.console import mask_environment, render_masked
from assembler.report import Boot
from assembler.runners.gunicorn_application import Application
from assembler.runners.loading import load_serving
from assembler.runners.parent_death import die_with_parent
from assembler.runners.reload_limits import find_reload_faults

if TYPE_CHECKING:
    from assembler.assembling.progress import Progress
    from assembler.runners.canary_task import Task
    from assembler.runners.generation import Generation
    from assembler.runners.loading import Serving
    from assembler.runners.worker_link import Link
    from assembler.serving.bind import Bind

__all__ = ["try_app"]

SERVER_ERROR = 500
NOT_FOUND = 404
READY = "ready"  # the view of the step `health`
ASK_SECONDS = 5.0
NICENESS = 5  # a third of a processor that is wanted: those that serve come first
PEER = ("127.0.0.1", 0)


class Answer(NamedTuple):
    """What was answered to one request."""

    status: int
    body: bytes

    def find_failing(self) -> set[str]:
        """Return the names of the readiness checks that fail."""
        if self.status < SERVER_ERROR:
            return set()
        try:
            checks = json.loads(self.body)["checks"]
            failing = {name for name, check in checks.items() if not check["ok"]}
        except (ValueError, KeyError, TypeError, AttributeError):
            failing = set()
        return failing or {f"status {self.status}"}


class Refused(Exception):
    """Raise to refuse an app, with the reason and what else is to be said."""

    def __init__(self, reason: str, said: str = "") -> None:
        """Keep both."""
        super().__init__(reason)
        self.reason = reason
        self.said = said


def try_app(task: Task, link: Link, progress: Progress, master: int) -> None:
    """Try the app, and send the verdict: a mapping with ``reason``, which is null if it is good."""
    if not die_with_parent(signal.SIGKILL, master):
        return
    os.nice(NICENESS)
    verdict: dict[str, Any] = {"reason": None, "said": "", "digest": None}
    try:
        serving = _load(task)
        verdict["digest"] = serving.loaded.plan.profile.composed.digest
        link.send(limit=serving.loaded.plan.profile.server.boot_timeout)
        if serving.loaded.plan.profile.server.reload.canary:
            _Trial(task, serving, progress, master).run()
    except Refused as refused:
        verdict |= {"reason": refused.reason, "said": refused.said}
    except ProfileError as error:
        verdict |= _describe(render_masked(error.diagnostics))
    except BaseException as error:  # noqa: BLE001 - whatever it is, the answer is no
        said = mask_environment(traceback.format_exc())
        reason = shorten_message(mask_environment(describe_failure(error).text))
        verdict |= {"reason": reason, "said": said}
    with suppress(Exception):
        sys.stdout.flush()
        sys.stderr.flush()
    link.send_last(verdict=verdict)


def _describe(said: str) -> dict[str, str]:
    return {"reason": said.partition("\n")[0], "said": said}


def _load(task: Task) -> Serving:
    """Load what is to be tried, and refuse what the linter or a reload does not take.

    Raises:
        ProfileError: with everything that is wrong.
    """
    running = task.running.application.serving
    if task.serving is not None:
        return task.serving
    load_env_files()
    fault = serving = None
    try:
        serving = load_serving(running.profile, running.overrides)
    except ProfileError as error:
        fault = error  # the linter finds more, such as modules that are not there
    found = [] if task.lint is None else task.lint(running.profile, running.overrides.policy_file)
    if serving is None:
        assert fault is not None
        raise fault.add_errors(found)
    errors = [one for one in found if one.severity is Severity.ERROR]
    errors += find_reload_faults(running, serving)
    if errors:
        raise ProfileError(errors)
    return serving


class _Trial:
    """A boot as a worker's, up to one request."""

    def __init__(self, task: Task, serving: Serving, progress: Progress, master: int) -> None:
        self._task = task
        self._serving = serving
        self._progress = progress
        self._master = master
        self._answer: Answer | None = None
        self._failed: str | None = None

    def run(self) -> None:
        """Boot, ask, close.

        Raises:
            Refused: with the reason.
        """
        number = self._task.running.number + 1
        self._serving.check_files()
        application = Application(self._serving, Boot(self._task.kind, number, is_canary=True))
        application.master_pid = self._master
        worker = self._make_worker(application)
        with suppress(SystemExit):  # how a worker ends
            worker.init_process()
        if self._failed is not None:
            raise Refused(**_describe(self._failed))
        if self._answer is None:
            reason = "the app ended the process while it was assembled"
            raise Refused(reason)
        assert application.report is not None
        self._judge(self._answer, application)

    def _make_worker(self, application: Application) -> Any:  # noqa: ANN401 - of gunicorn's
        """Make a worker as gunicorn does, which asks itself instead of serving."""
        cfg = application.cfg
        for setting in ("certfile", "keyfile"):  # it is asked without TLS
            cfg.set(setting, None)
        cfg.set("proxy_protocol", "off")
        kind = cfg.worker_class
        trial = self

        class CanaryWorker(kind):  # type: ignore[misc, valid-type]  # chosen by the profile
            def run(self) -> None:
                self.progress.finish()
                trial.ask(self, application)

        log = cfg.logger_class(cfg)
        worker = CanaryWorker(1, self._master, [], application, cfg.timeout, cfg, log)
        worker.progress = self._progress
        worker.become_canary(self._note_failed)
        return worker

    def _note_failed(self, *, failed: str | None = None, **_: object) -> None:
        self._failed = failed or self._failed

    def ask(self, worker: Any, application: Application) -> None:  # noqa: ANN401 - as above
        """Ask for readiness, through the worker's own code."""
        path = _find_path(self._serving, application)
        bind = self._serving.binds[0]
        management = application.find_management()
        if management is not None and path in management.views:
            worker.wsgi = management
        self._answer = _ask_worker(worker, path, bind)

    def _judge(self, answer: Answer, application: Application) -> None:
        path = _find_path(self._serving, application)
        failing = answer.find_failing()
        if failing:
            new = failing - _ask_running(self._task.running, path)
            if new:
                names = ", ".join(sorted(new))
                raise Refused(f"GET {path} answered {answer.status}: {names}", _shorten(answer))
        assert application.report is not None
        degraded = {step.name for step in application.report.find_degraded()}
        more = sorted(degraded - {*self._task.running.degraded})
        if more and not self._task.allow_degraded:
            reasons = {step.name: step.reason for step in application.report.find_degraded()}
            said = "".join(
                f"'{name}': {application.report.scrub(reasons[name] or '')}\n" for name in more
            )
            names = ", ".join(f"'{name}'" for name in more)
            reason = f"these steps work only in part, and did not before: {names}"
            raise Refused(reason, said)


def _shorten(answer: Answer) -> str:
    return answer.body[:2000].decode("utf-8", "replace")


def _find_path(serving: Serving, application: Application) -> str:
    """Return what to ask for: what the profile says, else where readiness is, else the root."""
    given = serving.loaded.plan.profile.server.reload.canary_path
    if given is not None:
        return given
    assert application.report is not None
    views = application.report.own_views
    return next((path for path, view in views.items() if view.__name__ == READY), "/")


def _ask_worker(worker: Any, path: str, bind: Bind) -> Answer:  # noqa: ANN401 - of gunicorn's
    """Send a request to ``worker``, which answers in this thread."""
    client, served = socket.socketpair()
    client.sendall(_build_request(path, str(bind) if bind.path is None else "localhost"))
    received: list[bytes] = []
    reader = threading.Thread(target=_read_all, args=(client, received))
    reader.start()
    worker.serve_one(served, PEER, (bind.host, bind.port) if bind.path is None else bind.path)
    served.close()
    reader.join()
    head, _, body = b"".join(received).partition(b"\r\n\r\n")
    try:
        return Answer(int(head.split(b" ")[1]), body)
    except (IndexError, ValueError):
        return Answer(SERVER_ERROR, b"no answer")


def _read_all(client: socket.socket, received: list[bytes]) -> None:
    with suppress(OSError):
        while chunk := client.recv(65536):
            received.append(chunk)


def _build_request(path: str, host: str) -> bytes:
    lines = (f"GET {path} HTTP/1.1", f"Host: {host}", "User-Agent: assembler-canary")
    return "".join(f"{line}\r\n" for line in (*lines, "Connection: close", "")).encode()


def _ask_running(running: Generation, path: str) -> set[str]:
    """Return the readiness checks that fail in the generation that serves now."""
    serving = running.application.serving
    for bind in (serving.management, serving.binds[0]):
        answer = bind and _ask(bind, path, is_tls=running.application.cfg.is_ssl)
        if answer and answer.status != NOT_FOUND:
            return answer.find_failing()
    return set()


def _ask(bind: Bind, path: str, *, is_tls: bool) -> Answer | None:
    try:
        connection = _connect(bind, is_tls=is_tls)
        connection.request("GET", path, headers={"User-Agent": "assembler-canary"})
        response = connection.getresponse()
        return Answer(response.status, response.read())
    except (OSError, http.client.HTTPException):
        return None


def _connect(bind: Bind, *, is_tls: bool) -> http.client.HTTPConnection:
    if bind.path is not None:
        connection = http.client.HTTPConnection("localhost", timeout=ASK_SECONDS)
        connection.sock = socket.socket(socket.AF_UNIX)
        connection.sock.settimeout(ASK_SECONDS)
        connection.sock.connect(bind.path)
        return connection
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(bind.host, bind.host)  # noqa: S104 - compared
    if not is_tls:
        return http.client.HTTPConnection(host, bind.port, timeout=ASK_SECONDS)
    context = ssl._create_unverified_context()  # noqa: S323, SLF001 - it is our own server
    return http.client.HTTPSConnection(host, bind.port, timeout=ASK_SECONDS, context=context)
