"""The check of the disk."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ops_console.checks import CheckFailedError, declare

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["check_disk"]


def check_disk(depths: Mapping[str, int]) -> int:
    """Fail, since the console has no disk."""
    message = f"no disk among {len(depths)} parts"
    raise CheckFailedError(message)


declare("disk", check_disk)
