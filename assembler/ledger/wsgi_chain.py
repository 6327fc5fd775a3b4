"""Find what is wrapped around an app, by whatever a wrapper keeps what it wraps in."""

from __future__ import annotations

import logging
import sys
from contextlib import suppress
from functools import partial
from types import FunctionType, MethodType, ModuleType
from typing import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    from collections.abc import Iterator

    from assembler.ledger.naming import Namer

__all__ = ["find_mounted", "find_wrappers", "show_wrapper"]

LIMIT_LEVELS = 12
LIMIT_SEEN = 2000
CONTAINERS = (dict, list, tuple)
PLAIN = (bool, int, float, str, bytes, type(None))
# What leads everywhere, and to nothing that is called with a request.
LEFT_OUT = (*PLAIN, type, ModuleType, logging.Logger, logging.Handler, set, frozenset)


def find_wrappers(outer: object, app: object) -> tuple[object, ...]:
    """Return what is called on the way from ``outer`` to ``app``, the outermost first.

    Of several ways the longest. What leads to the app and not to its own `wsgi_app` is none: a
    wrapper may know the app as well as what it wraps.
    """
    return _find_way(outer, app, {}, 0) or (outer,)


def show_wrapper(namer: Namer, _key: str, wrapper: object) -> str:
    """Describe a wrapper by its class or function and its plain options."""
    named = namer.name(wrapper)
    attributes = getattr(wrapper, "__dict__", {}) if not isinstance(wrapper, FunctionType) else {}
    said = [
        f"{name}={namer.describe(value, key=name, levels=0)}"
        for name, value in attributes.items()
        if type(value) in PLAIN or type(value) in CONTAINERS
    ]
    return f"{named}({', '.join(said)})" if said else named


def find_mounted(wrapper: object, app: object) -> dict[str, Any]:
    """Return the other apps that a wrapper of ``app`` answers with below a path, by the path.

    Of a wrapper that keeps them in a mapping, as Werkzeug's dispatcher does.
    """
    found = {
        path: _find_app(inner, LIMIT_LEVELS // 2)
        for held in _iter_held(wrapper, type(wrapper))
        if type(held) is dict
        for path, inner in held.items()
        if isinstance(path, str) and path.startswith("/")
    }
    return {path: inner for path, inner in found.items() if inner is not None and inner is not app}


def _find_app(value: Any, levels: int) -> object | None:  # noqa: ANN401 - whatever is mounted
    """Return the app that is mounted: itself, or its `wsgi_app` behind what is around it."""
    flask, kind = sys.modules["flask"].Flask, type(value)
    if levels == LIMIT_LEVELS // 2 and issubclass(kind, flask):
        return cast("object", value)
    if kind is MethodType and issubclass(type(value.__self__), flask):
        return cast("object", value.__self__)
    if not levels or issubclass(kind, (*LEFT_OUT, flask)):
        return None
    inner = (_find_app(held, levels - 1) for held in _iter_held(value, kind))
    return next((app for app in inner if app is not None), None)


def _find_way(
    value: Any,  # noqa: ANN401 - whatever a wrapper holds
    app: object,
    seen: dict[int, tuple[object, ...] | None],
    level: int,
) -> tuple[object, ...] | None:
    kind = type(value)
    if kind is MethodType and value.__self__ is app:
        return ()  # its own `wsgi_app`, which is what the innermost wraps
    if value is app:
        return None  # somebody only knows it
    if id(value) in seen:
        return seen[id(value)]
    if level > LIMIT_LEVELS or len(seen) > LIMIT_SEEN or issubclass(kind, LEFT_OUT):
        return None
    seen[id(value)] = None  # where it leads back to itself
    ways = [_find_way(held, app, seen, level + 1) for held in _iter_held(value, kind)]
    way = max((one for one in ways if one is not None), key=len, default=None)
    if way is not None and callable(value) and not issubclass(kind, CONTAINERS):
        way = (value, *way)
    seen[id(value)] = way
    return way


def _iter_held(value: Any, kind: type) -> Iterator[object]:  # noqa: ANN401 - as above
    """Yield what a value holds, without asking it anything."""
    if issubclass(kind, partial):
        yield from (value.func, *value.args, *value.keywords.values())
    elif kind is MethodType:
        yield value.__self__
    elif kind is FunctionType:
        for cell in value.__closure__ or ():
            try:
                yield cell.cell_contents
            except ValueError:  # it is not filled yet
                continue
    elif issubclass(kind, dict):
        yield from dict.values(value)
    elif issubclass(kind, (list, tuple)):
        yield from value
    else:
        yield from _iter_attributes(value, kind)


def _iter_attributes(value: object, kind: type) -> Iterator[object]:
    with suppress(AttributeError):  # it has slots alone, or nothing
        yield from list(object.__getattribute__(value, "__dict__").values())
    for base in kind.__mro__:
        slots = vars(base).get("__slots__", ())
        for name in (slots,) if isinstance(slots, str) else slots:
            try:
                yield object.__getattribute__(value, name)
            except AttributeError:
                continue
