"""Write a file that the command line names."""

from __future__ import annotations

import errno
from typing import TYPE_CHECKING

import click

from assembler.files import write_atomically

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["write_named"]


def write_named(file: Path, text: str) -> None:
    """Write ``text`` to ``file``.

    Raises:
        click.UsageError: if it cannot be written.
        OSError: if there is no room for it, which is nobody's wrong usage.
    """
    try:
        write_atomically(file, text.encode("utf-8", "backslashreplace"))
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise
        reason = (error.strerror or "").lower()
        raise click.UsageError(f"'{file}' cannot be written: {reason}") from error
