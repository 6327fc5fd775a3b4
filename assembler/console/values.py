"""Write a config value for people, without asking an object of the project's anything."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import PurePath
from uuid import UUID

__all__ = ["render_value"]

PLAIN = (str, bytes, bool, int, float, complex, Decimal, UUID, timedelta, date, datetime, PurePath)
GROUPS: dict[type, tuple[str, str]] = {
    list: ("[", "]"),
    tuple: ("(", ")"),
    set: ("{", "}"),
    frozenset: ("{", "}"),
}
LIMIT_DEPTH = 6


def render_value(value: object, depth: int = 0) -> str:
    """Return a value as Python writes it; of what is no plain value, its type."""
    kind = type(value)
    if value is None or kind in PLAIN or isinstance(value, PurePath):
        return repr(value)
    if depth < LIMIT_DEPTH and kind in GROUPS:
        start, end = GROUPS[kind]
        return f"{start}{', '.join(render_value(one, depth + 1) for one in _iterate(value))}{end}"
    if depth < LIMIT_DEPTH and kind is dict:
        assert isinstance(value, Mapping)
        pairs = (
            f"{render_value(key, depth + 1)}: {render_value(one, depth + 1)}"
            for key, one in value.items()
        )
        return f"{{{', '.join(pairs)}}}"
    if isinstance(value, type):
        return f"<class {value.__module__}.{value.__qualname__}>"
    return f"<{kind.__module__}.{kind.__qualname__}>"


def _iterate(value: object) -> list[object]:
    assert isinstance(value, (list, tuple, set, frozenset))
    return list(value)
