"""Find the socket at which a running server answers `status`, `reload` and `rollback`."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["LIMIT_PATH_BYTES", "find_sockets", "iter_folders", "render_name"]

LIMIT_PATH_BYTES = 107  # of a Unix socket, on Linux; macOS allows 103
SYSTEM_FOLDER = Path("/run")


def iter_folders(root: Path) -> Iterator[Path]:
    """Yield the folders where the socket may be, the preferred one first.

    Args:
        root: The project's.
    """
    given = os.environ.get("XDG_RUNTIME_DIR")
    if given:
        yield Path(given) / "assembler"
    yield SYSTEM_FOLDER / "assembler"
    yield root / "instance"


def render_name(profile: Path, bind: str) -> str:
    """Render the name of the socket of a profile that is served at ``bind``."""
    return f"{_hash(str(profile))}-{_hash(bind)}.sock"


def find_sockets(profile: Path, root: Path) -> list[Path]:
    """Return the sockets of the servers of a profile; the servers may have ended."""
    pattern = f"{_hash(str(profile))}-*.sock"
    return [file for folder in iter_folders(root) for file in sorted(folder.glob(pattern))]


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:12]
