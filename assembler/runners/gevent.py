"""Serve with gevent's own server: in one worker at a time, which gunicorn's master looks after."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from assembler.rendering.console import write_error
from assembler.runners import gunicorn
from assembler.runners.gunicorn_arbiter import Arbiter

if TYPE_CHECKING:
    from assembler.runners.canary_task import Lint
    from assembler.runners.loading import Serving

__all__ = ["serve"]


def serve(serving: Serving, lint: Lint | None = None) -> int:
    """Serve until the master is told to end, and return the exit status.

    Args:
        serving: What to serve.
        lint: What checks an edited profile before a reload.

    Raises:
        ProfileError: if an address cannot be bound to or a file cannot be used.
    """
    return gunicorn.serve(serving, lint, Master)


class Master(Arbiter):
    """gunicorn's master, of one worker that always ends gracefully."""

    def tell(self, text: str) -> None:
        """Write what is worth knowing as we write it, since gunicorn is not what was asked for."""
        write_error(f"{text[:1].lower()}{text[1:]}")

    def note_serving(self) -> None:
        """Tell where the app can be reached, and health."""
        given = [*map(str, self.LISTENERS)]
        has_management = self.current.application.serving.management is not None
        more = f", management at {given.pop()}" if has_management else ""
        if not sys.stderr.isatty():  # where it is told with the console
            self.tell(f"Serving at {', '.join(given)}{more}")
        super().note_serving()

    def stop(self, graceful: bool = True) -> None:  # noqa: FBT001, FBT002, ARG002 - gunicorn's signature
        """End the worker once its requests are answered, whatever the signal was."""
        super().stop()

    def handle_ttin(self) -> None:
        """Stay at one worker."""

    def handle_ttou(self) -> None:
        """Stay at one worker."""
