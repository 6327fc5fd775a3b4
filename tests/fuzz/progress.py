"""Keep, where another process can read it, which input is being tried."""

from __future__ import annotations

import mmap
import struct
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from pathlib import Path
    from types import TracebackType

__all__ = ["Progress"]

HEAD = struct.Struct("<QQ")  # how many were begun, and how long the current one is
LIMIT_BYTES = 2 * 1024 * 1024


class Progress:
    """A count and an input, in a file that is mapped into memory: it outlives any crash."""

    def __init__(self, file: Path) -> None:
        """Open ``file``, or make it."""
        if not file.exists():
            file.write_bytes(bytes(HEAD.size + LIMIT_BYTES))
        with file.open("r+b") as stream:
            self._memory = mmap.mmap(stream.fileno(), 0)

    def __enter__(self) -> Self:
        """Return this."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Let go of the file."""
        self._memory.close()

    def begin(self, source: bytes) -> None:
        """Note that ``source`` is tried now."""
        source = source[:LIMIT_BYTES]
        self._memory[HEAD.size : HEAD.size + len(source)] = source
        self._memory[: HEAD.size] = HEAD.pack(self.count + 1, len(source))

    @property
    def count(self) -> int:
        """How many were begun."""
        count: int = HEAD.unpack(self._memory[: HEAD.size])[0]
        return count

    @property
    def source(self) -> bytes:
        """What is tried now."""
        _, length = HEAD.unpack(self._memory[: HEAD.size])
        return self._memory[HEAD.size : HEAD.size + length]
