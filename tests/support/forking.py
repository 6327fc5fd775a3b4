"""Run commands of assembler, each in a process forked from one that has everything imported.

That takes a tenth of the time of a new Python. What a command prints and does, and how it ends, is
what ``python -m assembler`` gives: the process leads a session of its own, has its own folder,
environment and streams, carries out the module as ``__main__``, and ends as Python ends.

Whatever its command is, it may have loaded what every command loads before anything is patched:
`LIGHT`. `HEAVY` is for projects without patches: their commands load
that in any case.
"""

from __future__ import annotations

import atexit
import json
import os
import re
import select
import signal
import socket
import subprocess
import sys
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from functools import cache
from importlib.metadata import entry_points
from io import FileIO
from itertools import pairwise
from tempfile import TemporaryFile
from threading import Lock
from typing import TYPE_CHECKING, Any

from assembler.commands import COMMANDS
from assembler.linting.rules import CHECKED
from tests.support.environment import ROOT, build_env
from tests.support.fork_server import READING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path
    from typing import IO

__all__ = [
    "CELERY",
    "PLUGINS",
    "Fork",
    "ForkedProcess",
    "find_fork",
    "has_patches",
    "start_server",
]

SERVER = "tests.support.fork_server"
LIGHT = (
    *("assembler.__main__", "assembler.planning.loading", "assembler.runners.loading"),
    *("assembler.patching.applying", *(f"assembler.commands.{name}" for name in COMMANDS)),
    *(f"assembler.linting.rules.{name.replace('-', '_')}" for name in CHECKED),
)
FLASK = ("flask.cli", "flask_sqlalchemy")
ASSEMBLING = ("assembler.assembling.create", "assembler.assembling.carrying_out")
HEAVY = (
    *("flask_migrate", *ASSEMBLING, "assembler.database.migration"),
    *("assembler.runners.serve", "assembler.runners.apart"),
    *("assembler.entry.flask", "assembler.runners.boot_watch"),
)
# What a server's master imports, and then each of its workers; patched ones take it as it is.
# A module goes before those that were imported earlier: gevent's locks outlast Flask's log.
SERVERS = (
    *(f"gevent.{name}" for name in ("ssl", "subprocess", "threading", "time")),
    *("gevent.pywsgi", "gevent.selectors", "gevent.events", "ctypes"),
    *FLASK,
    *HEAVY,
    *("assembler.runners.gunicorn", "assembler.runners.gevent", "assembler.runners.werkzeug"),
    *("assembler.runners.reloader", "assembler.runners.reloader_child"),
    *("assembler.runners.gunicorn_gevent_worker", "assembler.runners.gunicorn_thread_worker"),
    *(f"assembler.steps.adapters.{name}" for name in ("extension", "call", "log_handler")),
    "gunicorn.glogging",
)
# Flask loads them for any command that is given.
PLUGINS = tuple(one.module for one in entry_points(group="flask.commands"))
# What all other commands may have, and the processes that try a profile or call a factory for them.
OTHERS = (
    *FLASK,
    *HEAVY,
    *PLUGINS,
    *("assembler.trial.booting", "assembler.ledger.child", "assembler.adopting.adoption"),
    *("assembler.runners.gunicorn", "assembler.runners.gunicorn_thread_worker"),
    *("gunicorn.glogging", "ctypes"),
    *(f"assembler.steps.adapters.{name}" for name in ("extension", "call")),
)
# What the apps of `tests/apps` are made of.
EXTENSIONS = (
    *(f"flask_{name}" for name in ("babel", "caching", "compress", "cors", "limiter", "login")),
    *("flask_mailman", "flask_smorest", "celery.app.base", "redis"),
)
# By what builds the app.
BUILDING = {
    "factory": (*FLASK, *EXTENSIONS),
    "profile": (*LIGHT, *FLASK, *ASSEMBLING, *EXTENSIONS),
}
# Other programs, and what each imports first, whatever it runs.
PROGRAMS = {
    "flask": ("flask.cli",),
    "gunicorn": ("gunicorn.app.wsgiapp", "gunicorn.workers.ggevent", "gunicorn.workers.gthread"),
    "tests.support.forked_script": (),
}
GUNICORN = frozenset({*SERVERS, *PROGRAMS["gunicorn"]} - {*FLASK, *HEAVY})
STARTING = Lock()  # else two threads would start the same one
END_SECONDS = 5.0  # what one that forks gets to end, when all tests have run
# What Celery's worker and beat load as well.
CELERY = (
    *("celery.bin.celery", "celery.apps.beat", "celery.apps.worker", "celery.concurrency.prefork"),
    *("celery.worker.consumer", "celery.worker.strategy", "celery.app.log", "celery.app.control"),
    *("celery.backends.redis", "kombu.transport.redis", "kombu.transport.memory"),
)
NAMED = re.compile(rb"[\w./-]+\.yaml")
PATCHED = re.compile(rb"patches(?!: \[\])|gevent")
# Python itself reads these when it starts.
AT_START = ("LANG", "LC_", "PYTHON")
# Of them, a forked process has these as well.
GIVEN = frozenset({"PYTHONDONTWRITEBYTECODE", "PYTHONHASHSEED", "PYTHONPATH"})
# Gunicorn reads these when it is imported.
AT_IMPORT = frozenset({"FORWARDED_ALLOW_IPS", "PORT", "WEB_CONCURRENCY"})


def find_fork(
    args: Sequence[str],
    cwd: Path,
    env: Mapping[str, str],
    *,
    is_prepared: bool = False,
    others: Iterable[str] = (),
) -> Fork | None:
    """Return how ``python ARGS`` is forked; ``None``: it needs a Python of its own.

    Args:
        args: Options of Python, if there are any, and the command.
        cwd: Where it runs; what its profiles say of patches decides what may be loaded.
        env: What the environment has besides ours.
        is_prepared: Whether a server with patches may have loaded what it would load after them.
        others: What it may have loaded besides.
    """
    start = next((at for at, word in enumerate(args) if word == "-m"), len(args))
    options, command = args[:start], args[start + 1 :]
    if not command or "-c" in options or any(name.startswith(AT_START) for name in {*env} - GIVEN):
        return None
    modules = _find_modules(command, cwd, is_prepared=is_prepared)
    if modules is None:
        return None
    modules = (*modules, *others)
    if AT_IMPORT & {*env}:
        modules = tuple(name for name in modules if name not in GUNICORN)
    warned = [word for option, word in pairwise(options) if option == "-W"]
    own = tuple(word for word in options if word != "-W" and word not in warned)
    server = _start(own, env.get("PYTHONHASHSEED", ""), *modules)
    return Fork(server, list(args), warned, cwd, build_env(env), is_prepared)


def _find_modules(
    command: Sequence[str], cwd: Path, *, is_prepared: bool
) -> tuple[str, ...] | None:
    """Return what a process of that command may have loaded; ``None``: nothing."""
    program, *words = command
    is_celery = program == "celery" or words[:1] in (["worker"], ["beat"])
    is_patched = not is_prepared and has_patches(words, cwd)
    if (is_celery or program == "flask") and not is_patched:
        return (*LIGHT, *OTHERS, *(CELERY if is_celery else ()))
    if program in PROGRAMS:
        return (*PROGRAMS[program], *LIGHT)
    if program == "tests.support.building":
        # A server is none of its business.
        is_plain = all(b"patches:" not in _read(profile) for profile in _find_profiles(words, cwd))
        return BUILDING[words[0]] if is_plain or not words[1:] else None
    if program != "assembler":
        return None
    is_reading = not words or (words[0] in READING and "--deep" not in words)
    if is_reading or is_patched:
        return LIGHT
    return (*LIGHT, *(SERVERS if words[0] == "run" else OTHERS))


def has_patches(words: Sequence[str], cwd: Path) -> bool:
    """Return whether a profile of a command in ``cwd``, or a base of one, may have patches."""
    return _has_patches(_find_profiles(words, cwd))


def _find_profiles(words: Sequence[str], cwd: Path) -> Iterable[Path]:
    """Return the profiles that are named, with their bases; all there are if there is none."""
    named = [cwd / word for word in words if word.endswith(".yaml")]
    if not named or not all(map(_read, named)):
        return cwd.rglob("*.yaml")
    for profile in named:
        bases = NAMED.findall(_read(profile))
        named += {profile.parent / os.fsdecode(base) for base in bases} - {*named}
    return named


def _has_patches(profiles: Iterable[Path]) -> bool:
    return any(PATCHED.search(_read(profile)) for profile in profiles)


def _read(profile: Path) -> bytes:
    """Return what a profile holds; nothing if it is none that can be read."""
    try:
        return profile.read_bytes() if profile.is_file() else b""
    except (OSError, ValueError):
        return b""


class ForkedProcess:
    """A process that was forked: as a ``Popen``, as far as tests ask one."""

    def __init__(self, status: FileIO) -> None:
        """Read its number, and later its end, from the pipe ``status``."""
        self._status = status
        self.pid = int(status.readline())
        self.returncode: int | None = None

    def poll(self) -> int | None:
        """Return its exit status as ``Popen`` gives it; ``None``: it runs."""
        return self._look(0)

    def wait(self, timeout: float | None = None) -> int:
        """Wait for its end, and give its exit status.

        Raises:
            subprocess.TimeoutExpired: if it takes longer.
        """
        status = self._look(timeout)
        if status is None:
            raise subprocess.TimeoutExpired("a forked process", timeout or 0)
        return status

    def send_signal(self, number: int) -> None:
        """Send it a signal, unless it ended."""
        if self.poll() is None:
            with suppress(ProcessLookupError):
                os.kill(self.pid, number)

    def _look(self, timeout: float | None) -> int | None:
        if self.returncode is None and select.select([self._status.fileno()], [], [], timeout)[0]:
            self.returncode = int(self._status.readline())
            self._status.close()
        return self.returncode


class ForkServer:
    """The process that forks others."""

    def __init__(self, options: Sequence[str], seed: str, modules: tuple[str, ...]) -> None:
        """Start it; it ends when this process does."""
        self.modules = modules
        self._socket, theirs = socket.socketpair()
        self._lock = Lock()
        with theirs:
            self._popen = subprocess.Popen(
                [
                    sys.executable,
                    *options,
                    "-m",
                    "tests.support.fork_server",
                    str(theirs.fileno()),
                    *modules,
                ],
                cwd=ROOT,
                env=build_env({"PYTHONHASHSEED": seed} if seed else {}),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                pass_fds=(theirs.fileno(),),
                start_new_session=True,
            )
        atexit.register(self._end, os.getpid())

    def _end(self, owner: int) -> None:
        """Let it end; a fork of this process only closes its own end of the socket."""
        self._socket.close()
        if os.getpid() == owner:
            with suppress(subprocess.TimeoutExpired):
                self._popen.wait(END_SECONDS)

    def fork(self, request: Mapping[str, Any], streams: Sequence[IO[bytes]]) -> ForkedProcess:
        """Fork what carries the request out, with these as its standard streams."""
        ours, theirs = os.pipe()
        with TemporaryFile() as file:
            file.write(json.dumps(request).encode())
            file.seek(0)
            numbers = [file.fileno(), theirs, *(stream.fileno() for stream in streams)]
            with self._lock:
                socket.send_fds(self._socket, [b"."], numbers)
        os.close(theirs)
        return ForkedProcess(FileIO(ours))


@dataclass(frozen=True, slots=True)
class Fork:
    """A process that can be forked."""

    server: ForkServer
    args: list[str]
    warned: list[str]  # those of `-W`: the process takes them, not its server
    cwd: Path
    env: dict[str, str]  # all of it
    is_prepared: bool = False  # then it also ends as one without patches does

    def start(self, streams: Sequence[IO[bytes]]) -> ForkedProcess:
        """Fork it, with these as its standard streams."""
        request = {
            "args": self.args,
            "warned": self.warned,
            "cwd": str(self.cwd),
            "env": self.env,
            "is_prepared": self.is_prepared,
        }
        return self.server.fork(request, streams)

    def run(self, stdin: str, timeout_seconds: float) -> subprocess.CompletedProcess[str]:
        """Fork it, and wait for its end.

        Raises:
            subprocess.TimeoutExpired: if it takes longer.
        """
        with ExitStack() as stack:
            streams = [stack.enter_context(TemporaryFile()) for _ in range(3)]
            streams[0].write(stdin.encode())
            streams[0].seek(0)
            running = self.start(streams)
            try:
                status = running.wait(timeout_seconds)
            except subprocess.TimeoutExpired:
                os.killpg(running.pid, signal.SIGKILL)
                running.wait()
                raise
            for stream in streams:
                stream.seek(0)
            _, stdout, stderr = (stream.read().decode() for stream in streams)
        return subprocess.CompletedProcess(self.args, status, stdout, stderr)


def start_server(modules: tuple[str, ...]) -> ForkServer:
    """Return the process that forks those that have these modules, without options of Python."""
    return _start((), "", *modules)


def _start(options: tuple[str, ...], seed: str, *modules: str) -> ForkServer:
    with STARTING:
        return _start_once(options, seed, modules)


@cache
def _start_once(options: tuple[str, ...], seed: str, modules: tuple[str, ...]) -> ForkServer:
    return ForkServer(options, seed, modules)
