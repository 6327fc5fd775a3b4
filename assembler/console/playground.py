"""Have a text linted apart, within a time limit, and not too often."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from dataclasses import dataclass, field
from http import HTTPStatus
from pathlib import Path
from typing import Any

from assembler.console.attempts import Attempts
from assembler.console.door import Refusal, RefusedError
from assembler.runners.apart import START

__all__ = ["LIMIT_TEXT_BYTES", "Playground"]

LIMIT_TEXT_BYTES = 256 * 1024
LIMIT_SECONDS = 20.0  # of waiting; the child has a limit of its own, of processor time
LIMIT_FOUND_BYTES = 512 * 1024  # they are masked and drawn here, where all else waits for it
LIMIT_AT_ONCE = 2  # in this process
LIMIT_CHECKS = 60  # a minute, of one address
CHILD = "assembler.console.lint_apart"
# All that the child gets of the environment: what Python needs to start, and where the policy is.
VARIABLES = (
    *("PATH", "LANG", "LC_ALL", "LD_LIBRARY_PATH", "PYTHONHOME", "PYTHONPATH", "VIRTUAL_ENV"),
    "ASSEMBLER_POLICY",
)
TOO_LONG = f"The text is too long: {LIMIT_TEXT_BYTES // 1024} KB are enough for any profile."
TOO_MUCH = "There is more to say of the text than a page can hold: make it shorter."
TOO_OFTEN = "Too many texts were checked: wait before the next one."
BUSY = "Other texts are being checked: try again."
TOO_SLOW = f"The check took longer than {LIMIT_SECONDS:g} s."
FAILED = "The check failed: the text may be too deep or too large."


@dataclass(frozen=True, slots=True)
class Playground:
    """What lints texts for one app, in one process."""

    _checks: Attempts = field(default_factory=lambda: Attempts(LIMIT_CHECKS))
    _running: threading.Semaphore = field(
        default_factory=lambda: threading.BoundedSemaphore(LIMIT_AT_ONCE)
    )

    def check(self, request: dict[str, Any], client: str) -> dict[str, Any]:
        """Return what is found if a file of a profile held a text.

        Args:
            request: For `assembler.console.lint_apart`: ``profile`` and ``files``, ``policy`` and
                the ``text`` in the place of ``file``.
            client: The address that asks.

        Raises:
            RefusedError: if it is too long, or asked for too often, or takes too long, or too much
                is found.
        """
        if len(request["text"].encode()) > LIMIT_TEXT_BYTES:
            raise RefusedError(Refusal(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, TOO_LONG))
        wait = self._checks.find_wait(client)
        if wait:
            raise RefusedError(Refusal(HTTPStatus.TOO_MANY_REQUESTS, TOO_OFTEN, wait))
        if not self._running.acquire(blocking=False):
            raise RefusedError(Refusal(HTTPStatus.TOO_MANY_REQUESTS, BUSY, 1))
        try:
            self._checks.note(client)
            return _run(request)
        finally:
            self._running.release()


def _run(request: dict[str, Any]) -> dict[str, Any]:
    try:
        done = subprocess.run(  # noqa: S603 - this Python, and a module of ours
            [sys.executable, "-P", "-c", START.format(CHILD), json.dumps(sys.path)],
            input=json.dumps(request).encode(),
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={name: os.environ[name] for name in VARIABLES if name in os.environ},
            cwd=Path.cwd(),
            timeout=LIMIT_SECONDS,
            check=False,
        )
        if len(done.stdout) > LIMIT_FOUND_BYTES:
            raise RefusedError(Refusal(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, TOO_MUCH))
        found: dict[str, Any] = json.loads(done.stdout)
    except subprocess.TimeoutExpired as error:
        raise RefusedError(Refusal(HTTPStatus.SERVICE_UNAVAILABLE, TOO_SLOW)) from error
    except ValueError as error:
        raise RefusedError(Refusal(HTTPStatus.SERVICE_UNAVAILABLE, FAILED)) from error
    return found
