"""Keep what was parsed from files that have not changed since."""

from __future__ import annotations

from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable
    from pathlib import Path

__all__ = ["FileCache"]

Parsed = TypeVar("Parsed")
LIMIT_FILES = 64  # a project's profiles; past that the oldest goes


class FileCache(Generic[Parsed]):
    """Parse a file again only once it has changed: its inode, its size or its time of change."""

    def __init__(self) -> None:
        """Start empty."""
        self._entries: dict[Hashable, tuple[tuple[int, int, int], Parsed]] = {}

    def get(self, file: Path, key: Hashable, parse: Callable[[], Parsed]) -> Parsed:
        """Give what was parsed of ``file``, or parse it.

        Args:
            file: The file; where it cannot be looked at, ``parse`` is called, and will say why.
            key: What tells this parsing of the file from others.
            parse: Reads and parses it.
        """
        try:
            status = file.stat()
        except OSError:
            return parse()
        # Looked at before it is parsed: a change in between is then seen the next time.
        identity = (status.st_ino, status.st_size, status.st_mtime_ns)
        known = self._entries.get((file, key))
        if known is not None and known[0] == identity:
            return known[1]
        parsed = parse()
        self._entries[file, key] = (identity, parsed)
        while len(self._entries) > LIMIT_FILES:
            self._entries.pop(next(iter(self._entries)), None)
        return parsed
