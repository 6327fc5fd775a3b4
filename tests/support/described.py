"""Describe any Python value in plain JSON types, the same in every process."""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Callable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from datetime import date, time, timedelta, tzinfo
from decimal import Decimal
from enum import Enum
from functools import partial
from pathlib import PurePath
from re import Pattern
from types import (
    BuiltinFunctionType,
    CellType,
    FunctionType,
    MethodDescriptorType,
    MethodType,
    ModuleType,
)
from typing import Any
from uuid import UUID

__all__ = ["Describer", "Json", "name_object", "name_type"]

Json = None | bool | int | float | str | list["Json"] | dict[str, "Json"]

# What these print is what they are.
PRINTED = (date, time, timedelta, tzinfo, Decimal, Enum, PurePath, Pattern, UUID, complex, range)
NAMED = (type, FunctionType, BuiltinFunctionType, MethodDescriptorType)
SEEN_BEFORE = "<what holds it>"
OF_THIS_PROCESS = frozenset({"pid"})  # attributes that no two processes have in common


def name_object(value: Any) -> str:  # noqa: ANN401 - a class, a function, whatever has such a name
    """Name a class or a function as a profile would: ``module:qualified.name``."""
    return f"{value.__module__}:{value.__qualname__}"


def name_type(value: object) -> str:
    """Name the class of ``value``; a proxy's is the proxy's own."""
    return name_object(type(value))


@dataclass(slots=True)
class Describer:
    """Describes values; what has a name in ``known`` (by identity) is given that name.

    An object that is no plain data is its class, and for a number of levels its attributes.
    """

    known: Mapping[int, str] = field(default_factory=dict)
    private: bool = False  # attributes with a leading underscore too
    _above: list[int] = field(default_factory=list)

    def describe(self, value: object, levels: int = 1) -> Json:
        """Describe ``value``; pure: of a few known types the ``repr`` is all that is called."""
        if type(value) in {bool, int, float, str} or value is None:
            return value  # type: ignore[return-value]  # type() narrows nothing
        if id(value) in self.known:
            return self.known[id(value)]
        if id(value) in self._above:
            return SEEN_BEFORE
        self._above.append(id(value))
        try:
            return self._describe_other(value, levels)
        finally:
            self._above.pop()

    def _describe_other(self, value: object, levels: int) -> Json:
        kind = type(value)
        for types, describe in self._table():
            if issubclass(kind, types):
                return describe(value, levels)
        attributes = self._describe_attributes(value, levels)
        return {"type": name_type(value), **attributes} if attributes else name_type(value)

    def _table(self) -> list[tuple[tuple[type, ...], Callable[[Any, int], Json]]]:
        """Return how each kind of value is described; of two that fit, the first."""
        return [
            (PRINTED, lambda value, _: f"{name_type(value)} {value!r}"),
            ((bytes,), lambda value, _: {"bytes": value.hex()}),
            ((str,), lambda value, _: {"type": name_type(value), "text": str(value)}),
            ((ModuleType,), lambda value, _: f"module {value.__name__}"),
            (NAMED, self._describe_function),
            ((MethodType,), self._describe_method),
            ((partial,), self._describe_partial),
            ((Mapping,), self._describe_mapping),
            ((list, deque), self._describe_items),
            ((tuple,), lambda value, levels: {"tuple": self._describe_items(value, levels)}),
            ((AbstractSet,), self._describe_set),
        ]

    def _describe_function(self, value: Any, levels: int) -> Json:  # noqa: ANN401 - as NAMED has it
        """Return the name, and of a function inside a function what it closes over."""
        name = name_object(value) if hasattr(value, "__module__") else repr(value)
        cells = getattr(value, "__closure__", None)
        if not cells or levels < 1:
            return name
        closed = {
            variable: self.describe(cell.cell_contents, levels - 1)
            for variable, cell in zip(value.__code__.co_freevars, cells, strict=True)
            if _is_filled(cell)
        }
        return {"function": name, "closure": closed}

    def _describe_method(self, value: MethodType, levels: int) -> Json:
        name = name_object(value.__func__)
        return {"method": name, "of": self.describe(value.__self__, levels - 1)}

    def _describe_partial(self, value: partial[Any], levels: int) -> Json:
        return {
            "partial": self.describe(value.func, levels),
            "args": self._describe_items(value.args, levels),
            "keywords": self._describe_mapping(value.keywords, levels),
        }

    def _describe_mapping(self, value: Mapping[Any, object], levels: int) -> Json:
        entries = {}
        for key, item in value.items():
            said = key if isinstance(key, str) else json.dumps(self.describe(key, 0))
            entries[said] = self.describe(item, levels)
        return entries

    def _describe_items(self, value: Any, levels: int) -> list[Json]:  # noqa: ANN401 - any iterable
        return [self.describe(item, levels) for item in value]

    def _describe_set(self, value: AbstractSet[object], levels: int) -> Json:
        return {"set": sorted(self._describe_items(value, levels), key=json.dumps)}

    def _describe_attributes(self, value: object, levels: int) -> dict[str, Json]:
        if levels < 1:
            return {}
        try:
            attributes = object.__getattribute__(value, "__dict__")  # not what a proxy stands for
        except AttributeError:
            return {}
        shown = {
            name: self.describe(item, levels - 1)
            for name, item in attributes.items()
            if (self.private or not name.startswith("_")) and name not in OF_THIS_PROCESS
        }
        return {"attributes": shown} if shown else {}


def _is_filled(cell: CellType) -> bool:
    try:
        cell.cell_contents  # noqa: B018 - reading it is the question
    except ValueError:
        return False
    return True
