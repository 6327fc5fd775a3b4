"""Load modules, and fork a process for each request: the server's side of `tests.support.forking`.

It imports no more than it needs: what it has loaded, every process has that it forks.
"""

from __future__ import annotations

import atexit
import gc
import importlib
import json
import os
import runpy
import select
import signal
import socket
import sys
import threading
import time
import warnings
from contextlib import suppress
from typing import TYPE_CHECKING, Any, NoReturn

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["READING", "main"]

# Commands that only read, ask and print.
READING = frozenset(
    ("catalog", "lint", "plan", "reload", "rollback", "rules", "schema", "show", "status")
)
AT_START = len(warnings.filters)
APART = frozenset(
    {"adopt", "inspect", "verify"}
)  # commands whose work is done in processes of their own


def serve(listener: socket.socket) -> dict[str, Any] | None:
    """Fork a process for each request; each returns its request, the server at the end ``None``."""
    running: dict[int, int] = {}
    wake, woken = os.pipe()
    os.set_blocking(woken, False)
    os.set_blocking(wake, False)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    signal.set_wakeup_fd(woken)
    while True:
        ready, _, _ = select.select([listener.fileno(), wake], [], [])
        if wake in ready:
            with suppress(BlockingIOError):
                os.read(wake, 65536)
            _reap(running)
        if listener.fileno() not in ready:
            continue
        _, numbers, _, _ = socket.recv_fds(listener, 1, 5)
        if not numbers:
            return None
        pid = os.fork()
        if not pid:
            signal.set_wakeup_fd(-1)
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            listener.close()
            for number in (wake, woken, *running.values()):
                os.close(number)
            return _enter(numbers)
        running[pid] = numbers.pop(1)
        for number in numbers:
            os.close(number)


def _reap(running: dict[int, int]) -> None:
    while running:
        pid, status = os.waitpid(-1, os.WNOHANG)
        if not pid:
            return
        pipe = running.pop(pid)
        with suppress(BrokenPipeError):
            os.write(pipe, f"{os.waitstatus_to_exitcode(status)}\n".encode())
        os.close(pipe)


def _enter(numbers: list[int]) -> dict[str, Any]:
    """Become the process that was asked for, up to its first line of Python."""
    os.setsid()
    file, status, *streams = numbers
    os.write(status, f"{os.getpid()}\n".encode())
    os.close(status)
    with os.fdopen(file, "rb") as text:
        request: dict[str, Any] = json.load(text)
    for number, stream in enumerate(streams):
        os.dup2(stream, number)
        os.close(stream)
    os.chdir(request["cwd"])
    if config := sys.modules.get("gunicorn.config"):
        config.Chdir.default = request["cwd"]  # it keeps the folder in which it was imported
    os.environ.clear()
    os.environ.update(request["env"])
    time.tzset()
    sys.dont_write_bytecode = bool(os.environ.get("PYTHONDONTWRITEBYTECODE"))
    filter_warnings(request["warned"])
    args = request["args"]
    sys.orig_argv[:] = [sys.executable, *args]
    sys.argv[:] = args[args.index("-m") + 1 :]
    sys.path[:2] = [request["cwd"], *request["env"]["PYTHONPATH"].split(os.pathsep)]
    sys.path_importer_cache.clear()
    return request


def filter_warnings(options: list[str]) -> None:
    """Have the filters of ``-W``, below those of modules, as if these had been imported after."""
    sys.warnoptions[:] = options
    filters: Any = warnings.filters
    at = len(filters) - AT_START
    of_modules, filters[:] = filters[:at], filters[at:]
    vars(warnings)["_processoptions"](options)  # as Python does when it starts
    filters[:0] = of_modules
    vars(warnings)["_filters_mutated"]()


class Replaced(BaseException):
    """Another module was to be carried out in the process's place."""


def replace(_file: str, args: Sequence[str]) -> NoReturn:
    """Be `os.execv` for a Python that carries out a module which is loaded already."""
    raise Replaced(args)


def _begin_anew(args: Sequence[str]) -> None:
    """Forget the first module's options, as the process that takes its place would."""
    sys.orig_argv[:] = args
    sys.argv[:] = args[args.index("-m") + 1 :]
    filters: Any = warnings.filters
    del filters[-AT_START - len(sys.warnoptions) : -AT_START]  # one for each option
    filter_warnings([])


def _carry_out() -> object:
    """Carry out a module, and what is to be in its place: without an error that goes on."""
    try:
        return runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)
    except Replaced as replaced:
        (args,) = replaced.args
    _begin_anew(args)
    return runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)


def complete_models() -> None:
    """Complete the models that are loaded, as their first use would in each process."""
    loaded = sys.modules.get("assembler.language.model")
    for model in loaded.Model.__subclasses__() if loaded else ():
        model.model_rebuild()


def is_patched() -> bool:
    """Return whether gevent replaced something, or gRPC has threads of its own."""
    return "grpc" in sys.modules or bool(vars(sys.modules.get("gevent.monkey", sys)).get("saved"))


def end(status: int) -> None:
    """End as Python does, but for taking modules apart, which takes longer than most commands."""
    ends: Any = threading
    ends._shutdown()  # noqa: SLF001 - waits for threads
    ends = atexit
    ends._run_exitfuncs()  # noqa: SLF001 - as Python does then
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(status)


def main() -> None:
    """Load what is named, and fork; a process that was forked goes on as what it is to be."""
    number, *modules = sys.argv[1:]
    for name in modules:
        importlib.import_module(name)
    complete_models()
    gc.collect()
    gc.freeze()
    if (request := serve(socket.socket(fileno=int(number)))) is not None:
        sys.modules.pop(f"{sys.argv[0]}.__main__", None)  # it is carried out anew
        if "--deep" in sys.argv or (sys.argv[1:2] and sys.argv[1] in APART):
            importlib.import_module("tests.support.forked_trials").install()
        if request["is_prepared"] and sys.argv[1:2] == ["run"]:
            importlib.import_module("tests.support.forked_reloader").install(end)
        if "celery.bin.celery" in sys.modules:  # `assembler worker` becomes `celery worker`
            vars(os)["execv"] = replace
        status = 0
        try:
            _carry_out()
        except SystemExit as leaving:
            if not isinstance(leaving.code, int | None):
                raise
            status = leaving.code or 0
        # Else the end of Python itself is tried as well.
        if request["is_prepared"] or not is_patched():
            end(status)
        raise SystemExit(status)


if __name__ == "__main__":
    main()
