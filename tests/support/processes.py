"""Start real processes, wait for what they do, and end them by their own id."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from contextlib import suppress
from dataclasses import dataclass
from http.client import IncompleteRead
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from tests.support.environment import ROOT, build_env
from tests.support.forking import find_fork

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from typing import IO

    from tests.support.forking import ForkedProcess

__all__ = [
    "ROOT",
    "WAIT_SECONDS",
    "Answer",
    "RunningProcess",
    "build_env",
    "free_port",
    "http_get",
    "run_cli",
    "start_process",
    "wait_until",
]

WAIT_SECONDS = 120.0  # a limit for machines with much else to do
POLL_SECONDS = 0.02
# A proxy that the machine is set to use is not for loopback.
OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}))

Found = TypeVar("Found")


@dataclass(frozen=True, slots=True)
class Answer:
    """What a server answered, an error status too."""

    status: int
    headers: dict[str, str]  # names in lower case
    body: bytes

    @property
    def text(self) -> str:
        """Return the body as text."""
        return self.body.decode()

    def json(self) -> Any:  # noqa: ANN401 - whatever the server sent
        """Return the body as the JSON that it is."""
        return json.loads(self.body)


def wait_until(
    look: Callable[[], Found | None], what: str, *, timeout_seconds: float = WAIT_SECONDS
) -> Found:
    """Look again and again until there is something (not None, False or []), and give it.

    Raises:
        TimeoutError: naming ``what``, when the time is over.
    """
    deadline = time.monotonic() + timeout_seconds
    while True:
        found = look()
        if found is not None and found is not False and found != []:
            return found
        if time.monotonic() >= deadline:
            message = f"no {what} within {timeout_seconds:g} s"
            raise TimeoutError(message)
        time.sleep(POLL_SECONDS)


def free_port() -> int:
    """Return a port of the loopback that nobody listens on now."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port


def http_get(
    url: str,
    *,
    method: str = "GET",
    headers: Mapping[str, str] | None = None,
    data: bytes | None = None,
    timeout_seconds: float = WAIT_SECONDS,
) -> Answer:
    """Send one request over a socket; any status is an answer, a refused connection an OSError."""
    request = urllib.request.Request(  # noqa: S310 - the test says the scheme
        url, data=data, headers=dict(headers or {}), method=method
    )
    try:
        response = OPENER.open(request, timeout=timeout_seconds)
    except urllib.error.HTTPError as error:
        response = error
    with response:
        names = {name.lower(): value for name, value in response.headers.items()}
        return Answer(response.status, names, response.read())


def run_cli(  # noqa: PLR0913 - what a process is made of
    args: Sequence[str],
    cwd: Path,
    env: Mapping[str, str] | None = None,
    *,
    stdin: str = "",
    timeout_seconds: float = WAIT_SECONDS,
    prepared: Sequence[str] = (),
) -> subprocess.CompletedProcess[str]:
    """Run ``python ARGS`` in ``cwd`` to its end, as ``["-m", "assembler", "lint"]``.

    The environment is `build_env`'s with ``env`` laid over it, the output text. If it is forked,
    it has loaded the modules ``prepared``.
    """
    fork = find_fork(args, cwd, env or {}, others=prepared)
    if fork is not None:
        return fork.run(stdin, timeout_seconds)
    return subprocess.run(
        [sys.executable, *args],
        cwd=cwd,
        env=build_env(env),
        input=stdin,
        capture_output=True,
        text=True,
        timeout=timeout_seconds,
        check=False,
    )


@dataclass(slots=True)
class RunningProcess:
    """A process in a group of its own, its output in files that can be read while it runs."""

    popen: subprocess.Popen[bytes] | ForkedProcess
    stdout_file: Path
    stderr_file: Path

    @property
    def pid(self) -> int:
        """Return its process id, which is that of its group as well."""
        return self.popen.pid

    @property
    def stdout(self) -> str:
        """Return what it has printed so far."""
        return self.stdout_file.read_text(encoding="utf-8", errors="replace")

    @property
    def stderr(self) -> str:
        """Return what it has complained of so far."""
        return self.stderr_file.read_text(encoding="utf-8", errors="replace")

    @property
    def output(self) -> str:
        """Return both, for the message of an assertion."""
        return f"stdout:\n{self.stdout}\nstderr:\n{self.stderr}"

    def wait_for_line(
        self, pattern: str, *, timeout_seconds: float = WAIT_SECONDS
    ) -> re.Match[str]:
        """Wait until a line of its output matches the regular expression, and give the match."""
        compiled = re.compile(pattern, re.MULTILINE)
        return self._wait(
            lambda: compiled.search(self.stdout) or compiled.search(self.stderr),
            f"line that matches {pattern!r}",
            timeout_seconds,
        )

    def wait_for_port(self, port: int, *, timeout_seconds: float = WAIT_SECONDS) -> None:
        """Wait until somebody accepts connections on the loopback's ``port``."""
        self._wait(lambda: _is_listening(port), f"listener on port {port}", timeout_seconds)

    def wait_for_http(
        self, url: str, *, status: int | None = None, timeout_seconds: float = WAIT_SECONDS
    ) -> Answer:
        """Wait until ``url`` answers (with ``status``, if one is given), and give the answer."""
        return self._wait(lambda: _find_answer(url, status), f"answer of {url}", timeout_seconds)

    def wait(self, *, timeout_seconds: float = WAIT_SECONDS) -> int:
        """Wait until it ends by itself, and give its exit status."""
        try:
            return self.popen.wait(timeout_seconds)
        except subprocess.TimeoutExpired:
            message = f"still running after {timeout_seconds:g} s\n{self.output}"
            raise TimeoutError(message) from None

    def terminate(
        self, number: signal.Signals = signal.SIGTERM, *, timeout_seconds: float = WAIT_SECONDS
    ) -> int:
        """Send the signal to the process alone, wait for its end, and give its exit status."""
        self.popen.send_signal(number)
        return self.wait(timeout_seconds=timeout_seconds)

    def kill_group(self) -> None:
        """End it and all its children, whatever state they are in."""
        with suppress(ProcessLookupError):  # the whole group is gone already
            os.killpg(self.pid, signal.SIGKILL)
        self.popen.wait(WAIT_SECONDS)

    def _wait(self, look: Callable[[], Found | None], what: str, timeout_seconds: float) -> Found:
        """Wait as `wait_until` does, but not longer than the process lives."""

        def look_while_alive() -> Found | None:
            ended = self.popen.poll()
            found = look()
            if found or ended is None:
                return found
            message = f"no {what}: the process ended with {ended}\n{self.output}"
            raise AssertionError(message)

        try:
            return wait_until(look_while_alive, what, timeout_seconds=timeout_seconds)
        except TimeoutError as error:
            message = f"{error}\n{self.output}"
            raise TimeoutError(message) from None


def start_process(
    args: Sequence[str],
    cwd: Path,
    log_folder: Path,
    env: Mapping[str, str] | None = None,
    *,
    prepared: Sequence[str] | None = None,
) -> RunningProcess:
    """Start ``python ARGS`` in ``cwd``; its output goes to new files in ``log_folder``.

    A server that is ``prepared`` has loaded Flask and its own code before its patches, and whatever
    else is named, and takes no modules apart when it ends: for tests that ask what it does in
    between, which half of its start would take longer than.

    Whoever starts it calls `RunningProcess.kill_group` at the end; the fixture ``process`` does.
    """
    number = len(list(log_folder.glob("*.stdout")))
    stdout_file = log_folder / f"{number}.stdout"
    stderr_file = log_folder / f"{number}.stderr"
    with (
        Path(os.devnull).open("rb") as stdin,
        stdout_file.open("wb") as stdout,
        stderr_file.open("wb") as stderr,
    ):
        is_prepared = prepared is not None
        fork = find_fork(args, cwd, env or {}, is_prepared=is_prepared, others=prepared or ())
        streams = (stdin, stdout, stderr)
        popen = fork.start(streams) if fork else _start(args, cwd, env or {}, streams)
    return RunningProcess(popen, stdout_file, stderr_file)


def _start(
    args: Sequence[str], cwd: Path, env: Mapping[str, str], streams: Sequence[IO[bytes]]
) -> subprocess.Popen[bytes]:
    stdin, stdout, stderr = streams
    return subprocess.Popen(
        [sys.executable, *args],
        cwd=cwd,
        env=build_env(env),
        stdin=stdin,
        stdout=stdout,
        stderr=stderr,
        start_new_session=True,
    )


def _is_listening(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
    except OSError:
        return False
    return True


def _find_answer(url: str, status: int | None) -> Answer | None:
    try:
        answer = http_get(url, timeout_seconds=5)
    except (OSError, IncompleteRead):
        return None  # not there yet, or about to start anew
    return answer if status in {None, answer.status} else None
