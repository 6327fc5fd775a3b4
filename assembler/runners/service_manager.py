"""Tell systemd what becomes of the service that this process is the main one of."""

from __future__ import annotations

import os
import socket
import time
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

__all__ = ["ServiceManager"]

ADDRESS_KEY = "NOTIFY_SOCKET"
# gunicorn's workers report once a second: whoever did so since is not stuck.
BEAT_SECONDS = 2.0
SEND_SECONDS = 1.0


class ServiceManager:
    """Says nothing unless it is asked for by the environment.

    Source: sd_notify(3), sd_watchdog_enabled(3).
    """

    def __init__(self, environ: Mapping[str, str]) -> None:
        """Read what is wanted; a master that another one has started is not the main process."""
        address = environ.get(ADDRESS_KEY, "")
        is_main = "GUNICORN_PID" not in environ
        self._address = address if is_main and address[:1] in {"/", "@"} else None
        self._said = ""  # the last of READY, RELOADING and STOPPING
        self.watchdog_seconds = self._find_watchdog(environ)  # how often to tell of life; 0: never
        self._told_alive = 0.0  # of `time.monotonic`

    def _find_watchdog(self, environ: Mapping[str, str]) -> float:
        """Return half of the time after which systemd ends a process that says nothing."""
        limit = environ.get("WATCHDOG_USEC", "")
        own = str(os.getpid())
        if self._address is None or environ.get("WATCHDOG_PID", own) != own:
            return 0.0
        return int(limit) / 2_000_000 if limit.isdecimal() else 0.0

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Keep gunicorn from telling by itself, which it does before any worker has booted."""
        address = os.environ.pop(ADDRESS_KEY, None)
        try:
            yield
        finally:
            if address is not None:
                os.environ[ADDRESS_KEY] = address

    def note_ready(self) -> None:
        """Tell that the service has started."""
        if self._said == "":
            self._say("READY")

    def note_reloading(self) -> None:
        """Tell that a reload begins."""
        if self._said == "READY":
            self._say("RELOADING", f"MONOTONIC_USEC={time.monotonic_ns() // 1000}")

    def note_reloaded(self) -> None:
        """Tell that a reload is decided, whatever became of it."""
        if self._said == "RELOADING":
            self._say("READY")

    def note_stopping(self) -> None:
        """Tell that the service is about to end."""
        if self._said != "STOPPING":
            self._say("STOPPING")

    def note_beats(self, ages: list[float]) -> None:
        """Tell that the service is alive if a worker is, and if it is time to.

        Args:
            ages: How many seconds ago each worker has reported.
        """
        now = time.monotonic()
        is_wanted = self.watchdog_seconds > 0 and self._said != ""
        if not is_wanted or now < self._told_alive + self.watchdog_seconds:
            return
        limit = max(self.watchdog_seconds, BEAT_SECONDS)
        if any(-1.0 < age <= limit for age in ages):  # below zero: it has not begun to
            self._told_alive = now
            self._send("WATCHDOG=1")

    def _say(self, what: str, *more: str) -> None:
        self._said = what
        self._send("\n".join((f"{what}=1", *more)))

    def _send(self, text: str) -> None:
        if self._address is None:
            return
        with suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sender:
            sender.settimeout(SEND_SECONDS)
            # An address of Linux's own, which is no file, begins with a zero.
            is_abstract = self._address[0] == "@"
            sender.connect(f"\0{self._address[1:]}" if is_abstract else self._address)
            sender.send(text.encode())
