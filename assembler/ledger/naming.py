"""Name what an app is made of: the same object has the same name in every process.

No name asks an object anything: a proxy would answer for what it stands for, and a `repr` may
have an address in it.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from datetime import date, time, timedelta, tzinfo
from decimal import Decimal
from enum import Enum
from functools import partial
from itertools import islice
from pathlib import PurePath
from re import Pattern
from types import (
    BuiltinFunctionType,
    FunctionType,
    MappingProxyType,
    MethodDescriptorType,
    MethodType,
    ModuleType,
)
from typing import TYPE_CHECKING, Any
from uuid import UUID

from assembler.secrets.known import is_secret_key

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

__all__ = ["Namer", "name_callable", "name_class"]

PLAIN = (bool, int, float, complex, type(None), str, bytes)
# What these print is what they are.
PRINTED = (date, time, timedelta, tzinfo, Decimal, Enum, PurePath, Pattern, UUID, range)
SETS = (set, frozenset)
# Of what these make only its kind is told: its parts are locks, and gevent's have others.
SYNCHRONIZING = frozenset({"_queue", "_thread", "queue", "threading"})
LIMIT_ITEMS = 200
LEVELS = 2  # of attributes
LAMBDA = "<lambda>"
OF_THIS_PROCESS = frozenset({"pid"})  # attributes that no two processes have in common


def name_class(kind: type) -> str:
    """Name a class as a profile would: ``module:qualified.name``."""
    return f"{kind.__module__}:{kind.__qualname__}"


def name_callable(value: object) -> str | None:
    """Name a class, function, method or partial as a profile would; ``None``: it is none."""
    kind = type(value)  # not `isinstance`: a proxy answers for what it stands for
    if issubclass(kind, type):
        return name_class(value)  # type: ignore[arg-type]
    if kind is FunctionType:
        return _name_function(value)
    if kind is MethodType:
        owner = value.__self__  # type: ignore[attr-defined]  # type() narrows nothing
        of = name_class(owner if isinstance(owner, type) else type(owner))
        return f"{of}.{getattr(value.__func__, '__name__', '?')}"  # type: ignore[attr-defined]
    if kind is MethodDescriptorType:  # as `str.upper`
        return f"{name_class(value.__objclass__)}.{value.__name__}"  # type: ignore[attr-defined]
    if kind is BuiltinFunctionType:
        return f"{value.__module__ or 'builtins'}:{value.__qualname__}"  # type: ignore[attr-defined]
    return None


def _name_function(value: Any) -> str:  # noqa: ANN401 - a function
    """Name a function; a decorated one says what its wrapper is, a lambda where it is written."""
    # A class-based view is one function for all classes.
    view_class = vars(value).get("view_class")
    if isinstance(view_class, type):
        return f"{name_class(view_class)}.as_view({value.__name__!r})"
    name, code = f"{value.__module__}:{value.__qualname__}", value.__code__
    if code.co_name == LAMBDA:
        name += f" at line {code.co_firstlineno}"
        columns = next((one[2] for one in code.co_positions() if one[2]), None)
        return name if columns is None else f"{name}, column {columns + 1}"
    if "__wrapped__" in vars(value) and code.co_qualname != value.__qualname__:
        return f"{name} in {code.co_qualname}"
    return name


@dataclass(slots=True)
class Namer:
    """Names objects and values; what has a name in ``known`` (by identity) is given that name."""

    known: Mapping[int, str] = field(default_factory=dict)
    # Returns what stands in place of a secret.
    hide: Callable[[str], str] = field(default=lambda _: "***")
    _above: list[int] = field(default_factory=list)

    def name(self, value: object) -> str:
        """Name an object: a callable's own name, else what it is an instance of."""
        return self.describe(value, levels=0)

    def describe(self, value: object, *, key: str | None = None, levels: int = LEVELS) -> str:
        """Describe a value on one line; what is under the key of a secret is hidden."""
        if id(value) in self.known:
            return self.known[id(value)]
        kind = type(value)
        is_hidden = key is not None and is_secret_key(key)
        if kind in PLAIN:
            is_word = value is None or isinstance(value, bool) or not value
            return self.hide(repr(value)) if is_hidden and not is_word else repr(value)
        if id(value) in self._above:
            return "…"
        self._above.append(id(value))
        try:
            said = self._describe_other(value, kind, None if is_hidden else key, levels)
        finally:
            self._above.pop()
        return self.hide(said) if is_hidden else said

    def _describe_other(  # noqa: PLR0911 - a kind of value each
        self,
        value: Any,  # noqa: ANN401 - any value
        kind: type,
        key: str | None,
        levels: int,
    ) -> str:
        named = name_callable(value)
        if named is not None:
            return named
        if issubclass(kind, partial):
            return self._describe_partial(value, levels)
        if issubclass(kind, ModuleType):
            return f"module {ModuleType.__getattribute__(value, '__name__')}"
        if issubclass(kind, PRINTED):
            return repr(value)
        if issubclass(kind, (str, bytes, int, float)):
            plain = next(one for one in (str, bytes, float, int) if issubclass(kind, one))
            return f"{name_class(kind)}({plain(value)!r})"
        if issubclass(kind, (dict, MappingProxyType)):
            entries = islice(dict(value).items(), LIMIT_ITEMS)
            return self._join("{}", (self._describe_entry(*entry, levels) for entry in entries))
        if issubclass(kind, (list, deque, tuple, *SETS)):
            return self._describe_items(value, kind, key, levels)
        return self._describe_instance(value, kind, levels)

    def _describe_entry(self, key: object, value: object, levels: int) -> str:
        name = key if isinstance(key, str) else None
        return f"{self.describe(key)}: {self.describe(value, key=name, levels=levels)}"

    def _describe_items(self, value: Any, kind: type, key: str | None, levels: int) -> str:  # noqa: ANN401
        said = (self.describe(one, key=key, levels=levels) for one in islice(value, LIMIT_ITEMS))
        if issubclass(kind, SETS):
            return self._join("{}", sorted(said))
        return self._join("()" if issubclass(kind, tuple) else "[]", said)

    def _describe_partial(self, value: Any, levels: int) -> str:  # noqa: ANN401 - a partial
        said = [self.name(value.func), *(self.describe(one, levels=levels) for one in value.args)]
        said += [
            f"{key}={self.describe(one, key=key, levels=levels)}"
            for key, one in value.keywords.items()
        ]
        return f"partial({', '.join(said)})"

    def _describe_instance(self, value: object, kind: type, levels: int) -> str:
        name = self.known.get(id(kind)) or name_class(kind)
        if levels < 1 or name.partition(":")[0] in SYNCHRONIZING:
            return name
        try:
            attributes = object.__getattribute__(value, "__dict__")  # not what a proxy stands for
        except AttributeError:
            return name
        said = [
            f"{key}={self.describe(one, key=key, levels=levels - 1)}"
            for key, one in list(attributes.items())[:LIMIT_ITEMS]
            if isinstance(key, str) and not key.startswith("_") and key not in OF_THIS_PROCESS
        ]
        return f"{name}({', '.join(said)})" if said else name

    @staticmethod
    def _join(brackets: str, said: Any) -> str:  # noqa: ANN401 - any iterable of texts
        return f"{brackets[0]}{', '.join(said)}{brackets[1]}"
