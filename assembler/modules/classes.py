"""Tell from the text of a class what may change it, or give its instances more."""

from __future__ import annotations

import ast
import re
from functools import lru_cache

__all__ = [
    "has_metaclass",
    "keeps_class",
    "keeps_signature",
    "may_be_set",
    "may_give_itself",
    "may_hold_more",
]

HARMLESS_METACLASSES = frozenset({"ABCMeta"})
# Decorators of classes that give the class itself.
KEEP_THE_CLASS = frozenset({"dataclass", "final", "runtime_checkable", "total_ordering"})
# How an instance gets an attribute: where it is made, and in its class.
GIVES = r"\.{name}\s*(?::[^=\n]*)?=(?!=)|\bsetattr\("
GIVES_ITSELF = GIVES + r"|\b{name}\s*:|\b__dict__\b|\bvars\("


def keeps_class(decorator: ast.expr) -> bool:
    """Tell whether a class's decorator gives the class itself."""
    return _get_last_name(decorator) in KEEP_THE_CLASS


def keeps_signature(decorator: ast.expr) -> bool:
    """Tell whether a class's decorator leaves what the class takes as it is."""
    return _get_last_name(decorator) in KEEP_THE_CLASS - {"dataclass"}


def has_metaclass(node: ast.ClassDef) -> bool:
    """Tell whether a class says that another class makes it, or options for what does."""
    names = (
        one.value.attr if isinstance(one.value, ast.Attribute) else getattr(one.value, "id", "")
        for one in node.keywords
    )
    return any(one not in HARMLESS_METACLASSES for one in names)


def may_hold_more(node: ast.ClassDef, source: bytes, name: str) -> bool:
    """Tell whether something in its module may set ``name`` on a class but its own statements."""
    owners = rf"(?:\b(?:cls|{node.name}|__class__)|\btype\(self\))"
    text = rf"{owners}\.{{name}}\s*(?::[^=\n]*)?=(?!=)|\bsetattr\(\s*(?:self\.)?{owners}"
    return has_metaclass(node) or _search(text, name, source)


def may_be_set(source: bytes, name: str) -> bool:
    """Tell whether a module may set ``name`` on an instance that it makes."""
    return _search(GIVES, name, source)


def may_give_itself(node: ast.ClassDef, source: bytes, name: str) -> bool:
    """Tell whether instances of a class may set ``name`` on themselves."""
    return _search(GIVES_ITSELF, name, _cut(source, node.lineno - 1, node.end_lineno))


def _get_last_name(decorator: ast.expr) -> str:
    called = decorator.func if isinstance(decorator, ast.Call) else decorator
    return called.attr if isinstance(called, ast.Attribute) else str(getattr(called, "id", ""))


@lru_cache(maxsize=1024)  # as below
def _cut(source: bytes, start: int, end: int | None) -> bytes:
    return b"".join(source.splitlines(keepends=True)[start:end])


@lru_cache(maxsize=4096)  # the same few, in every profile of a run
def _search(pattern: str, name: str, source: bytes) -> bool:
    return re.search(pattern.replace("{name}", name).encode(), source) is not None
