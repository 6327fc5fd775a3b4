"""Steps for the profiles that the tests of the runners serve: an app that tells what happens to it.

What happens is appended to the file that ``RUNNER_LOG`` names, a line each.
"""

from __future__ import annotations

import gc
import os
import signal
import sys
import time
from pathlib import Path
from traceback import walk_stack
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask

__all__ = ["Resource", "Signalled", "add_routes", "fail", "fail_late", "tell", "wait_for_ever"]


def tell(what: str) -> None:
    """Append a line to the log, with the process that says it."""
    with Path(os.environ["RUNNER_LOG"]).open("a", encoding="utf-8") as log:
        log.write(f"{what} {os.getpid()}\n")


def add_routes(app: Flask, *, text: str = "well") -> None:
    """Answer with a text, slowly or not, and with what this process is."""

    @app.get("/")
    def index() -> str:
        return text

    @app.get("/slow/<float:seconds>")
    def slow(seconds: float) -> str:
        tell("request")
        time.sleep(seconds)
        return text

    @app.get("/process")
    def process() -> dict[str, object]:
        monkey = sys.modules.get("gevent.monkey")
        patched = bool(monkey is not None and monkey.saved)
        return {
            "pid": os.getpid(),
            "patched": patched,
            "debug": app.debug,
            "garbage_threshold": gc.get_threshold()[0],
        }

    @app.get("/stack")
    def stack() -> list[str]:
        return [frame.f_globals["__name__"] for frame, _ in walk_stack(None)]

    @app.get("/error")
    def error() -> str:
        message = "an error of the app"
        raise RuntimeError(message)


class Resource:
    """Something that is opened with the app, and told when it is closed."""

    def __init__(self, label: str) -> None:
        """Take the name under which it tells."""
        self.label = label

    def init_app(self, app: Flask) -> None:  # noqa: ARG002 - the form of an extension
        """Open it."""
        tell(f"open {self.label}")

    def close(self) -> None:
        """Close it."""
        tell(f"close {self.label}")


class Signalled(Resource):
    """A resource whose process is told to end while it is closed."""

    def close(self) -> None:
        """Close it, after the signal."""
        os.kill(os.getpid(), signal.SIGTERM)
        time.sleep(0)  # where Python hands signals over
        super().close()


def wait_for_ever(app: Flask) -> None:  # noqa: ARG001 - the form of a step
    """Be a step that does not end, as one that waits for a database that is away."""
    tell("waiting")
    while True:
        time.sleep(0.05)


def fail(app: Flask) -> None:  # noqa: ARG001 - the form of a step
    """Be a step that fails."""
    tell("failing")
    message = "the step is broken"
    raise RuntimeError(message)


def fail_late(app: Flask) -> None:
    """Be a step that fails after it has waited a little, so that several do at once."""
    time.sleep(0.3)
    fail(app)
