"""Keep what the app printed last: it is the reason when a step exits."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from typing import TextIO

__all__ = ["LastWords"]

LIMIT_CHARACTERS = 8192
SHOWN_CHARACTERS = 200


class LastWords:
    """What was printed since the last `forget`, standard error before standard output."""

    def __init__(self) -> None:
        """Listen from now on."""
        self._heard = (_Listener(sys.stderr), _Listener(sys.stdout))
        sys.stderr, sys.stdout = self._heard

    def forget(self) -> None:
        """Drop what was heard."""
        for one in self._heard:
            one.kept = ""

    def find_line(self) -> str | None:
        """Return the last line that is not blank; ``None``: nothing was printed."""
        for one in self._heard:
            lines = [line.strip() for line in one.kept.splitlines() if line.strip()]
            if lines:
                line = lines[-1]
                is_long = len(line) > SHOWN_CHARACTERS
                return f"{line[: SHOWN_CHARACTERS - 1]}…" if is_long else line
        return None


class _Listener:
    """A text stream that keeps the end of what is written to it."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self.kept = ""

    def write(self, text: str) -> int:
        self.kept = (self.kept + text)[-LIMIT_CHARACTERS:]
        return self._stream.write(text)

    def writelines(self, lines: list[str]) -> None:
        self.write("".join(lines))

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - whatever a stream has
        return getattr(self._stream, name)
