"""Show how far long work has come: on a terminal in a line that is written over, else in lines."""

from __future__ import annotations

import os
import shutil
import sys
import threading  # whose names are looked up when they are used: a patch may change them
import time
from typing import Self

from assembler.rendering.console import mask_environment

__all__ = ["Progress"]

TICK_SECONDS = 0.5
LINE_SECONDS = 10.0  # where nobody watches, a line so often
CLEAR = "\r\x1b[K"


class Progress:
    """One line of what is being done and for how long; gone once it is done.

    Starts a thread, on a terminal alone.
    """

    def __init__(self) -> None:
        """Look whether standard error is a terminal."""
        stream = sys.stderr
        self._stream = stream
        self.is_live = stream is not None and stream.isatty() and os.environ.get("TERM") != "dumb"
        self._lock = threading.Lock()
        self._end = threading.Event()
        self._text = ""
        self._started = self._last_line = time.monotonic()
        self._thread = threading.Thread(target=self._tick, daemon=True) if self.is_live else None

    def __enter__(self) -> Self:
        """Begin."""
        if self._thread is not None:
            self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Remove the line."""
        self._end.set()
        if self._thread is not None:
            self._thread.join()
            self._write("")

    def show(self, text: str) -> None:
        """Say what is being done now."""
        now = time.monotonic()
        self._text, self._started = mask_environment(text), now
        if self.is_live:
            self._draw()
        elif self._stream is not None and now - self._last_line >= LINE_SECONDS:
            self._last_line = now
            self._stream.write(f"{self._text}\n")
            self._stream.flush()

    def show_live(self, text: str) -> None:
        """Say what is being done now to whoever watches; elsewhere other lines say it."""
        if self.is_live:
            self.show(text)

    def clear(self) -> None:
        """Make room for a line of somebody else's; what was shown stays away until the next."""
        self._text = ""
        if self.is_live:
            self._write("")

    def _tick(self) -> None:
        while not self._end.wait(TICK_SECONDS):
            self._draw()

    def _draw(self) -> None:
        if not self._text:
            return
        seconds = int(time.monotonic() - self._started)
        text = f"{self._text}, {seconds} s" if seconds else self._text
        self._write(text[: shutil.get_terminal_size().columns - 1])

    def _write(self, text: str) -> None:
        with self._lock:
            self._stream.write(CLEAR + text)
            self._stream.flush()
