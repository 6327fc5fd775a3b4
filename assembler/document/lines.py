"""Turn positions of a text into lines and columns."""

from __future__ import annotations

import re
from bisect import bisect_right

from assembler.diagnostics.diagnostic import Place, Span

__all__ = ["Lines"]

LINE_BREAK = re.compile(r"\r\n|\r|\n")


class Lines:
    """The starts of the lines of a text."""

    __slots__ = ("path", "starts", "text")

    def __init__(self, text: str, path: str) -> None:
        """Find the lines of ``text``; ``path`` is what is shown to the user."""
        self.text = text
        self.path = path
        self.starts = [0, *(found.end() for found in LINE_BREAK.finditer(text))]

    def locate(self, index: int) -> tuple[int, int]:
        """Return the line and column, from 1, of ``index``, or of the end if it is beyond.

        Between the two characters of a line break is the end of its line.
        """
        index = min(index, len(self.text))
        if self.text.startswith("\n", index) and self.text.endswith("\r", 0, index):
            index -= 1
        line = bisect_right(self.starts, index)
        return line, index - self.starts[line - 1] + 1

    def get_place(self, start: int, end: int | None = None) -> Place:
        """Return the place from ``start`` to before ``end``; one character if there is no end.

        At a line break it is empty.
        """
        if end is None:
            end = start if self.text.startswith(("\r", "\n"), start) else start + 1
        return Place(self.path, Span(*self.locate(start), *self.locate(end)))

    def get_line(self, index: int) -> tuple[int, str]:
        """Return the start and the text, without its break, of the line that holds ``index``."""
        line, _ = self.locate(index)
        start = self.starts[line - 1]
        found = LINE_BREAK.search(self.text, start)
        return start, self.text[start : found.start() if found else len(self.text)]
