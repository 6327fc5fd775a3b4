"""The check of the queue."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ops_console.checks import declare

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["check_queue"]


def check_queue(depths: Mapping[str, int]) -> int:
    """Return the depth of the queue."""
    return depths["queue"]


declare("queue", check_queue)
