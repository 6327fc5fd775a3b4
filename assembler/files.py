"""Look at what is in the file system, without failing where that cannot be looked at.

A name may be too long or hold a null character, and a folder may be closed to this user: whatever
cannot be seen is not there. `pathlib` raises in these cases before Python 3.14.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["PROFILE_SUFFIXES", "is_file", "is_folder", "list_names", "list_profile_names"]

PROFILE_SUFFIXES = (".yaml", ".yml")


def is_folder(path: Path | str) -> bool:
    """Tell whether there is a folder."""
    return os.path.isdir(path)  # noqa: PTH112 - see above


def is_file(path: Path | str) -> bool:
    """Tell whether there is a file, and no folder."""
    return os.path.isfile(path)  # noqa: PTH113 - see above


def list_names(folder: Path | str) -> list[str]:
    """Give the names in a folder, sorted; none where there is no folder that can be listed."""
    try:
        return sorted(os.listdir(folder))  # noqa: PTH208 - names only
    except (OSError, ValueError):
        return []


def list_profile_names(folder: Path | str) -> list[str]:
    """Give those names in a folder that a profile may have, sorted."""
    return [name for name in list_names(folder) if name.endswith(PROFILE_SUFFIXES)]
