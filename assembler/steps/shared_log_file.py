"""Write lines of the log to a file that several processes share, and rotate it."""

from __future__ import annotations

import fcntl
import logging
import os
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["SharedFileHandler"]

FLAGS = os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC
MODE = 0o640


class SharedFileHandler(logging.Handler):
    """A handler of one file: no line is lost or broken, whoever of its writers rotates it.

    Each line is one write to the end. Whoever finds the file full renames it while he holds the
    lock of the folder; the others find that another file has its name and open that. So tools such
    as logrotate may move it, too.
    """

    def __init__(self, file: Path, limit_bytes: int, backups: int) -> None:
        """Open the file.

        Args:
            file: Where lines are written.
            limit_bytes: Rotate before a line that would make it longer; 0: never.
            backups: How many older files are kept, as ``FILE.1`` and so on; at least one.

        Raises:
            OSError: if it cannot be written to.
        """
        super().__init__()
        self._file = Path(file)
        self._limit_bytes = limit_bytes
        self._backups = backups
        self._number: int | None = os.open(self._file, FLAGS, MODE)

    def emit(self, record: logging.LogRecord) -> None:
        """Write a line."""
        try:
            line = f"{self.format(record)}\n".encode("utf-8", "backslashreplace")
            number = self._follow()
            if self._is_full(number, len(line)):
                with suppress(OSError):  # a file that is too long is better than a lost line
                    self._rotate(len(line))
                number = self._follow()
            os.write(number, line)
        except Exception:  # noqa: BLE001 - as all handlers do
            self.handleError(record)

    def close(self) -> None:
        """Close the file; a line that comes later opens it again."""
        self.acquire()
        try:
            if self._number is not None:
                os.close(self._number)
                self._number = None
        finally:
            self.release()
        super().close()

    def _follow(self) -> int:
        """Return the open file that has the name now."""
        if self._number is not None:
            with suppress(FileNotFoundError):
                if os.path.samestat(self._file.stat(), os.fstat(self._number)):
                    return self._number
            os.close(self._number)
            self._number = None
        self._number = os.open(self._file, FLAGS, MODE)
        return self._number

    def _is_full(self, number: int, more_bytes: int) -> bool:
        size = os.fstat(number).st_size
        return 0 < self._limit_bytes < size + more_bytes and size > 0

    def _rotate(self, more_bytes: int) -> None:
        with _locked(self._file.parent):
            if not self._is_full(self._follow(), more_bytes):
                return  # another process was faster
            for age in range(self._backups - 1, 0, -1):
                older = self._get_backup(age)
                if older.exists():
                    older.replace(self._get_backup(age + 1))
            self._file.replace(self._get_backup(1))

    def _get_backup(self, age: int) -> Path:
        return self._file.with_name(f"{self._file.name}.{age}")


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    """Hold the lock of a folder among processes; it ends with its holder."""
    number = os.open(folder, os.O_RDONLY | os.O_CLOEXEC)
    try:
        fcntl.flock(number, fcntl.LOCK_EX)
        yield
    finally:
        os.close(number)
