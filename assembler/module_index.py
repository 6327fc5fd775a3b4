"""Look into the project's modules without importing them: their files and their syntax trees."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from assembler.policy import Policy

__all__ = ["ModuleIndex", "find_module_folders"]


def find_module_folders(policy: Policy, folder: Path) -> list[str]:
    """Give the folders in which modules are found, as `assembler run` in ``folder`` has them."""
    root = policy.root
    below_root = [] if root is None else [root / entry for entry in policy.settings.pythonpath]
    return list(dict.fromkeys([*map(str, [folder, *below_root]), *sys.path]))


class ModuleIndex:
    """The modules that can be imported from ``folders``; each file is read at most once."""

    def __init__(self, folders: Sequence[str]) -> None:
        """Keep where to look."""
        self.folders = tuple(folders)
