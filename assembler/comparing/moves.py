"""Find what moved in a list."""

from __future__ import annotations

from difflib import SequenceMatcher
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["find_moved"]


def find_moved(left: Sequence[str], right: Sequence[str]) -> list[int]:
    """Return where the right ones are that one has to move, of the same items."""
    blocks = SequenceMatcher(None, left, right, autojunk=False).get_matching_blocks()
    stays = {block.b + step for block in blocks for step in range(block.size)}
    return [index for index in range(len(right)) if index not in stays]
