"""Carry out requests, several at once, each in its own process and within its time limit."""

from __future__ import annotations

import json
import os
import selectors
import signal
import subprocess
import sys
import tempfile
import time
from collections import deque
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence

    Tell = Callable[[int, Collection[int]], object]

__all__ = ["START", "Ended", "run_apart"]

# What is found, such as plug-ins, is what this process finds.
START = "import json, sys; sys.path[:] = json.loads(sys.argv.pop()); from {} import main; main()"
POLL_SECONDS = 0.02
STACK_SECONDS = 1.0  # what a process gets to tell where it is, before it is killed
CLOSE_SECONDS = 3.0  # and to close its app, after its last report
LIMIT_OUTPUT_BYTES = 8192  # of what an app printed, the end is kept
CHUNK_BYTES = 65536


@dataclass(frozen=True, slots=True)
class Ended:
    """How a process ended, and what it reported until then."""

    said: bytes
    status: int  # negative: the signal that ended it
    is_timed_out: bool
    output: str  # the end of what the app printed


def run_apart(
    module: str,
    requests: Sequence[dict[str, Any]],
    *,
    timeout_seconds: float,
    jobs: int,
    tell: Tell | None = None,
) -> list[Ended]:
    """Run each request in its own process, ``jobs`` at once; results are in the order given.

    Processes that they started end with them. If this process is interrupted, all of them end.

    Args:
        module: Its `main` reads the request from standard input as JSON, with a ``folder`` of its
            own added, and writes what it reports to the descriptor ``pipe``: lines of JSON, the
            last of them ``{"done": true}``.
        requests: One for each process.
        timeout_seconds: After this it is told to abort, and then killed.
        jobs: How many at once.
        tell: Called at each change with how many have ended, and the numbers of those that run.
    """
    ends: dict[int, Ended] = {}
    waiting = deque(enumerate(requests))
    running: dict[int, _Process] = {}
    with selectors.DefaultSelector() as selector, ExitStack() as stack:
        stack.callback(lambda: [process.finish() for process in running.values()])
        while waiting or running:
            while waiting and len(running) < jobs:
                number, request = waiting.popleft()
                running[number] = _Process(module, request, timeout_seconds, selector)
                if tell is not None:
                    tell(len(ends), running)
            for key, _ in selector.select(POLL_SECONDS):
                key.data(key.fd)
            for number, process in list(running.items()):
                if process.has_ended():
                    ends[number] = running.pop(number).finish()
                    if tell is not None:
                        tell(len(ends), running)
    return [ends[number] for number in range(len(requests))]


@dataclass(slots=True)
class _Process:
    """One process while it runs."""

    module: str
    request: dict[str, Any]
    timeout_seconds: float
    selector: selectors.BaseSelector
    said: bytearray = field(default_factory=bytearray, init=False)
    output: bytearray = field(default_factory=bytearray, init=False)
    is_timed_out: bool = field(default=False, init=False)
    is_done: bool = field(default=False, init=False)
    popen: subprocess.Popen[bytes] = field(init=False)
    _folder: tempfile.TemporaryDirectory[str] = field(init=False)
    _deadline: float = field(init=False)
    _pipes: dict[int, bytearray] = field(default_factory=dict, init=False)

    def __post_init__(self) -> None:
        """Start it, in a session of its own: Ctrl-C is this process's alone."""
        self._folder = tempfile.TemporaryDirectory(prefix="assembler-", ignore_cleanup_errors=True)
        pipe, their_pipe = os.pipe()
        output, their_output = os.pipe()
        self.popen = subprocess.Popen(  # noqa: S603 - this Python, and a module of ours
            [sys.executable, "-P", "-c", START.format(self.module), json.dumps(sys.path)],
            stdin=subprocess.PIPE,
            stdout=their_output,
            stderr=subprocess.STDOUT,
            pass_fds=(their_pipe,),
            start_new_session=True,
        )
        os.close(their_pipe)
        os.close(their_output)
        self._watch(pipe, self.said)
        self._watch(output, self.output)
        self._deadline = time.monotonic() + self.timeout_seconds
        request = {**self.request, "pipe": their_pipe, "folder": self._folder.name}
        assert self.popen.stdin is not None
        with suppress(BrokenPipeError):  # it is gone already, which its status tells
            self.popen.stdin.write(json.dumps(request).encode())
            self.popen.stdin.close()

    def has_ended(self) -> bool:
        """Return whether it has ended; past its time it reports its stack, then is killed."""
        state = os.waitid(os.P_PID, self.popen.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT)
        if state is not None:
            return True
        if not self.is_done and b'{"done": true}' in self.said:
            self.is_done = True
            self._deadline = time.monotonic() + CLOSE_SECONDS
        if time.monotonic() < self._deadline:
            return False
        if self.is_done or self.is_timed_out:
            self._kill()
            return False
        self.is_timed_out = True
        self._deadline = time.monotonic() + STACK_SECONDS
        os.kill(self.popen.pid, signal.SIGABRT)
        return False

    def finish(self) -> Ended:
        """Kill what is left of it, and give how it ended."""
        self._kill()
        status = self.popen.wait()
        for pipe in list(self._pipes):
            os.set_blocking(pipe, False)
            with suppress(BlockingIOError):  # somebody who got away still holds it
                while pipe in self._pipes:
                    self._read(pipe)
            self._unwatch(pipe)
        self._folder.cleanup()
        output = self.output.decode("utf-8", "replace")
        return Ended(bytes(self.said), status, self.is_timed_out, output)

    def _kill(self) -> None:
        # Before it is waited for: until then nobody else can have its number.
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self.popen.pid, signal.SIGKILL)

    def _watch(self, pipe: int, into: bytearray) -> None:
        self._pipes[pipe] = into
        self.selector.register(pipe, selectors.EVENT_READ, self._read)

    def _read(self, pipe: int) -> None:
        into = self._pipes[pipe]
        chunk = os.read(pipe, CHUNK_BYTES)
        into += chunk
        if into is self.output:
            del into[:-LIMIT_OUTPUT_BYTES]
        if not chunk:
            self._unwatch(pipe)

    def _unwatch(self, pipe: int) -> None:
        if self._pipes.pop(pipe, None) is not None:
            self.selector.unregister(pipe)
            os.close(pipe)
