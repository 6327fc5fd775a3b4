"""Look up a dotted path in the config, or in any mapping of mappings."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

__all__ = ["MISSING", "look_up"]

MISSING: Final = object()


def look_up(values: Mapping[Any, object], path: str) -> object:
    """Return what ``path`` leads to in ``values``: a key, or keys of mappings, joined by dots.

    A key that contains the dots itself comes before the path, the longest first.

    Returns:
        `MISSING` if it leads nowhere.
    """
    if path in values:
        return values[path]
    heads = [key for key in values if isinstance(key, str) and path.startswith(f"{key}.")]
    for head in sorted(heads, key=len, reverse=True):
        inner = values[head]
        if isinstance(inner, Mapping):
            found = look_up(inner, path[len(head) + 1 :])
            if found is not MISSING:
                return found
    return MISSING
